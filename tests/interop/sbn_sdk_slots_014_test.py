"""What sbn-sdk 0.14 adds to slots, BitBlocks and blocks, against `agentnet serve`."""

from sbn_gateway import MintedToken, SbnGatewayClient

import sdk
from slot_case import SlotCase, expiry

load_tests = sdk.only_0_14


class NewGatewayTest(SlotCase):
    def test_slots_are_listed_and_orphans_reaped(self):
        slots = [self.gateway.create_slot(f"w-{n}", metadata={"source": "reaping", "generation_interval": 60})
                 for n in range(3)]
        self.gateway.close_slot(slots[0].id)
        listed = self.gateway.list_slots(state="open", source="reaping", limit=10)
        self.assertEqual([slot.id for slot in listed], [slots[2].id, slots[1].id])
        orphans = self.gateway.list_orphan_slots(min_age_seconds=0, idle_seconds=0)
        self.assertEqual([slot["id"] for slot in orphans], [slots[1].id, slots[2].id])
        self.assertEqual(self.gateway.list_orphan_slots(), [])
        reaped = self.gateway.reap_orphan_slots(min_age_seconds=0, idle_seconds=0)
        self.assertEqual([slot["slot_id"] for slot in reaped["reaped"]], [slots[1].id, slots[2].id])
        self.assertEqual(self.gateway.list_slots(state="open", source="reaping"), [])

    def test_an_operation_that_is_submitted_twice_is_one(self):
        slot = self.gateway.create_slot("w")
        first = self.submit(slot.id, {"n": 1}, operation_id="o", idempotency_key="i")
        self.assertEqual((first.operation_id, first.idempotency_key), ("o", "i"))
        self.assertEqual(self.submit(slot.id, {"n": 1}, operation_id="o").id, first.id)
        with self.refused(409, "idempotency_key_reused", bitblock_id=first.id):
            self.submit(slot.id, {"n": 2}, idempotency_key="i")

    def test_a_sealed_slot_has_an_anchor_and_its_blocks_their_proofs(self):
        slot = self.gateway.create_slot("w")
        self.submit(slot.id, {"n": 1})
        sealed = self.gateway.seal_slot(slot.id)
        receipt = self.expect_verifies(sealed.receipt_id)
        self.assertEqual((sealed.anchor_hash, sealed.anchor_type, sealed.degraded),
                         (receipt["hash"], "receipt_hash", False))
        self.assertEqual((sealed.slot_id, sealed.smartblock_id, sealed.blocks_composed),
                         (slot.id, receipt["subject_id"], 1))
        part = sealed.compose_receipts[0]["block_id"]
        block = self.gateway.fetch_block(part)
        self.assertEqual((block.id, block.slot_id), (part, slot.id))
        self.assertEqual(block.block_type_profile, {"Action": 1})
        self.assertEqual(len(self.gateway.fetch_proof_ledger(part)["proof_ledger"]), 2)
        surface = self.gateway.fetch_proof_surface(sealed.receipt_id)
        self.assertEqual((surface["kind"], surface["receipt"]), ("closed", receipt))
        self.assertEqual(self.gateway.list_proof_surfaces(part, kind="composed", limit=5)["count"], 1)
        whole = sealed.smartblock_id
        self.assertEqual(self.gateway.list_fractal_receipts(whole, limit=5)["fractal_receipts"][0]["block_id"], part)
        self.assertEqual(self.gateway.list_successor_surfaces(part)["successors"][0]["block_id"], whole)
        found = self.client.receipts.get_by_hash(receipt["hash"])
        self.assertEqual(found["receipts"], [receipt])
        self.assertEqual(self.client.receipts.fetch_receipt(sealed.receipt_id), receipt)

    def test_the_legacy_client_reads_blocks_and_proofs(self):
        client = SbnGatewayClient(base_url=self.server.base_url,
                                  token_provider=lambda: MintedToken(self.server.key, expiry()))
        self.addCleanup(client.close)
        slot = self.gateway.create_slot("w")
        self.submit(slot.id, {"n": 1})
        sealed = self.gateway.seal_slot(slot.id)
        part = sealed.compose_receipts[0]["block_id"]
        self.assertEqual(client.fetch_block(part)["id"], part)
        self.assertEqual(len(client.fetch_proof_ledger(part)["proof_ledger"]), 2)
        self.assertEqual(client.fetch_proof_surface(sealed.receipt_id)["kind"], "closed")
        self.assertEqual(client.list_proof_surfaces(part)["count"], 1)
        self.assertEqual(client.list_fractal_receipts(sealed.smartblock_id)["count"], 1)
        self.assertEqual(client.list_successor_surfaces(part, limit=3)["count"], 1)
