"""What the benchmarks work on: files of generated documents, the same for each seed.

Events as agents log them: texts (some beyond ASCII, some escaped), integers, decimals of many digits, lists and
objects inside each other, a timestamp that no hash covers. A file repeats a pool of different documents, since
making them takes longer than hashing them.
"""

import json
import random

_TEXTS = ["gpt-4", "größer", "a \"quoted\" word", "日本", "plain text of some words", "C:\\path"]


def _event(rng):
    return {"event": "inference", "model": rng.choice(_TEXTS), "tokens": rng.randrange(10 ** 5),
            "cost": rng.randrange(10 ** 6) / 10 ** 6, "latency": rng.random() * 1000,
            "user": {"id": f"u-{rng.getrandbits(32):08x}", "tags": ["a", f"b-{rng.randrange(100)}"]}, "ok": True,
            "timestamp": "2026-03-01T10:00:00Z"}


def make_document(rng, size):
    """An object of some `size` bytes: one event, or as many as fit."""
    document = _event(rng)
    length = len(json.dumps(document, ensure_ascii=False))
    if size < 2 * length:
        return document
    document = {"run": f"{rng.getrandbits(64)}", "events": [document]}
    while length < size:
        event = _event(rng)
        document["events"].append(event)
        length += len(json.dumps(event, ensure_ascii=False)) + 2
    return document


class Load:
    """A file of `lines` documents of some `size` bytes each, one a line."""

    def __init__(self, folder, name, size, pool, lines, seed):
        rng = random.Random(f"{seed}/{size}")
        made = [json.dumps(make_document(rng, size), ensure_ascii=False) for _ in range(pool)]
        rounds = -(-lines // pool)
        self.name = name
        self.path = str(folder / f"{name.replace(' ', '')}.ndjson")
        self.lines = rounds * pool
        text = "\n".join(made).encode() + b"\n"
        self.mib = len(text) * rounds / 2 ** 20
        with open(self.path, "wb") as file:
            for _ in range(rounds):
                file.write(text)
