"""Compares the programs with snapchore-core, the network's own package, in both directions.

    python3 -m venv .venv && .venv/bin/pip install snapchore-core==0.2.0 cryptography
    .venv/bin/python tests/interop/run.py [--seed N] [--documents N] [--blocks N] [-k PATTERN]

AGENTNET_BIN names the folder of the programs; without it that is build/bin. Ends with the line "N passed, N
failed" and exit code 0 when none failed.
"""

import argparse
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

try:
    import cryptography  # noqa: F401, used by the tests
    import snapchore  # noqa: F401
except ImportError as missing:
    sys.exit(f"{missing}; run this with the Python of an environment made so:\n{__doc__.split(chr(10) * 2)[1]}")

import differences
import options
import peer


def read_options():
    parser = argparse.ArgumentParser(description="Compares the programs with snapchore-core.")
    parser.add_argument("--seed", type=int, default=options.new_seed(), help="of everything that is generated")
    parser.add_argument("--documents", type=int, default=options.documents(), help="to be hashed by both")
    parser.add_argument("--blocks", type=int, default=options.blocks(), help="to be sealed by each")
    parser.add_argument("-k", action="append", help="only tests whose name holds this")
    return parser.parse_args()


def main():
    asked = read_options()
    options.choose(seed=asked.seed, documents=asked.documents, blocks=asked.blocks)
    peer.check_version()
    print(f"seed {asked.seed}", flush=True)
    loader = unittest.TestLoader()
    if asked.k:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in asked.k]
    suite = loader.discover(str(HERE), pattern="*_test.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    differences.report()
    # Of a test with many cases each case that failed is listed; the test counts once.
    failed = len({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 1 if failed or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
