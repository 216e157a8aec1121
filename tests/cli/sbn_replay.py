"""Replays recorded runs of the network's own `sbn` command against a server that answers as the recorded one did.

    python3 tests/cli/sbn_replay.py [--only WORD] [RECORDING...]

Without recordings all of tests/vectors/sbn/cli_[0-9]*.json, which are of several releases. Of each run are compared:
the requests (method, target, body, credential); standard output where it is meant for programs, that is as JSON by
value and order of members, and in quiet mode as lines; the exit code. Tables are our own, so of a table only is asked
that there is one. What differs stands in tests/vectors/differences.json: the first row of program "sbn" whose `when`
fits names the exit code and whether standard output and the bodies of requests are compared.
"""

import argparse
import json
import pathlib
import re
import socket
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import programs
import recording
from replaying import Mismatch, VECTORS, is_same_json, known_differences, parse, replay_all, without_options

FILES = VECTORS / "sbn" / "files-cli"
KEY = "sbn_test_0123456789"
SERVER = "http://<server>"

# Command groups that are not there yet, as the first words of a run.
LATER = (["acp"], ["governance"], ["lattice"], ["numa"], ["reality"], ["ops"], ["frontier"],
         *([word, group] for word in ("agent", "twin") for group in ("governance", "lattice", "numa", "reality")))
GLOBAL_OPTIONS = ("-f", "--format", "--base-url", "--api-key")
KNOWN_MEMBERS = {"id", "argv", "env", "stdin", "exit", "stdout", "stderr", "requests", "output_file",
                 "stderr_is_traceback"}


def load(paths):
    runs = []
    for path in paths:
        text = json.loads(path.read_text(encoding="utf-8"))
        if not text["name"].startswith("cli") or text["count"] != len(text["vectors"]):
            raise SystemExit(f"{path} is no complete recording of sbn")
        for run in text["vectors"]:
            if set(run) - KNOWN_MEMBERS:
                raise SystemExit(f"{path}: {run['id']} has members that are not understood")
            runs.append((path.stem, run))
    return runs


def is_later(run):
    words = without_options(run["argv"], GLOBAL_OPTIONS)
    return any(words[:len(group)] == group for group in LATER)


class Answers:
    """What the recorded server answered."""

    def __init__(self):
        table = json.loads((VECTORS / "sbn" / "cli_answers.json").read_text(encoding="utf-8"))
        self.entries = [(re.compile(entry["match"]), entry) for entry in table["answers"]]
        self.errors = table["errors"]

    def __call__(self, request):
        fault = re.match(r"/__err/(\d+)/(\w+)", request.target)
        if fault:
            return recording.json_answer(int(fault.group(1)), self.errors[fault.group(2)])
        path, whole = f"{request.method} {request.path()}", f"{request.method} {request.target}"
        for expression, entry in self.entries:
            if expression.search(path) or expression.search(whole):
                if "text" in entry:
                    return 200, [("Content-Type", entry["type"])], entry["text"].encode()
                return recording.json_answer(200, entry["json"])
        return recording.json_answer(200, {})


def closed_address():
    """Of a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def command_line(run, base_url):
    """As it was given, with the options that every recorded run had which is meant to reach the server."""
    argv = [word.replace(SERVER, base_url) for word in run["argv"]]
    if "--base-url" not in argv and (run["requests"] or "-f" in argv):
        argv = ["--base-url", base_url, "--api-key", KEY, *argv]
    return argv


def difference(run, rows):
    """(exit code, whether stdout is compared, whether bodies are) by the first row that fits."""
    facts = {"args": " ".join(run["argv"]), "stdout": run["stdout"], "stderr": run["stderr"],
             "bodies": "\n".join(request["body"] for request in run["requests"])}
    for row in rows:
        when = row.get("when")
        if when is None or row["program"] != "sbn":
            continue
        if set(when) - {"exit", *facts}:
            raise SystemExit(f"differences.json: {row['id']} has a condition that is not understood")
        if when.get("exit", run["exit"]) == run["exit"] and all(
                re.search(expression, facts[name]) for name, expression in when.items() if name != "exit"):
            return row.get("exit", run["exit"]), row.get("stdout") != "differs", row.get("bodies") != "differs"
    return run["exit"], True, True


def compare_output(run, argv, ours, base_url):
    asked = next((argv[place + 1] for place, word in enumerate(argv[:-1]) if word in ("-f", "--format")), "table")
    recorded = run["stdout"].replace(SERVER, base_url)
    if recorded.lstrip().startswith(("{", "[")):
        same = is_same_json(ours, recorded)
    elif asked == "table" and run["exit"] == 0:
        same = bool(ours.strip()) or not (recorded + run["stderr"]).strip()
    else:
        same = ours.strip("\n") == recorded.strip("\n")
    if not same:
        raise Mismatch(f"stdout {ours!r} instead of {recorded!r}")


def compare_requests(run, sent, base_url, with_bodies):
    recorded = run["requests"]
    if len(sent) != len(recorded):
        raise Mismatch(f"{len(sent)} requests instead of {len(recorded)}: {[each.target for each in sent]}")
    for ours, theirs in zip(sent, recorded):
        headers = {name.lower(): value for name, value in theirs["headers"]}
        facts = {"method": (ours.method, theirs["method"]), "target": (ours.target, theirs["target"]),
                 "body": (ours.body.decode(), theirs["body"].replace(SERVER, base_url)),
                 "x-api-key": (ours.header("x-api-key"), headers.get("x-api-key")),
                 "Authorization": (ours.header("Authorization"), headers.get("authorization"))}
        if not with_bodies:
            del facts["body"]
        for fact, (mine, other) in facts.items():
            if mine != other:
                raise Mismatch(f"{fact} {mine!r} instead of {other!r}")


def replay(run, rows, server, folder):
    server.requests.clear()
    for path in FILES.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    unreachable = "Failed to reach" in run["stderr"]
    argv = command_line(run, closed_address() if unreachable else server.base_url)
    settings = programs.environment(LC_ALL="C.UTF-8", **run["env"])
    done = programs.run("sbn", *argv, stdin=(run["stdin"] or "").encode("utf-8"), cwd=folder, env=settings)
    code, compared, with_bodies = difference(run, rows)
    stdout, stderr = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    if done.returncode != code:
        raise Mismatch(f"exit code {done.returncode} instead of {code}; {stdout!r} {stderr!r}")
    compare_requests(run, server.requests, server.base_url, with_bodies)
    if compared:
        compare_output(run, argv, stdout, server.base_url)
    if run.get("output_file"):
        compare_file(run["output_file"], folder / argv[argv.index("-o") + 1])


def compare_file(recorded, path):
    ours = path.read_text(encoding="utf-8") if path.exists() else "null"
    if parse(ours) != parse(recorded):
        raise Mismatch(f"the file {path.name} is {ours!r} instead of {recorded!r}")


def main():
    parser = argparse.ArgumentParser(description="Replays recorded runs of sbn.")
    parser.add_argument("--only", help="runs whose command line has this word")
    parser.add_argument("recordings", nargs="*", type=pathlib.Path)
    asked = parser.parse_args()
    rows = known_differences()
    runs = load(asked.recordings or sorted((VECTORS / "sbn").glob("cli_[0-9]*.json")))
    now = [each for each in runs if not is_later(each[1]) and (not asked.only or asked.only in each[1]["argv"])]
    with recording.Loopback(Answers()) as server:
        return replay_all(runs, now, lambda run, folder: replay(run, rows, server, folder),
                          lambda run: f"{run['argv']} {run['env'] or ''}")


if __name__ == "__main__":
    sys.exit(main())
