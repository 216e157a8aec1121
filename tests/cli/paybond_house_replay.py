"""Replays recorded runs of the kit's `paybond` commands of account and house, which ask no network.

    python3 tests/cli/paybond_house_replay.py [RECORDING...]

Without recordings all of tests/vectors/paybond/cli/run_*.txt: the command line, the exit code, both outputs. Compared
are the exit code and standard output where it is JSON, by value and order of members; of a table only is asked that
there is one. tests/vectors/differences.json says what differs, as paybond_replay.py reads it; a row may name
`members` of the data whose values, or which, are our own.

Without a key the kit's commands speak of the hosted gateway and ours of the local network (the row
"local-paybond-place"): the runs that say where requests would go get that gateway by a flag.
"""

import argparse
import json
import pathlib
import re
import shlex
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import paybond_replay
import programs
from replaying import Members, Mismatch, VECTORS, known_differences, parse, replay_all

HOSTED = "https://api.paybond.ai"
SAY_WHERE = ("status", "doctor", "diagnose", "version", "whoami", "onboarding")
SECRET = "paybond_sk_sandbox_0123456789abcdef"
# What the configuration held before a run; the others began without one.
CONFIGURED = {
    "run_config_get": {"gateway": "https://gw.example.com"},
    "run_config_unset": {"gateway": "https://gw.example.com"},
    "run_config_list": {"gateway": "https://gw.example.com", "api_key": SECRET},
}


def load(path):
    """One recorded run."""
    head, _, rest = path.read_text(encoding="utf-8").partition("\n--- stdout\n")
    stdout, found, stderr = rest.partition("\n--- stderr\n")
    line, code = re.fullmatch(r"\$ (.*)\nexit: (\d+)", head).groups()
    if not found:
        raise SystemExit(f"{path} is no recorded run")
    return {"name": path.stem, "argv": shlex.split(line), "exit_code": int(code), "stdout": stdout.strip(),
            "stderr": stderr.strip()}


def without(value, members):
    """The value without the members of those names, at any depth."""
    if isinstance(value, Members):
        return Members((name, without(each, members)) for name, each in value if name not in members)
    return [without(each, members) for each in value] if isinstance(value, list) else value


def members_of(recorded, rows):
    """What the first row that fits says is our own in the data."""
    for row in rows:
        when = row.get("when", {})
        words = " ".join(paybond_replay.words_of(recorded["argv"]))
        if "members" in row and re.search(when["args"], words):
            return row["members"]
    return []


def replay(recorded, rows, folder):
    home, work = folder / "home", folder / "work"
    home.mkdir()
    work.mkdir()
    environment = programs.environment(LC_ALL="C.UTF-8", HOME=str(home))
    if recorded["name"] in CONFIGURED:
        place = home / ".config" / "paybond"
        place.mkdir(parents=True)
        (place / "config.json").write_text(json.dumps({"values": CONFIGURED[recorded["name"]], "profiles": {}}))
    argv = recorded["argv"][1:]
    if any(word in SAY_WHERE for word in argv) and "--jq" not in argv and recorded["argv"][1] != "shell":
        argv = [*argv, "--gateway", HOSTED]
    done = programs.run("paybond", *argv, cwd=work, env=environment)
    code, stdout_counts, _ = paybond_replay.difference(recorded, rows)
    stdout = done.stdout.decode().replace(str(work), "<cwd>").replace(str(home), "<home>")
    stderr = done.stderr.decode()
    if done.returncode != code:
        raise Mismatch(f"exit code {done.returncode} instead of {code}; {stdout!r} {stderr!r}")
    if SECRET in stdout + stderr:
        raise Mismatch("a key was shown")
    if not stdout_counts:
        return
    if not recorded["stdout"].startswith("{"):
        if bool(stdout.strip()) != bool(recorded["stdout"]):
            raise Mismatch(f"stdout {stdout!r} instead of {recorded['stdout']!r}")
        return
    own = members_of(recorded, rows)
    ours, theirs = without(parse(stdout), own), without(parse(recorded["stdout"]), own)
    if ours != theirs:
        raise Mismatch(f"{ours} instead of {theirs}")


def main():
    parser = argparse.ArgumentParser(description="Replays recorded runs of paybond that ask no network.")
    parser.add_argument("recordings", nargs="*", type=pathlib.Path)
    asked = parser.parse_args()
    rows = known_differences()
    paths = asked.recordings or sorted((VECTORS / "paybond" / "cli").glob("run_*.txt"))
    runs = [(path.name, load(path)) for path in paths]
    return replay_all(runs, runs, lambda run, folder: replay(run, rows, folder), lambda run: run["name"])


if __name__ == "__main__":
    sys.exit(main())
