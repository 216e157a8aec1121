#!/usr/bin/env python3
"""Runs the README's terminal session in an empty folder and compares what it prints.

A line that begins with "$ " is run by bash; the lines up to the next are its output, where an ellipsis stands for
anything. Also checks that the files the README links to exist."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("AGENTNET_BIN", ROOT / "build" / "bin")).resolve()


def sessions(text):
    """The fenced console blocks as lists of (command, expected output)."""
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        steps = []
        for line in block.replace("\\\n", "").splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
        yield steps


def matches(expected, actual):
    pattern = "\n".join(".*".join(re.escape(part) for part in line.split("…")) for line in expected)
    return re.fullmatch(pattern + "\n" if expected else "", actual) is not None


def main():
    text = (ROOT / "README.md").read_text()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "SBN_", "AGENTNET_"))}
    environment["PATH"] = f"{PROGRAMS}:{os.environ['PATH']}"
    passed = failed = 0
    for steps in sessions(text):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as home:
            environment["HOME"] = home
            for command, expected in steps:
                run = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True,
                                     text=True, stdin=subprocess.DEVNULL, timeout=60)
                if run.returncode == 0 and matches(expected, run.stdout):
                    passed += 1
                    continue
                failed += 1
                print(f"$ {command}\nexit {run.returncode}\n{run.stdout}{run.stderr}", file=sys.stderr)
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        if (ROOT / link).exists():
            passed += 1
        else:
            failed += 1
            print(f"the README links to {link}, which is not there", file=sys.stderr)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
