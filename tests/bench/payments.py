#!/usr/bin/env python3
"""Measures payments through `agentnet serve`, and the verification of their ledger offline. One JSON line each.

    python3 tests/bench/payments.py [--intents N] [--clients N]

Intents and their evidence are signed beforehand; then so many clients create them, ask for one capability after the
other, submit the evidence and settle. The ledger of it all is fetched and verified on one core and on all. Nothing is
compared with a peer here: there is none that can be run. Needs build/bin/seal_load (./dev bench builds it).
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import memory_of
from serve import BIN, Place, line

TENANT = "local"
TERMS = {"tenant_id": TENANT, "principal_did": "did:web:principal.example", "payee_did": "did:web:payee.example",
         "amount_cents": 20_000, "currency": "usd", "deadline_rfc3339": "2035-01-02T15:04:05Z",
         "budget_json": '{"currency":"usd","max_spend_usd":200}',
         "evidence_schema_json": '{"type":"object","required":["status"]}',
         "predicate_json": '{"version":1,"root":{"op":"eq","path":["status"],"value":"completed"}}',
         "allowed_tools_json": '["travel.book","travel.plan"]', "principal_seed_hex": "01" * 32}
PROOF = {"tenant_id": TENANT, "payee_did": "did:web:payee.example", "payload_json": '{"status":"completed"}',
         "artifacts_hex": [], "submitted_at_rfc3339": "2030-01-02T15:04:05Z", "secret_seed_hex": "02" * 32}


def signed(place, kind, inputs):
    """The bodies that `paybond sign` makes of the inputs."""
    path = place.folder / "inputs.ndjson"
    path.write_text("".join(json.dumps(each) + "\n" for each in inputs), encoding="ascii")
    done = subprocess.run([str(BIN / "paybond"), "sign", kind, "--ndjson", str(path), "-o", "jsonl"],
                          env=place.environment, capture_output=True, check=True)
    return done.stdout.decode().splitlines()


def ask(place, name, clients, requests):
    """Sends the requests, each a path and a body, and reports their rate."""
    path = place.folder / "requests"
    path.write_text("".join(f"{target} {body}\n" for target, body in requests), encoding="utf-8")
    seen = place.load(clients, path)
    line(f"serve: {name}, {clients} clients", seen["per_second"], "requests/s", "seal_load",
         f"p50 {seen['p50_ms']} ms, p99 {seen['p99_ms']} ms, {len(requests)} requests; client and server share the cores")


def verified(place, path, threads):
    """Entries a second, and MiB at the peak."""
    command = [str(BIN / "paybond"), "ledger", "verify", str(path), "-o", "json", "--threads", str(threads)]
    with tempfile.TemporaryFile() as answer:
        begun = time.perf_counter()
        process = memory_of.start(command, env=place.environment, stdin=subprocess.DEVNULL, stdout=answer)
        peak = memory_of.wait(process)
        seconds = time.perf_counter() - begun
        answer.seek(0)
        found = json.load(answer)
    if not found["valid"]:
        sys.exit(f"the ledger does not verify: {found}")
    line(f"ledger verify, {threads} thread(s)", found["entries"] / seconds, "entries/s", "paybond ledger verify FILE",
         f"{found['entries']} entries, {peak:.1f} MiB at most")


def main():
    parser = argparse.ArgumentParser(description="Measures payments through the local network.")
    parser.add_argument("--intents", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=32)
    asked = parser.parse_args()
    ids = [str(uuid.uuid4()) for _ in range(asked.intents)]
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        intents = signed(place, "intent", ({**TERMS, "intent_id": each} for each in ids))
        evidence = signed(place, "evidence", ({**PROOF, "intent_id": each} for each in ids))
        place.start()
        try:
            ask(place, "intents created", asked.clients, [("/intents", body) for body in intents])
            spender = subprocess.run(
                [str(BIN / "paybond"), "guardrails", "bootstrap", "--operation", "paid-tool", "--requested-spend-cents",
                 str(asked.intents), "-o", "json"], env=place.environment, capture_output=True, check=True)
            made = json.loads(spender.stdout)["data"]
            verify = json.dumps({"intent_id": made["intent_id"], "token": made["capability_token"],
                                 "operation": "paid-tool", "requested_spend_cents": 1})
            ask(place, "verify calls that spend", asked.clients, [("/verify", verify)] * asked.intents)
            ask(place, "evidence submitted", asked.clients,
                [(f"/intents/{each}/evidence", body) for each, body in zip(ids, evidence)])
            ask(place, "settlements", asked.clients, [(f"/intents/{each}/settlement/confirm", "{}") for each in ids])
            ledger = place.folder / "ledger.jsonl"
            with open(ledger, "wb") as file:
                seconds = place.run("paybond", "ledger", "events", "--follow", "--max-wait", "0", "-o", "jsonl", stdout=file)
            with open(ledger, "rb") as file:
                entries = sum(1 for _ in file)
            line("ledger read through serve", entries / seconds, "entries/s", "paybond ledger events --follow")
            for threads in sorted({1, len(os.sched_getaffinity(0))}):
                verified(place, ledger, threads)
        finally:
            place.stop()


if __name__ == "__main__":
    main()
