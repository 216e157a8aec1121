"""What the SDK's published introduction does, as far as the released SDK can do it.

The introduction calls seal(hash, payload); the released method takes the payload alone, so that is called here. All
else is as published, but for the address, the key, and the ids that the published network gave.
"""

import json

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

    def tenant_client(self, tenant):
        """A client with a key of a tenant of that name, which is made for it."""
        made = json.loads(self.server.keys("create", "--tenant", tenant, "--new-tenant", "-f", "json"))
        client = self.connect()
        client.authenticate_api_key(made["api_key"])
        return client

    def test_slots_and_receipts(self):
        client = self.connect(self.server.key)
        slot = client.gateway.create_slot(worker_id="w-1", task_type="classify")
        receipt = client.gateway.fetch_receipt(slot.receipt_id)
        self.assertEqual(receipt.id, slot.receipt_id)

    def test_console_and_control_plane(self):
        client = self.tenant_client("proj-123")
        keys_of_project = client.console.list_api_keys("proj-123")
        self.assertEqual(len(keys_of_project), 1)
        usage = client.console.get_usage("proj-123")
        self.assertTrue(usage)

        plans = client.control_plane.list_rate_plans()
        tenant = client.control_plane.create_tenant(
            name="Acme Corp",
            contact_email="ops@acme.co",
            aggregator_endpoint="https://agg.acme.co",
            rate_plan_id=plans[0].id,
        )
        self.assertEqual(tenant.tenant["name"], "Acme Corp")

    def test_explicit_attestation(self):
        client = self.tenant_client("tower-agents-attested")
        with client.open_slot(
            worker_id="tower-agents",
            task_type="grid.atomic_rentals",
            domain="grid.atomic_rentals.streaming",
        ) as stream:
            stream.event({"event_type": "delivery_complete", "booking_id": "bk_123"})

        final = stream.finalize(
            request_attestation=True,
            snap_hash="sha256:your-snap-hash",
            frontier_id="grid.atomic_rentals.streaming",
            metadata={
                "type": "LaborBlock",
                "domain": "grid",
                "event_type": "delivery_complete",
            },
        )
        self.assertEqual(client.gateway.fetch_receipt(final.close.receipt_id).id, final.close.receipt_id)
        self.assertTrue(final.attestation)

    def test_event_streaming(self):
        client = self.tenant_client("tower-agents")
        client.set_tenant("tower-agents")

        with client.open_slot(
            worker_id="tower-agents",
            task_type="grid.atomic_rentals",
            domain="grid.atomic_rentals.streaming",
            generation_interval=1800,
            metadata={"frontier_hint": "grid.atomic_rentals.streaming"},
        ) as stream:
            stream.event(
                {"event_type": "delivery_picked_up", "booking_id": "bk_123", "status": "picked_up"},
                metadata={"interaction_id": "rental-123"},
            )
            stream.event(
                {"event_type": "delivery_complete", "booking_id": "bk_123", "status": "complete"},
                metadata={"interaction_id": "rental-123"},
            )

        close_receipt = stream.receipt
        self.assertEqual(client.gateway.fetch_receipt(close_receipt.receipt_id).id, close_receipt.receipt_id)
        self.assertGreater(close_receipt.blocks_composed, 0)

    def test_atlas_workflows(self):
        client = self.connect(self.server.key)
        app = client.atlas.register_app(
            app_name="pt-kinetic",
            app_family="kinetic.sessions",
            declared_workflows=["pushup_session", "session_integrity"],
            workflow_specs=[
                {
                    "workflow": "pushup_session",
                    "frontier_id": "kinetic.pushup.amrap.v1",
                    "pulse_type": "slot_stream",
                    "event_types": ["rep", "set_complete"],
                },
                {
                    "workflow": "session_integrity",
                    "frontier_id": "kinetic.session.integrity.v1",
                    "pulse_type": "pgdag",
                    "event_types": ["seal_complete"],
                },
            ],
        )

        minted = client.atlas.mint_bound_key(app["app_id"], label="pt-kinetic network key")
        self.assertTrue(minted["api_key"])
        client.atlas.upsert_binding(
            app["app_id"],
            workflow="pushup_session",
            frontier_id="kinetic.pushup.amrap.v1",
        )
