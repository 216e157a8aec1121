"""Kills `sbn gateway slots stream`, or the server that it streams to, with SIGKILL, and looks at what is left.

    python3 tests/crash/stream_kill.py [KILLS] [--seed N] [--result FILE]

Numbered events go into one slot after the other, slowly or as fast as they are taken, until something is killed after
a random time:

  the client                  the server is then stopped in order, so that it finishes what it was sent
  the server                  the client must end with 7 and say how many events are durable: what it had printed
  the server, which is back   on the same port at once: the client sends again what was not answered, and goes on

Then the folder is served again, and the slot must hold, of the events from the first on, each once and in order: all
that were printed, and none that was not sent. The next run goes on behind them with --slot. In the end the input ends,
and the slot must close over just these events: its count, its Merkle root, its receipt.
"""

import collections
import hashlib
import json
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

import campaign
from campaign import Failure
from programs import environment, program, run
from serve_kill import Server

_UNREACHABLE = 7
_END_SECONDS = 30
_FAST_EVENTS = 20_000  # of one run; then they come slowly, so that a slow machine has an end
_SLOW_SECONDS = 0.05
_WAYS = ("the client", "the server", "the server, which is back")


class Feeder(threading.Thread):
    """Writes events until it is told to stop or nobody reads any more."""

    def __init__(self, pipe, first, rng):
        super().__init__()
        self.pipe, self.sent = pipe, first
        self.stop = threading.Event()
        self.batch = rng.choice((1, 7, 150))
        self.pause = rng.choice((0.0005, 0.004))
        self.filling = "f" * rng.randrange(300)

    def run(self):
        fast = self.sent + _FAST_EVENTS
        try:
            while not self.stop.is_set():
                if self.sent >= fast:
                    # Some must come: a stream that has nothing to send need not know that its server is gone.
                    self.batch, self.pause = 1, _SLOW_SECONDS
                # Counted before: what is written in part was sent, perhaps.
                numbers = range(self.sent, self.sent + self.batch)
                self.sent += self.batch
                self.pipe.write("".join(json.dumps({"n": n, "filling": self.filling}) + "\n" for n in numbers))
                self.pipe.flush()
                self.stop.wait(self.pause)
            self.pipe.close()
        except OSError:
            pass  # the stream is gone


class Slot:
    """A slot and what is known of it; its worker finds it when no id was ever printed."""

    def __init__(self, worker):
        self.worker, self.id, self.durable = worker, None, 0


class Stream:
    """One run of `sbn gateway slots stream`, fed from the first event that is not durable."""

    def __init__(self, folder, slot, rng):
        self.slot, self.first = slot, slot.durable
        self.answers = open(folder.parent / "answers.jsonl", "w+", encoding="utf-8")
        self.errors = open(folder.parent / "stream-errors.txt", "w+", encoding="utf-8")
        where = ["--slot", slot.id] if slot.id else ["--worker", slot.worker, "--task", "killing"]
        # A line at a time is printed as it is answered, so there is much to hold the slot to.
        self.process = subprocess.Popen(
            [program("sbn"), "gateway", "slots", "stream", *where, "--attest", "--retries", "4", "-o", "jsonl"],
            env=settings(folder), stdin=subprocess.PIPE, stdout=self.answers, stderr=self.errors, text=True)
        self.feeder = Feeder(self.process.stdin, self.first, rng)
        self.feeder.start()

    def end(self):
        """The exit code, once it has come to its end."""
        try:
            code = self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure("the stream did not come to an end") from None
        finally:
            self.feeder.stop.set()
            self.feeder.join()
        return code

    def printed(self):
        """The whole lines that were printed, the answers to events being checked."""
        self.answers.seek(0)
        lines = [json.loads(line) for line in self.answers.read().split("\n")[:-1]]
        events = [line for line in lines if "close" not in line]
        for number, answer in enumerate(events, self.first):
            if answer.get("payload", {}).get("n") != number:
                raise Failure(f"event {number} was answered with {answer}")
            self.slot.id = self.slot.id or answer["slot_id"]
        return len(events), lines[-1] if len(events) < len(lines) else None

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def close(self):
        self.answers.close()
        self.errors.close()


def settings(folder):
    return environment(AGENTNET_STATE_DIR=str(folder))


def rows(folder, *words):
    done = run("sbn", *words, "--all", "-o", "jsonl", env=settings(folder))
    if done.returncode != 0:
        raise Failure(f"sbn {' '.join(words)} ended with {done.returncode}: {done.stderr.decode()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


# --- what must hold ---------------------------------------------------------------------------------------------


def check_slot(folder, slot, printed, sent):
    """Looks into a slot through a server, `printed` events of which were acknowledged and `sent` sent in all."""
    if slot.id is None:
        found = [row["id"] for row in rows(folder, "gateway", "slots", "list") if row["worker_id"] == slot.worker]
        if len(found) > 1:
            raise Failure(f"one stream opened {len(found)} slots")
        if not found:
            return []
        slot.id = found[0]
    there = rows(folder, "bitblocks", "list", slot.id)
    numbers = [row["payload"]["n"] for row in there]
    if numbers != list(range(len(numbers))):
        wrong = next(place for place, number in enumerate(numbers) if place != number)
        raise Failure(f"at place {wrong} of {slot.id} lies event {numbers[wrong]}")
    if not printed <= len(numbers) <= sent:
        raise Failure(f"{len(numbers)} events are durable; {printed} were printed, {sent} were sent")
    slot.durable = len(numbers)
    return there


def merkle_root(hashes):
    """Of the network's rule: pairs of texts are hashed, an odd one is paired with itself."""
    level = hashes or [""]
    while len(level) > 1:
        level = [hashlib.sha256((level[i] + level[min(i + 1, len(level) - 1)]).encode()).hexdigest()
                 for i in range(0, len(level), 2)]
    return level[0]


def check_end(folder, slot, there, last):
    """Checks what the last line of a stream says of the slot that it closed."""
    closed, attestation = last["close"], last["attestation"]
    if (closed["state"], closed["bitblock_count"]) != ("closed", len(there)):
        raise Failure(f"a slot of {len(there)} events was closed as {closed}")
    if there and closed["merkle_root"] != merkle_root([row["snap_hash"] for row in there]):
        raise Failure(f"the Merkle root of {slot.id} is of other events")
    for receipt_id, hash_ in ((closed["receipt_id"], closed["snapchore_hash"]),
                              (attestation["receipt_id"], attestation["snapchore_hash"])):
        receipt = run("sbn", "receipts", "get", receipt_id, "-o", "json", env=settings(folder)).stdout
        done = run("sbn", "receipts", "verify", "-", stdin=receipt, env=settings(folder))
        if done.returncode != 0 or json.loads(receipt)["snapchore_hash"] != hash_:
            raise Failure(f"the receipt {receipt_id} does not verify: {done.stdout + done.stderr}")


# --- the kills --------------------------------------------------------------------------------------------------


class Campaign:
    def __init__(self, folder, seed):
        self.folder, self.rng = folder, random.Random(seed)
        self.tally = collections.Counter()
        self.port = 0
        self.server = self.serve()

    def serve(self):
        server = Server(self.folder, self.port)
        self.port = int(server.record()["base_url"].rpartition(":")[2])
        return server

    def play(self, kills):
        killed = 0
        while killed < kills:
            slot = Slot(f"w-{self.tally['slots']}")
            self.tally["slots"] += 1
            for _ in range(min(self.rng.randrange(1, 5), kills - killed)):
                killed += 1
                if self.kill(slot, self.rng.choice(_WAYS)):
                    break  # it has come to its end
            else:
                self.finish(slot, Stream(self.folder, slot, self.rng))
            self.tally["events"] += slot.durable
        if self.server.end(signal.SIGTERM) != 0:
            raise Failure("a server that was asked to stop did not end with 0")

    def kill(self, slot, way):
        """True when the slot was closed after all."""
        stream = Stream(self.folder, slot, self.rng)
        time.sleep(self.rng.uniform(0, 0.35))
        self.tally[way] += 1
        if way == "the client":
            stream.process.kill()
            self.server.end(signal.SIGTERM)
        else:
            self.server.end(signal.SIGKILL)
        if way == "the server, which is back":
            self.server = self.serve()
            return self.finish(slot, stream)
        code = stream.end()
        printed, last = stream.printed()
        self.server = self.serve()
        if way == "the server":
            self.check_failure(stream, code, printed)
        elif code != -signal.SIGKILL or last:
            raise Failure(f"a stream that was killed ended with {code} and {last}: {stream.said()}")
        check_slot(self.folder, slot, stream.first + printed, stream.feeder.sent)
        self.tally["durable, not printed"] += slot.durable - stream.first - printed
        stream.close()
        return False

    def check_failure(self, stream, code, printed):
        if code != _UNREACHABLE:
            raise Failure(f"a stream without its server ended with {code}: {stream.said()}")
        error = json.loads(stream.said().splitlines()[-1])["error"]
        details = error.get("details", {})
        if "slot_id" not in details:
            # It had not come to open the slot, or was not told of it.
            if printed or stream.slot.id:
                raise Failure(f"a stream that failed does not say of which slot: {error}")
            return
        stream.slot.id = stream.slot.id or details["slot_id"]
        if (details["slot_id"], details["durable_events"]) != (stream.slot.id, printed):
            raise Failure(f"{printed} events were printed, and then it says {error}")

    def finish(self, slot, stream):
        """Lets the input of a stream end, which must close its slot."""
        time.sleep(self.rng.uniform(0, 0.05))
        stream.feeder.stop.set()
        code = stream.end()
        printed, last = stream.printed()
        if code != 0 or last is None:
            raise Failure(f"a stream that could end ended with {code} and {last}: {stream.said()}")
        slot.id = last["close"]["slot_id"]
        there = check_slot(self.folder, slot, stream.feeder.sent, stream.feeder.sent)
        if stream.first + printed != len(there):
            raise Failure(f"{stream.first + printed} events were printed, and {len(there)} are there")
        check_end(self.folder, slot, there, last)
        self.tally["closed and attested"] += 1
        stream.close()
        return True


def campaign_of(folder, kills, seed):
    streams = Campaign(folder, seed)
    try:
        streams.play(kills)
    finally:
        if streams.server.process.poll() is None:
            streams.server.end(signal.SIGKILL)
    return dict(streams.tally)


if __name__ == "__main__":
    sys.exit(campaign.main("stream_kill", "Kills slot streams and their server and looks at what is left.",
                           campaign_of, count="kills", default=12))
