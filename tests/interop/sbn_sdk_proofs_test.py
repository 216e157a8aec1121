"""What SDK 0.14 added: blocks, promotion, the attestation queue, artifacts, receipts by hash."""

import hashlib

from snapchore import SmartBlock, snapchore_capture

import sdk

load_tests = sdk.only_0_14

_ARTIFACT = {"artifact_uri": "file:///report.pdf", "artifact_sha256": "ab" * 32, "artifact_bytes": 7}


class BlockTest(sdk.SdkCase):
    def test_blocks_are_listed_newest_first_and_fetched_by_id_and_by_hash(self):
        blocks = [self.snapchore.seal({"n": n}, metrics={"n": 0.5}) for n in range(4)]
        self.snapchore.capture({"not": "a block"})
        listed = self.snapchore.list_blocks(limit=3)
        self.assertEqual((listed["blocks"], listed["count"]), (blocks[:0:-1], 3))
        for block in blocks:
            for reference in (block["id"], block["smartblock_record_id"], block["hash"]):
                self.assertEqual(self.snapchore.get_block(reference), block)
            self.assertTrue(SmartBlock.from_dict(self.snapchore.get_block(block["id"])).verify())

    def test_what_is_no_block_is_not_found(self):
        captured = self.snapchore.capture({"not": "a block"})["hash"]
        for reference in ("none", "0" * 64, captured):
            with self.refused(404, "unknown_block"):
                self.snapchore.get_block(reference)
            with self.refused(404, "unknown_block"):
                self.snapchore.promote(snapchore_hash=reference)

    def test_the_sdk_reads_a_sealed_block_as_sealed(self):
        block = self.snapchore.seal({"a": 1}, domain="interop.status")
        for given in (block, block["id"], block["hash"]):
            status = self.snapchore.local_proof_status(given)
            self.assertEqual((status["status"], status["sealed_local"], status["domain"]),
                             ("sealed_local", True, "interop.status"))
            self.assertEqual((status["snapchore_hash"], status["smartblock_record_id"]), (block["hash"], block["id"]))


class PromotionTest(sdk.SdkCase):
    def test_a_block_is_promoted_by_id_or_hash_and_again_without_harm(self):
        block = self.snapchore.seal({"a": 1})
        for given in ({"smartblock_record_id": block["id"]}, {"snapchore_hash": block["hash"]}) * 2:
            promoted = self.snapchore.promote(**given, frontier_id="interop.frontier")
            self.assertEqual((promoted["smartblock_record_id"], promoted["snapchore_hash"]),
                             (block["id"], block["hash"]))
            self.assertEqual((promoted["receipt_id"], promoted["frontier_id"]),
                             (block["receipt_id"], "interop.frontier"))

    def test_the_sdk_reads_a_promotion_as_attested(self):
        block = self.snapchore.seal({"a": 2})
        promoted = self.snapchore.promote_to_project(target_project_id="proj-9", snapchore_hash=block["hash"])
        status = self.snapchore.promotion_status(promoted)
        self.assertEqual((status["attested"], status["promotion_status"]), (True, "promoted"))
        self.assertEqual((status["target_project_id"], status["receipt_id"]), ("proj-9", block["receipt_id"]))
        anchor = self.snapchore.resolve_receipt_anchor(promotion_result=promoted)
        self.assertEqual((anchor["source"], anchor["receipt_id"]), ("promotion", block["receipt_id"]))

    def test_a_project_is_made_for_a_promotion(self):
        block = self.snapchore.seal({"a": 3})
        made = self.snapchore.create_project_and_promote(
            project_name="p", contact_email="e@example.com", aggregator_endpoint="https://a.example",
            rate_plan_id="none", snapchore_hash=block["hash"])
        self.assertEqual(made["promotion"]["snapchore_hash"], block["hash"])
        with self.refused(400, "bad_email"):
            self.snapchore.create_project_and_promote(project_name="p", contact_email="e", aggregator_endpoint="a",
                                                      rate_plan_id="r")

    def test_a_promotion_of_nothing_is_refused(self):
        with self.refused(400, "bad_field", field="smartblock_record_id"):
            self.snapchore.promote()


class ReceiptByHashTest(sdk.SdkCase):
    def test_a_receipt_is_found_by_the_hash_of_its_block(self):
        block = self.snapchore.seal({"a": 1})
        self.snapchore.seal({"a": 2})
        for options in ({}, {"project_id": self.server.tenant}):
            found = self.client.receipts.get_by_hash(block["hash"], **options)
            self.assertEqual([each["receipt_id"] for each in found["receipts"]], [block["receipt_id"]])
        self.assertEqual(self.client.receipts.get_by_hash(block["hash"], project_id="other")["receipts"], [])
        self.assertEqual(self.client.receipts.get_by_hash("0" * 64)["receipts"], [])

    def test_the_hash_of_a_receipt_finds_it_as_well(self):
        block = self.snapchore.seal({"a": 3})
        receipt = self.client.receipts.fetch_receipt(block["receipt_id"])
        self.assertEqual(receipt, self.client.receipts.get(block["receipt_id"]))
        self.assertEqual(self.client.receipts.get_by_hash(receipt["hash"])["receipts"], [receipt])

    def test_the_sdk_finds_the_anchor_in_the_lookup(self):
        block = self.snapchore.seal({"a": 4})
        receipt = self.client.receipts.get(block["receipt_id"])
        anchor = self.snapchore.resolve_receipt_anchor(
            receipt_lookup=self.client.receipts.get_by_hash(block["hash"]))
        self.assertEqual((anchor["source"], anchor["receipt_id"], anchor["receipt_hash"]),
                         ("receipt_lookup", receipt["id"], receipt["hash"]))


class QueueTest(sdk.SdkCase):
    def test_nothing_waits_for_attestation(self):
        for n in range(2):
            self.snapchore.seal({"n": n})
        for call in (self.snapchore.queue_summary, self.snapchore.process_queue,
                     self.snapchore.attestation_queue_health):
            for state in (call(), call(limit=1)):
                self.assertEqual((state["pending"], state["failed"], state["attested"]), (0, 0, 2))
                self.assertEqual(state["status"], "healthy")


class ArtifactTest(sdk.SdkCase):
    def test_a_descriptor_is_captured_and_sealed(self):
        proof = {"proof_kind": "review", "summary": "sümmary", "subject_ref": "s", "claim": {"ok": True}}
        payload = self.snapchore.artifact_proof_payload(_ARTIFACT, **proof)
        captured = self.snapchore.capture_artifact_descriptor(_ARTIFACT, **proof)
        self.assertEqual(captured["hash"], snapchore_capture(payload))
        block = self.snapchore.seal_artifact_descriptor(_ARTIFACT, **proof)
        self.assertEqual((block["payload"], block["domain"], block["block_type"]), (payload, "artifact.proof", "audit"))
        self.assertIs(self.snapchore.verify_block(block)["valid"], True)
        self.assertTrue(SmartBlock.from_dict(block).verify())

    def test_a_file_is_captured_and_sealed_by_its_digest(self):
        content = bytes(range(256)) * 40
        path = self.server.folder / "artifact.bin"
        path.write_bytes(content)
        block = self.snapchore.seal_artifact_file(path, artifact_uri="urn:artifact", domain="interop.files")
        artifact = block["payload"]["artifact"]
        self.assertEqual(artifact["artifact_sha256"], hashlib.sha256(content).hexdigest())
        captured = self.snapchore.capture_artifact_file(path, artifact_uri="urn:artifact")
        self.assertIs(self.snapchore.verify(captured["hash"], block["payload"])["valid"], True)
        self.assertEqual(block["domain"], "interop.files")
