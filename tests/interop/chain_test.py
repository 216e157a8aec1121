"""Chains: the files of both sides are one format, and both say the same of a tampered one."""

import copy
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import documents
import options
import peer
import tamper
from differences import known_difference
from programs import environment, run
from snapchore.chain import ChainCheckpointV2, ChainEntry, SnapChoreChain, SnapChoreChainV2

_EVENTS = ["block_sealed", "e", "", "événement \"1\" \\", "日本\u2028", "😀"]
_TAMPERED_CHAINS = 6
_ENTRIES = 6


def block_hash(rng):
    return f"{rng.getrandbits(256):064x}"


class ChainCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.rng = random.Random(f"{options.seed()}/{self.id()}")

    def ours(self, *arguments, stdin=b"", expect=0):
        done = run("snapchore", "chain", *arguments, stdin=stdin, cwd=self.folder)
        self.assertEqual(done.returncode, expect, (arguments, done.stdout, done.stderr))
        return done.stdout.decode()

    def write(self, ledger):
        path = self.folder / "ledger.json"
        path.write_text(ledger if isinstance(ledger, str) else json.dumps(ledger))
        return str(path)

    def read(self, name):
        return json.loads((self.folder / name).read_text())

    def our_verdict(self, ledger, *more):
        """The exit code and what `chain verify --json` printed, None when it printed nothing."""
        done = run("snapchore", "chain", "verify", self.write(ledger), "--json", *more, cwd=self.folder)
        self.assertIn(done.returncode, (0, 2, 9), done.stderr.decode())
        return done.returncode, json.loads(done.stdout) if done.stdout else None


class ChainV1Test(ChainCase):
    def peer_chain(self, entries=_ENTRIES):
        chain = SnapChoreChain(self.rng.choice([None, "audit", "é \"日\""]))
        for number in range(entries):
            chain.append_raw(block_hash=self.rng.choice([block_hash(self.rng), "no hash"]),
                             event_type=self.rng.choice(_EVENTS),
                             block_id=self.rng.choice([None, f"b{number}", "é"]),
                             metadata=json.loads(documents.payload(options.seed(), self.rng.randrange(10 ** 6))))
        return chain

    def test_a_chain_made_here_loads_and_verifies_with_the_peer_byte_for_byte(self):
        self.ours("create", "--id", "made")
        hashes = [block_hash(self.rng) for _ in range(40)]
        for number, value in enumerate(hashes[:6]):
            self.ours("append", "made.chain.json", value, "--event-type", _EVENTS[number % len(_EVENTS)],
                      "--block-id", f"é{number}")
        self.ours("append", "made.chain.json", "-", stdin="".join(f"{value}\n" for value in hashes[6:]).encode())
        chain = SnapChoreChain.from_dict(self.read("made.chain.json"))
        self.assertTrue(chain.verify())
        self.assertEqual([entry.block_hash for entry in chain], hashes)
        again = json.dumps(chain.to_dict(), indent=2, default=str) + "\n"
        self.assertEqual((self.folder / "made.chain.json").read_text(), again)

    def test_a_chain_of_the_peer_verifies_and_is_kept_byte_for_byte(self):
        for number in range(20):
            chain = self.peer_chain(number)
            text = json.dumps(chain.to_dict(), indent=2, default=str) + "\n"
            path = self.write(text)
            with self.subTest(number=number):
                self.assertEqual(self.ours("verify", path), f"VALID  length={number}  head={chain.head_hash}\n")
                self.assertEqual(json.loads(self.ours("show", path)), chain.to_dict())
                self.ours("append", path, "-", stdin=b"")
                self.assertEqual((self.folder / "ledger.json").read_text(), text)

    def test_both_commands_append_to_one_file_in_turn(self):
        peer_environment = environment(PYTHONPATH=os.environ.get("PYTHONPATH", ""))
        self.ours("create", "--id", "both")
        for number in range(12):
            arguments = ["append", "both.chain.json", block_hash(self.rng), "--event-type", _EVENTS[number // 2],
                         "--block-id", f"b{number}"]
            if number % 2:
                done = subprocess.run([*peer.COMMAND, "chain", *arguments], cwd=self.folder, capture_output=True,
                                      env=peer_environment, check=True)
                said = done.stdout.decode()
            else:
                said = self.ours(*arguments)
            head = self.read("both.chain.json")["head_hash"]
            self.assertEqual(said, f"appended: index={number}  chain_hash={head}\n")
        for flags in ([], ["--json"]):
            done = subprocess.run([*peer.COMMAND, "chain", "verify", "both.chain.json", *flags], cwd=self.folder,
                                  capture_output=True, env=peer_environment, check=True)
            ours = self.ours("verify", "both.chain.json", *flags)
            same = json.loads(ours) == json.loads(done.stdout) if flags else ours == done.stdout.decode()
            self.assertTrue(same, (ours, done.stdout))
        self.assertEqual(len(self.read("both.chain.json")["entries"]), 12)

    # What the peer says of a ledger: True, or False and the break it names, or None when it will not load.
    def peer_verdict(self, ledger):
        try:
            chain = SnapChoreChain.from_dict(ledger)
        except Exception:
            return None, None
        valid = chain.verify()
        return valid, None if valid else chain.find_break()

    def compare(self, what, path, ledger):
        valid, break_at = self.peer_verdict(ledger)
        code, answer = self.our_verdict(ledger)
        if valid and code == 9:
            entries = ledger["entries"]
            stated = ledger.get("length", len(entries)), ledger.get("head_hash", entries[-1]["chain_hash"])
            self.assertNotEqual(stated, (len(entries), entries[-1]["chain_hash"]))
            known_difference("chain-truncated")
        elif valid and code == 2:
            self.assertTrue(what == "retyped" or path == ("chain_id",), (what, path))
            known_difference("chain-field-types")
        else:
            self.assertEqual(code == 0, valid is True, json.dumps(ledger))
        if code == 9 and answer and valid is False:
            self.assertEqual(answer["break_at"], break_at)

    def test_tampered_chains_get_the_same_verdict(self):
        count = 0
        for _ in range(_TAMPERED_CHAINS):
            ledger = json.loads(json.dumps(self.peer_chain().to_dict()))
            ledger["entries"] = [{**entry, "metadata": {}, "block_id": entry["block_id"] or "b"}
                                 for entry in ledger["entries"]]
            for what, path, changed in tamper.mutants(ledger, self.rng):
                count += 1
                with self.subTest(what=what, path=path):
                    self.compare(what, path, changed)
        print(f"  {count} tampered chains", flush=True)

    def test_cut_swapped_repeated_and_grafted_entries_get_the_same_verdict(self):
        ledger = json.loads(json.dumps(self.peer_chain(8).to_dict()))
        other = json.loads(json.dumps(self.peer_chain(8).to_dict()))
        for first in range(8):
            for second in range(8):
                cut, swapped, repeated, grafted, rehung = (copy.deepcopy(ledger) for _ in range(5))
                del cut["entries"][min(first, second):max(first, second)]
                entries = swapped["entries"]
                entries[first], entries[second] = entries[second], entries[first]
                repeated["entries"].insert(first, copy.deepcopy(ledger["entries"][second]))
                grafted["entries"][first] = other["entries"][second]
                rehung["entries"][first]["previous_chain_hash"] = ledger["entries"][second]["chain_hash"]
                for name, changed in (("cut", cut), ("swapped", swapped), ("repeated", repeated),
                                      ("grafted", grafted), ("rehung", rehung)):
                    with self.subTest(name=name, first=first, second=second):
                        self.compare(name, ("entries",), changed)

    def test_a_ledger_that_was_changed_and_hashed_anew_gets_the_same_verdict(self):
        ledger = json.loads(json.dumps(self.peer_chain().to_dict()))
        for name in ("event_type", "block_hash", "timestamp", "index", "previous_chain_hash"):
            for what, new in (("changed", "x"), ("changed", "0" * 64), ("retyped", 1), ("retyped", 1.0),
                              ("retyped", True), ("retyped", None), ("retyped", []), ("retyped", {"a": 1})):
                changed = copy.deepcopy(ledger)
                changed["entries"][1][name] = new
                for at, entry in enumerate(changed["entries"][1:], 1):
                    if at > 1:
                        entry["previous_chain_hash"] = changed["entries"][at - 1]["chain_hash"]
                    entry["chain_hash"] = ChainEntry(**{part: entry[part] for part in (
                        "index", "event_type", "block_hash", "previous_chain_hash", "timestamp")}).chain_hash
                changed["head_hash"] = changed["entries"][-1]["chain_hash"]
                with self.subTest(name=name, new=new):
                    self.compare(what, ("entries", 1, name), changed)

    def test_a_member_that_stands_twice_is_refused_here_and_not_by_the_peer(self):
        text = json.dumps(self.peer_chain(2).to_dict())
        twice = text.replace('"length": 2', '"length": 2, "length": 2')
        self.assertEqual(self.peer_verdict(json.loads(twice))[0], True)
        self.assertEqual(self.our_verdict(twice)[0], 2)
        known_difference("chain-duplicate-names")


class ChainV2Test(ChainCase):
    def peer_chain(self, entries=_ENTRIES):
        chain = SnapChoreChainV2(chain_id="strict é")
        for number in range(entries):
            self.peer_append(chain, number)
        return chain

    def peer_append(self, chain, number):
        metadata = {"é": [0.1 + 0.2, 1e15, -0.0, 10 ** 30, None, {"x": {}}], "n": number} if number % 2 else None
        chain.append_raw(block_hash=block_hash(self.rng), block_id=f" block {number} ", event_type="e",
                         metadata=metadata)

    def test_a_ledger_made_here_loads_with_the_peer_and_agrees_with_the_checkpoint(self):
        self.ours("create", "--id", "strict", "--ledger", "v2")
        for number in range(5):
            self.ours("append", "strict.chain.json", block_hash(self.rng), "--event-type", _EVENTS[0])
            checkpoint = ChainCheckpointV2.from_dict(json.loads(self.ours("checkpoint", "strict.chain.json")))
            chain = SnapChoreChainV2.from_dict(self.read("strict.chain.json"), expected_checkpoint=checkpoint)
            self.assertTrue(chain.verify(checkpoint=checkpoint).accepted)
            self.assertEqual((len(chain), checkpoint.length), (number + 1, number + 1))
        self.assertEqual(json.loads((self.folder / "strict.chain.json").read_text()), chain.to_dict())

    def test_a_ledger_of_the_peer_verifies_here_with_its_checkpoint(self):
        for entries in range(6):
            chain = self.peer_chain(entries)
            checkpoint = self.folder / "checkpoint.json"
            checkpoint.write_text(json.dumps(chain.checkpoint().as_dict()))
            path = self.write(chain.to_dict())
            with self.subTest(entries=entries):
                head = chain.head_hash
                self.assertEqual(self.ours("verify", path, "--checkpoint", str(checkpoint)),
                                 f"VALID  length={entries}  head={head}\n")
                self.assertEqual(json.loads(self.ours("checkpoint", path)), chain.checkpoint().as_dict())

    def test_both_append_to_one_ledger_in_turn(self):
        self.ours("create", "--id", "turns", "--ledger", "v2")
        for number in range(10):
            if number % 2:
                chain = SnapChoreChainV2.from_dict(self.read("turns.chain.json"))
                self.peer_append(chain, number)
                (self.folder / "turns.chain.json").write_text(json.dumps(chain.to_dict()))
            else:
                self.ours("append", "turns.chain.json", block_hash(self.rng).upper(), "--block-id", f"é{number}")
        chain = SnapChoreChainV2.from_dict(self.read("turns.chain.json"))
        self.assertEqual(self.ours("verify", "turns.chain.json"), f"VALID  length=10  head={chain.head_hash}\n")

    def peer_accepts(self, ledger, checkpoint=None):
        try:
            expected = ChainCheckpointV2.from_dict(checkpoint) if checkpoint else None
            SnapChoreChainV2.from_dict(ledger, expected_checkpoint=expected)
            return True
        except Exception:
            return False

    def test_tampered_ledgers_get_the_same_verdict(self):
        for _ in range(2):
            ledger = json.loads(json.dumps(self.peer_chain(4).to_dict()))
            for what, path, changed in tamper.mutants(ledger, self.rng):
                with self.subTest(what=what, path=path):
                    accepted = self.peer_accepts(changed)
                    self.assertEqual(self.our_verdict(changed)[0] == 0, accepted, json.dumps(changed))
                    if what == "changed":  # every member is hashed or compared, but hashes have two cases
                        same = str(tamper.at(changed, path)).upper() == str(tamper.at(ledger, path)).upper()
                        self.assertEqual(accepted, same and str(path[-1]).endswith("_hash"), json.dumps(changed))

    def test_tampered_checkpoints_and_shortened_ledgers_get_the_same_verdict(self):
        chain = self.peer_chain()
        ledger = json.loads(json.dumps(chain.to_dict()))
        path = self.folder / "checkpoint.json"
        for what, where, checkpoint in tamper.mutants(chain.checkpoint().as_dict(), self.rng):
            path.write_text(json.dumps(checkpoint))
            with self.subTest(what=what, path=where):
                accepted = self.peer_accepts(ledger, checkpoint)
                self.assertEqual(self.our_verdict(ledger, "--checkpoint", str(path))[0] == 0, accepted)
                self.assertFalse(accepted)
        shorter = SnapChoreChainV2.from_dict(ledger)
        shorter._entries.pop()
        path.write_text(json.dumps(chain.checkpoint().as_dict()))
        self.assertEqual(self.our_verdict(shorter.to_dict())[0], 0)
        self.assertEqual(self.our_verdict(shorter.to_dict(), "--checkpoint", str(path))[0], 9)
        self.assertFalse(self.peer_accepts(shorter.to_dict(), chain.checkpoint().as_dict()))

    def test_moved_entries_get_the_same_verdict(self):
        ledger = json.loads(json.dumps(self.peer_chain().to_dict()))
        other = json.loads(json.dumps(self.peer_chain().to_dict()))
        for first in range(_ENTRIES):
            for second in range(_ENTRIES):
                swapped, grafted = copy.deepcopy(ledger), copy.deepcopy(ledger)
                entries = swapped["entries"]
                entries[first], entries[second] = entries[second], entries[first]
                grafted["entries"][first] = other["entries"][second]
                for name, changed in (("swapped", swapped), ("grafted", grafted)):
                    with self.subTest(name=name, first=first, second=second):
                        self.assertEqual(self.our_verdict(changed)[0] == 0, self.peer_accepts(changed))
