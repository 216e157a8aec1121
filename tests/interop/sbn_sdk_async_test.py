"""The SDK's asynchronous clients against `agentnet serve`."""

import asyncio
import unittest

from sbn.async_client import AsyncAgentClient, AsyncSbnClient
from snapchore import SmartBlock, snapchore_capture

import sdk

_AT_ONCE = 8


class AsyncTest(sdk.SdkCase, unittest.IsolatedAsyncioTestCase):
    async def open(self, kind):
        client = await self.enterAsyncContext(kind(base_url=self.server.base_url))
        client.authenticate_api_key(self.server.key)
        return client

    async def test_both_clients_seal_and_read_receipts(self):
        for kind in (AsyncSbnClient, AsyncAgentClient):
            client = await self.open(kind)
            self.assertIs(await client.health_check(), True)
            payload = {"by": kind.__name__}
            self.assertEqual((await client.snapchore.capture(payload))["hash"], snapchore_capture(payload))
            block = await client.snapchore.seal(payload, domain="interop.async")
            self.assertTrue(SmartBlock.from_dict(block).verify())
            self.assertIs((await client.snapchore.verify_block(block))["valid"], True)
            receipt = await client.receipts.fetch_receipt(block["receipt_id"])
            self.assertEqual(receipt["snapchore_hash"], block["hash"])
            found = await client.receipts.get_by_hash(block["hash"])
            self.assertEqual([each["receipt_id"] for each in found["receipts"]], [block["receipt_id"]])

    async def test_many_appends_at_once_make_one_chain(self):
        client = await self.open(AsyncSbnClient)
        await client.snapchore.create_chain("at-once")
        entries = await asyncio.gather(*(
            client.snapchore.append_to_chain("at-once", block_hash=f"{n:064x}") for n in range(_AT_ONCE)))
        self.assertEqual(sorted(entry["index"] for entry in entries), list(range(_AT_ONCE)))
        verdict = await client.snapchore.verify_chain("at-once")
        self.assertEqual((verdict["valid"], verdict["length"]), (True, _AT_ONCE))

    async def test_refusals_arrive_as_errors(self):
        client = await self.open(AsyncSbnClient)
        with self.refused(404, "unknown_hash"):
            await client.snapchore.discover("0" * 64)
        client.authenticate_api_key("sbn_live_wrong")
        with self.refused(401, "invalid_credential"):
            await client.snapchore.get_stats()
