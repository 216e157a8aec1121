"""What the SDK's published introduction does with SnapChore, as far as the released SDK can do it.

The introduction calls seal(hash, payload); the released method takes the payload alone, so that is called here. All
else is as published.
"""

from sbn import SbnClient, SigningKey

import keys
import sdk


class QuickStartTest(sdk.SdkCase):
    def test_capture_verify_and_seal(self):
        client = SbnClient(base_url=self.server.base_url)
        self.addCleanup(client.close)
        client.authenticate_api_key(self.server.key)

        block = client.snapchore.capture({"event": "signup", "user": "u-42"})
        verdict = client.snapchore.verify(block["snapchore_hash"], {"event": "signup", "user": "u-42"})
        self.assertIs(verdict["valid"], True)
        with self.assertRaises(TypeError):
            client.snapchore.seal(block["snapchore_hash"], {"event": "signup", "user": "u-42"})
        sealed = client.snapchore.seal({"event": "signup", "user": "u-42"})
        self.assertEqual(client.gateway.fetch_receipt(sealed["receipt_id"]).snapchore_hash, sealed["snapchore_hash"])

    def test_chain(self):
        chain = self.snapchore.create_chain()
        block = self.snapchore.seal({"event": "signup"})
        self.snapchore.append_to_chain(chain["chain_id"], block_hash=block["snapchore_hash"])
        self.assertIs(self.snapchore.verify_chain(chain["chain_id"])["valid"], True)

    def test_signing_key(self):
        _, private, public = keys.make_key(self.server.folder, "quick")
        with open(public, "rb") as pem:
            self.server.trust(pem.read(), "sbn-ed25519", "my-svc", "sbn")
        client = self.connect()
        key = SigningKey.from_pem(private, issuer="my-svc", audience="sbn")
        client.authenticate_signing_key(key, scopes=["attest.write", "snapchore.seal"])
        self.assertIs(client.snapchore.verify_block(client.snapchore.seal({"event": "signup"}))["valid"], True)
