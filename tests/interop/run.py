"""Compares the programs with the network's own packages: snapchore-core, in both directions, and its SDK.

    python3 -m venv .venv && .venv/bin/pip install -r tests/interop/requirements.txt
    .venv/bin/python tests/interop/run.py [--seed N] [--documents N] [--blocks N] [-k PATTERN] [--sdk-of PYTHON]

The tests of the SDK, sbn_sdk_*_test.py, run with the SDK of this Python, and again with that of each --sdk-of: a
Python whose environment was made from requirements-sbn-0.14.txt.

AGENTNET_BIN names the folder of the programs; without it that is build/bin. Ends with the line "N passed, N
failed" and exit code 0 when none failed.
"""

import argparse
import importlib.metadata
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

try:
    import cryptography  # noqa: F401, used by the tests
    import sbn  # noqa: F401
    import snapchore  # noqa: F401
except ImportError as missing:
    sys.exit(f"{missing}; run this with the Python of an environment made so:\n{__doc__.split(chr(10) * 2)[1]}")

import differences
import options
import peer

_SDK = "sbn_sdk_*_test.py"
_OURS = ["[!p]*_test.py", "p[!a]*_test.py"]  # the tests of paybond need a Python of their own: paybond_run.py


def read_options():
    parser = argparse.ArgumentParser(description="Compares the programs with the network's own packages.")
    parser.add_argument("--seed", type=int, default=options.new_seed(), help="of everything that is generated")
    parser.add_argument("--documents", type=int, default=options.documents(), help="to be hashed by both")
    parser.add_argument("--blocks", type=int, default=options.blocks(), help="to be sealed by each")
    parser.add_argument("-k", action="append", help="only tests whose name holds this")
    parser.add_argument("--sdk-of", action="append", default=[], metavar="PYTHON",
                        help="run the SDK's tests with it, too")
    parser.add_argument("--only-sdk", action="store_true", help="run the SDK's tests alone")
    return parser.parse_args()


def run_here(asked):
    """How many tests passed and how many failed, in this Python."""
    loader = unittest.TestLoader()
    if asked.k:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in asked.k]
    suite = unittest.TestSuite(
        loader.discover(str(HERE), pattern=pattern) for pattern in ([_SDK] if asked.only_sdk else _OURS))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    differences.report()
    # Of a test with many cases each case that failed is listed; the test counts once.
    failed = {test.id(): test for test in (getattr(each, "test_case", each) for each, _ in
                                           result.failures + result.errors)}
    # What fails before the tests of a class begin is listed too, but has not been counted as run.
    ran_and_failed = sum(isinstance(test, unittest.TestCase) for test in failed.values())
    return result.testsRun - ran_and_failed, len(failed)


def run_with(python, asked):
    """The same of the SDK's tests in another Python."""
    print(f"with {python}", flush=True)
    command = [python, str(HERE / "run.py"), "--only-sdk", f"--seed={asked.seed}"]
    done = subprocess.run(command + [f"-k={pattern}" for pattern in asked.k or []], stdout=subprocess.PIPE, text=True,
                          check=False)
    print(done.stdout, end="", flush=True)
    counts = re.search(r"^(\d+) passed, (\d+) failed$", done.stdout, re.MULTILINE)
    return map(int, counts.groups()) if counts else (0, 1)


def main():
    asked = read_options()
    options.choose(seed=asked.seed, documents=asked.documents, blocks=asked.blocks)
    peer.check_version()
    print(f"seed {asked.seed}, sbn-sdk {importlib.metadata.version('sbn-sdk')}", flush=True)
    passed, failed = run_here(asked)
    for python in asked.sdk_of:
        more_passed, more_failed = run_with(python, asked)
        passed, failed = passed + more_passed, failed + more_failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
