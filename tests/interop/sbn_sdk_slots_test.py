"""The SDK's gateway, bitblocks, blocks and slot sessions against `agentnet serve`, both releases.

Receipts are judged by the verifier that knows nothing but the manual page and the trust file.
"""

import asyncio
import json
import pathlib
import unittest
import urllib.error
import urllib.request

from sbn import AgentClient, SlotSummary
from sbn.async_client import AsyncAgentClient, AsyncSbnClient
from sbn_gateway import GatewayError, MintedToken, SbnGatewayClient, SlotCreateRequest
from sbn_gateway import SlotSummary as LegacySummary
from snapchore import snapchore_capture

import sdk
from slot_case import SlotCase, expiry

_VECTORS = pathlib.Path(__file__).resolve().parents[1] / "vectors" / "sbn"


class GatewayTest(SlotCase):
    def test_a_slot_is_opened_filled_closed_and_attested(self):
        slot = self.gateway.create_slot("w-1", "classify", generation_interval=30, metadata={"é": [1.5]})
        self.assertEqual((slot.worker_id, slot.task_type, slot.state), ("w-1", "classify", "open"))
        self.assertEqual(slot.metadata, {"é": [1.5]})
        self.expect_verifies(slot.receipt_id)
        payload = {"action": "pick", "n": 10 ** 15, "f": 0.1}
        made = self.submit(slot.id, payload, metadata={"m": 1})
        self.assertEqual((made.slot_id, made.generation, made.payload), (slot.id, 0, payload))
        self.assertEqual(made.snap_hash, snapchore_capture(payload))
        closed = self.gateway.close_slot(slot.id)
        self.assertEqual((closed.slot_id, closed.blocks_composed, closed.blocks_attested), (slot.id, 1, 1))
        self.assertIsNotNone(closed.closed_at)
        self.assertEqual(self.expect_verifies(closed.receipt_id)["receipt_id"], closed.receipt_id)
        self.expect_verifies(closed.compose_receipts[0]["id"])
        again = self.gateway.close_slot(slot.id)
        self.assertEqual(again.receipt_id, closed.receipt_id)
        summary = SlotSummary(slot_id=slot.id, snap_hash="sha256:" + made.snap_hash, frontier_id="f.1",
                              metadata={"a": 1}, metrics={"score": 0.5})
        attested = self.gateway.request_attestation(summary)
        self.assertEqual((attested["status"], attested["frontier_id"]), ("attested", "f.1"))
        self.expect_verifies(attested["receipt_id"])
        self.assertEqual(self.gateway.request_attestation(summary), attested)
        listed = self.gateway.list_slot_blocks(slot.id, limit=10)
        self.assertEqual([block["kind"] for block in listed["blocks"]], ["opened", "composed", "closed"])
        self.assertEqual(self.gateway.fetch_receipt(closed.receipt_id).id, closed.receipt_id)
        self.assertIs(self.gateway.list_flags()["slots"], True)

    def test_bitblocks_are_listed_by_generation_and_limit(self):
        slot = self.gateway.create_slot("w-1", "classify")
        made = [self.submit(slot.id, {"n": n}) for n in range(3)]
        listed = self.bitblocks.list(slot.id)
        self.assertEqual((listed.count, listed.slot_id), (3, slot.id))
        self.assertEqual([each.id for each in listed.bitblocks], [each.id for each in made])
        self.assertEqual(self.bitblocks.list(slot.id, generation=0, limit=2).count, 2)
        self.assertEqual(self.bitblocks.list(slot.id, generation=7).count, 0)

    def test_what_is_wrong_arrives_as_the_sdk_s_error(self):
        slot = self.gateway.create_slot("w-1", "classify")
        made = self.submit(slot.id, {"n": 1})
        with self.refused(409, "slot_not_closed"):
            self.gateway.request_attestation(SlotSummary(slot_id=slot.id, snap_hash=made.snap_hash))
        self.gateway.close_slot(slot.id)
        with self.refused(409, "slot_closed", slot_id=slot.id, state="closed"):
            self.submit(slot.id, {"n": 2})
        with self.refused(400, "bad_field"):
            self.gateway.request_attestation(SlotSummary(slot_id=slot.id, snap_hash="sha256:"))
        for call in (lambda: self.gateway.close_slot("none"), lambda: self.gateway.list_slot_blocks("none"),
                     lambda: self.submit("none", {}), lambda: self.bitblocks.list("none"),
                     lambda: self.blocks.submit(slot_id="none", payload={})):
            with self.refused(404, "unknown_slot"):
                call()
        reader = self.connect(self.server.make_key("receipts.read")[0])
        with self.refused(403, "insufficient_scope", scope="slots.write"):
            reader.gateway.create_slot("w", "t")
        with self.refused(400, "bad_field", field="generation_interval"):
            self.gateway.create_slot("w", "t", generation_interval=0)

    def test_blocks_are_created_submitted_listed_and_read(self):
        made = self.blocks.create(payload={"a": 1}, domain="interop.blocks")["data"]
        self.assertTrue(made["hash"].startswith("sha256:"))
        self.assertEqual(made["metadata"], {"source": "sbn-sdk"})
        self.assertEqual(self.blocks.get(made["id"])["data"], made)
        slot = self.gateway.create_slot("w-1", "classify")
        inside = self.blocks.submit(slot_id=slot.id, payload={"b": 2}, domain="interop.blocks")
        self.assertEqual(inside["slot_id"], slot.id)
        self.assertEqual([block["id"] for block in self.blocks.list(domain="interop.blocks", limit=5)],
                         [inside["id"], made["id"]])
        self.submit(slot.id, {"n": 1})
        composed = self.gateway.close_slot(slot.id).compose_receipts[0]["block_id"]
        parts = self.blocks.get_bitblocks(composed, include_stack=True)
        self.assertEqual((parts["slot_id"], parts["count"], parts["bitblocks"][0]["payload"]), (slot.id, 1, {"n": 1}))
        self.assertEqual([block["kind"] for block in parts["stack"]], ["opened", "closed"])
        with self.refused(404, "unknown_block"):
            self.blocks.get("none")


class SessionTest(SlotCase):
    def test_the_published_streams_run(self):
        for client in (self.client, self.agent()):
            with client.open_slot(worker_id="tower-agents", task_type="grid.atomic_rentals",
                                  domain="grid.atomic_rentals.streaming", generation_interval=1800,
                                  metadata={"frontier_hint": "grid.atomic_rentals.streaming"}) as stream:
                stream.event({"event_type": "delivery_picked_up", "booking_id": "bk_123", "status": "picked_up"},
                             metadata={"interaction_id": "rental-123"})
                stream.event({"event_type": "delivery_complete", "booking_id": "bk_123", "status": "complete"},
                             metadata={"interaction_id": "rental-123"})
            self.assertEqual(stream.receipt.blocks_composed, 1)
            self.expect_verifies(stream.receipt.receipt_id)
            snap_hash = self.bitblocks.list(stream.receipt.slot_id).bitblocks[-1].snap_hash
            final = stream.finalize(request_attestation=True, snap_hash="sha256:" + snap_hash,
                                    frontier_id="grid.atomic_rentals.streaming",
                                    metadata={"type": "LaborBlock", "domain": "grid"})
            self.assertEqual(final.close.receipt_id, stream.receipt.receipt_id)
            self.expect_verifies(final.attestation["receipt_id"])

    def agent(self):
        client = AgentClient(base_url=self.server.base_url)
        self.addCleanup(client.close)
        client.authenticate_api_key(self.server.key)
        client.set_tenant(self.server.tenant)
        return client

    def test_the_published_gateway_example_runs(self):
        slot = self.gateway.create_slot(worker_id="w-1", task_type="classify")
        receipt = self.gateway.fetch_receipt(slot.receipt_id)
        self.assertEqual(receipt.id, slot.receipt_id)

    def test_every_call_of_a_session(self):
        session = self.client.open_slot(worker_id="w", task_type="t", domain="d")
        with session as stream:
            stream.action("vehicle_checkout", score=0.9, extra=1)
            stream.interaction(score=0.85, foo="b")
            stream.event({})
            stream.submit_raw(block_type="Custom", payload={"x": 1})
            listed = stream.list_bitblocks(generation=0)
            self.assertEqual([each.block_type for each in listed],
                             ["Action", "Interaction", "Action", "Custom"])
            self.assertEqual(listed[0].metadata, {"worker_id": "w"})
            self.assertEqual(stream.list_slot_blocks()["state"], "open")
        with self.refused(409, "slot_closed"):
            stream.event({"a": 1})
        self.assertEqual(stream.close().receipt_id, session.receipt.receipt_id)
        if sdk.IS_0_14:
            self.assertEqual(stream.seal().receipt_id, session.receipt.receipt_id)

    def test_a_session_in_which_something_is_raised_is_closed(self):
        with self.assertRaises(KeyError):
            with self.client.open_slot(worker_id="w", task_type="t", domain="d") as stream:
                stream.event({})
                raise KeyError("of the user")
        self.assertEqual(stream.receipt.blocks_composed, 1)


class AsyncSlotTest(SlotCase, unittest.IsolatedAsyncioTestCase):
    async def test_slots_by_both_asynchronous_clients(self):
        for kind in (AsyncSbnClient, AsyncAgentClient):
            client = await self.enterAsyncContext(kind(base_url=self.server.base_url))
            client.authenticate_api_key(self.server.key)
            slot = await client.gateway.create_slot("w", "t")
            await asyncio.gather(*(asyncio.to_thread(self.submit, slot.id, {"n": n}) for n in range(8)))
            self.assertEqual(self.bitblocks.list(slot.id).count, 8)
            closed = await client.gateway.close_slot(slot.id)
            receipt = await client.receipts.fetch_receipt(closed.receipt_id)
            self.assertEqual(receipt["receipt_id"], closed.receipt_id)
            listed = await client.gateway.list_slot_blocks(slot.id)
            self.assertEqual(listed["count"], 3)
            made = await client.gateway.request_attestation(
                SlotSummary(slot_id=slot.id, snap_hash=receipt["snapchore_hash"]))
            self.assertEqual(made["status"], "attested")

    async def test_blocks_and_bitblocks_asynchronously(self):
        client = await self.enterAsyncContext(AsyncSbnClient(base_url=self.server.base_url))
        client.authenticate_api_key(self.server.key)
        slot = await client.gateway.create_slot("w", "t")
        made = await client.bitblocks.submit(slot_id=slot.id, block_type="Action", domain="d", payload={"n": 1})
        self.assertEqual((await client.bitblocks.list(slot.id)).bitblocks[0].id, made.id)
        block = await client.blocks.create(payload={"a": 1}, domain="interop.async")
        self.assertEqual((await client.blocks.get(block["data"]["id"]))["data"], block["data"])
        self.assertEqual(len(await client.blocks.list(domain="interop.async")), 1)


class LegacyTest(SlotCase):
    def legacy(self, key, **options):
        client = SbnGatewayClient(base_url=self.server.base_url, token_provider=lambda: MintedToken(key, expiry()),
                                  **options)
        self.addCleanup(client.close)
        return client

    def test_every_call_of_the_legacy_client_with_and_without_a_tenant(self):
        for tenant in (None, self.server.tenant):
            client = self.legacy(self.server.key, tenant_id=tenant)
            slot = client.create_slot(SlotCreateRequest(worker_id="w", task_type="t", generation_interval=30,
                                                        metadata={"a": 1}))
            self.assertEqual((slot.state, slot.metadata), ("open", {"a": 1}))
            made = self.submit(slot.id, {"n": 1})
            self.assertEqual(client.list_slot_blocks(slot.id, limit=5)["slot_id"], slot.id)
            closed = client.close_slot(slot.id)
            self.assertEqual(closed.slot_id, slot.id)
            self.assertEqual(client.fetch_receipt(closed.receipt_id).id, closed.receipt_id)
            self.assertIs(client.list_flags()["slots"], True)
            attested = client.request_attestation(LegacySummary(slot_id=slot.id, snap_hash=made.snap_hash))
            self.assertEqual(attested["status"], "attested")

    def test_another_tenant_is_refused(self):
        client = self.legacy(self.server.key, tenant_id="somebody-else")
        with self.assertRaises(GatewayError) as caught:
            client.create_slot(SlotCreateRequest(worker_id="w", task_type="t"))
        self.assertEqual(caught.exception.status_code, 403)


class StreamVectorTest(SlotCase):
    """The recorded flows of slot sessions, request by request."""

    def ask(self, method, target, body):
        request = urllib.request.Request(self.server.base_url + target, method=method, data=body.encode() or None,
                                         headers={"x-api-key": self.server.key, "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                made = json.load(answer)
                return answer.status, made.get("data", made)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def replay(self, vector):
        slot, snap, closed = "slot-1", "", False
        for request in vector["requests"]:
            target = request["target"].replace("slot-1", slot)
            body = request["body"].replace('"slot-1"', json.dumps(slot)).replace("sha256:your-snap-hash", snap)
            status, made = self.ask(request["method"], target, body)
            late = closed and target == "/api/bitblocks/submit"
            self.assertEqual(status, 409 if late else 200, (target, made))
            if target == "/slots":
                slot = made["id"]
            if target.endswith("/close"):
                closed, snap = True, made["merkle_root"] or made["snapchore_hash"]

    def test_each_flow_is_accepted_to_its_end(self):
        flows = 0
        for path in sorted(_VECTORS.glob("http_*.json")):
            for vector in json.loads(path.read_text())["vectors"]:
                if vector["id"].startswith("stream.") and vector["requests"]:
                    with self.subTest(file=path.stem, vector=vector["id"]):
                        self.replay(vector)
                    flows += 1
        self.assertGreaterEqual(flows, 8)
