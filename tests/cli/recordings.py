"""Recorded runs of the network's own `snapchore` command, and the folder in which each of them began.

A recording file is {"name": "snapchore_cli", "count": N, "vectors": [run, ...]}, a run being
{"id", "argv", "stdin", "env", "exit", "stdout", "stderr", "files_written": {path: text}}. Beside the file lies the
folder of the recordings as it was after the last of them; `before()` derives from it the folder before each run, and
`prove()` shows that what was derived is right.
"""

import hashlib
import json


class NotProved(Exception):
    """A derived file that the recordings contradict."""


def load(paths):
    """The runs of several recording files, in the order in which they were recorded."""
    runs = []
    for path in paths:
        recording = json.loads(path.read_text(encoding="utf-8"))
        if recording["name"] != "snapchore_cli" or recording["count"] != len(recording["vectors"]):
            raise NotProved(f"{path} is no complete recording of snapchore")
        runs.extend(recording["vectors"])
    known = {"id", "argv", "stdin", "env", "exit", "stdout", "stderr", "files_written"}
    for run in runs:
        if set(run) != known:
            raise NotProved(f"{run.get('id')}: members {sorted(set(run) ^ known)} are missing or not understood")
    return sorted(runs, key=lambda run: int(run["id"].rsplit("-", 1)[1]))


def as_written(value):
    """A document as the recorded tool writes it to a file."""
    return json.dumps(value, indent=2) + "\n"


def is_append(run):
    return run["argv"][:2] == ["chain", "append"]


def file_before(run, path):
    """What a file that the run wrote held before; None when the run made it."""
    if not is_append(run):
        return None
    ledger = json.loads(run["files_written"][path])
    entries = ledger["entries"][:-1]
    head = entries[-1]["chain_hash"] if entries else None
    return as_written({**ledger, "length": len(entries), "head_hash": head, "entries": entries})


def before(runs, index, folder):
    """The files (path to text) that run `index` found; `folder` is what the last run left."""
    found = dict(folder)
    written = {path for run in runs for path in run["files_written"]}
    for path in written:
        earlier = [run for run in runs[:index] if path in run["files_written"]]
        later = [run for run in runs[index:] if path in run["files_written"]]
        text = earlier[-1]["files_written"][path] if earlier else file_before(later[0], path)
        if text is None:
            found.pop(path, None)
        else:
            found[path] = text
    return found


def entry_hash(entry):
    """The hash of a version 1 ledger entry: SHA-256 over five of its members."""
    covered = {name: entry[name] for name in ("block_hash", "event_type", "index", "timestamp")}
    covered["previous_chain_hash"] = entry["previous_chain_hash"] or "genesis"
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def prove(runs, folder):
    """Raises NotProved unless the derived folders agree with everything that was recorded.

    The last writing of each file is what the folder holds. Where a file was written twice, what is derived from the
    second writing is the first, byte for byte. An appended entry is the last of its ledger, stands at the index that
    the shortened ledger's length names, links to its head, has the hash that its members give, and is laid out so
    that writing the ledger again gives the same bytes.
    """
    for index, run in enumerate(runs):
        for path, text in run["files_written"].items():
            later = [other for other in runs[index + 1:] if path in other["files_written"]]
            replaced = later and not is_append(later[0])  # which needed nothing of the file
            expected = file_before(later[0], path) if later else folder.get(path)
            if not replaced and text != expected:
                raise NotProved(f"{run['id']}: {path} is not what the next run found")
            if is_append(run):
                prove_append(run, path)


def prove_append(run, path):
    text = run["files_written"][path]
    after, earlier = json.loads(text), json.loads(file_before(run, path))
    last = after["entries"][-1]
    facts = {
        "the layout": as_written(after) == text,
        "the length": after["length"] == earlier["length"] + 1 == len(after["entries"]),
        "the index": last["index"] == earlier["length"],
        "the link": last["previous_chain_hash"] == earlier["head_hash"],
        "the hash": last["chain_hash"] == after["head_hash"] == entry_hash(last),
        "the block": last["block_hash"] in run["argv"],
    }
    for fact, holds in facts.items():
        if not holds:
            raise NotProved(f"{run['id']}: {fact} of the entry appended to {path}")
