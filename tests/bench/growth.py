#!/usr/bin/env python3
"""Measures how costs grow with what is stored: appends at 10^3 and 10^6 rows, lists of 10^4 and 10^5.

Prints one JSON object a line.

    python3 tests/bench/growth.py [--rows N] [--samples N] [--only appends|lists]

Two servers run side by side, one on a small store and one on a large one, and take turns at short samples of the same
requests, so that other work on the machine disturbs both alike. What is compared is the median of all requests by the
clock, and the medians over samples of what the server itself spent on a request: processor time (from the kernel's
counts of run time) and bytes written, which hardly depend on what else runs. Nothing is compared with a peer here.
"""

import argparse
import http.client
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import memory_of
from serve import BIN, BULK_LINES, PAYLOAD, Place, line

SMALL = 1_000
CHAIN = "bench"
REQUESTS = 100  # of one sample
LISTS = (10_000, 100_000)
BASE = "/internal/snapchore/"


class Store(Place):
    """A served network with `rows` seals on one chain, and a slot of as many BitBlocks."""

    def __init__(self, folder, rows):
        pathlib.Path(folder).mkdir()
        super().__init__(str(folder))
        self.rows = rows
        self.number = 0
        self.connect()

    def connect(self):
        self.start()
        record = json.loads(self.ready.read_text())
        self._link = http.client.HTTPConnection(record["base_url"].removeprefix("http://"))
        self._headers = {"x-api-key": record["api_keys"]["sbn"], "Content-Type": "application/json"}

    def settle(self):
        """Starts the server anew, so that nothing of the filling is still to be written."""
        self.stop()
        os.sync()
        self.connect()

    def post(self, target, body):
        self._link.request("POST", target, body, self._headers)
        answer = self._link.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"{target} answered {answer.status}: {text[:200]}")
        return text

    def fill(self):
        self.post(BASE + "chain", json.dumps({"chain_id": CHAIN}))
        opened = self.post("/slots", json.dumps({"worker_id": "w", "task_type": "bench"}))
        self.slot = json.loads(opened)["data"]["id"]
        for start in range(0, self.rows, BULK_LINES):
            count = min(BULK_LINES, self.rows - start)
            lines = [json.dumps({**PAYLOAD, "n": start + number}) for number in range(count)]
            self.post(f"/internal/agentnet/seals?chain_id={CHAIN}", "\n".join(lines) + "\n")
            self.post(f"/internal/agentnet/bitblocks?slot_id={self.slot}&block_type=Action&domain=d",
                      "".join(f'{{"payload":{text}}}\n' for text in lines))

    def processor_time(self):
        """Seconds that the threads of the server have run, to the nanosecond."""
        tasks = pathlib.Path(f"/proc/{self.server.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def written(self):
        """Bytes that the server has written: pages of its log and of its file, and answers."""
        return int(re.search(r"wchar: (\d+)", pathlib.Path(f"/proc/{self.server.pid}/io").read_text())[1])

    def requests(self):
        """What is appended, by name; each has a number of its own in it."""
        self.number += 1
        payload = {**PAYLOAD, "new": self.number}
        return {"a seal": (BASE + "seal", {"payload": payload}),
                "a seal onto a chain": (BASE + "seal", {"payload": payload, "chain_id": CHAIN}),
                "an append to a chain": (BASE + f"chain/{CHAIN}/append", {"block_hash": f"{self.number:064x}"}),
                "a submit to a slot": ("/api/bitblocks/submit", {"slot_id": self.slot, "block_type": "Action",
                                                               "domain": "d", "payload": payload})}

    def sample(self, name):
        """Microseconds of each request by the clock; and of one of them the server's processor time, and bytes."""
        bodies = [(target, json.dumps(body)) for target, body in (self.requests()[name] for _ in range(REQUESTS))]
        before, written, times = self.processor_time(), self.written(), []
        for target, body in bodies:
            start = time.perf_counter()
            self.post(target, body)
            times.append(1e6 * (time.perf_counter() - start))
        return times, (self.processor_time() - before) / REQUESTS, (self.written() - written) / REQUESTS


def appends(folder, rows, samples):
    stores = [Store(pathlib.Path(folder) / name, count) for name, count in (("small", SMALL), ("large", rows))]
    for store in stores:
        store.fill()
    for store in stores:
        store.settle()
    for name in stores[0].requests():
        walls, processors, bytes_ = ([], []), ([], []), ([], [])
        for turn in range(samples):
            for which in ((0, 1) if turn % 2 else (1, 0)):
                times, processor, written = stores[which].sample(name)
                if turn > 1:  # the first ones warm up
                    walls[which].extend(times)
                    processors[which].append(1e6 * processor)
                    bytes_[which].append(written)
        for measure, unit, (small, large) in (("", "us", walls), (", processor time", "us", processors),
                                              (", written", "bytes", bytes_)):
            small, large = statistics.median(small), statistics.median(large)
            line(f"cost of {name} at {rows} rows against {SMALL}{measure}", large / small, "times", "POST",
                 f"{large:.0f} and {small:.0f} {unit}, medians of {(samples - 2) * REQUESTS} requests each")
    for store in stores:
        store.stop()


def listed(place, command, rows):
    """Seconds by the clock, processor time of the command and the server together, and its most memory in MiB."""
    full = [str(BIN / command[0]), *command[1:]]
    times, processors = [], []

    def spent():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime + place.processor_time()

    for _ in range(3):
        start, before = time.perf_counter(), spent()
        done = subprocess.run(full, env=place.environment, stdout=subprocess.PIPE, check=True)
        times.append(time.perf_counter() - start)
        processors.append(spent() - before)
    lines = done.stdout.count(b"\n")
    if not rows <= lines <= rows + 1:  # the slot's opening has a receipt, too
        sys.exit(f"{' '.join(command)} printed {lines} lines and not {rows}")
    return statistics.median(times), statistics.median(processors), memory_of.peak_memory(full, env=place.environment)


def lists(folder, _rows, _samples):
    found = {}
    for rows in LISTS:
        place = Store(pathlib.Path(folder) / str(rows), rows)
        place.fill()
        # Its chain's blocks, the receipts of these, and the slot's BitBlocks.
        for command in (["sbn", "receipts", "list", "--all", "-f", "jsonl"],
                        ["sbn", "bitblocks", "list", place.slot, "--all", "-f", "jsonl"]):
            name = " ".join(word for word in command if word != place.slot)
            found.setdefault(name, []).append((*listed(place, command, rows), place.resident()))
        place.stop()
    for name, ((few_seconds, few_spent, few_memory, few_server), (seconds, spent, memory, server)) in found.items():
        factor = LISTS[1] / LISTS[0]
        line(f"{name}: {LISTS[1]} rows", LISTS[1] / seconds, "rows/s", name, f"{seconds:.2f} s")
        line(f"{name}: cost of a row at {LISTS[1]} rows against {LISTS[0]}", seconds / few_seconds / factor, "times",
             name, f"{seconds:.2f} and {few_seconds:.2f} s")
        line(f"{name}: cost of a row at {LISTS[1]} rows against {LISTS[0]}, processor time", spent / few_spent / factor,
             "times", name, f"{spent:.2f} and {few_spent:.2f} s of the command and the server")
        line(f"{name}: memory at {LISTS[1]} rows", memory, "MiB", name,
             f"{few_memory:.1f} MiB at {LISTS[0]} rows; the server holds {server:.0f} and {few_server:.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description="Measures how costs grow with what is stored.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the large store (default 1,000,000)")
    parser.add_argument("--samples", type=int, default=12, help="of each kind of request and store (default 12)")
    parser.add_argument("--only", choices=("appends", "lists"), help="measure only these")
    asked = parser.parse_args()
    line("machine", len(os.sched_getaffinity(0)), "cores", "", f"load average {os.getloadavg()[0]:.1f} at the start")
    for work in (lists, appends):
        if asked.only in (None, work.__name__):
            with tempfile.TemporaryDirectory() as folder:
                work(folder, asked.rows, asked.samples)


if __name__ == "__main__":
    main()
