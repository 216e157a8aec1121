"""Measures the programs, beside the peer where it is installed.

    python3 tests/bench/run.py [--seed N] [--only TEXT] [--rounds N] [--whole-peer]

Prints one JSON object a line: {"measure","value","unit","peer","ratio","command","note"}. Values are medians of
rounds in which both sides take turns; `ratio` says how many times better than the peer, more being better for
rates and less for times and memory. Each time is given twice: by the clock, and as processor time (user and
system), which other work on the machine disturbs less. `peer` is "not measured" where there is no peer.

AGENTNET_BIN names the folder of the programs (default build/bin), AGENTNET_PEER_PYTHON the Python that has
snapchore-core (default .venv/bin/python). The C++ micro benchmark is run too when it is built.
"""

import argparse
import collections
import functools
import json
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import memory_of
from load import Load
from programs import BIN, ROOT, environment, program, run

NOT_MEASURED = "not measured"
_MEASURES = ("starts", "memory", "hashing", "sealing", "chains", "workflows", "micro")
_STARTS = 21          # rounds of things that take milliseconds
_CHAIN = 10 ** 5      # hashes appended at once
_SHORT_CHAIN = 10 ** 4
_LINEAR = 10 ** 4      # steps of a workflow
_LAYERED = 10 ** 3
_PROGRAMS = 10 ** 2    # steps that are programs

Times = collections.namedtuple("Times", "wall cpu count")


def spawn(command, stdin=os.devnull):
    """Runs a command with its output thrown away, with as little around it as Python allows."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
               (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    variables = environment()
    begun = time.perf_counter()
    pid = os.posix_spawn(command[0], command, variables, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - begun
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Times(wall, usage.ru_utime + usage.ru_stime, 1)


def find_peer():
    """The Python that has snapchore-core; None when there is none."""
    python = os.environ.get("AGENTNET_PEER_PYTHON") or str(ROOT / ".venv" / "bin" / "python")
    if not os.access(python, os.X_OK):
        return None
    found = subprocess.run([python, "-c", "import snapchore"], capture_output=True, check=False, env=environment())
    return python if found.returncode == 0 else None


class Bench:
    def __init__(self, asked, folder):
        self.asked = asked
        self.folder = folder
        self.peer_python = find_peer()
        self.limit = self.empty_program()

    def empty_program(self):
        """A program that does nothing: no start can be faster. None without a C compiler."""
        compiler = shutil.which("cc")
        if compiler is None:
            return None
        source, binary = self.folder / "empty.c", self.folder / "empty"
        source.write_text("int main(void) { return 0; }\n")
        subprocess.run([compiler, "-O2", "-o", str(binary), str(source)], check=True)
        return str(binary)

    def peer_work(self, kind, path, count):
        """A side that does a kind of peer_side.py; None without the peer."""
        if self.peer_python is None:
            return None

        def work():
            done = subprocess.run([self.peer_python, str(HERE / "peer_side.py"), kind, str(path), str(count)],
                                  capture_output=True, check=True, env=environment())
            return Times(**json.loads(done.stdout))

        return work

    def peer_command(self, *arguments, prepare=None):
        if self.peer_python is None:
            return None
        return self.command_side([self.peer_python, "-m", "snapchore", *arguments], prepare)

    @staticmethod
    def command_side(command, prepare=None, stdin=os.devnull, count=1):
        def work():
            if prepare:
                prepare()
            return spawn(command, stdin)._replace(count=count)

        return work

    def interleave(self, sides, rounds):
        """Runs all sides in turn, `rounds` times; the times of each by its name. The first round warms up."""
        times = {name: [] for name in sides}
        for turn in range(rounds + 1):
            for name, work in sides.items():
                if work is not None:
                    once = work()
                    if turn > 0:
                        times[name].append(once)
        return times

    # --- output ------------------------------------------------------------------------------------------------

    @staticmethod
    def line(measure, value, unit, peer, command, note="", less_is_better=False):
        ratio = None
        if peer is not None:
            ratio = round(peer / value if less_is_better else value / peer, 2)
        print(json.dumps({"measure": measure, "value": shorten(value), "unit": unit,
                          "peer": NOT_MEASURED if peer is None else shorten(peer), "ratio": ratio,
                          "command": command, "note": note}, ensure_ascii=False), flush=True)

    def times(self, measure, ours, peer, command, note=""):
        """Milliseconds by the clock and of processor time."""
        for part, suffix in (("wall", ""), ("cpu", ", processor time")):
            theirs = 1000 * median(peer, part) if peer else None
            self.line(measure + suffix, 1000 * median(ours, part), "ms", theirs, command, note, less_is_better=True)

    def rates(self, measure, unit, ours, peer, command, note=""):
        for part, suffix in (("wall", ""), ("cpu", ", processor time")):
            self.line(measure + suffix, rate(ours, part), unit, rate(peer, part) if peer else None, command, note)

    # --- measures ----------------------------------------------------------------------------------------------

    def starts(self):
        document = '{"a":1}'
        commands = {"snapchore hash": [program("snapchore"), "hash", document],
                    "sbn --help": [program("sbn"), "--help"]}
        sides = {name: self.command_side(command) for name, command in commands.items()}
        sides["peer hash"] = self.peer_command("hash", document)
        sides["peer --help"] = self.peer_command("--help")
        sides["empty"] = self.command_side([self.limit]) if self.limit else None
        times = self.interleave(sides, _STARTS)
        self.times("start: snapchore hash", times["snapchore hash"], times["peer hash"],
                   shlex.join(["snapchore", "hash", document]), "peer: python -m snapchore hash")
        self.times("start: sbn --help", times["sbn --help"], times["peer --help"], "sbn --help",
                   "peer: python -m snapchore --help")
        if times["empty"]:
            self.times("start: an empty C program", times["empty"], [], "int main(void) { return 0; }", "the limit")

    def memory(self):
        document = '{"a":1}'
        peer = None
        if self.peer_python:
            peer = peak([self.peer_python, "-m", "snapchore", "hash", document])
        for measure, command, theirs, note in (
                ("snapchore hash", [program("snapchore"), "hash", document], peer, "peer: python -m snapchore"),
                ("sbn --help", [program("sbn"), "--help"], None, ""),
                ("an empty C program", [self.limit], None, "the limit")):
            if command[0]:
                shown = shlex.join([pathlib.Path(command[0]).name, *command[1:]])
                self.line("memory: " + measure, peak(command), "MiB", theirs, shown, note, less_is_better=True)

    def hashing(self):
        for name, size, pool, lines, sample in (("200 B", 200, 5000, 300_000, 10_000),
                                                ("2 KiB", 2048, 1000, 30_000, 1000), ("1 MiB", 2 ** 20, 8, 64, 3)):
            load = Load(self.folder, name, size, pool, lines, self.asked.seed)
            sides = {threads: self.command_side(
                [program("sbn"), "snapchore", "hash", "--ndjson", load.path, "--threads", str(threads)],
                count=load.lines) for threads in (1, 2)}
            sides["peer"] = self.peer_work("hash", load.path, min(sample, load.lines))
            times = self.interleave(sides, self.asked.rounds)
            for threads in (1, 2):
                command = f"sbn snapchore hash --ndjson FILE --threads {threads}"
                note = (f"{load.lines} documents, {load.mib:.0f} MiB; "
                        "peer: snapchore_capture(json.loads(line)), one core")
                measure = f"hash NDJSON of {name}, {threads} thread{'s' if threads > 1 else ''}"
                self.rates(measure, "documents/s", times[threads], times["peer"], command, note)
                self.line(measure + ", bytes", rate(times[threads], "wall") * load.mib / load.lines, "MiB/s", None,
                          command, note)

    def sealing(self):
        load = Load(self.folder, "payloads", 200, 5000, 20_000, self.asked.seed)
        command = [program("snapchore"), "seal", "--ndjson", load.path]
        blocks = self.folder / "blocks.ndjson"
        with open(blocks, "wb") as file:
            subprocess.run(command, stdout=file, check=True, env=environment())
        verify = [program("snapchore"), "verify-block", "--ndjson", str(blocks)]
        sides = {"seal": self.command_side(command, count=load.lines),
                 "verify": self.command_side(verify, count=load.lines),
                 "peer seal": self.peer_work("seal", load.path, 500),
                 "peer verify": self.peer_work("verify", blocks, 500)}
        times = self.interleave(sides, self.asked.rounds)
        note = f"{load.lines} payloads of 200 B with the moment proof, all cores; peer: in one process, one core"
        self.rates("bulk seal", "blocks/s", times["seal"], times["peer seal"], "snapchore seal --ndjson FILE", note)
        self.rates("bulk verify-block", "blocks/s", times["verify"], times["peer verify"],
                   "snapchore verify-block --ndjson FILE", note)

    def chains(self):
        hashes = self.folder / "hashes"
        hashes.write_text("".join(f"{number:064x}\n" for number in range(_CHAIN)))
        chain, short, kept = (self.folder / f"{name}.chain.json" for name in ("long", "short", "kept"))
        create = ["chain", "create", "--id", "bench", "--force", "-o"]
        run("snapchore", *create, str(kept))
        run("snapchore", "chain", "append", str(kept), "-", stdin=hashes.read_bytes()[:65 * _SHORT_CHAIN])
        one = ["chain", "append", str(short), "f" * 64]
        sides = {
            "many": self.command_side([program("snapchore"), "chain", "append", str(chain), "-"], stdin=str(hashes),
                                      prepare=lambda: run("snapchore", *create, str(chain)), count=_CHAIN),
            "peer many": self.peer_work("append", self.folder / "peer.chain.json", _CHAIN),
            "one": self.command_side([program("snapchore"), *one], lambda: shutil.copy(kept, short)),
            "peer one": self.peer_command(*one, prepare=lambda: shutil.copy(kept, short)),
        }
        times = self.interleave(sides, self.asked.rounds)
        self.rates("chain append of 10^5 hashes at once", "entries/s", times["many"], times["peer many"],
                   "snapchore chain append FILE - < HASHES",
                   "peer: append_raw and json.dump in one process, not synced")
        self.times("chain append of one hash to 10^4", times["one"], times["peer one"],
                   "snapchore chain append FILE HASH", "the file is synced; the peer's is not")

    def workflows(self):
        """Steps that do nothing: what the kernel costs; and steps that are programs: what running them costs."""
        python = os.environ.get("AGENTNET_PGDAG_PYTHON") or str(ROOT / ".venv-sbn-0.14" / "bin" / "python")
        found = os.access(python, os.X_OK) and subprocess.run(
            [python, "-c", "import pgdag"], capture_output=True, check=False, env=environment()).returncode == 0
        names = [f"n{number:05}" for number in range(_LINEAR)]
        layers = [[names[(number // 10 - 1) * 10 + (number + other) % 10], names[number]]
                  for number in range(10, _LAYERED) for other in range(3)]
        shapes = {"layered, 10^3 steps": (names[:_LAYERED], layers, True),
                  "linear, 10^3 steps": (names[:_LAYERED], [], True),
                  # The peer's costs grow with the square: it needs minutes for these.
                  "linear, 10^4 steps": (names, [], self.asked.whole_peer)}

        def write(name, nodes, edges):
            path = self.folder / f"{name}.json"
            path.write_text(json.dumps({"name": "bench", "nodes": nodes, "edges": edges}))
            return str(path)

        def ours(path, step, count):
            return self.command_side([program("sbn"), "pgdag", "run", path, "--inputs", '{"seed": 1}', "--step",
                                      f"*={step}", "-o", "quiet"], count=count)

        def theirs(path, once):
            def work():
                done = subprocess.run([python, str(HERE / "pgdag_peer.py"), path], capture_output=True, check=True,
                                      env=environment())
                return Times(**json.loads(done.stdout))
            return functools.cache(work) if once else work

        for number, (shape, (nodes, edges, with_peer)) in enumerate(shapes.items()):
            path = write(f"shape-{number}", nodes, edges)
            sides = {"ours": ours(path, "builtin:pass", len(nodes)),
                     "peer": theirs(path, len(nodes) == _LINEAR) if found and with_peer else None}
            times = self.interleave(sides, self.asked.rounds)
            self.rates(f"pgdag run, {shape}", "steps/s", times["ours"], times["peer"],
                       "sbn pgdag run TEMPLATE --step '*=builtin:pass'",
                       "a whole process that keeps a record; the peer's side is its run alone")
        path = write("programs", names[:_PROGRAMS], [])
        times = self.interleave({"programs": ours(path, "echo {}", 1), "nothing": ours(path, "builtin:pass", 1)},
                                self.asked.rounds)
        for part, suffix in (("wall", ""), ("cpu", ", processor time")):
            cost = (median(times["programs"], part) - median(times["nothing"], part)) / _PROGRAMS
            self.line("pgdag run, overhead of a step that is a program" + suffix, 1000 * cost, "ms", None,
                      "sbn pgdag run TEMPLATE --step '*=echo {}'", "a shell, a proof, and the record synced")

    def micro(self):
        """The C++ micro benchmark prints lines of the same form."""
        path = BIN / "agentnet_bench"
        if os.access(path, os.X_OK):
            sys.stdout.write(subprocess.run([str(path)], capture_output=True, check=True).stdout.decode())


def shorten(number):
    """Four digits: more would be noise."""
    rounded = float(f"{number:.4g}")
    return int(rounded) if rounded.is_integer() else rounded


def median(times, part):
    return statistics.median(getattr(once, part) for once in times)


def rate(times, part):
    return statistics.median(once.count / getattr(once, part) for once in times)


def peak(command):
    return statistics.median(memory_of.peak_memory(command, env=environment()) for _ in range(3))


def main():
    parser = argparse.ArgumentParser(description="Measures the programs, beside the peer where it is installed.")
    parser.add_argument("--seed", type=int, default=1, help="of the documents (default 1)")
    parser.add_argument("--only", choices=_MEASURES, help="only these measures")
    parser.add_argument("--rounds", type=int, default=5, help="of the long measures (default 5)")
    parser.add_argument("--whole-peer", action="store_true",
                        help="let the peer run the long workflow, too, once: it needs minutes")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    Bench.line("machine", len(os.sched_getaffinity(0)), "cores", None, "", f"load average {load:.1f} at the start; "
               + ("quiet" if load < 0.5 else "other work disturbs these figures"))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(asked, pathlib.Path(folder))
        for name in _MEASURES:
            if asked.only in (None, name):
                getattr(bench, name)()


if __name__ == "__main__":
    main()
