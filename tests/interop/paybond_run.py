"""Compares the program paybond with the network's own kit, in both directions.

    python3 -m venv .venv-paybond && .venv-paybond/bin/pip install -r tests/interop/requirements-paybond.txt
    .venv-paybond/bin/python tests/interop/paybond_run.py [--seed N] [--documents N] [-k PATTERN]

The same with requirements-paybond-0.2.txt for release 0.2.1, which is built from its source distribution.
AGENTNET_BIN names the folder of the programs; without it that is build/bin. Ends with the line "N passed, N
failed" and exit code 0 when none failed.
"""

import argparse
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import options


def main():
    parser = argparse.ArgumentParser(description="Compares the program paybond with the network's own kit.")
    parser.add_argument("--seed", type=int, default=options.new_seed(), help="of everything that is generated")
    parser.add_argument("--documents", type=int, default=2000, help="of each kind")
    parser.add_argument("-k", action="append", help="only tests whose name holds this")
    asked = parser.parse_args()
    options.choose(seed=asked.seed, documents=asked.documents, blocks=1)
    loader = unittest.TestLoader()
    if asked.k:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in asked.k]
    print(f"seed {asked.seed}", flush=True)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(loader.discover(str(HERE), "paybond_*_test.py"))
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(failed > 0 or result.testsRun == 0)


if __name__ == "__main__":
    main()
