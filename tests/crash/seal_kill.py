"""Kills `sbn snapchore seal --ndjson FILE --resume JOURNAL` with SIGKILL until it has come to its end.

    python3 tests/crash/seal_kill.py [ROUNDS] [--seed N] [--result FILE]

A round seals one file of lines, some of which fail, into a chain, in a process that is killed again and again after
a random time and started anew with the same journal. Then

  no answer is lost or doubled   the lines printed, with those that a kill made print a second time taken once, are one
                                 for each line of the input, in order; nothing that was printed is missing in the store
  no line is sealed twice        the ledger holds each payload once, and no seal is without its batch
  the chain is whole             and has the seals in the order of the lines
  receipts verify                the newest of them, by the validators' keys alone
"""

import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import campaign
from campaign import Failure
from programs import environment, program, run

_LINES = 12_000
_BAD_EVERY = 997  # one line in so many is no JSON
_CHAIN = "lines"
_LONGEST = 0.12  # seconds that a process may live


def expect(holds, what):
    if not holds:
        raise Failure(what)


def write_input(path):
    with open(path, "w", encoding="ascii") as file:
        for number in range(1, _LINES + 1):
            file.write("no JSON\n" if number % _BAD_EVERY == 0 else json.dumps({"line": number}) + "\n")


def seal_until_done(folder, env, rng):
    """Returns what all processes printed, as whole lines, and how many were killed."""
    command = [program("sbn"), "snapchore", "seal", "--ndjson", "input.ndjson", "--resume", "journal.json", "--chain",
               _CHAIN, "-o", "jsonl"]
    printed, kills, longest = [], 0, _LONGEST
    while True:
        with open(folder / "out", "wb") as out:
            process = subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=subprocess.DEVNULL)
            try:
                code = process.wait(rng.uniform(0.002, longest))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                code = None
        text = (folder / "out").read_bytes()
        printed.append([json.loads(line) for line in text[:text.rfind(b"\n") + 1].splitlines()])
        if code is not None:
            # 2 when a line failed that an earlier process had not printed.
            expect(code in (0, 2), f"the command ended with {code}")
            return printed, kills
        kills += 1
        # Where a machine is so busy that a process is killed before it answers anything, later ones live longer.
        longest = _LONGEST if printed[-1] else longest * 1.2


def number_of(answer):
    """The line that an answer is about."""
    return answer["error"]["details"]["line"] if "error" in answer else answer["payload"]["line"]


def check_printed(printed):
    """Each process goes on where an earlier one was cut; the seals that were printed, by their lines."""
    seals, reached = {}, 0
    for answers in printed:
        numbers = [number_of(answer) for answer in answers]
        expect(numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True,
               "the answers of one process are not in order")
        expect(not numbers or numbers[0] <= reached + 1, f"lines are missing between {reached} and {numbers[:1]}")
        reached = max(reached, *numbers, 0) if numbers else reached
        for answer in answers:
            if "error" in answer:
                continue
            before = seals.setdefault(number_of(answer), answer)
            expect(before == answer, "a line has two answers")
    expect(reached == _LINES, f"{reached} of {_LINES} lines were answered")
    return seals


def check_store(folder, seals, env):
    store = sqlite3.connect(folder / "state" / "agentnet" / "network.db")
    rows = store.execute("SELECT seq, hash, body FROM sbn_ledger WHERE source = 'seal' ORDER BY seq").fetchall()
    batches = store.execute("SELECT first_seq, tree_size FROM sbn_batches ORDER BY first_seq").fetchall()
    chained = [row[0] for row in store.execute("SELECT block_hash FROM sbn_chain_entries ORDER BY place")]
    store.close()
    lines = [json.loads(body)["payload"]["line"] for _, _, body in rows]
    expect(lines == sorted(seals), "the ledger does not hold each sealed line once, in order")
    expect([digest for _, digest, _ in rows] == [seals[line]["snapchore_hash"] for line in lines],
           "a hash that was printed is not the one in the ledger")
    covered = [seq for first, size in batches for seq in range(first, first + size)]
    expect(covered == [seq for seq, _, _ in rows], "a seal is in no batch, or in two")
    expect(chained == [digest for _, digest, _ in rows], "the chain does not have the seals in their order")
    verdict = run("sbn", "snapchore", "chain", "verify", _CHAIN, "-o", "json", env=env)
    expect(verdict.returncode == 0, f"the chain does not verify: {verdict.stdout}")
    listed = run("sbn", "receipts", "list", "--limit", "200", "-o", "json", env=env)
    (folder / "receipts.json").write_bytes(listed.stdout)
    judged = run("sbn", "receipts", "verify", str(folder / "receipts.json"), env=env)
    expect(judged.returncode == 0, f"receipts do not verify: {judged.stdout[:500]}")


def one_round(folder, rng):
    """How often it was killed."""
    folder.mkdir()
    write_input(folder / "input.ndjson")
    env = environment(XDG_STATE_HOME=str(folder / "state"))
    made = run("sbn", "snapchore", "chain", "create", _CHAIN, env=env)
    expect(made.returncode == 0, made.stderr)
    printed, kills = seal_until_done(folder, env, rng)
    check_store(folder, check_printed(printed), env)
    shutil.rmtree(folder)
    return kills


def play(folder, rounds, seed):
    rng = random.Random(seed)
    return {"kills": sum(one_round(folder, rng) for _ in range(rounds)), "lines": rounds * _LINES}


if __name__ == "__main__":
    sys.exit(campaign.main("seal_kill", "Kills bulk seals and looks at what is left.", play, default=1))
