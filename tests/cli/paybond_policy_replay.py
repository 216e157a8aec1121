"""Replays recorded runs of the kit's `paybond policy` and `paybond init`, which ask no network.

    python3 tests/cli/paybond_policy_replay.py [RECORDING...]

Without recordings all of tests/vectors/paybond/cli-policy/*.txt, and what http_kit_0_12_17.json has of these commands.
A recording is the command line, its exit code and what it printed. A table of the recorded tool is "name: value"
lines; they are compared with the members of our JSON, in the recorded order. Texts of our own and what follows from
them are in OWN (differences.json, "paybond-policy-texts"); exit codes of refusals follow the rows of differences.json
that fit.
"""

import argparse
import ast
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import programs
from replaying import Mismatch, VECTORS, known_differences, parse, replay_all, without_options

OWN = {"human_summary", "description", "bytes_written"}
# What a run found in its folder.
BEFORE = {
    "run_policy_init_exists": ["policy", "init", "--preset", "travel", "--out", "paybond.policy.yaml"],
    "run_policy_validate_local": ["policy", "init", "--preset", "travel", "--out", "paybond.policy.yaml"],
}
FILES = {"run_validate_evidence": {"ev.json": '{"status": "completed", "cost_cents": 5}'}}


def load(paths):
    runs = []
    for path in paths:
        found = re.fullmatch(r"\$ paybond (.*)\nexit: (\d+)\n--- stdout\n(.*)\n--- stderr\n(.*)",
                             path.read_text(encoding="utf-8"), re.DOTALL)
        if not found:
            raise SystemExit(f"{path} is no recording")
        runs.append((path.stem, {"name": path.stem, "args": found[1], "exit": int(found[2]), "stdout": found[3].strip(),
                                 "stderr": found[4].strip()}))
    return runs


def load_json(path):
    """Runs of these commands among the recorded calls of the kit."""
    runs = []
    for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
        run = vector["result"].get("value")
        if not isinstance(run, dict) or "argv" not in run:
            continue
        words = without_options(run["argv"][1:], ["--gateway", "--request-id"])
        if words[0] in ("policy", "init"):
            at = run["argv"].index("--request-id")
            runs.append((path.stem, {"name": vector["id"], "args": " ".join([*words, *run["argv"][at:at + 2]]),
                                     "exit": run["exit_code"], "stdout": run["stdout"].strip(),
                                     "stderr": run["stderr"].strip()}))
    return runs


def exit_code(recorded, rows):
    for row in rows:
        when = row.get("when")
        if row["program"] != "paybond" or not when or set(when) - {"args", "stdout", "stderr", "exit"}:
            continue
        if when.get("exit", recorded["exit"]) == recorded["exit"] and all(
                re.search(expression, recorded[name]) for name, expression in when.items() if name != "exit"):
            return row["exit"]
    return recorded["exit"]


def without_own(value):
    if isinstance(value, list):
        return [without_own(each) for each in value if not (isinstance(each, tuple) and each[0] in OWN)]
    return tuple(map(without_own, value)) if isinstance(value, tuple) else value


def value_of(text):
    """A value of a table: JSON, Python's words, or text."""
    for read in (parse, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError):
            pass
    return text


def table_of(recorded):
    lines = [line for line in recorded.splitlines() if not line.startswith("Created ")]
    return [tuple(line.split(": ", 1)) for line in lines[1:]]


def ask(words, folder):
    return programs.run("paybond", *words, cwd=folder, env=programs.environment(LC_ALL="C.UTF-8"))


def replay(recorded, rows, folder):
    name, words = recorded["name"], recorded["args"].split()
    for file, text in FILES.get(name, {}).items():
        (folder / file).write_text(text, encoding="utf-8")
    if name in BEFORE and ask(BEFORE[name], folder).returncode:
        raise Mismatch("what came before failed")
    is_text = recorded["exit"] == 0 and ": ok\n" not in recorded["stdout"] and not recorded["stdout"].startswith("{")
    is_table = recorded["exit"] == 0 and ": ok\n" in recorded["stdout"]
    done = ask([*words, "-f", "json"] if is_table else words, folder)
    if done.returncode != exit_code(recorded, rows):
        raise Mismatch(f"exit code {done.returncode}; {done.stderr.decode()!r}")
    ours = done.stdout.decode()
    if recorded["exit"]:
        if ours or not done.stderr:
            raise Mismatch(f"a refusal printed {ours!r}")
    elif is_text:
        if ours.strip() != recorded["stdout"]:
            raise Mismatch(f"stdout {ours!r}")
    elif not is_table:
        if without_own(parse(ours)) != without_own(parse(recorded["stdout"])):
            raise Mismatch(f"stdout {ours!r}")
    else:
        data = dict(parse(ours))["data"]
        here = str(folder.resolve())
        mine = [(key, value.replace(here, "<cwd>") if isinstance(value, str) else value) for key, value in data]
        theirs = [(key, value_of(value)) for key, value in table_of(recorded["stdout"])]
        if without_own(mine) != without_own(theirs):
            raise Mismatch(f"data {json.dumps(mine)} instead of {json.dumps(theirs)}")


def main():
    parser = argparse.ArgumentParser(description="Replays recorded runs of paybond policy and paybond init.")
    parser.add_argument("recordings", nargs="*", type=pathlib.Path)
    asked = parser.parse_args()
    rows = known_differences()
    runs = load(asked.recordings or sorted((VECTORS / "paybond" / "cli-policy").glob("*.txt")))
    if not asked.recordings:
        runs += load_json(VECTORS / "paybond" / "http_kit_0_12_17.json")
    return replay_all(runs, runs, lambda run, folder: replay(run, rows, folder), lambda run: run["args"])


if __name__ == "__main__":
    sys.exit(main())
