"""Replays recorded runs of the kit's own `paybond` command against a server that answers as the recorded one did.

    python3 tests/cli/paybond_replay.py [RECORDING...]

Without recordings all of tests/vectors/paybond/http_kit_*.json; of each the entries that are runs of the command line.
Compared are the requests (method, target, body, credential, request id), standard output where it is JSON, by value
and order of members, and the exit code. Tables are our own, so of a table only is asked that there is one. What
differs stands in tests/vectors/differences.json: the first row of program "paybond" that has a `when` without "kit"
and fits names the exit code, and whether standard output and the requests are compared.
"""

import argparse
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import programs
import recording
from replaying import Mismatch, VECTORS, is_same_json, known_differences, replay_all, without_options

KEY = "paybond_sk_sandbox_" + "0123456789abcdef" * 2 + "_" + "a" * 64
GLOBALS = ("--gateway", "--request-id")
# Command groups that are not there yet.
LATER = ("policy", "dev", "mcp", "init")


def load(paths):
    runs = []
    for path in paths:
        vectors = json.loads(path.read_text(encoding="utf-8"))["vectors"]
        runs += [(path.stem, each) for each in vectors if isinstance(each["result"].get("value"), dict)
                 and "argv" in each["result"]["value"]]
    return runs


def words_of(argv):
    """A command line without the program and the options before the command."""
    return without_options(argv[1:], GLOBALS)


class Script:
    """The recorded answers, in order; beyond them 404."""

    def __init__(self):
        self.answers = []

    def __call__(self, _):
        if not self.answers:
            return recording.json_answer(404, {"error": {"code": "unscripted", "message": "beyond the recording"}})
        answer = self.answers.pop(0)
        return answer["status"], list(answer["headers"].items()), answer["body_utf8"].encode()


def difference(recorded, rows):
    """(exit code, whether standard output is compared, whether requests are) by the first row that fits."""
    facts = {"args": " ".join(words_of(recorded["argv"])), "stdout": recorded["stdout"], "stderr": recorded["stderr"]}
    for row in rows:
        when = row.get("when")
        if row["program"] != "paybond" or when is None or "kit" in when:
            continue
        if set(when) - {"exit", *facts}:
            raise SystemExit(f"differences.json: {row['id']} has a condition that is not understood")
        if when.get("exit", recorded["exit_code"]) == recorded["exit_code"] and all(
                re.search(expression, facts[name]) for name, expression in when.items() if name != "exit"):
            return row["exit"], row.get("stdout") != "differs", row.get("requests") != "differ"
    return recorded["exit_code"], True, True


def compare_output(recorded, ours):
    if not recorded.lstrip().startswith("{"):
        if bool(ours.strip()) != bool(recorded.strip()):
            raise Mismatch(f"stdout {ours!r} instead of {recorded!r}")
        return
    if not is_same_json(ours, recorded):
        raise Mismatch(f"stdout {ours!r} instead of {recorded!r}")


def compare_requests(exchanges, sent):
    if len(sent) != len(exchanges):
        raise Mismatch(f"{len(sent)} requests instead of {len(exchanges)}: {[each.target for each in sent]}")
    for ours, exchange in zip(sent, exchanges):
        theirs = exchange["request"]
        headers = {name.lower(): value for name, value in theirs["headers"]}
        facts = {"method": (ours.method, theirs["method"]), "target": (ours.target, theirs["target"]),
                 "body": (ours.body.decode(), theirs["body_utf8"]),
                 "authorization": (ours.header("authorization"), headers.get("authorization"))}
        if "x-request-id" in headers:
            facts["x-request-id"] = (ours.header("x-request-id"), headers["x-request-id"])
        for fact, (mine, other) in facts.items():
            if mine != other:
                raise Mismatch(f"{fact} {mine!r} instead of {other!r}")


def replay(run, rows, server, script, folder):
    recorded = run["result"]["value"]
    script.answers = [exchange["response"] for exchange in run["exchanges"]]
    server.requests.clear()
    bodies = [exchange["request"]["body_utf8"] for exchange in run["exchanges"] if exchange["request"]["body_utf8"]]
    body = json.dumps(json.loads(bodies[-1]), ensure_ascii=False, indent=1).encode() if bodies else b""
    for place, word in enumerate(recorded["argv"]):
        if word == "--body":
            (folder / recorded["argv"][place + 1]).write_bytes(body)
    environment = programs.environment(LC_ALL="C.UTF-8")
    if "missing_api_key" not in recorded["stdout"]:
        environment["PAYBOND_API_KEY"] = KEY
    argv = [word.replace("<base>", server.base_url) for word in recorded["argv"][1:]]
    if words_of(recorded["argv"])[0] not in ("receipts", "mandates") or "verify" not in argv:
        argv = ["--retries", "0", *argv]
    done = programs.run("paybond", *argv, stdin=body, cwd=folder, env=environment)
    code, stdout_counts, requests_count = difference(recorded, rows)
    stdout, stderr = done.stdout.decode(), done.stderr.decode()
    if done.returncode != code:
        raise Mismatch(f"exit code {done.returncode} instead of {code}; {stdout!r} {stderr!r}")
    if KEY in stdout + stderr:
        raise Mismatch("the API key was shown")
    if requests_count:
        compare_requests(run["exchanges"], server.requests)
    if stdout_counts:
        compare_output(recorded["stdout"], stdout)


def main():
    parser = argparse.ArgumentParser(description="Replays recorded runs of paybond.")
    parser.add_argument("recordings", nargs="*", type=pathlib.Path)
    asked = parser.parse_args()
    rows = known_differences()
    runs = load(asked.recordings or sorted((VECTORS / "paybond").glob("http_kit_*.json")))
    now = [each for each in runs if words_of(each[1]["result"]["value"]["argv"])[0] not in LATER]
    script = Script()
    with recording.Loopback(script) as server:
        return replay_all(runs, now, lambda run, folder: replay(run, rows, server, script, folder),
                          lambda run: run["id"])


if __name__ == "__main__":
    sys.exit(main())
