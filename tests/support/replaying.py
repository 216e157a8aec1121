"""What replays recorded command lines: how output is compared, and how a recording is gone through."""

import json
import pathlib
import tempfile

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"


class Mismatch(Exception):
    """A run came out otherwise than it was recorded."""


class Members(list):
    """The members of an object as pairs, in their order."""


def parse(text):
    return json.loads(text, object_pairs_hook=Members)


def is_same_json(ours, recorded):
    try:
        return parse(ours) == parse(recorded)
    except ValueError:
        return False


def without_options(words, options):
    """A command line without the options before the command, each of which has a value."""
    words = list(words)
    while words and words[0] in options:
        words = words[2:]
    return words


def known_differences():
    return json.loads((VECTORS / "differences.json").read_text(encoding="utf-8"))["differences"]


def replay_all(runs, now, replay, name_of):
    """Calls replay(run, folder) for each of the (file, run) in `now`, tells how many held, returns the exit code."""
    failures = []
    for file, run in now:
        with tempfile.TemporaryDirectory() as place:
            try:
                replay(run, pathlib.Path(place))
            except Mismatch as fault:
                failures.append(f"{file} {name_of(run)}: {fault}")
    later = len(runs) - len(now)
    print(*failures, f"{len(now) - len(failures)} of {len(now)} recorded runs replayed, {later} are of later groups",
          sep="\n")
    return 1 if failures or not now else 0
