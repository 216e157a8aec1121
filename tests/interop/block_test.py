"""SmartBlocks: what one side seals the other verifies, and both refuse the same forgeries."""

import json
import pathlib
import random
import sqlite3
import tempfile
import threading
import unittest

import documents
import keys
import options
import peer
import tamper
from programs import environment, run
from snapchore import SmartBlock

_DOMAIN = "ai.inference/é日"
_TYPE = "audit \"x\""
_TAMPERED_BLOCKS = 20

# A seal asks for its method of authentication in these places; the first is the one there is.
_METHODS = ["snapchore.local_system_context.v2", "snapchore.system_context.v1", "snapchore.image_exif_gps.v1",
            "none"]


def capture_id(block):
    return block["metadata"]["snapchore_moment_claim"]["capture_claim"]["capture_id"]


class BlockTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        _, private, public = keys.make_key(folder, "capture")
        _, _, stranger = keys.make_key(folder, "stranger")
        cls.replay_database = str(folder / "state" / "replay.db")
        key = {"SNAPCHORE_MOMENT_PRIVATE_KEY": private}
        cls.modes = {
            "no moment proof": {"SB_SNAPCHORE_SKIP_AUTH": "1"},
            "simulated": {"SNAPCHORE_CAPTURE_MODE": "simulate"},
            "device": {"SNAPCHORE_CAPTURE_MODE": "device"},
            "signed, key not trusted": {**key, "SNAPCHORE_CAPTURE_MODE": "device"},
            "signed, key trusted": {**key, "SNAPCHORE_MOMENT_PUBLIC_KEY": public, "SNAPCHORE_MOMENT_KEY_ID": "k 1"},
            "production": {**key, "ENVIRONMENT": "Production", "SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS":
                           f"{stranger}:{public}", "SNAPCHORE_MOMENT_REPLAY_DB": cls.replay_database,
                           "SB_SNAPCHORE_TIME_DRIFT_SEC": "3600"},
        }

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    # --- both sides' seals and verdicts ------------------------------------------------------------------------

    def payloads(self, first, count):
        return [documents.payload(options.seed(), number) for number in range(first, first + count)]

    def sealed_by_peer(self, first, count, variables):
        rng = random.Random(f"{options.seed()}/{first}")
        blocks = []
        with peer.settings(variables):
            for text in self.payloads(first, count):
                more = json.loads(rng.choice(["{}", documents.payload(options.seed(), rng.randrange(10 ** 6))]))
                block = SmartBlock(domain=_DOMAIN, block_type=_TYPE, payload=json.loads(text), metadata=more,
                                   metrics=json.loads(rng.choice(["{}", '{"trust":0.25}'])))
                block.seal()
                blocks.append(block.to_dict())
        return blocks

    def sealed_by_ours(self, first, count, variables):
        lines = "\n".join(self.payloads(first, count)).encode()
        done = run("snapchore", "seal", "--domain", _DOMAIN, "--type", _TYPE, "--ndjson", "-", stdin=lines,
                   env=environment(**variables))
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        blocks = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual(len(blocks), count)
        return blocks

    def verdicts_of_ours(self, blocks, variables):
        """True or False for each block; a line that ends in an error is False."""
        lines = "\n".join(json.dumps(block) for block in blocks).encode()
        done = run("snapchore", "verify-block", "--ndjson", "-", stdin=lines, env=environment(**variables))
        answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual(len(answers), len(blocks), done.stderr.decode())
        faults = any("error" in answer for answer in answers)
        refused = any(answer.get("valid") is False for answer in answers)
        self.assertEqual(done.returncode, 2 if faults else 9 if refused else 0)
        return [answer.get("valid", False) for answer in answers]

    def verdicts_of_peer(self, blocks, variables):
        with peer.settings(variables):
            return [peer.verifies(block) for block in blocks]

    def share(self):
        return max(1, -(-options.blocks() // len(self.modes)))

    # --- tests -------------------------------------------------------------------------------------------------

    def test_blocks_sealed_by_the_peer_verify(self):
        for mode, variables in self.modes.items():
            with self.subTest(mode=mode):
                blocks = self.sealed_by_peer(0, self.share(), variables)
                self.assertEqual(self.verdicts_of_ours(blocks, variables), [True] * len(blocks))

    def test_blocks_sealed_here_verify_with_the_peer(self):
        for mode, variables in self.modes.items():
            with self.subTest(mode=mode):
                blocks = self.sealed_by_ours(1000, self.share(), variables)
                self.assertEqual(self.verdicts_of_peer(blocks, variables), [True] * len(blocks))
                self.assertEqual(self.verdicts_of_ours(blocks, variables), [True] * len(blocks))
                self.assertEqual(len({block["id"] for block in blocks}), len(blocks))

    def test_blocks_of_both_have_the_same_members_in_the_same_order(self):
        def shape(value):
            if isinstance(value, dict):
                return [(name, shape(inner)) for name, inner in value.items()]
            return type(value).__name__

        for mode, variables in self.modes.items():
            with self.subTest(mode=mode):
                with peer.settings(variables):
                    block = SmartBlock(payload={"a": 1}, domain=_DOMAIN, block_type=_TYPE)
                    block.seal()
                done = run("snapchore", "seal", '{"a":1}', env=environment(**variables))
                self.assertEqual(shape(json.loads(done.stdout)), shape(block.to_dict()))

    def test_a_trusted_seal_is_refused_where_the_key_is_not_trusted(self):
        for sealed_by in (self.sealed_by_peer, self.sealed_by_ours):
            blocks = sealed_by(3000, 3, self.modes["production"])
            self.assertEqual(self.verdicts_of_ours(blocks, {}), [False] * 3)
            self.assertEqual(self.verdicts_of_peer(blocks, {}), [False] * 3)

    def test_both_write_to_one_replay_database_at_once(self):
        variables = self.modes["production"]
        count = self.share()
        theirs = []
        thread = threading.Thread(target=lambda: theirs.extend(self.sealed_by_peer(4000, count, variables)))
        thread.start()
        ours = self.sealed_by_ours(5000, count, variables)
        thread.join()
        self.assertEqual(len(theirs), count)
        with sqlite3.connect(self.replay_database) as database:
            kept = {row[0] for row in database.execute("SELECT capture_id FROM moment_capture_consumptions")}
        database.close()
        used = {capture_id(block) for block in ours + theirs}
        self.assertEqual(len(used), 2 * count)
        self.assertEqual(used - kept, set())

    def test_a_capture_that_was_used_here_is_a_replay_for_the_peer(self):
        from snapchore.replay import SQLiteMomentReplayGuard

        block = self.sealed_by_ours(6000, 1, self.modes["production"])[0]
        capture = capture_id(block)
        guard = SQLiteMomentReplayGuard(self.replay_database)
        self.assertFalse(guard.consume(capture, ttl_seconds=60))
        self.assertTrue(guard.consume(capture + "0", ttl_seconds=60))

    def test_tampered_blocks_get_the_same_verdict(self):
        rng = random.Random(options.seed())
        modes = list(self.modes.items())
        judged = accepted = 0
        for number in range(_TAMPERED_BLOCKS):
            mode, variables = modes[number % len(modes)]
            sealed_by = (self.sealed_by_peer, self.sealed_by_ours)[number // len(modes) % 2]
            block = sealed_by(7000 + number, 1, variables)[0]
            changes = list(tamper.mutants(block, rng))
            blocks = [changed for _, _, changed in changes]
            ours = self.verdicts_of_ours(blocks, variables)
            theirs = self.verdicts_of_peer(blocks, variables)
            judged += len(changes)
            accepted += sum(ours)
            for (what, path, changed), here, there in zip(changes, ours, theirs):
                with self.subTest(mode=mode, what=what, path=path):
                    self.assertEqual(here, there, f"ours, peer: {json.dumps(changed)}")
                    if what == "changed" and here:  # valid still, so no hash covers it
                        self.assertTrue(any(name in documents.VOLATILE for name in path), json.dumps(changed))
        print(f"  {judged} tampered blocks, {accepted} valid still: no hash covers what was changed", flush=True)

    def test_a_swapped_hash_claim_or_payload_is_refused_by_both(self):
        for mode, variables in self.modes.items():
            first, second = self.sealed_by_ours(8000, 2, variables)
            for name in ("snapchore_hash", "metadata", "payload", "id"):
                swapped = {**first, name: second[name]}
                with self.subTest(mode=mode, name=name):
                    self.assertEqual(self.verdicts_of_ours([swapped], variables), [swapped == first])
                    self.assertEqual(self.verdicts_of_peer([swapped], variables), [swapped == first])

    def test_a_block_with_things_that_are_no_json_in_volatile_members_verifies(self):
        payload = json.loads('{"ts":NaN,"sig":["\\ud800",-Infinity],"hash":1e999,"a":[1.50,{"nonce":"\\udc00"}]}')
        with peer.settings(self.modes["device"]):
            block = SmartBlock(payload=payload)
            block.seal()
        self.assertEqual(self.verdicts_of_ours([block.to_dict()], {}), [True])

    def test_a_requested_method_is_granted_or_refused_alike(self):
        places = ['{"moment_auth_method":"%s"}', '{"requested_moment_auth_method":"%s"}', '{"auth_method":" %s "}',
                  '{"moment_auth":{"method":"%s"}}', '{"metadata":{"auth_method":"%s"}}',
                  '{"payload":{"metadata":{"moment_auth":{"requested_method":"%s"}}}}',
                  '{"x":{"auth_method":"%s"}}']
        for place in places:
            for method in _METHODS:
                text = place % method
                with self.subTest(payload=text), peer.settings(self.modes["device"]):
                    try:
                        granted = bool(SmartBlock(payload=json.loads(text)).seal())
                    except RuntimeError:
                        granted = False
                    done = run("snapchore", "seal", text, env=environment(**self.modes["device"]))
                    self.assertEqual(done.returncode, 0 if granted else 10, done.stderr.decode())
