"""Kills `agentnet serve` with SIGKILL while intents are made, proved and settled, and looks where the money is.

    python3 tests/crash/paybond_kill.py [ROUNDS] [--seed N] [--result FILE]

Several clients at once bootstrap sandbox intents, spend, submit evidence (which settles), and dispute and settle;
the server is killed after a random time. Then the folder is served again, and

  money is in one place   of each intent, what is held, with the payee and back with the principal adds up to the
                          amount, and is where its state says; read by the network's answers and from the file
  nothing is lost         what was answered as settled is settled, what was spent is spent
  the ledger tells it     its chain holds by `paybond ledger verify`; each settled intent has its hold, its
                          confirmation and its end there, once
"""

import collections
import http.client
import json
import pathlib
import random
import signal
import sqlite3
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))

import campaign
from campaign import Failure
from programs import environment, run
from serve_kill import Server

_CLIENTS = 4
_TERMINAL = {"released", "refunded", "resolved_split"}


class Connection:
    """One client's connection; no answer is a ConnectionError."""

    def __init__(self, record):
        host, port = record["base_url"].removeprefix("http://").split(":")
        self.link = http.client.HTTPConnection(host, int(port), timeout=20)
        self.headers = {"authorization": f"Bearer {record['api_keys']['paybond']}", "content-type": "application/json"}

    def ask(self, method, target, value=None):
        try:
            self.link.request(method, target, None if value is None else json.dumps(value), self.headers)
            answer = self.link.getresponse()
            text = answer.read()
        except (http.client.HTTPException, OSError) as fault:
            raise ConnectionError(str(fault)) from fault
        if answer.status >= 300:
            raise Failure(f"{method} {target} was answered {answer.status}: {text[:300]!r}")
        return json.loads(text)


class Memory:
    """What was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.amounts = {}   # intent: its amount
        self.spent = collections.Counter()
        self.settled = {}   # intent: the state that was answered
        self.tally = collections.Counter()


class Client(threading.Thread):
    """Works until the server is gone."""

    def __init__(self, record, memory, seed):
        super().__init__()
        self.record, self.memory, self.rng, self.failure = record, memory, random.Random(seed), None

    def run(self):
        try:
            connection = Connection(self.record)
            while True:
                self.live(connection)
        except ConnectionError:
            pass
        except Exception as failure:  # told by the main thread
            self.failure = failure

    def live(self, connection):
        """One intent from its beginning to one of its ends."""
        amount = self.rng.randrange(10, 1000)
        made = connection.ask("POST", "/v1/sandbox/guardrails/bootstrap",
                              {"operation": "tool", "requested_spend_cents": amount})
        intent = made["intent_id"]
        with self.memory.lock:
            self.memory.amounts[intent] = amount
        for _ in range(self.rng.randrange(3)):
            cents = self.rng.randrange(1, amount)
            verdict = connection.ask("POST", "/verify", {"intent_id": intent, "token": made["capability_token"],
                                                         "operation": "tool", "requested_spend_cents": cents})
            if verdict["allow"]:
                with self.memory.lock:
                    self.memory.spent[intent] += cents
        if self.rng.random() < 0.7:
            self.remember(intent, connection.ask("POST", f"/v1/sandbox/guardrails/{intent}/evidence", {"payload": {}}),
                          "sandbox_lifecycle_status")
            return
        connection.ask("POST", f"/intents/{intent}/dispute", {"reason": "not what was asked for"})
        body = self.rng.choice([{"outcome": "release"}, {"outcome": "refund"},
                                {"outcome": "split", "payee_cents": self.rng.randrange(1, amount)}])
        self.remember(intent, connection.ask("POST", f"/intents/{intent}/settlement/confirm", body), "state")

    def remember(self, intent, answer, member):
        with self.memory.lock:
            self.memory.settled[intent] = answer[member]
            self.memory.tally[answer[member]] += 1


# --- what must hold ---------------------------------------------------------------------------------------------


def check_intent(row, memory):
    name, state, amount = row["intent_id"], row["state"], row["amount_cents"]
    held, payee, principal = row["held_cents"], row["payee_cents"], row["principal_cents"]
    places = {"funded": held == amount, "evidence_submitted": held == amount, "disputed": held == amount,
              "released": payee == amount, "refunded": principal == amount,
              "resolved_split": held == 0 and payee > 0 and principal > 0}
    if held + payee + principal != amount or not places.get(state, False):
        raise Failure(f"the money of {name} is not where {state} has it: {held} + {payee} + {principal} of {amount}")
    if memory.amounts.get(name, amount) != amount:
        raise Failure(f"{name} has another amount than it was made with")
    if name in memory.settled and memory.settled[name] != state:
        raise Failure(f"{name} was answered as {memory.settled[name]} and is {state}")
    if row["spent_cents"] < memory.spent[name] or row["spent_cents"] > amount:
        raise Failure(f"{name} spent {row['spent_cents']}; {memory.spent[name]} were acknowledged")


def all_intents(connection):
    rows, cursor = [], ""
    while True:
        page = connection.ask("GET", f"/operator/v1/intents?limit=200&cursor={cursor}")
        rows += page["intents"]
        cursor = page["next_cursor"]
        if not cursor:
            return rows


def ledger_of(connection):
    entries, after = [], 0
    while after is not None:
        page = connection.ask("GET", f"/ledger/v1/events?limit=256&after_seq={after}")
        entries += page["entries"]
        after = page["next_after_seq"]
    return entries


def check_ledger(connection, rows, folder):
    entries = ledger_of(connection)
    head = connection.ask("GET", "/ledger/v1/merkle/latest")["checkpoint"]
    lines = "".join(json.dumps(each) + "\n" for each in [*entries, *([head] if head else [])])
    if entries:
        done = run("paybond", "ledger", "verify", "-", stdin=lines.encode(), env=environment())
        if done.returncode != 0:
            raise Failure(f"the ledger does not verify: {done.stdout!r} {done.stderr!r}")
    told = collections.defaultdict(list)
    for entry in entries:
        told[entry["event"]["intent_id"]].append(entry["event"]["kind"])
    for row in rows:
        kinds = told.pop(row["intent_id"], [])
        ends = [kind for kind in kinds if kind in _TERMINAL]
        wanted = [row["state"]] if row["state"] in _TERMINAL else []
        if ends != wanted or kinds.count("settlement_hold_placed") != 1 or \
                kinds.count("settlement_rail_confirmed") != len(wanted):
            raise Failure(f"the ledger tells of {row['intent_id']}, which is {row['state']}: {kinds}")
    if told:
        raise Failure(f"the ledger tells of intents that are not there: {list(told)[:3]}")


def check_file(folder):
    store = sqlite3.connect(f"file:{folder / 'network.db'}?mode=ro", uri=True)
    wrong = store.execute(
        "SELECT COUNT(*) FROM paybond_intents WHERE held_cents + payee_cents + principal_cents NOT IN (0, amount_cents)"
        " OR (held_cents > 0) + (payee_cents > 0 OR principal_cents > 0) > 1").fetchone()[0]
    damaged = store.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
    store.close()
    if wrong or damaged:
        raise Failure(f"{wrong} intents have money in two places" if wrong else "the store's file is damaged")


# --- the rounds -------------------------------------------------------------------------------------------------


def work_and_kill(folder, memory, rng):
    server = Server(folder)
    record = server.record()
    clients = [Client(record, memory, rng.random()) for _ in range(_CLIENTS)]
    for client in clients:
        client.start()
    time.sleep(rng.uniform(0.02, 0.3))
    server.end(signal.SIGKILL)
    for client in clients:
        client.join()
        if client.failure:
            raise Failure(f"a client failed: {client.failure!r}")


def play(folder, rounds, rng, memory):
    checked = 0
    for _ in range(rounds):
        work_and_kill(folder, memory, rng)
        server = Server(folder)
        connection = Connection(server.record())
        rows = all_intents(connection)
        for row in rows:
            check_intent(row, memory)
        lost = memory.amounts.keys() - {row["intent_id"] for row in rows}
        if lost:
            raise Failure(f"{len(lost)} acknowledged intents are lost")
        check_ledger(connection, rows, folder)
        checked += len(rows)
        if server.end(signal.SIGTERM) != 0:
            raise Failure("a server that was asked to stop did not end with 0")
        check_file(folder)
    return checked


def campaign_of(folder, rounds, seed):
    memory = Memory()
    checked = play(folder, rounds, random.Random(seed), memory)
    return {"kills": rounds, **memory.tally, "intents": len(memory.amounts), "intents checked": checked}


if __name__ == "__main__":
    sys.exit(campaign.main("paybond_kill", "Kills `agentnet serve` while it settles, and looks for the money.",
                           campaign_of, default=20))
