"""Replays recorded runs of the kit's `paybond agent`, `dev` and `mcp`.

    python3 tests/cli/paybond_agent_replay.py [RECORDING...]

Without recordings all of tests/vectors/paybond/cli-agent/run_*.txt: the command line, the exit code, both outputs.
Each runs in an empty folder against the network inside the command. Compared are the exit code and what was said: JSON
by value and order of members, a table of "name: value" lines with our JSON, other lines as they are. The row of
differences.json that fits names the exit code, `members` whose values are our own, and names that are `absent` here
or `added`. Ids and instants of a run are among those members.
"""

import argparse
import json
import pathlib
import re
import shlex
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import programs
from replaying import Mismatch, VECTORS, known_differences, replay_all


def load(path):
    """One recorded run."""
    found = re.fullmatch(r"\$ (.*)\nexit: (\d+)\n--- stdout\n(.*)\n--- stderr\n(.*)", path.read_text(encoding="utf-8"),
                         re.DOTALL)
    if not found:
        raise SystemExit(f"{path} is no recorded run")
    return {"argv": shlex.split(found[1])[1:], "exit": int(found[2]), "stdout": found[3].strip(),
            "stderr": found[4].strip()}


def row_of(recorded, rows):
    """The first row that fits, or what says that nothing differs."""
    facts = {"args": " ".join(recorded["argv"]), "stdout": recorded["stdout"], "stderr": recorded["stderr"]}
    for row in rows:
        when = row.get("when")
        if row["program"] != "paybond" or not when or set(when) - {"exit", *facts}:
            continue
        if when.get("exit", recorded["exit"]) == recorded["exit"] and all(
                re.search(expression, facts[name]) for name, expression in when.items() if name != "exit"):
            return row
    return {"exit": recorded["exit"]}


def table(text):
    """The members that a table of the recorded tool shows; None for other texts."""
    lines = text.splitlines()
    if not lines or not lines[0].endswith(": ok"):
        return None
    members = {}
    for line in lines[1:]:
        name, value = line.split(": ", 1)
        value = {"True": "true", "False": "false", "None": "null"}.get(value, value)
        try:
            members[name] = json.loads(value)
        except ValueError:
            members[name] = value
    return members


def name_of(value):
    return value.get("name", value.get("id")) if isinstance(value, dict) else value


def compare(ours, theirs, row, where="the answer"):
    """By value and order of members, but for what the row says."""
    own, absent, added = (row.get(name, []) for name in ("members", "absent", "added"))
    if isinstance(theirs, dict) and isinstance(ours, dict):
        names = [name for name in theirs if name not in own]
        if [name for name in ours if name not in own] != names:
            raise Mismatch(f"{where}: members {list(ours)} instead of {list(theirs)}")
        for name in names:
            compare(ours[name], theirs[name], row, f"{where}.{name}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        theirs = [each for each in theirs if name_of(each) not in absent]
        ours = [each for each in ours if name_of(each) not in added]
        if len(ours) != len(theirs):
            raise Mismatch(f"{where}: {ours} instead of {theirs}")
        for place, (mine, other) in enumerate(zip(ours, theirs)):
            compare(mine, other, row, f"{where}[{place}]")
    elif ours != theirs or type(ours) is not type(theirs):
        raise Mismatch(f"{where}: {ours!r} instead of {theirs!r}")


def lines_of(text):
    """The lines without what each run makes up, and what only the recorded tool has."""
    return [re.sub(r" \(.*", "", line) for line in text.splitlines() if not re.search("Trace →|Console →|Replay →", line)]


def replay(recorded, rows, folder):
    row = row_of(recorded, rows)
    expected = table(recorded["stdout"])
    words = ["--output-format", "json"] if expected is not None else []
    done = programs.run("paybond", *recorded["argv"], *words, cwd=folder, env=programs.environment(LC_ALL="C.UTF-8"))
    stdout, stderr = done.stdout.decode(), done.stderr.decode()
    if done.returncode != row["exit"]:
        raise Mismatch(f"exit code {done.returncode} instead of {row['exit']}; {stdout!r} {stderr!r}")
    if bool(stderr) != bool(recorded["stderr"]):
        raise Mismatch(f"standard error {stderr!r} instead of {recorded['stderr']!r}")
    if expected is not None:
        compare(json.loads(stdout)["data"], expected, row)
    elif recorded["stdout"].startswith("{"):
        compare(json.loads(stdout), json.loads(recorded["stdout"]), row)
    else:
        ours, theirs = lines_of(stdout), lines_of(recorded["stdout"])
        # How evidence was judged is said in words of our own.
        ours, theirs = ([line for line in lines if "Evidence" not in line] for lines in (ours, theirs))
        if ours != theirs:
            raise Mismatch(f"lines {ours} instead of {theirs}")


def main():
    parser = argparse.ArgumentParser(description="Replays recorded runs of paybond agent, dev and mcp.")
    parser.add_argument("recordings", nargs="*", type=pathlib.Path)
    asked = parser.parse_args()
    rows = known_differences()
    paths = asked.recordings or sorted((VECTORS / "paybond" / "cli-agent").glob("run_*.txt"))
    runs = [(path.name, load(path)) for path in paths]
    return replay_all(runs, runs, lambda run, folder: replay(run, rows, folder), lambda run: " ".join(run["argv"]))


if __name__ == "__main__":
    sys.exit(main())
