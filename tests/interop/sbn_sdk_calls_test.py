"""The SDK's snapchore and receipts calls against `agentnet serve`, with snapchore-core as the judge of hashes."""

import datetime
import json

from snapchore import SmartBlock, SnapChoreChain, snapchore_capture

import sdk

_PAYLOADS = (
    {},
    {"event": "signup", "user": "u-42"},
    {"é": "ü ☃ 🙂", "n": [1, 2.5, -0.0, 1e15, 10 ** 20, None, True], "deep": {"a": {"b": {"c": []}}}},
    {"timestamp": "now", "kept": 1, "nonce": "n", "metadata": {"timestamp": 5, "x": 1}},
    {"text": "quote \" back \\ slash / line \n tab \t nul \u0001 del \u007f"},
)
_BLOCK_TYPES = ("event", "stimulus", "audit", "instruction", "meta")
_UNKNOWN = "0" * 64


def instant(text):
    return datetime.datetime.fromisoformat(text)


class CaptureTest(sdk.SdkCase):
    def test_a_capture_has_the_hash_of_snapchore_core(self):
        for payload in _PAYLOADS:
            with self.subTest(payload=payload):
                answer = self.snapchore.capture(payload)
                expected = snapchore_capture(payload)
                self.assertEqual(answer, {"hash": expected, "snapchore_hash": expected, "canon_version": "SVP-1.0"})

    def test_volatile_keys_leave_out_what_snapchore_core_leaves_out(self):
        payload = {"a": 1, "b": 2, "inner": {"a": 3}, "metadata": {"a": 4, "m": 5}}
        for volatile in (["a"], ["a", "b"], ["inner"], ["not there"], ["m"]):
            with self.subTest(volatile=volatile):
                expected = snapchore_capture(payload, volatile=volatile)
                self.assertEqual(self.snapchore.capture(payload, volatile_keys=volatile)["hash"], expected)
                self.assertIs(self.snapchore.verify(expected, payload, volatile_keys=volatile)["valid"], True)
        self.assertNotEqual(self.snapchore.capture(payload)["hash"],
                            self.snapchore.capture(payload, volatile_keys=["a"])["hash"])

    def test_verify_says_yes_to_the_right_hash_and_no_to_all_others(self):
        for payload in _PAYLOADS:
            expected = snapchore_capture(payload)
            yes = self.snapchore.verify(expected, payload)
            self.assertEqual((yes["valid"], yes["actual_hash"]), (True, expected))
            for wrong in (_UNKNOWN, expected[:-1], "", "not a hash"):
                no = self.snapchore.verify(wrong, payload)
                self.assertEqual((no["valid"], no["actual_hash"]), (False, expected), wrong)
            self.assertIs(self.snapchore.verify(expected, {**payload, "more": 1})["valid"], False)


class SealTest(sdk.SdkCase):
    def test_a_block_of_each_type_verifies_here_and_with_snapchore_core(self):
        for number, block_type in enumerate(_BLOCK_TYPES):
            for payload in _PAYLOADS:
                with self.subTest(block_type=block_type, payload=payload):
                    block = self.snapchore.seal(payload, domain="interop.seal", block_type=block_type,
                                                metadata={"é": number, "m": [0.5]}, metrics={"score": 0.25})
                    self.assertEqual(block["payload"], payload)
                    self.assertEqual((block["domain"], block["block_type"], block["type"]),
                                     ("interop.seal", block_type, block_type))
                    self.assertEqual((block["metadata"], block["metrics"]),
                                     ({"é": number, "m": [0.5]}, {"score": 0.25}))
                    self.assertEqual(block["hash"], block["snapchore_hash"])
                    self.assertTrue(SmartBlock.from_dict(block).verify())
                    self.assertIs(self.snapchore.verify_block(block)["valid"], True)

    def test_what_is_not_given_has_the_defaults(self):
        block = self.snapchore.seal({"a": 1})
        self.assertEqual((block["domain"], block["block_type"]), ("general", "event"))
        self.assertTrue(SmartBlock.from_dict(block).verify())
        again = self.snapchore.seal({"a": 1})
        self.assertNotEqual(again["id"], block["id"])

    def test_a_tampered_block_does_not_verify(self):
        block = self.snapchore.seal({"a": 1, "deep": {"b": [1, 2]}}, metadata={"m": 1})
        for change in ({"payload": {"a": 2, "deep": {"b": [1, 2]}}}, {"payload": {"a": 1, "deep": {"b": [2, 1]}}},
                       {"domain": "other"}, {"snapchore_hash": _UNKNOWN, "hash": _UNKNOWN}, {"metadata": {"m": 2}},
                       {"type": "audit", "block_type": "audit"}, {"id": "another"}):
            tampered = {**block, **change}
            with self.subTest(change=change):
                theirs = SmartBlock.from_dict(tampered).verify()
                ours = self.snapchore.verify_block(tampered)
                self.assertIs(ours["valid"], theirs, ours)
        self.assertIs(self.snapchore.verify_block({**block, "payload": {"a": 2}})["valid"], False)

    def test_a_block_type_that_is_none_is_refused_by_the_sdk_and_by_the_server(self):
        with self.assertRaises(ValueError):
            self.snapchore.seal({"a": 1}, block_type="other")
        with self.refused(400, "bad_block_type", field="block_type"):
            self.snapchore._t.post("/internal/snapchore/seal", json={"payload": {}, "block_type": "other"})


class DiscoverTest(sdk.SdkCase):
    def test_a_sealed_hash_is_found_with_its_block_and_receipt(self):
        block = self.snapchore.seal({"found": 1}, domain="interop.found", block_type="audit")
        row = self.snapchore.discover(block["snapchore_hash"])
        for name, value in {"hash": block["hash"], "snapchore_hash": block["hash"], "source": "seal",
                            "domain": "interop.found", "block_type": "audit", "block_id": block["id"],
                            "receipt_id": block["receipt_id"]}.items():
            self.assertEqual(row[name], value, name)
        self.assertIs(row["lattice_confirmed"], False)

    def test_a_hash_that_was_only_captured_has_no_hash_member(self):
        captured = self.snapchore.capture({"only": "captured"})["hash"]
        row = self.snapchore.discover(captured)
        self.assertNotIn("hash", row)
        self.assertEqual((row["snapchore_hash"], row["source"]), (captured, "capture"))

    def test_an_unknown_hash_is_not_found(self):
        self.snapchore.verify(snapchore_capture({"never": "noted"}), {"never": "noted"})
        for unknown in (_UNKNOWN, snapchore_capture({"never": "noted"}), "not-a-hash"):
            with self.refused(404, "unknown_hash"):
                self.snapchore.discover(unknown)


class RecentTest(sdk.SdkCase):
    def test_recent_entries_come_newest_first_and_pass_the_filters(self):
        captured = [self.snapchore.capture({"n": n})["hash"] for n in range(3)]
        sealed = [self.snapchore.seal({"n": n}, domain=domain)["hash"]
                  for n, domain in enumerate(("numa", "numa.a", "numa.a.b", "numab", "other"))]
        newest_first = sealed[::-1] + captured[::-1]

        def hashes(**filters):
            answer = self.snapchore.discover_recent(**filters)
            found = [row["snapchore_hash"] for row in answer["entries"]]
            self.assertEqual((answer["count"], answer["offset"]), (len(found), filters.get("offset", 0)))
            return found

        self.assertEqual(hashes(), newest_first)
        self.assertEqual(hashes(limit=3), newest_first[:3])
        self.assertEqual(hashes(limit=3, offset=2), newest_first[2:5])
        self.assertEqual(hashes(limit=3, offset=100), [])
        self.assertEqual(hashes(source="capture"), captured[::-1])
        self.assertEqual(hashes(source="seal", limit=2), sealed[:2:-1])
        self.assertEqual(hashes(source="import"), [])
        self.assertEqual(hashes(domain="numa.a"), [sealed[1]])
        self.assertEqual(hashes(domain="numa.*"), [sealed[2], sealed[1], sealed[0]])
        self.assertEqual(hashes(domain="numa.*", source="capture"), [])

        third = self.snapchore.discover(sealed[2])["created_at"]
        for since in (third, instant(third).isoformat().replace("+00:00", "Z")):
            later = hashes(since=since)
            self.assertEqual([h for h in later if h != sealed[2]], [sealed[4], sealed[3]], since)
        self.assertEqual(hashes(since="2100-01-01T00:00:00Z"), [])
        with self.refused(400, "bad_parameter", parameter="since"):
            hashes(since="yesterday")
        for limit in (0, -1, 201, 10 ** 30):
            with self.refused(400, "bad_parameter", parameter="limit"):
                hashes(limit=limit)


class ChainTest(sdk.SdkCase):
    def peer_chain(self, chain_id):
        """The chain as snapchore-core loads it, from what the server returned as from a file."""
        return SnapChoreChain.from_dict(json.loads(json.dumps(self.snapchore.get_chain(chain_id))))

    def test_a_ledger_that_was_appended_to_verifies_with_snapchore_core(self):
        created = self.snapchore.create_chain("interop-1")
        self.assertEqual((created["chain_id"], created["length"]), ("interop-1", 0))
        instant(created["created_at"])
        self.assertTrue(self.peer_chain("interop-1").verify())
        for n in range(4):
            block = self.snapchore.seal({"n": n})
            entry = self.snapchore.append_to_chain(
                "interop-1", block_hash=block["hash"], block_id=block["id"] if n % 2 else None,
                event_type="block_sealed" if n < 2 else "étape ☃", metadata={"n": n, "é": [0.5, None]} if n else None)
            self.assertEqual((entry["index"], entry["block_hash"]), (n, block["hash"]))
            chain = self.peer_chain("interop-1")
            self.assertTrue(chain.verify())
            self.assertEqual((len(chain), chain.head_hash), (n + 1, entry["chain_hash"]))
        ledger = self.snapchore.get_chain("interop-1")
        self.assertEqual([entry["metadata"] for entry in ledger["entries"]],
                         [{}] + [{"n": n, "é": [0.5, None]} for n in (1, 2, 3)])
        self.assertEqual([entry["event_type"] for entry in ledger["entries"]],
                         ["block_sealed", "block_sealed", "étape ☃", "étape ☃"])
        verdict = self.snapchore.verify_chain("interop-1")
        self.assertEqual((verdict["valid"], verdict["length"], verdict["break_at"]), (True, 4, None))
        self.assertEqual(verdict["head_hash"], ledger["head_hash"])

    def test_the_server_names_a_chain_that_was_given_no_name(self):
        first, second = self.snapchore.create_chain(), self.snapchore.create_chain()
        self.assertNotEqual(first["chain_id"], second["chain_id"])
        self.assertTrue(self.peer_chain(first["chain_id"]).verify())

    def test_all_chains_are_listed(self):
        made = {self.snapchore.create_chain(f"listed-{n}")["chain_id"] for n in range(3)}
        listed = self.snapchore.list_chains()
        self.assertLessEqual(made, {chain["chain_id"] for chain in listed["chains"]})
        self.assertEqual(listed["count"], len(listed["chains"]))

    def test_making_a_chain_again_changes_nothing_and_is_refused_once_it_has_entries(self):
        created = self.snapchore.create_chain("again")
        self.assertEqual(self.snapchore.create_chain("again"), created)
        self.snapchore.append_to_chain("again", block_hash="a" * 64)
        with self.refused(409, "chain_exists", chain_id="again", length=1):
            self.snapchore.create_chain("again")
        self.assertEqual(self.snapchore.get_chain("again")["length"], 1)

    def test_a_name_that_fits_into_a_path_as_it_is_works_in_every_call(self):
        for name in ("a.b_c~d", "plus+and:colon;comma,", "!$&'()*=@", "|^`{}[]\"<>\\"):
            with self.subTest(name=name):
                self.snapchore.create_chain(name)
                self.snapchore.append_to_chain(name, block_hash="b" * 64)
                self.assertEqual(self.snapchore.get_chain(name)["chain_id"], name)
                self.assertIs(self.snapchore.verify_chain(name)["valid"], True)

    def test_a_name_with_spaces_or_other_alphabets_is_refused(self):
        for name in ("with space", "ümläut", "line\n", "x" * 201):
            with self.refused(400, "bad_chain_id"):
                self.snapchore.create_chain(name)

    def test_calls_on_an_unknown_chain_are_not_found(self):
        for call in (lambda: self.snapchore.get_chain("none"), lambda: self.snapchore.verify_chain("none"),
                     lambda: self.snapchore.append_to_chain("none", block_hash="a" * 64)):
            with self.refused(404, "unknown_chain"):
                call()

    def test_an_entry_that_no_ledger_can_have_is_refused(self):
        self.snapchore.create_chain("strict")
        for bad in ({"block_hash": ""}, {"block_hash": "a" * 513}, {"block_hash": "a", "event_type": "e" * 513}):
            with self.refused(400, "bad_entry"):
                self.snapchore.append_to_chain("strict", **bad)
        with self.refused(400, "bad_metadata", field="metadata"):
            self.snapchore._t.post("/internal/snapchore/chain/strict/append",
                                   json={"block_hash": "a" * 64, "metadata": [1]})
        self.assertEqual(self.snapchore.get_chain("strict")["entries"], [])


class ReceiptTest(sdk.SdkCase):
    def test_the_receipt_of_a_seal_names_its_block(self):
        block = self.snapchore.seal({"a": 1}, domain="interop.receipt")
        receipt = self.client.receipts.get(block["receipt_id"])
        for name, value in {"id": block["receipt_id"], "receipt_id": block["receipt_id"], "domain": "interop.receipt",
                            "snapchore_hash": block["hash"], "subject_id": block["id"],
                            "tenant_id": self.server.tenant, "status": "attested"}.items():
            self.assertEqual(receipt[name], value, name)
        parsed = self.client.gateway.fetch_receipt(block["receipt_id"])
        self.assertEqual((parsed.id, parsed.snapchore_hash), (block["receipt_id"], block["hash"]))
        self.assertEqual(parsed.created_at, instant(receipt["created_at"]))

    def test_receipts_are_listed_by_the_filters_of_both_calls(self):
        blocks = [self.snapchore.seal({"n": n}, domain=domain) for n, domain in enumerate(("r", "r.a", "r.b", "s"))]
        ids = [block["receipt_id"] for block in blocks][::-1]
        for listing in (self.client.receipts.list, self.snapchore.receipts_discover):
            def found(listing=listing, **filters):
                answer = listing(**filters)
                self.assertEqual(answer["count"], len(answer["receipts"]))
                self.assertEqual(answer["offset"], filters.get("offset", 0))
                return [receipt["receipt_id"] for receipt in answer["receipts"]]
            self.assertEqual(found(limit=4), ids)
            self.assertEqual(found(limit=2, offset=1), ids[1:3])
            self.assertEqual(found(domain="s"), ids[:1])
            self.assertEqual(found(domain="r.*"), ids[1:4])
            self.assertEqual(found(hash=blocks[1]["hash"]), [blocks[1]["receipt_id"]])
            self.assertEqual(found(hash=_UNKNOWN), [])
            self.assertEqual(found(project_id=self.server.tenant, limit=4), ids)
            self.assertEqual(found(project_id="somebody-else"), [])
            self.assertEqual(found(since="2100-01-01T00:00:00Z"), [])

    def test_the_hash_of_a_receipt_finds_it_as_well(self):
        receipt = self.client.receipts.get(self.snapchore.seal({"by": "its own hash"})["receipt_id"])
        self.assertNotEqual(receipt["hash"], receipt["snapchore_hash"])
        self.assertEqual(self.client.receipts.list(hash=receipt["hash"])["receipts"], [receipt])

    def test_an_unknown_receipt_is_not_found(self):
        for unknown in ("rcpt_none_0", "None", "rcpt_01a20700-cda2-7f16-ae3a-d019718719b5_9999999999999999999999"):
            with self.refused(404, "unknown_receipt"):
                self.client.receipts.get(unknown)


class CountTest(sdk.SdkCase):
    def test_stats_usage_and_reconcile_count_what_was_done(self):
        self.snapchore.capture({"a": 1})
        for n in range(3):
            self.snapchore.seal({"n": n})
        self.snapchore.create_chain("counted")
        self.snapchore.append_to_chain("counted", block_hash="c" * 64)
        stats = self.snapchore.get_stats()
        self.assertEqual({name: stats[name] for name in ("captures", "seals", "receipts", "chains", "chain_entries")},
                         {"captures": 1, "seals": 3, "receipts": 3, "chains": 1, "chain_entries": 1})
        usage = self.snapchore.get_usage()
        self.assertEqual((usage["tenant_id"], usage["operations"]["seal"]), (self.server.tenant, 3))
        self.assertRegex(usage["month"], r"^\d{4}-\d{2}$")
        reconciled = self.snapchore.reconcile()
        self.assertEqual((reconciled["status"], reconciled["checked"], reconciled["unattested"]), ("consistent", 3, 0))


class ApiKeyTest(sdk.SdkCase):
    def test_a_key_that_was_made_works_until_it_is_revoked(self):
        for mode in ("live", "test"):
            made = self.snapchore.create_api_key(name=f"of {mode}", mode=mode)
            self.assertTrue(made["api_key"].startswith(f"sbn_{mode}_"))
            self.assertTrue(made["api_key"].startswith(made["prefix"]))
            other = self.connect(made["api_key"])
            self.assertIn("hash", other.snapchore.capture({"with": mode}))
            record = next(key for key in self.snapchore.list_api_keys()["keys"] if key["id"] == made["record"]["id"])
            self.assertEqual((record["name"], record["revoked"]), (f"of {mode}", False))
            self.assertNotIn(made["api_key"], json.dumps(self.snapchore.list_api_keys()))
            for _ in range(2):  # a repeated request is no fault
                self.assertIs(self.snapchore.revoke_api_key(made["record"]["id"])["revoked"], True)
            with self.refused(401, "revoked_credential"):
                other.snapchore.capture({"with": mode})
            record = next(key for key in self.snapchore.list_api_keys()["keys"] if key["id"] == made["record"]["id"])
            self.assertIs(record["revoked"], True)
        self.assertIn("hash", self.snapchore.capture({"still": "works"}))

    def test_an_unknown_key_cannot_be_revoked(self):
        with self.refused(404, "unknown_key"):
            self.snapchore.revoke_api_key("key_none")
