"""The installed paybond-kit against `agentnet serve`: whole lives of intents, reads, refusals, and its own command."""

import asyncio
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import uuid
import zipfile

try:
    import httpx
    import paybond_kit
    from paybond_kit import GatewayAuthError, HarborHttpError, Paybond, SignalHttpError, TenantBindingError
except ImportError as missing:
    raise unittest.SkipTest(f"{missing}: paybond_run.py runs this with the Python that has it") from missing

import local_server
from programs import run

NEW = hasattr(paybond_kit, "GatewayHarborClient")  # 0.12; 0.2.1 has Harbor's own client alone
PRINCIPAL, PAYEE, AGENT = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
TERMS = {"principal_did": "did:web:principal.example", "payee_did": "did:web:payee.example",
         "budget": {"max_spend_usd": 20.5, "currency": "usd"}, "currency": "usd", "amount_cents": 2050,
         "evidence_schema": {"type": "object", "required": ["status"]}, "deadline_rfc3339": "2035-01-02T15:04:05Z",
         "predicate": {"version": 1, "root": {"op": "eq", "path": ["status"], "value": "completed"}},
         "allowed_tools": ["travel.book", "Travel.Plan"]}


def wait(work):
    return asyncio.run(work)


class Network(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = local_server.LocalServer()
        cls.url, cls.key = cls.server.base_url, cls.server.paybond_key

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def direct(self, method, target, body=None, key=None):
        answer = httpx.request(method, self.url + target, json=body,
                               headers={"authorization": f"Bearer {key or self.key}"})
        return answer

    def state(self, intent):
        return self.direct("GET", f"/harbor/operator/v1/intents/{intent}").json()["state"]

    async def open(self, key=None):
        if NEW:
            return await Paybond.open(api_key=key or self.key, gateway_base_url=self.url)
        return await Paybond.open(api_key=key or self.key, gateway_base_url=self.url, harbor_base_url=self.url)

    def proof(self, purpose, intent, body):
        """A recognition proof as the agent makes one; the kit wants it for every change."""
        from paybond_kit.agent_recognition import sign_agent_recognition_proof_v1
        path = "/harbor/intents" + ({"create": ""}.get(purpose, f"/{intent}/{purpose}"))
        names = {"create": "create", "fund": "fund", "evidence": "evidence.submit",
                 "settlement/confirm": "settlement.confirm"}
        return sign_agent_recognition_proof_v1(AGENT, key_id="agent-1", purpose=f"harbor.intent.{names[purpose]}",
                                               tenant_id=self.server.tenant, method="POST", path=path, body=body)

    async def create(self, kit, **changed):
        terms = {**TERMS, "principal_signing_seed": PRINCIPAL, **changed}
        if not NEW:
            return await kit.intents.create(**terms)
        return await kit.intents.create(**{"payee_signing_seed": PAYEE, "settlement_rail": "stripe_connect",
                                           "recognition_proof": self.proof("create", None, {}), **terms})

    async def prove(self, kit, intent, payload=None, **changed):
        given = {"payee_did": TERMS["payee_did"], "payee_signing_seed": PAYEE, "artifacts_blake3_hex": ["ab" * 32],
                 **({"recognition_proof": self.proof("evidence", intent, {})} if NEW else {}), **changed}
        return await kit.intents.submit_evidence(uuid.UUID(intent), payload or {"status": "completed"}, **given)

    async def confirm(self, kit, intent, body):
        if NEW:
            return await kit.intents.confirm_settlement(
                intent, body=body, recognition_proof=self.proof("settlement/confirm", intent, body))
        answer = self.direct("POST", f"/intents/{intent}/settlement/confirm", body)
        answer.raise_for_status()
        return answer.json()


class IntentTest(Network):
    def test_a_task_is_paid_for(self):
        async def live():
            kit = await self.open()
            made = await self.create(kit)
            intent = made["intent_id"]
            self.assertEqual((made["state"], made["tenant"], made["amount_cents"]), ("funded", self.server.tenant, 2050))
            allowed = await kit.harbor.verify_capability(intent_id=uuid.UUID(intent), token=made["capability_token"],
                                                         operation="Travel.Book", requested_spend_cents=2000)
            self.assertTrue(allowed.allow)
            denied = await kit.harbor.verify_capability(intent_id=uuid.UUID(intent), token=made["capability_token"],
                                                        operation="travel.book", requested_spend_cents=51)
            self.assertIs(denied.allow, False)
            self.assertEqual(denied.code, "budget_exceeded")
            proved = await self.prove(kit, intent)
            self.assertEqual((proved["state"], proved["predicate_passed"]), ("evidence_submitted", True))
            settled = await self.confirm(kit, intent, {"outcome": "release"})
            self.assertEqual(settled["state"], "released")
            await kit.aclose()
        wait(live())

    def test_evidence_that_fails_the_predicate_is_refunded(self):
        async def live():
            kit = await self.open()
            intent = (await self.create(kit))["intent_id"]
            self.assertIs((await self.prove(kit, intent, {"status": "gave up"}))["predicate_passed"], False)
            with self.assertRaises((HarborHttpError, httpx.HTTPStatusError)) as caught:
                await self.confirm(kit, intent, {"outcome": "release"})
            self.assertIn("409", str(caught.exception))
            self.assertEqual(self.state(intent), "evidence_submitted")
            self.assertEqual((await self.confirm(kit, intent, {}))["state"], "refunded")
            await kit.aclose()
        wait(live())

    def test_what_is_wrong_is_refused_and_changes_nothing(self):
        async def refused(work, status):
            with self.assertRaises(HarborHttpError) as caught:
                await work
            self.assertEqual(caught.exception.status_code, status, caught.exception)

        async def live():
            kit = await self.open()
            before = self.direct("GET", "/ledger/v1/tip").json()
            await refused(self.create(kit, deadline_rfc3339="2001-01-01T00:00:00Z"), 400)
            await refused(self.create(kit, amount_cents=-1), 400)
            await refused(self.create(kit, evidence_schema={"typo": 1}), 400)
            await refused(self.create(kit, predicate={"version": 1, "root": {"op": "maybe"}}), 400)
            self.assertEqual(self.direct("GET", "/ledger/v1/tip").json(), before)
            intent = (await self.create(kit))["intent_id"]
            with self.assertRaises(HarborHttpError):
                await self.prove(kit, intent, payee_signing_seed=AGENT)
            await refused(self.prove(kit, intent, {"no": "status"}), 422)
            self.assertEqual(self.state(intent), "funded")
            await self.prove(kit, intent)
            await refused(self.prove(kit, intent), 409)
            await refused(self.prove(kit, str(uuid.uuid4())), 404)
            await kit.aclose()
        wait(live())

    def test_a_request_that_comes_again_is_answered_as_before(self):
        async def live():
            kit = await self.open()
            intent = uuid.uuid4()
            first = await self.create(kit, intent_id=intent, idempotency_key="k1")
            self.assertEqual(await self.create(kit, intent_id=intent, idempotency_key="k1"), first)
            with self.assertRaises(HarborHttpError) as caught:
                await self.create(kit, intent_id=intent, amount_cents=1, idempotency_key="k1")
            self.assertEqual(caught.exception.status_code, 409)
            await kit.aclose()
        wait(live())

    def test_bodies_that_our_command_signs_are_taken_by_the_network_of_the_kit(self):
        async def live():
            kit = await self.open()
            intent = (await self.create(kit))["intent_id"]
            with tempfile.TemporaryDirectory() as folder:
                seed = pathlib.Path(folder, "payee.hex")
                seed.write_text(PAYEE.hex())
                seed.chmod(0o600)
                done = run("paybond", "intents", "evidence", intent, "--payee-did", TERMS["payee_did"], "--seed-file",
                           str(seed), "--payload", '{"status": "completed"}', "-o", "json", env=self.server.environment)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.state(intent), "evidence_submitted")
            await kit.aclose()
        wait(live())


class AccessTest(Network):
    def test_a_key_that_is_none_is_refused(self):
        async def live():
            with self.assertRaises(GatewayAuthError) as caught:
                await self.open("paybond_sk_sandbox_" + "0" * 32 + "_" + "0" * 64)
            self.assertEqual(caught.exception.status_code, 401)
        wait(live())

    @unittest.skipIf(NEW, "the exchange is of releases up to 0.4")
    def test_a_token_is_rotated_and_goes_on(self):
        async def live():
            kit = await self.open()
            await kit.rotate_harbor_token()
            self.assertEqual((await kit.harbor.get_ledger_tip())["tenant_id"], self.server.tenant)
            await kit.aclose()
        wait(live())

    def test_another_tenants_name_is_not_believed(self):
        async def live():
            harbor = paybond_kit.HarborClient(self.url, "rival", static_harbor_bearer_token=self.key)
            with self.assertRaises((HarborHttpError, TenantBindingError)):
                await harbor.get_ledger_tip()
            await harbor.aclose()
        wait(live())


class ReadTest(Network):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls()

        async def live():
            kit = await case.open()
            cls.intent = (await case.create(kit))["intent_id"]
            await case.prove(kit, cls.intent)
            await case.confirm(kit, cls.intent, {})
            await kit.aclose()
        wait(live())

    def harbor(self):
        return paybond_kit.HarborClient(self.url, self.server.tenant, static_harbor_bearer_token=self.key)

    def test_the_ledger_is_read_by_the_kit_and_verified_by_our_command(self):
        async def live():
            harbor = self.harbor()
            tip, authority = await harbor.get_ledger_tip(), await harbor.get_ledger_authority()
            entries, after = [], 0
            while after is not None:
                page = await harbor.get_ledger_events(after_seq=after, limit=2)
                entries += page["entries"]
                after = page["next_after_seq"]
            merkle = await harbor.get_ledger_merkle_latest()
            await harbor.aclose()
            return tip, authority, entries, merkle
        tip, authority, entries, merkle = wait(live())
        self.assertEqual((tip["seq"], tip["entry_commitment_hex"]),
                         (len(entries), entries[-1]["entry_commitment_hex"]))
        lines = "".join(json.dumps(each) + "\n" for each in [*entries, merkle["checkpoint"]])
        trusted = ["--trusted-key", authority["ed25519_verifying_key_hex"]]
        done = run("paybond", "ledger", "verify", "-", "-o", "json", *trusted, stdin=lines.encode())
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(json.loads(done.stdout)["checkpoints"], 1)
        forged = lines.replace('"amount_cents": 2050', '"amount_cents": 2051', 1)
        self.assertEqual(run("paybond", "ledger", "verify", "-", stdin=forged.encode()).returncode, 9)

    def test_signal_knows_who_was_paid(self):
        async def live():
            session = await paybond_kit.ServiceAccountSignalSession.open(api_key=self.key, gateway_base_url=self.url)
            receipt = await session.signal.get_reputation_receipt(TERMS["payee_did"])
            self.assertEqual(receipt["receipt"]["metrics"]["released"], 1)
            self.assertEqual((await session.signal.get_portfolio_summary())["operator_count"], 1)
            self.assertEqual((await session.signal.get_operator_explanation(TERMS["payee_did"]))["score"],
                             receipt["receipt"]["score"])
            self.assertEqual((await session.signal.get_operator_review_status(TERMS["payee_did"]))["review_state"],
                             "none")
            self.assertIsNone(await session.signal.get_reputation_receipt("did:web:nobody"))
            with self.assertRaises(SignalHttpError):
                await session.signal.get_portfolio_summary(score_version="9")
            await session.aclose()
        wait(live())


@unittest.skipUnless(NEW, "0.2.1 has no such clients")
class CurrentKitTest(Network):
    def test_the_sandbox(self):
        async def live():
            kit = await self.open()
            made = await kit.guardrails.bootstrap_sandbox(operation="paid-tool", requested_spend_cents=100,
                                                          currency="usd", template_id="true_v1", parameters={})
            self.assertEqual(made.sandbox_lifecycle_status, "funded")
            verdict = await kit.authorize_spend(intent_id=uuid.UUID(str(made.intent_id)), token=made.capability_token,
                                                operation="paid-tool", requested_spend_cents=40)
            self.assertTrue(verdict.allow)
            await kit.harbor.complete_spend_decision(decision_id=str(verdict.decision_id), outcome="released")
            done = await kit.guardrails.submit_sandbox_evidence(uuid.UUID(str(made.intent_id)), {"status": "ok"})
            self.assertEqual((done.sandbox_lifecycle_status, done.predicate_passed), ("released", True))
            await kit.aclose()
        wait(live())

    def test_runs_that_middleware_reports(self):
        from paybond_kit.agent.gateway_trace_reporter import AgentRunUpsertInput

        async def live():
            kit = await self.open()
            intent = (await self.create(kit))["intent_id"]
            reporter = kit.harbor.create_agent_run_trace_reporter("run/1")
            reporter.register_run(AgentRunUpsertInput(intent_id=intent, operation="travel.book",
                                                      allowed_tools=["travel.book"]))
            await reporter.flush()
            for event in ({"type": "tool_selected", "operation": "travel.book", "tool_call_id": "c-1"},
                          {"type": "spend_authorized", "amount_cents": 500, "decision_id": "d"},
                          {"type": "evidence_submitted", "predicate_passed": True, "password": "hunter2"}):
                reporter.report_event({"run_id": "run/1", "recorded_at": "2026-03-01T10:00:00Z", **event})
                await reporter.flush()
            await kit.aclose()
            return intent
        intent = wait(live())
        kept = self.direct("GET", "/v1/agent-runs/run%2F1").json()
        self.assertEqual((kept["intent_id"], kept["operation"], kept["allowed_tools"], kept["sandbox"]),
                         (intent, "travel.book", ["travel.book"], False))
        self.assertEqual([event["type"] for event in kept["trace_events"]],
                         ["tool_selected", "spend_authorized", "evidence_submitted"])
        done = run("paybond", "agent", "run", "trace", "--run-id", "run/1", "--remote", env=self.server.environment)
        self.assertNotIn("hunter2", json.dumps(kept))
        self.assertEqual(done.stdout.decode().splitlines(),
                         ["run_id: run/1", f"intent_id: {intent}", "✓ Tool call: travel.book",
                          "✓ Spend authorized up to $5.00 (500 cents)", "✓ Evidence submitted; the predicate holds"])

    def test_funding_of_another_rail(self):
        async def live():
            kit = await self.open()
            made = await self.create(kit, settlement_rail="x402_usdc_base")
            self.assertIs(made["funded"], False)
            funded = await kit.intents.fund(uuid.UUID(made["intent_id"]),
                                            recognition_proof=self.proof("fund", made["intent_id"], {}))
            self.assertTrue(funded.funded)
            self.assertTrue(funded.capability_token)
            await kit.aclose()
        wait(live())

    def test_a_mandate_is_bound_and_its_receipts_hold(self):
        from paybond_kit.agent_mandate import sign_agent_mandate_v1

        async def live():
            kit = await self.open()
            intent = (await self.create(kit))["intent_id"]
            mandate = sign_agent_mandate_v1(AGENT, {
                "schema_version": 1, "kind": "paybond.agent_mandate_v1",
                "authorization": {"kind": "tenant", "tenant_id": self.server.tenant}, "agent": {"subject": "agent:1"},
                "allowed_actions": ["pay.capture"], "allowed_tools": ["travel.book", "travel.plan"],
                "spend_ceiling": {"amount_minor": 5000, "currency": "usd"},
                "settlement": {"default_rail": "stripe_connect", "allowed_rails": ["stripe_connect"]},
                "constraint": {"kind": "policy", "id": "p"}, "expires_at": "2035-01-02T15:04:05Z", "nonce": "n",
                "human_presence_mode": "human_present"})
            bound = await kit.protocol.import_agent_mandate_v1(signed_mandate=mandate, intent_id=intent,
                                                               recognition_proof=self.proof("create", None, {}))
            self.assertEqual(bound["intent_id"], intent)
            await self.prove(kit, intent)
            await self.confirm(kit, intent, {})
            receipt = await kit.protocol.get_settlement_receipt_v1(intent)
            self.assertEqual(receipt["harbor_state"], "released")
            self.assertIs((await kit.protocol.verify_protocol_receipt_v1(receipt))["valid"], True)
            self.assertIs((await kit.protocol.verify_protocol_receipt_v1({**receipt, "amount_cents": 1}))["valid"], False)
            await kit.aclose()
            return receipt
        receipt = wait(live())
        done = run("paybond", "receipts", "verify", "-", stdin=json.dumps(receipt).encode())
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_receipts_of_agents(self):
        import jsonschema  # comes with the kit, but not with 0.2.1

        async def live():
            kit = await self.open()
            made = await self.create(kit)
            intent = made["intent_id"]
            verdict = await kit.harbor.verify_capability(
                intent_id=uuid.UUID(intent), token=made["capability_token"], operation="travel.book",
                requested_spend_cents=40, tool_call_id="call 1")
            await kit.harbor.complete_spend_decision(decision_id=str(verdict.decision_id), outcome="consumed")
            await self.prove(kit, intent)
            await self.confirm(kit, intent, {})
            action = await kit.protocol.get_agent_receipt_v1_by_intent_tool_call(intent_id=intent, tool_call_id="call 1")
            self.assertEqual(action["execution"]["outcome"], "executed")
            end = await kit.protocol.get_agent_receipt_v1_by_id(intent)
            for receipt in (action, end):
                self.assertIs((await kit.protocol.verify_agent_receipt_v1(receipt))["valid"], True)
                self.assertIs((await kit.protocol.verify_agent_receipt_v1({**receipt, "tenant_id": "x"}))["valid"], False)
            await kit.aclose()
            return action, end
        schema = self.direct("GET", "/.well-known/agent-receipt-v1.json").json()
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for receipt in wait(live()):
            validator.validate(receipt)
            self.assertFalse(validator.is_valid({**receipt, "scope": "other"}))
            self.assertFalse(validator.is_valid({**receipt, "other": 1}))
            done = run("paybond", "receipts", "verify", "-", stdin=json.dumps(receipt).encode())
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_fraud_reviews(self):
        async def live():
            kit = await self.open()
            intent = (await self.create(kit, payee_did="did:web:risky.example"))["intent_id"]
            await self.prove(kit, intent, payee_did="did:web:risky.example")
            told = await kit.fraud.record_fraud_review_event(
                "did:web:risky.example", {"event_type": "confirmed_risk", "summary": "s", "intent_id": intent})
            self.assertEqual((told["recorded_event_type"], told["review_outcome"]),
                             ("review_outcome_recorded", "confirmed_risk"))
            queue = (await kit.fraud.list_fraud_review_queue(severity="critical"))["items"]
            self.assertEqual([item["operator_did"] for item in queue], ["did:web:risky.example"])
            self.assertEqual((await kit.fraud.get_fraud_metrics(window="24h"))["confirmed_risk_count"], 1)
            assessed = await kit.fraud.get_fraud_assessment("did:web:risky.example")
            self.assertEqual(assessed["fraud_assessment"]["level"], "critical")
            await kit.fraud.set_fraud_release_gate_mode("critical_hold")
            with self.assertRaises(HarborHttpError) as caught:
                await self.confirm(kit, intent, {})
            self.assertEqual(caught.exception.status_code, 409)
            self.assertEqual(self.state(intent), "evidence_submitted")
            await kit.fraud.set_fraud_release_gate_mode("review_only")
            self.assertEqual((await self.confirm(kit, intent, {}))["state"], "released")
            await kit.aclose()
        wait(live())

    def test_a_proof_of_recognition_for_another_body_is_refused(self):
        async def live():
            kit = await self.open()
            intent = (await self.create(kit))["intent_id"]
            await self.prove(kit, intent)
            with self.assertRaises(HarborHttpError) as caught:
                await kit.intents.confirm_settlement(
                    intent, body={}, recognition_proof=self.proof("settlement/confirm", intent, {"outcome": "refund"}))
            self.assertEqual(caught.exception.status_code, 422)
            self.assertEqual(self.state(intent), "evidence_submitted")
            await kit.aclose()
        wait(live())

    def test_a_proof_of_recognition_counts_once(self):
        async def live():
            kit = await self.open()
            made = await self.create(kit, settlement_rail="x402_usdc_base")
            intent = uuid.UUID(made["intent_id"])
            proof = self.proof("fund", made["intent_id"], {})
            first = await kit.intents.fund(intent, recognition_proof=proof, idempotency_key="fund-1")
            again = await kit.intents.fund(intent, recognition_proof=proof, idempotency_key="fund-1")
            self.assertEqual(first.capability_token, again.capability_token)
            with self.assertRaises(HarborHttpError) as caught:
                await kit.intents.fund(intent, recognition_proof=proof)
            self.assertEqual(caught.exception.status_code, 422)
            self.assertIn("replayed_proof", str(caught.exception))
            await kit.aclose()
        wait(live())

    def test_the_card_and_the_contracts(self):
        async def live():
            kit = await self.open()
            self.assertIn("name", await kit.a2a.get_agent_card())
            contracts = (await kit.a2a.get_task_contracts())["contracts"]
            self.assertEqual(await kit.a2a.get_task_contract(contracts[0]["contract_id"]), contracts[0])
            await kit.aclose()
        wait(live())

    def test_audit_exports_are_made_fetched_and_verified_by_the_kit(self):
        async def live():
            kit = await self.open()
            await self.create(kit)
            made = await kit.audit.exports.create(filter={}, retention_hours=1)
            listed = await kit.audit.exports.list(limit=5)
            self.assertEqual(listed.jobs[0].id, made.job.id)
            job = (await kit.audit.exports.get(made.job.id, issue_download=True)).job
            answer = self.direct("POST", job.download_path, key=job.download_token)
            manifest = json.loads(zipfile.ZipFile(io.BytesIO(answer.content)).read("manifest.json"))
            self.assertTrue(kit.audit.exports.verify_manifest(manifest))
            self.assertFalse(kit.audit.exports.verify_manifest({**manifest, "job_id": "x"}))
            self.assertEqual(await kit.audit.exports.delete(job.id), {"job_id": job.id, "deleted": True})
            await kit.aclose()
        wait(live())


@unittest.skipUnless(NEW, "the command came later")
class OfficialCommandTest(Network):
    def paybond(self, *words, code=0):
        """The data that the kit's own command prints; body.json is an empty object."""
        program = pathlib.Path(sys.executable).with_name("paybond")
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "body.json").write_text("{}")
            environment = {"PATH": os.environ["PATH"], "HOME": folder, "PAYBOND_API_KEY": self.key,
                           "PAYBOND_TELEMETRY": "off", "CI": "1"}
            done = subprocess.run([program, "--gateway", self.url, *words, "--format", "json"], cwd=folder,
                                  env=environment, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)["data"] if code == 0 else json.loads(done.stdout)["error"]

    def ours(self, *words):
        """The same of our command, which asks the same server."""
        done = run("paybond", *words, "-o", "json", env=self.server.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["data"]

    def bootstrapped(self):
        return self.paybond("guardrails", "bootstrap", "--operation", "paid-tool", "--requested-spend-cents", "100")

    def test_whoami(self):
        self.assertEqual(self.paybond("whoami"), self.ours("whoami"))

    def test_intents(self):
        intent = self.bootstrapped()["intent_id"]
        self.assertEqual(self.paybond("intents", "list"), self.ours("intents", "list"))
        self.assertEqual(self.paybond("intents", "get", intent), self.ours("intents", "get", intent))
        self.assertEqual(self.paybond("intents", "list", "--status", "refunded")["intents"], [])
        self.paybond("intents", "get", str(uuid.uuid4()), code=1)

    def test_guardrails_and_spend(self):
        made = self.bootstrapped()
        self.assertEqual((made["sandbox_lifecycle_status"], made["capability_token"]), ("funded", "[redacted]"))
        asked = ["--intent-id", made["intent_id"], "--operation", "paid-tool", "--requested-spend-cents", "60"]
        for name in ("budget-remaining", "explain-policy"):
            self.assertEqual(self.paybond("spend", name, *asked), self.ours("spend", name, *asked))
        done = self.paybond("guardrails", "evidence", "--intent-id", made["intent_id"], "--body", "body.json")
        self.assertEqual(done["sandbox_lifecycle_status"], "released")

    def test_control(self):
        made = self.direct("POST", "/v1/sandbox/guardrails/bootstrap",
                           {"operation": "paid-tool", "requested_spend_cents": 100}).json()
        asked = {"intent_id": made["intent_id"], "token": made["capability_token"], "operation": "paid-tool"}
        for number, cents in enumerate((40, 30, 4000)):
            self.direct("POST", "/verify", {**asked, "requested_spend_cents": cents, "tool_call_id": f"c{number}"})
        theirs, ours = (each["panels"] for each in (self.paybond("control", "--once"), self.ours("control", "--once")))
        for panels in (theirs, ours):
            del panels["policy"]["path"], panels["spend"]["note"]
            for intent in panels["intents"]:
                del intent["status"]  # the kit looks for another member
        self.assertEqual(theirs, ours)
        self.assertEqual([each["amount_cents"] for each in ours["denials"]], [4000])

    def test_keys(self):
        made = self.paybond("keys", "create", "--name", "ci", "--role", "agent")
        self.assertEqual(self.paybond("keys", "list"), self.ours("keys", "list"))
        rotated = self.paybond("keys", "rotate", made["key_id"], "--yes")
        self.assertTrue(rotated["rotated"])
        self.assertEqual(self.direct("GET", "/ledger/v1/tip", key=made["api_key"]).status_code, 401)
        self.assertTrue(self.paybond("keys", "revoke", rotated["key_id"], "--yes")["revoked"])

    def test_login_that_our_command_approves(self):
        program = pathlib.Path(sys.executable).with_name("paybond")
        with tempfile.TemporaryDirectory() as folder:
            environment = {"PATH": os.environ["PATH"], "HOME": folder, "PAYBOND_TELEMETRY": "off", "CI": "1",
                           "PYTHONUNBUFFERED": "1"}
            words = ["--gateway", self.url, "--env-file", "kit.env"]
            with subprocess.Popen([program, "login", "--no-open", *words], cwd=folder, env=environment, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as login:
                shown = ""
                while "Code: " not in shown:
                    line = login.stdout.readline()
                    self.assertTrue(line, shown)
                    shown = line
                code = shown.removeprefix("Code: ").strip()
                self.assertEqual(self.ours("keys", "devices", "approve", code)["status"], "approved")
                out, err = login.communicate(timeout=60)
            self.assertEqual(login.returncode, 0, out + err)
            key = pathlib.Path(folder, "kit.env").read_text().strip().removeprefix("PAYBOND_API_KEY=")
            done = subprocess.run([program, "whoami", *words, "--format", "json"], cwd=folder, env=environment,
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        who = json.loads(done.stdout)["data"]
        self.assertEqual((who["tenant_id"], who["environment"]), (self.server.tenant, "sandbox"))
        self.assertEqual(self.direct("GET", "/v1/admin/api-keys", key=key).status_code, 403)

    def test_receipts(self):
        self.paybond("receipts", "get", str(uuid.uuid4()), code=1)
        made = self.bootstrapped()
        self.paybond("guardrails", "evidence", "--intent-id", made["intent_id"], "--body", "body.json")
        words = ["--kind", "agent", "--intent-id", made["intent_id"]]
        self.assertEqual(self.paybond("receipts", "get", *words)["receipt_id"], made["intent_id"])
        self.assertIs(self.paybond("receipts", "verify", *words)["valid"], True)

    def test_signal_and_contracts(self):
        self.assertEqual(self.paybond("signal", "portfolio"), self.ours("signal", "portfolio"))
        self.assertEqual(self.paybond("a2a", "contracts"), self.ours("a2a", "contracts"))
        self.assertEqual(self.paybond("a2a", "card"), self.ours("a2a", "card"))

    def test_audit(self):
        job = self.ours("audit", "exports", "create")["job"]
        fetched = self.direct("GET", f"/v1/compliance/audit-exports/{job['id']}?issue_download=1").json()["job"]
        pack = self.direct("POST", fetched["download_path"], key=fetched["download_token"]).content
        program = pathlib.Path(sys.executable).with_name("paybond")
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "manifest.json").write_bytes(zipfile.ZipFile(io.BytesIO(pack)).read("manifest.json"))
            done = subprocess.run([program, "audit", "exports", "verify", folder, "--format", "json"], cwd=folder,
                                  capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue(json.loads(done.stdout)["data"]["verified"])

