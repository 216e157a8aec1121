"""What the campaigns of kills share: their command line, a folder, what is printed and kept of a run."""

import argparse
import json
import pathlib
import random
import tempfile
import time


class Failure(Exception):
    """Something that must hold does not."""


def main(name, description, play, count="rounds", default=5):
    """Runs play(folder, how often, seed), which returns what is to be said in numbers, by name. The exit code."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(count, type=int, nargs="?", default=default, help=f"how often (default {default})")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10 ** 9))
    parser.add_argument("--result", help="append a line of JSON about the run to this file")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    begun = time.monotonic()
    times = getattr(asked, count)
    with tempfile.TemporaryDirectory(prefix="agentnet-killed-") as folder:
        try:
            counts = play(pathlib.Path(folder) / "state", times, asked.seed)
        except Failure as failure:
            print(f"FAILED with seed {asked.seed}: {failure}")
            return 1
    print(", ".join(f"{number} {what}" for what, number in counts.items()))
    if asked.result:
        line = {"campaign": name, count: times, "seed": asked.seed, "failures": 0,
                "seconds": round(time.monotonic() - begun), **counts}
        with open(asked.result, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    print("passed")
    return 0
