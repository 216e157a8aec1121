#!/usr/bin/env python3
"""Measures the local network: seals through the server and embedded, start, memory, growth; streams into slots. One
JSON line each.

    python3 tests/bench/serve.py [--seconds N] [--rows N] [--only seals|slots]

What growth costs beside a small store is measured by growth.py. Nothing is compared with a peer here: there is none
that can be run. Needs build/bin/seal_load (./dev bench builds it).
"""

import argparse
import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("AGENTNET_BIN", ROOT / "build" / "bin")).resolve()
CLIENTS = (1, 8, 32)
IDLE_CONNECTIONS = 10_000
STREAMS = (1, 8)
EVENTS = 100_000  # of each stream
ROUNDS = 3  # of streams
BULK_LINES = 4_096  # of one request
PAYLOAD = {"event": "signup", "user": "u-42", "plan": "builder", "source": "a text that makes it as long as events are",
           "amount": 12.5, "tags": ["a", "b", "c"], "note": "some more words, so that it has two hundred bytes"}


class Place:
    """A home of its own for a network, and a server in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ready = self.folder / "ready.json"
        self.environment = dict(os.environ, HOME=folder, XDG_STATE_HOME=f"{folder}/state",
                                XDG_CONFIG_HOME=f"{folder}/config")

    def run(self, *words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
        start = time.perf_counter()
        subprocess.run([str(BIN / words[0]), *words[1:]], env=self.environment, stdin=stdin, stdout=stdout, check=True)
        return time.perf_counter() - start

    def start(self):
        self.ready.unlink(missing_ok=True)
        start = time.perf_counter()
        self.server = subprocess.Popen([str(BIN / "agentnet"), "serve", "--port", "0", "-q", "--ready-file",
                                        str(self.ready)], env=self.environment, stdout=subprocess.DEVNULL)
        while not self.ready.exists():
            time.sleep(0.0005)
        return time.perf_counter() - start

    def stop(self):
        self.server.terminate()
        self.server.wait(30)

    def resident(self):
        for line in pathlib.Path(f"/proc/{self.server.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def load(self, clients, seconds):
        done = subprocess.run([str(BIN / "seal_load"), str(self.ready), str(clients), str(seconds)],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)


def line(measure, value, unit, command, note=""):
    print(json.dumps({"measure": measure, "value": float(f"{value:.4g}"), "unit": unit, "command": command,
                      "note": note}), flush=True)


def served(place, seconds):
    starts = []
    for _ in range(7):
        starts.append(place.start())
        memory = place.resident()
        place.stop()
    line("serve: start to ready, existing store", 1000 * statistics.median(starts[1:]), "ms", "agentnet serve --port 0")
    line("serve: idle memory", memory, "MiB", "agentnet serve --port 0")
    place.start()
    for clients in CLIENTS:
        seen = place.load(clients, seconds)
        note = f"p50 {seen['p50_ms']} ms, p99 {seen['p99_ms']} ms, {seen['seals']} seals; client and server share the cores"
        line(f"serve: durable seals, {clients} clients", seen["per_second"], "seals/s", "seal_load", note)
    port = int(json.loads(place.ready.read_text())["base_url"].rsplit(":", 1)[1])
    before = place.resident()
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(IDLE_CONNECTIONS)]
    time.sleep(0.5)
    line(f"serve: memory of {IDLE_CONNECTIONS} idle connections", place.resident() - before, "MiB", "connect only")
    for each in sockets:
        each.close()
    served_times = [place.run("sbn", "-f", "quiet", "snapchore", "seal", "{\"a\":1}") for _ in range(30)]
    place.stop()
    embedded = [place.run("sbn", "-f", "quiet", "snapchore", "seal", "{\"a\":1}") for _ in range(30)]
    line("one seal command, served", 1000 * statistics.median(served_times), "ms", "sbn snapchore seal JSON")
    line("one seal command, embedded", 1000 * statistics.median(embedded), "ms", "sbn snapchore seal JSON")


def growth(place, rows, seconds):
    """The same load on a store of 10^3 rows, then on one of 10^6; and bulk seals between."""
    lines = place.folder / "payloads.ndjson"
    batch = 100_000
    with open(lines, "w", encoding="ascii") as file:
        for number in range(batch):
            file.write(json.dumps({**PAYLOAD, "n": number}) + "\n")
    few = place.folder / "few.ndjson"
    few.write_text("".join(f'{{"n": {number}}}\n' for number in range(1000)), encoding="ascii")
    bulk = ["sbn", "-f", "quiet", "snapchore", "seal", "--ndjson"]
    place.run(*bulk, str(few))
    rates = {}
    place.start()
    rates["10^3"] = place.load(1, seconds)
    rates["10^3, 32"] = place.load(32, seconds)
    place.stop()
    times = []
    while len(times) * batch < rows:
        times.append(place.run(*bulk, str(lines)))
    line("bulk seal, embedded, first 10^5", batch / times[0], "seals/s", "sbn snapchore seal --ndjson FILE",
         "payloads of 200 B, durable, attested by batch")
    line(f"bulk seal, embedded, up to {rows} rows", batch / statistics.median(times[-3:]), "seals/s",
         "sbn snapchore seal --ndjson FILE")
    place.start()
    rates["10^6"] = place.load(1, seconds)
    rates["10^6, 32"] = place.load(32, seconds)
    place.stop()
    for clients, name in (("", "1 client"), (", 32", "32 clients")):
        before, after = rates["10^3" + clients], rates["10^6" + clients]
        line(f"cost of a seal at {rows} rows against 10^3, {name}", before["per_second"] / after["per_second"], "times",
             "seal_load", f"{before['per_second']} and {after['per_second']} seals/s; p50 {before['p50_ms']} and "
             f"{after['p50_ms']} ms")


STREAM = ["sbn", "gateway", "slots", "stream", "--worker", "w-1", "--task", "bench", "-f", "quiet"]


def write_events(path, count):
    with open(path, "w", encoding="ascii") as file:
        for number in range(count):
            file.write(json.dumps({"event_type": "delivery", "n": number, **PAYLOAD}) + "\n")


def stream_at_once(place, events, count):
    """Seconds until so many streams of the same events are durable and closed."""
    start = time.perf_counter()
    running = [subprocess.Popen([str(BIN / STREAM[0]), *STREAM[1:]], env=place.environment, stdin=open(events, "rb"),
                                stdout=subprocess.DEVNULL) for _ in range(count)]
    if any(process.wait() != 0 for process in running):
        sys.exit("a stream failed")
    return time.perf_counter() - start


def median_rate(place, events, count):
    return count * EVENTS / statistics.median(stream_at_once(place, events, count) for _ in range(ROUNDS))


def streams(place):
    events = place.folder / "events.ndjson"
    write_events(events, EVENTS)
    note = f"{EVENTS} events of 250 B each, durable, in order; clients and server share the cores; median of {ROUNDS}"
    line("stream, embedded", median_rate(place, events, 1), "events/s", " ".join(STREAM), note)
    place.start()
    for count in STREAMS:
        line(f"stream through serve, {count} at once", median_rate(place, events, count), "events/s",
             " ".join(STREAM), note)
    place.stop()


class Slot:
    """An open slot, submitted to over one connection."""

    def __init__(self, place):
        record = json.loads(place.ready.read_text())
        self._connection = http.client.HTTPConnection(record["base_url"].removeprefix("http://"))
        self._headers = {"x-api-key": record["api_keys"]["sbn"], "Content-Type": "application/json"}
        opened = self.post("/slots", json.dumps({"worker_id": "w", "task_type": "bench"}))
        self.id = json.loads(opened)["data"]["id"]

    def post(self, target, body):
        self._connection.request("POST", target, body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"{target} answered {answer.status}: {text[:200]}")
        return text

    def fill(self, count):
        body = json.dumps({"payload": PAYLOAD}) + "\n"
        for start in range(0, count, BULK_LINES):
            self.post(f"/internal/agentnet/bitblocks?slot_id={self.id}&block_type=Action&domain=d",
                      body * min(BULK_LINES, count - start))


def closing(place, rows):
    place.start()
    slot = Slot(place)
    slot.fill(rows)
    start = time.perf_counter()
    slot.post(f"/slots/{slot.id}/close", "{}")
    line(f"closing a slot of {rows} BitBlocks", time.perf_counter() - start, "s", "POST /slots/{id}/close")
    place.stop()


def main():
    parser = argparse.ArgumentParser(description="Measures the local network.")
    parser.add_argument("--seconds", type=float, default=4, help="of each load (default 4)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the large store (default 1,000,000)")
    parser.add_argument("--only", choices=("seals", "slots"), help="measure only these")
    asked = parser.parse_args()
    seals = [lambda place: served(place, asked.seconds), lambda place: growth(place, asked.rows, asked.seconds)]
    slots = [streams, lambda place: closing(place, asked.rows)]
    if asked.only != "slots" and not (BIN / "seal_load").exists():
        sys.exit("build/bin/seal_load is missing; ./dev bench builds it")
    line("machine", len(os.sched_getaffinity(0)), "cores", "", f"load average {os.getloadavg()[0]:.1f} at the start")
    for work in [*(seals if asked.only != "slots" else []), *(slots if asked.only != "seals" else [])]:
        with tempfile.TemporaryDirectory() as folder:
            work(Place(folder))


if __name__ == "__main__":
    main()
