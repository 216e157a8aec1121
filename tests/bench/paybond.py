"""Measures paybond's digests and signatures, beside paybond-kit's native module where it is installed.

    python3 tests/bench/paybond.py [--seed N] [--rounds N] [--count N]

Prints one JSON object a line: {"measure","value","unit","peer","ratio","command","note"}. Values are documents a
second of processor time on one core, medians of rounds in which both sides take turns; ours include starting the
program, reading and writing. The peer only makes its bodies, from inputs that are parsed already. AGENTNET_BIN
names the folder of the programs (default build/bin), AGENTNET_PAYBOND_PYTHON the Python that has paybond-kit
(default .venv-paybond/bin/python); `peer` is "not measured" without it.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support")]

from programs import ROOT, environment, program

# The peer's side: the same lines, in its own process; prints seconds of processor time.
_PEER = """
import json, sys, time
import paybond_kit._native as native
kind, path = sys.argv[1:]
inputs = [json.loads(line) for line in open(path, encoding="utf-8")]
seed = bytes.fromhex("07" * 32)
new = hasattr(native, "encode_evidence_sign_v1_hex")
def intent(i):
    terms = (i["intent_id"], i["principal_did"], i["payee_did"], i["budget_json"], i["currency"], i["amount_cents"],
             i["evidence_schema_json"], i["deadline_rfc3339"], i["predicate_json"], "", i["allowed_tools_json"])
    if new:
        return native.build_signed_create_intent_json(i["tenant_id"], seed, seed, *terms, "stripe_connect")
    return native.build_signed_create_intent_json(i["tenant_id"], seed, *terms)
def digest(i):
    return native.encode_evidence_sign_v1_hex("t", "7f2a9b1e-2f66-4f4f-9c6e-8f4b8e85c401", "d", i, [], "2030-01-02T15:04:05Z")
# Each release signs one version of intents, and only that is compared.
if kind == ("intent" if new else "intent-v6"):
    sys.exit("this release signs another version")
work = intent
if kind.startswith("digest"):
    inputs, work = [json.dumps(i) for i in inputs], digest
    if not new:
        sys.exit("this release shows no digest")
begun = time.process_time()
for i in inputs:
    work(i)
print(time.process_time() - begun)
"""


def intent(rng):
    budget = {"currency": "usd", "max_spend_usd": rng.randrange(1000), "limits": {"day": rng.random(), "n": [1, 2, 3]}}
    return {"tenant_id": "tenant-a", "intent_id": f"{rng.getrandbits(128):032x}", "principal_did": "did:web:principal.example",
            "payee_did": "did:web:payee.example", "amount_cents": rng.randrange(10 ** 6), "currency": "usd",
            "deadline_rfc3339": "2030-01-02T15:04:05Z", "budget_json": json.dumps(budget),
            "evidence_schema_json": '{"type":"object","required":["status"]}',
            "predicate_json": '{"version":1,"root":{"op":"true"}}', "allowed_tools_json": '["travel.book","travel.plan"]'}


def nested(rng, items=3):
    return {"run": f"{rng.getrandbits(64):x}", "ok": True, "cost": rng.random(), "usage": {"tokens": rng.randrange(10 ** 5),
            "rates": [rng.random() for _ in range(4)], "model": {"name": "gpt", "tags": ["a", "b"]}},
            "items": [{"id": n, "price": rng.randrange(10 ** 6) / 100, "note": "größer"} for n in range(items)]}


def spent(command, path, variables):
    """Seconds of processor time of a program that reads the file."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, path, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(command[0], command, variables, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def peer_spent(python, kind, path):
    done = subprocess.run([python, "-c", _PEER, kind, path], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def measure(asked, kind, words, note, make, folder):
    rng = random.Random(asked.seed)
    path = os.path.join(folder, kind)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(asked.count):
            file.write(json.dumps(make(rng)) + "\n")
    command = [program("paybond"), *words, "--ndjson", "-", "--threads", "1", "-o", "jsonl"]
    variables = environment(PAYBOND_PRINCIPAL_SEED="07" * 32, PAYBOND_PAYEE_SEED="07" * 32)
    python = os.environ.get("AGENTNET_PAYBOND_PYTHON") or str(ROOT / ".venv-paybond" / "bin" / "python")
    ours, theirs = [], []
    for _ in range(asked.rounds):
        ours.append(asked.count / spent(command, path, variables))
        seconds = peer_spent(python, kind, path) if os.access(python, os.X_OK) else None
        if seconds:
            theirs.append(asked.count / seconds)
    value, peer = statistics.median(ours), statistics.median(theirs) if theirs else None
    print(json.dumps({"measure": kind, "value": round(value), "unit": "a second of processor time",
                      "peer": round(peer) if peer else "not measured", "ratio": round(value / peer, 2) if peer else None,
                      "command": " ".join(["paybond", *command[1:]]), "note": note}), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Measures paybond's digests and signatures.")
    parser.add_argument("--seed", type=int, default=20260301)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=100000, help="documents of each kind")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(asked, "intent", ["sign", "intent", "--signing-version", "2"], "one seed for all", intent, folder)
        measure(asked, "intent-v6", ["sign", "intent", "--signing-version", "6"], "one seed for all",
                lambda rng: {**intent(rng), "settlement_rail": "stripe_connect"}, folder)
        measure(asked, "digest", ["digest"], "nested documents of 400 bytes", nested, folder)
        measure(asked, "digest-2k", ["digest"], "nested documents of 2 KiB", lambda rng: nested(rng, 32), folder)


if __name__ == "__main__":
    main()
