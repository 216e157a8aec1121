"""Hashes a long stream and watches how much memory that takes.

    python3 tests/crash/memory.py [MIB] [--threads N] [--seed N]

MIB of documents, once of some 200 bytes each and once of 1 MiB each, go through `sbn snapchore hash --ndjson -`.
The most memory that the process ever held must stay under 64 MiB (each thread more needs some 13 MiB more for
the documents of 1 MiB), every line must be answered in order, and answers are checked here by hashing the same
documents again: they hold only what has one spelling, so that their canonical form is what json.dumps writes
with sorted names.
"""

import argparse
import hashlib
import json
import pathlib
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import memory_of
from programs import environment, program

_MIB = 1024 * 1024
_MOST_MIB = 64    # of memory
_CHECKED = 1000   # answers are checked at most, evenly spread
_POOL_MIB = 4     # of different documents, which the stream repeats


def make_document(rng, size):
    """An object of about `size` bytes: texts, integers, decimals, lists and objects inside each other."""
    document = {"id": f"{rng.getrandbits(64):016x}", "sequence": rng.randrange(10 ** 12), "ratio": 0.25, "ok": True}
    left = size - len(json.dumps(document))
    items = []
    while left > 0:
        item = {"name": f"event-{rng.randrange(10 ** 6)}", "values": [rng.randrange(10 ** 6) for _ in range(3)],
                "rate": rng.randrange(1000) / 8, "note": None}
        left -= len(json.dumps(item)) + 2
        items.append(item)
    document["items"] = items
    return document


def line_of(document):
    return json.dumps(document).encode() + b"\n"


def hash_of(document):
    canonical = json.dumps({**document, "canon_version": "SVP-1.0"}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class Stream:
    """A pool of documents, written over and over until `mib` are reached."""

    def __init__(self, rng, size, mib):
        self.hashes = []
        lines = []
        while sum(map(len, lines[-1:])) * len(lines) < _POOL_MIB * _MIB:
            document = make_document(rng, size)
            lines.append(line_of(document))
            self.hashes.append(hash_of(document))
        self.pool = b"".join(lines)
        self.rounds = max(1, -(-mib * _MIB // len(self.pool)))
        self.lines = self.rounds * len(lines)

    def feed(self, pipe):
        try:
            for _ in range(self.rounds):
                pipe.write(self.pool)
            pipe.close()
        except BrokenPipeError:
            pass  # the process ended early, which its exit code tells


class Answers:
    """Reads the answers to a stream and checks them."""

    def __init__(self, stream):
        self.stream = stream
        self.count = 0
        self.wrong = ""

    def read(self, pipe):
        step = max(1, self.stream.lines // _CHECKED)
        for line in pipe:
            if self.count % step == 0 and not self.wrong:
                expected = self.stream.hashes[self.count % len(self.stream.hashes)]
                if json.loads(line) != {"hash": expected, "canon_version": "SVP-1.0"}:
                    self.wrong = f"line {self.count + 1} answers {line!r}, and {expected} is right"
            self.count += 1
        if self.count != self.stream.lines:
            self.wrong = f"{self.count} answers to {self.stream.lines} lines"


def run_stream(stream, threads):
    """The peak memory in MiB, seconds, and what was wrong, "" when nothing was."""
    command = [program("sbn"), "snapchore", "hash", "--ndjson", "-", "--threads", str(threads)]
    answers = Answers(stream)
    begun = time.monotonic()
    process = memory_of.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())
    workers = [threading.Thread(target=stream.feed, args=(process.stdin,)),
               threading.Thread(target=answers.read, args=(process.stdout,))]
    for worker in workers:
        worker.start()
    peak = memory_of.wait(process)
    for worker in workers:
        worker.join()
    return peak, time.monotonic() - begun, answers.wrong or ("" if process.returncode == 0 else
                                                             f"exit code {process.returncode}")


def main():
    parser = argparse.ArgumentParser(description="Hashes a long stream and watches the memory.")
    parser.add_argument("mib", type=int, nargs="?", default=256, help="of documents of each size (default 256)")
    parser.add_argument("--threads", type=int, default=2, help="of the program (default 2)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 9))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    failed = False
    for name, size in (("200 B", 200), ("1 MiB", _MIB)):
        stream = Stream(random.Random(f"{asked.seed}/{size}"), size, asked.mib)
        peak, seconds, wrong = run_stream(stream, asked.threads)
        if not wrong and peak > _MOST_MIB:
            wrong = f"more than {_MOST_MIB} MiB"
        print(f"{stream.lines} documents of {name}: {peak:.1f} MiB at most, {seconds:.1f} s"
              + (f": FAILED: {wrong}" if wrong else ""), flush=True)
        failed = failed or bool(wrong)
    print("failed" if failed else "passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
