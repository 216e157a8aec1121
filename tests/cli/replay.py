"""Replays recorded runs of the network's own `snapchore` command and compares what ours prints and writes.

    python3 tests/cli/replay.py [RECORDING...]

Without arguments all of tests/vectors/sbn/snapchore_cli*.json. Every run starts in the folder that the recorded one
found (recordings.py). Outputs and files must be equal by value, with members in the same order; lines of text must be
equal. Only where every run makes up something new (ids, instants, and hashes over them) the shape is compared, and
what was equal in the recording must be equal here. Exit codes follow tests/vectors/differences.json: the first row
whose `when` fits names the code, and without a row the code must be the recorded one.
"""

import json
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import programs
import recordings

VECTORS = HERE.parent / "vectors"
FOLDER = VECTORS / "sbn" / "files-snapchore"

# What a run makes up, by shape. Times of one run may fall together, the others may not.
SHAPES = {
    "id": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "hash": r"[0-9a-f]{64}",
    "device": r"snapchore-device-[0-9a-f]{32}",
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?(?:\+00:00|Z)",
}
ANY_SHAPE = re.compile("|".join(f"(?<![0-9A-Za-z])(?P<{name}>{shape})(?![0-9A-Za-z])"
                                for name, shape in SHAPES.items()))

# The shapes that each command makes up: a block's id when it has none, a chain's id and its time, an entry's time
# and its hash; everything in a seal.
MADE_UP = {
    ("seal",): {"id", "hash", "device", "time"},
    ("verify-block",): {"id"},
    ("chain", "create"): {"id", "time"},
    ("chain", "append"): {"time", "hash"},
}


class Mismatch(Exception):
    pass


def made_up_by(argv):
    for command, shapes in MADE_UP.items():
        if tuple(argv[:len(command)]) == command:
            return shapes
    return set()


class Comparison:
    """Of one run: knows what may differ, and which of our tokens stands for which recorded one."""

    def __init__(self, run, found):
        self.shapes = made_up_by(run["argv"])
        read = [text for path, text in found.items() if path in run["argv"]]
        self.given = "\n".join([*run["argv"], run["stdin"], *run["env"].values(), *read])
        self.ours_for = {}

    def output(self, recorded, ours, where):
        """Whole outputs or files: by value where the recorded one is JSON, else line by line."""
        if recorded.lstrip().startswith(("{", "[")):
            try:
                ours_value = parse(ours)
            except ValueError as fault:
                raise Mismatch(f"{where}: not JSON: {fault}: {ours!r}") from fault
            self.value(parse(recorded), ours_value, where)
        else:
            self.text(recorded, ours, where)

    def value(self, recorded, ours, where):
        if type(recorded) is not type(ours):
            raise Mismatch(f"{where}: {ours!r} instead of {recorded!r}")
        if isinstance(recorded, Members):
            names, our_names = [name for name, _ in recorded], [name for name, _ in ours]
            if names != our_names:
                raise Mismatch(f"{where}: members {our_names} instead of {names}")
            for (name, value), (_, our_value) in zip(recorded, ours):
                self.value(value, our_value, f"{where}.{name}")
        elif isinstance(recorded, list):
            if len(recorded) != len(ours):
                raise Mismatch(f"{where}: {len(ours)} items instead of {len(recorded)}")
            for number, (value, our_value) in enumerate(zip(recorded, ours)):
                self.value(value, our_value, f"{where}[{number}]")
        elif isinstance(recorded, str):
            self.text(recorded, ours, where)
        elif recorded != ours:
            raise Mismatch(f"{where}: {ours!r} instead of {recorded!r}")

    def text(self, recorded, ours, where):
        """Equal but for the tokens that this run makes up; those have the same shape and stand for each other."""
        pattern, tokens, end = "", [], 0
        for match in ANY_SHAPE.finditer(recorded):
            shape, token = match.lastgroup, match.group()
            if shape not in self.shapes or token in self.given:
                continue
            pattern += re.escape(recorded[end:match.start()]) + f"({SHAPES[shape]})"
            tokens.append((shape, token))
            end = match.end()
        fitting = re.fullmatch(pattern + re.escape(recorded[end:]), ours)
        if fitting is None:
            raise Mismatch(f"{where}: {ours!r} instead of {recorded!r}")
        for (shape, token), our_token in zip(tokens, fitting.groups()):
            self.stands_for(shape, token, our_token, where)

    def stands_for(self, shape, token, our_token, where):
        if self.ours_for.setdefault(token, our_token) != our_token:
            raise Mismatch(f"{where}: {our_token} where {self.ours_for[token]} stood for {token}")
        if shape != "time" and list(self.ours_for.values()).count(our_token) > 1:
            raise Mismatch(f"{where}: {our_token} stands for two recorded values")


class Members(list):
    """The members of an object as pairs, in their order."""


def parse(text):
    return json.loads(text, object_pairs_hook=Members)


def expected(run, rows):
    """(exit code, whether stdout is compared)"""
    for row in rows:
        when = row.get("when")
        if when is None or row["program"] != "snapchore":
            continue
        if set(when) - {"exit", "stdout", "stderr"}:
            raise Mismatch(f"differences.json: {row['id']} has a condition that is not understood")
        if "exit" in when and when["exit"] != run["exit"]:
            continue
        if all(re.search(when[stream], run[stream]) for stream in ("stdout", "stderr") if stream in when):
            return row.get("exit", run["exit"]), row.get("stdout") != "differs"
    return run["exit"], True


def lay_out(files, folder):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes().decode("utf-8")
            for path in folder.rglob("*") if path.is_file()}


def verifies(arguments, text):
    done = programs.run("snapchore", *arguments, stdin=text.encode("utf-8"))
    if done.returncode != 0:
        raise Mismatch(f"snapchore {' '.join(arguments)} says {done.stdout + done.stderr!r} of {text!r}")


def check_sealed(run, *texts):
    """Blocks and ledgers that a run made must hold in ours, whoever made them."""
    for text in texts:
        if run["argv"][0:1] == ["seal"] and text.startswith("{"):
            verifies(["verify-block", "-"], text)
        if run["argv"][:2] in (["chain", "create"], ["chain", "append"]) and '"entries"' in text:
            verifies(["chain", "verify", "/dev/stdin"], text)


def replay(run, found, rows, folder):
    settings = programs.environment(LC_ALL="C.UTF-8", **run["env"])
    lay_out(found, folder)
    done = programs.run("snapchore", *run["argv"], stdin=run["stdin"].encode("utf-8"), cwd=folder, env=settings)
    code, compared = expected(run, rows)
    stdout, stderr = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    if done.returncode != code:
        raise Mismatch(f"exit code {done.returncode} instead of {code}; {stdout!r} {stderr!r}")
    if code not in (0, 9) and not stderr.startswith(("error: ", '{"error":')):
        raise Mismatch(f"a failure without a message: {stderr!r}")

    comparison = Comparison(run, found)
    if compared:
        comparison.output(run["stdout"], stdout, "stdout")
        check_sealed(run, run["stdout"], stdout)
    compare_files(run, found, contents(folder), comparison)


def compare_files(run, found, ours, comparison):
    """What was written must be equal; what the run only found must be untouched, and nothing else be there."""
    for path, text in run["files_written"].items():
        our_path = our_name(path, ours, comparison)
        comparison.output(text, ours[our_path], path)
        check_sealed(run, text, ours.pop(our_path))
    untouched = {path: text for path, text in found.items() if path not in run["files_written"]}
    if ours != untouched:
        changed = sorted(path for path in {**ours, **untouched} if ours.get(path) != untouched.get(path))
        raise Mismatch(f"files were changed, lost or left behind: {changed}")


def our_name(path, ours, comparison):
    """The file that stands for a recorded one: its namesake, or one with an id that our run made up."""
    if path in ours:
        return path
    for name in ours:
        try:
            comparison.text(path, name, "the file")
        except Mismatch:
            continue
        return name
    raise Mismatch(f"{path} is not there afterwards")


def main(paths):
    runs = recordings.load(paths)
    rows = json.loads((VECTORS / "differences.json").read_text(encoding="utf-8"))["differences"]
    folder = contents(FOLDER)
    failures = []
    try:
        recordings.prove(runs, folder)
    except recordings.NotProved as fault:
        failures.append(f"derived folders: {fault}")
    for index, run in enumerate(runs):
        with tempfile.TemporaryDirectory() as place:
            try:
                replay(run, recordings.before(runs, index, folder), rows, pathlib.Path(place))
            except Mismatch as fault:
                failures.append(f"{run['id']} {run['argv']}: {fault}")
    print(*failures, f"{len(runs) - len(failures)} of {len(runs)} recorded runs replayed", sep="\n")
    return 1 if failures or not runs else 0


if __name__ == "__main__":
    sys.exit(main([pathlib.Path(path) for path in sys.argv[1:]] or
                  sorted((VECTORS / "sbn").glob("snapchore_cli*.json"))))
