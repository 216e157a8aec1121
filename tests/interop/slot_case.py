"""The test case of slots: the SDK's clients, and `sbn receipts verify` as the judge of what they read."""

import datetime
import json

from programs import run
import sdk


def expiry():
    """When a token ends that outlives every test."""
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)


class SlotCase(sdk.SdkCase):
    def setUp(self):
        super().setUp()
        self.gateway = self.client.gateway
        self.bitblocks = self.client.bitblocks
        self.blocks = self.client.blocks

    def expect_verifies(self, receipt_id):
        """`sbn receipts verify` judges what the SDK read, offline."""
        receipt = self.client.receipts.get(receipt_id)
        path = self.server.folder / "receipt.json"
        path.write_text(json.dumps(receipt))
        done = run("sbn", "receipts", "verify", str(path), env=self.server.environment)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        return receipt

    def submit(self, slot_id, payload, **more):
        return self.bitblocks.submit(slot_id=slot_id, block_type="Action", domain="interop.slots", payload=payload,
                                     **more)
