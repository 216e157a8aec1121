"""The peer's side of the benchmarks, run by the Python that has snapchore-core; prints one JSON object.

    python peer_side.py hash|seal|verify FILE COUNT      the first COUNT lines of FILE, in this process
    python peer_side.py append FILE COUNT                COUNT hashes chained at once and saved as FILE

Only the work is timed, not the start of Python. {"wall", "cpu"} are seconds, "count" is how often it was done.
"""

import itertools
import json
import logging
import sys
import time

from snapchore import SmartBlock, SnapChoreChain, snapchore_capture

logging.disable(logging.CRITICAL)


def hash_lines(path, count):
    with open(path, encoding="utf-8") as file:
        lines = list(itertools.islice(file, count))
    return lines, lambda line: snapchore_capture(json.loads(line))


def seal_lines(path, count):
    lines, _ = hash_lines(path, count)

    def seal(line):
        block = SmartBlock(payload=json.loads(line))
        block.seal()
        return json.dumps(block.to_dict())

    return lines, seal


def verify_lines(path, count):
    lines, _ = hash_lines(path, count)
    return lines, lambda line: SmartBlock.from_dict(json.loads(line)).verify()


def append(path, count):
    def work(_):
        chain = SnapChoreChain("bench")
        for number in range(count):
            chain.append_raw(block_hash=f"{number:064x}", event_type="block_sealed")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(chain.to_dict(), file, indent=2)
        return True

    return [None], work


def main():
    kind, path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    kinds = {"hash": hash_lines, "seal": seal_lines, "verify": verify_lines, "append": append}
    items, work = kinds[kind](path, count)
    wall, cpu = time.perf_counter(), time.process_time()
    done = sum(1 for item in items if work(item))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if done != len(items):
        sys.exit(f"{len(items) - done} of {len(items)} failed")
    print(json.dumps({"wall": wall, "cpu": cpu, "count": count if kind == "append" else done}))


if __name__ == "__main__":
    main()
