"""Kills `agentnet serve` with SIGKILL while clients seal and append, and looks at what is left.

    python3 tests/crash/serve_kill.py [ROUNDS] [--seed N] [--result FILE]

Every round serves the same state folder, lets several clients work at once (single seals, seals onto a chain, bulk
seals with and without chain and run, chain appends), and kills the server after a random time; some servers are
killed while they start. Then the folder is served again, and

  what was acknowledged is there   every seal is discovered by its hash, and its receipt verifies by the validators'
                                   public keys alone; every append is on its chain; every line of a run is durable
  chains are whole                 by the network's own verdict and by the chain rule computed here
  nothing is half there            of each request all seals or none, every seal in a batch, metered and, where it
                                   was asked for, on its chain; read from the store's file itself

Receipts are checked by tests/interop/receipts.py where Python has the package cryptography, else by `sbn receipts
verify`. A kill does not lose what was written but not synced; the unit tests of the store do that.
"""

import collections
import hashlib
import http.client
import json
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE.parent / "interop"))

import campaign
from campaign import Failure
from programs import environment, program, run

try:
    import receipts
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
except ImportError:
    receipts = None

_CLIENTS = 6
_CHAINS = ("c0", "c1")
_START_SECONDS = 20
_BASE = "/internal/snapchore/"
_BULK = "/internal/agentnet/seals"


class Connection:
    """One client's connection to a server; an answer that is no 200 is a failure, no answer an OSError."""

    def __init__(self, record):
        host, port = record["base_url"].removeprefix("http://").split(":")
        self.link = http.client.HTTPConnection(host, int(port), timeout=20)
        self.headers = {"x-api-key": record["api_keys"]["sbn"], "Content-Type": "application/json"}

    def ask(self, method, target, body=None):
        try:
            self.link.request(method, target, body, self.headers)
            answer = self.link.getresponse()
            text = answer.read()
        except (http.client.HTTPException, OSError) as fault:
            raise ConnectionError(str(fault)) from fault
        if answer.status != 200:
            raise Failure(f"{method} {target} was answered {answer.status}: {text[:300]!r}")
        return text.decode()

    def get(self, target):
        return json.loads(self.ask("GET", target))

    def post(self, target, value):
        return json.loads(self.ask("POST", target, json.dumps(value)))


class Server:
    """`agentnet serve` on a state folder."""

    def __init__(self, folder, port=0):
        self.folder = folder
        self.ready = folder.parent / "ready.json"
        self.ready.unlink(missing_ok=True)
        self.errors = open(folder.parent / "errors.txt", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [program("agentnet"), "serve", "--port", str(port), "--state", str(folder), "--ready-file",
             str(self.ready)], env=environment(), stdout=subprocess.DEVNULL, stderr=self.errors)

    def record(self):
        """Where it is, once it is ready."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.ready.exists():
                return json.loads(self.ready.read_text())
            time.sleep(0.002)
        self.errors.seek(0)
        raise Failure(f"the server did not get ready: {self.errors.read()}")

    def end(self, how):
        self.process.send_signal(how)
        code = self.process.wait(_START_SECONDS)
        self.errors.close()
        return code


class Memory:
    """What clients asked for and what was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.attempts = {}  # tag of a request: (its seals, its chain)
        self.blocks = []    # acknowledged: (hash, block id, receipt id)
        self.appended = {chain: [] for chain in _CHAINS}  # acknowledged: hashes of bare appends and seals
        self.runs = {}      # run: (lines acknowledged, lines asked for)
        self.tally = collections.Counter()

    def take_blocks(self, blocks, chain=None):
        with self.lock:
            for block in blocks:
                self.blocks.append((block["hash"], block["id"], block["receipt_id"]))
                if chain:
                    self.appended[chain].append(block["hash"])


class Client(threading.Thread):
    """Works until the server is gone."""

    def __init__(self, record, memory, seed):
        super().__init__()
        self.record, self.memory = record, memory
        self.rng = random.Random(seed)
        self.run_id = f"run-{self.rng.getrandbits(64):016x}"
        self.failure = None

    def run(self):
        try:
            connection = Connection(self.record)
            while True:
                self.rng.choice([self.seal, self.seal, self.bulk, self.bulk, self.bulk_run, self.append])(connection)
        except ConnectionError:
            pass
        except Exception as failure:  # told by the main thread
            self.failure = failure

    def attempt(self, count, chain):
        tag = f"{self.rng.getrandbits(64):016x}"
        with self.memory.lock:
            self.memory.attempts[tag] = (count, chain)
        return [{"tag": tag, "n": number, "filling": "f" * self.rng.randrange(400)} for number in range(count)]

    def done(self, what):
        with self.memory.lock:
            self.memory.tally[what] += 1

    def seal(self, connection):
        chain = self.rng.choice([None, *_CHAINS])
        payload, = self.attempt(1, chain)
        body = {"payload": payload, **({"chain_id": chain} if chain else {})}
        self.memory.take_blocks([connection.post(_BASE + "seal", body)], chain)
        self.done("seals")

    def bulk(self, connection):
        chain = self.rng.choice([None, *_CHAINS])
        lines = self.attempt(self.rng.randrange(1, 40), chain)
        self.send_lines(connection, f"?chain_id={chain}" if chain else "", lines, chain)
        self.done("bulk requests")

    def bulk_run(self, connection):
        lines = self.attempt(self.rng.randrange(1, 40), None)
        durable = self.memory.runs.get(self.run_id, (0, 0))[0]
        asked = durable + len(lines)
        self.memory.runs[self.run_id] = (durable, asked)
        self.send_lines(connection, f"?run_id={self.run_id}&first_line={durable + 1}", lines, None)
        self.memory.runs[self.run_id] = (asked, asked)
        self.done("steps of runs")

    def send_lines(self, connection, query, lines, chain):
        answer = connection.ask("POST", _BULK + query, "".join(json.dumps(line) + "\n" for line in lines))
        blocks = [json.loads(line) for line in answer.splitlines()]
        if [block["payload"]["n"] for block in blocks] != list(range(len(lines))):
            raise Failure("the lines of a bulk request were not answered in their order")
        self.memory.take_blocks(blocks, chain)

    def append(self, connection):
        chain = self.rng.choice(_CHAINS)
        hash_ = f"{self.rng.getrandbits(256):064x}"
        connection.post(f"{_BASE}chain/{chain}/append", {"block_hash": hash_})
        with self.memory.lock:
            self.memory.appended[chain].append(hash_)
        self.done("appends")


# --- what must hold ---------------------------------------------------------------------------------------------


def trusted_keys(folder):
    keys = {}
    for path in folder.glob("validator-*.pem"):
        key = load_pem_private_key(path.read_bytes(), None).public_key()
        keys[hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()] = key
    return keys


def check_receipts(folder, found):
    """`found` has the hash and the receipt of each seal."""
    if receipts:
        keys = trusted_keys(folder)
        for hash_, receipt in found:
            fault = receipts.reason(json.dumps(receipt), keys, hash_)
            if fault:
                raise Failure(f"the receipt of {hash_} does not verify: {fault}")
        return
    for hash_, receipt in found:
        if receipt["snapchore_hash"] != hash_:
            raise Failure(f"the receipt of {hash_} is of another seal")
    lines = "".join(json.dumps(receipt) + "\n" for _, receipt in found)
    done = run("sbn", "receipts", "verify", "--ndjson", "-", stdin=lines.encode(),
               env=environment(AGENTNET_STATE_DIR=str(folder)))
    if done.returncode != 0:
        raise Failure(f"sbn receipts verify ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]!r}")


def chain_hash(entry):
    covered = {"block_hash": entry["block_hash"], "event_type": entry["event_type"], "index": entry["index"],
               "previous_chain_hash": entry["previous_chain_hash"] or "genesis", "timestamp": entry["timestamp"]}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_chains(connection, memory):
    for name in _CHAINS:
        chain = connection.get(f"{_BASE}chain/{name}")
        verdict = connection.post(f"{_BASE}chain/{name}/verify", {})
        if not verdict["valid"] or verdict["length"] != len(chain["entries"]) or chain["length"] != verdict["length"]:
            raise Failure(f"the chain {name} does not verify: {verdict}")
        before = None
        for index, entry in enumerate(chain["entries"]):
            if (entry["index"], entry["previous_chain_hash"], entry["chain_hash"]) != (index, before, chain_hash(entry)):
                raise Failure(f"entry {index} of the chain {name} breaks the rule: {entry}")
            before = entry["chain_hash"]
        lost = collections.Counter(memory.appended[name])
        lost.subtract(entry["block_hash"] for entry in chain["entries"])
        if any(count > 0 for count in lost.values()):
            raise Failure(f"the chain {name} lost acknowledged entries")


def check_served(record, folder, memory, blocks):
    connection = Connection(record)
    found = []
    for hash_, block_id, receipt_id in blocks:
        row = connection.get(f"{_BASE}discover/{hash_}")
        if (row["hash"], row["block_id"], row["receipt_id"]) != (hash_, block_id, receipt_id):
            raise Failure(f"the seal {hash_} is found as something else: {row}")
        found.append((hash_, connection.get(f"/receipts/{receipt_id}")))
    check_receipts(folder, found)
    check_chains(connection, memory)
    for run_id, (durable, asked) in memory.runs.items():
        lines = connection.get(f"{_BULK}/{run_id}?line=1")["durable_lines"]
        if lines not in (durable, asked):
            raise Failure(f"{lines} lines of {run_id} are durable; {durable} are acknowledged, {asked} were sent")
    reconciled = connection.post(f"{_BASE}reconcile", {})
    if reconciled["status"] != "consistent":
        raise Failure(f"reconcile says {reconciled}")
    return reconciled["checked"]


def check_file(folder, memory):
    """Looks into the store of a server that has stopped."""
    store = sqlite3.connect(f"file:{folder / 'network.db'}?mode=ro", uri=True)
    number = lambda sql: store.execute(sql).fetchone()[0] or 0
    seals = number("SELECT COUNT(*) FROM sbn_ledger WHERE source = 'seal'")
    for sql in ("SELECT SUM(tree_size) FROM sbn_batches", "SELECT SUM(amount) FROM sbn_usage"):
        if number(sql) != seals:
            raise Failure(f"{seals} seals, but {sql} gives {number(sql)}")
    if store.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        raise Failure("the store's file is damaged")
    chains = dict(store.execute("SELECT number, chain_id FROM sbn_chains"))
    chained = {block: chains[chain] for chain, block in
               store.execute("SELECT chain, block_id FROM sbn_chain_entries WHERE block_id IS NOT NULL")}
    there = collections.Counter()
    for block_id, body in store.execute("SELECT block_id, body FROM sbn_ledger WHERE source = 'seal'"):
        tag = json.loads(body)["payload"]["tag"]
        there[tag] += 1
        if chained.pop(block_id, None) != memory.attempts[tag][1]:
            raise Failure(f"the block {block_id} is on another chain than it was sealed for")
    if chained:
        raise Failure(f"{len(chained)} entries of chains are about blocks that are not there")
    for tag, count in there.items():
        if count != memory.attempts[tag][0]:
            raise Failure(f"of {memory.attempts[tag][0]} seals of one request {count} are there")
    store.close()


# --- the rounds -------------------------------------------------------------------------------------------------


def work_and_kill(folder, memory, rng):
    server = Server(folder)
    if rng.random() < 0.2:
        time.sleep(rng.uniform(0, 0.03))
        server.end(signal.SIGKILL)
        memory.tally["killed while starting"] += 1
        return
    record = server.record()
    clients = [Client(record, memory, rng.random()) for _ in range(_CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(rng.uniform(0.02, 0.4))
    server.end(signal.SIGKILL)
    memory.tally["killed at work"] += 1
    for client in clients:
        client.join()
        if client.failure:
            raise Failure(f"a client failed: {client.failure!r}")


def play(folder, rounds, rng, memory):
    server = Server(folder)
    connection = Connection(server.record())
    for chain in _CHAINS:
        connection.post(_BASE + "chain", {"chain_id": chain})
    if server.end(signal.SIGTERM) != 0:
        raise Failure("a server that was asked to stop did not end with 0")
    checked = sealed = 0
    for _ in range(rounds):
        before = len(memory.blocks)
        work_and_kill(folder, memory, rng)
        old = rng.sample(memory.blocks[:before], min(before, 50))
        server = Server(folder)
        sealed = check_served(server.record(), folder, memory, memory.blocks[before:] + old)
        checked += len(memory.blocks) - before + len(old)
        if server.end(signal.SIGTERM) != 0:
            raise Failure("a server that was asked to stop did not end with 0")
        check_file(folder, memory)
    return {"receipts checked": checked, "seals in the end": sealed}


def campaign_of(folder, rounds, seed):
    memory = Memory()
    counts = play(folder, rounds, random.Random(seed), memory)
    return {**memory.tally, "acknowledged seals": len(memory.blocks), **counts}


if __name__ == "__main__":
    sys.exit(campaign.main("serve_kill", "Kills `agentnet serve` at work and looks at what is left.",
                           campaign_of))
