"""The programs under test: where they are, and how the suites that stand outside of them run them.

AGENTNET_BIN names the folder of the programs; without it that is build/bin of this tree.
"""

import atexit
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("AGENTNET_BIN") or ROOT / "build" / "bin").resolve()

# Variables that change what is sealed and verified; a run gets only those that a test sets.
_OWN_PREFIXES = ("SNAPCHORE_", "SB_", "SBN_", "ATLAS_", "AGENTNET_", "XDG_", "ENVIRONMENT",
                 "PAYBOND_", "APP_")

_homes = []


def _fresh_home():
    """A home folder that nothing was stored in yet; all of them go when this process ends."""
    if not _homes:
        _homes.append(tempfile.mkdtemp(prefix="agentnet-homes-"))
        atexit.register(shutil.rmtree, _homes[0], ignore_errors=True)
    return tempfile.mkdtemp(dir=_homes[0])


def program(name):
    """The path of a program; ends the run with a sentence when it is not built."""
    path = BIN / name
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is not there: build first, or set AGENTNET_BIN")
    return str(path)


def environment(**settings):
    """This process's environment without anything that steers the programs, an empty home, and `settings`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN_PREFIXES)}
    return {**kept, "HOME": _fresh_home(), **settings}


def run(*arguments, stdin=b"", env=None, cwd=None):
    """Runs a program, the first argument being its name. Returns the finished process; outputs are bytes."""
    command = [program(arguments[0]), *arguments[1:]]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=cwd, check=False,
                          env=environment() if env is None else env)
