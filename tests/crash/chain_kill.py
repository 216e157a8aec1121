"""Kills `snapchore chain append` with SIGKILL and looks at what is left.

    python3 tests/crash/chain_kill.py [KILLS] [--seed N]

After every kill the ledger must load and verify, must hold every entry it held before and every entry whose
"appended:" line was seen, in order, and of an append that was cut short all entries or none. Two ways:

  at random moments   one or two processes append to one ledger at once, singly or many hashes at a time, and
                      one of them is killed after a delay drawn from the time that such a run takes here
  at every call       one process is stopped before and after each of its system calls in turn, and killed
                      there (ptrace; Linux only)

Temporary files that killed processes leave beside the ledger are counted; they must not get in the way. A kill
does not lose what was written but not synced; that takes a faulty file system and is not tested here.
"""

import ctypes
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import campaign
from campaign import Failure
from programs import environment, program, run

_LONG = 1500  # entries of the ledgers that are hit at random: writing them takes long enough to be hit
_SHORT = 40   # entries of those that are hit at every call
_MANY = 40    # hashes of one bulk append
_PTRACE_TRACEME, _PTRACE_SYSCALL = 0, 24


class Ledger:
    """A ledger file and what must be in it."""

    def __init__(self, folder, kind, entries):
        self.kind = kind
        self.path = folder / f"{kind}-{entries}.chain.json"
        self.check_run("create", "--id", kind, "--ledger", kind, "-o", str(self.path))
        hashes = new_hashes(random.Random(kind), entries)
        self.check_run("append", str(self.path), "-", stdin="\n".join(hashes).encode())
        self.entries = self.read()

    def check_run(self, *arguments, stdin=b""):
        done = run("snapchore", "chain", *arguments, stdin=stdin)
        if done.returncode != 0:
            raise Failure(f"chain {arguments[0]} ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode()

    def read(self):
        return json.loads(self.path.read_text())["entries"]

    def settle(self, attempts):
        """Checks the file against what it held and the attempts since, and takes it for the new state."""
        said = self.check_run("verify", str(self.path))
        entries = self.read()
        if not said.startswith(f"VALID  length={len(entries)} "):
            raise Failure(f"verify says {said!r} of {len(entries)} entries")
        if entries[:len(self.entries)] != self.entries:
            raise Failure("entries that were there before are gone or changed")
        added = [entry["block_hash"].lower() for entry in entries[len(self.entries):]]
        for attempt in attempts:
            attempt.landed = self.take_out(added, attempt.hashes)
            if attempt.acknowledged and not attempt.landed:
                raise Failure(f"acknowledged and not there: {attempt.said!r}")
            if attempt.acknowledged and attempt.head not in (entry["chain_hash"] for entry in entries):
                raise Failure(f"another chain hash than was acknowledged: {attempt.said!r}")
        if added:
            raise Failure(f"{len(added)} entries that nobody appended whole")
        self.entries = entries

    @staticmethod
    def take_out(added, hashes):
        """Takes one attempt's hashes out of what was added, where they stand in a row. True when they do."""
        for start in range(len(added) - len(hashes) + 1):
            if added[start:start + len(hashes)] == hashes:
                del added[start:start + len(hashes)]
                return True
        return False

    def leftovers(self):
        return [path for path in self.path.parent.iterdir() if path.name.startswith(self.path.name + ".")]


class Attempt:
    """One run of `chain append`, perhaps cut short."""

    def __init__(self, ledger, hashes):
        self.hashes = hashes
        self.landed = False
        self.said = ""
        self.command = [program("snapchore"), "chain", "append", str(ledger.path),
                        "-" if len(hashes) > 1 else hashes[0]]
        self.input = "\n".join(hashes).encode() if len(hashes) > 1 else b""

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment())
        self.process.stdin.write(self.input)
        self.process.stdin.close()

    def finish(self):
        self.said = self.process.stdout.read().decode()
        fault = self.process.stderr.read().decode()
        code = self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        if code not in (0, -signal.SIGKILL):
            raise Failure(f"append ended with {code}: {fault}")
        if code == 0 and not self.acknowledged:
            raise Failure(f"append ended well and said {self.said!r}")
        return code != 0

    @property
    def acknowledged(self):
        return self.said.startswith("appended:") and self.said.endswith("\n")

    def outcome(self):
        if self.acknowledged:
            return "killed, written and said"
        return "killed, written, not said" if self.landed else "killed, nothing written"

    @property
    def head(self):
        return self.said.split("=")[-1].strip()


def new_hashes(rng, count):
    return [f"{rng.getrandbits(256):064x}" for _ in range(count)]


# --- at random moments ------------------------------------------------------------------------------------------


def run_time(ledger, rng, many):
    """Seconds from the start of an append to its end, the median of a few."""
    times = []
    for _ in range(7):
        attempt = Attempt(ledger, new_hashes(rng, _MANY if many else 1))
        begun = time.monotonic()
        attempt.start()
        attempt.finish()
        times.append(time.monotonic() - begun)
        ledger.settle([attempt])
    return statistics.median(times)


def kill_at_random(ledgers, rng, kills):
    times = {(ledger.kind, many): run_time(ledger, rng, many) for ledger in ledgers for many in (False, True)}
    tally = {"killed": 0, "ended before the kill": 0, "killed, nothing written": 0, "killed, written, not said": 0,
             "killed, written and said": 0}
    while tally["killed"] < kills:
        ledger, many, two = rng.choice(ledgers), rng.random() < 0.3, rng.random() < 0.4
        attempts = [Attempt(ledger, new_hashes(rng, _MANY if many else 1)) for _ in range(2 if two else 1)]
        for attempt in attempts:
            attempt.start()
        time.sleep(rng.uniform(0, times[ledger.kind, many] * (2 if two else 1)))
        victim = rng.choice(attempts)
        victim.process.kill()
        for attempt in attempts:
            killed = attempt.finish()
            if attempt is victim:
                tally["killed" if killed else "ended before the kill"] += 1
        ledger.settle(attempts)
        if victim.process.returncode != 0:
            tally[victim.outcome()] += 1
    return tally


# --- at every call ----------------------------------------------------------------------------------------------


def traced(attempt, stops):
    """Runs an attempt up to its `stops`-th entry into or return from a system call, and kills it there.

    False when it ended before that.
    """
    ptrace = ctypes.CDLL(None, use_errno=True).ptrace
    ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        ptrace(_PTRACE_TRACEME, 0, None, None)
        os.execve(attempt.command[0], attempt.command, environment())
    os.close(writing)
    _, status = os.waitpid(child, 0)  # stopped by execve
    for _ in range(stops):
        if not os.WIFSTOPPED(status):
            break
        if ptrace(_PTRACE_SYSCALL, child, None, None) != 0:
            raise Failure(f"ptrace: {os.strerror(ctypes.get_errno())}")
        _, status = os.waitpid(child, 0)
    alive = os.WIFSTOPPED(status)
    if alive:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        attempt.said = pipe.read()
    return alive


def kill_at_every_call(ledger, rng):
    points = landed = said = 0
    while True:
        attempt = Attempt(ledger, new_hashes(rng, 1))
        alive = traced(attempt, points + 1)
        ledger.settle([attempt])
        if not alive:
            if not attempt.acknowledged:
                raise Failure("an append that was not killed did not end well")
            return {"killed": points, "written, not said": landed - said, "written and said": said}
        points += 1
        landed += attempt.landed
        said += attempt.acknowledged


def show(title, tally):
    print(f"{title}: " + ", ".join(f"{count} {name}" for name, count in tally.items()), flush=True)


def play(state, kills, seed):
    rng = random.Random(seed)
    folder = state.parent
    long, short = ([Ledger(folder, kind, entries) for kind in ("v1", "v2")] for entries in (_LONG, _SHORT))
    show("at random moments", kill_at_random(long, rng, kills))
    for ledger in short:
        show(f"at every call, ledger {ledger.kind}", kill_at_every_call(ledger, rng))
    return {"entries": sum(len(ledger.entries) for ledger in long + short),
            "temporary files left over": sum(len(ledger.leftovers()) for ledger in long + short)}


if __name__ == "__main__":
    sys.exit(campaign.main("chain_kill", "Kills `snapchore chain append` and looks at what is left.", play,
                           count="kills", default=60))
