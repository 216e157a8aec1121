"""Agents' policies, and evidence that others signed, case by case against the official kit.

Generated are policies and how they change: digest, version and whether the change is taken must be the kit's, but for a
tool that no longer costs money. Generated are also pairs of MCP records and x402 receipts, whole and with a member
spoilt: what becomes evidence for both must be the same, and nothing may become evidence here that does not there.
"""

import base64
import copy
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

try:
    from paybond_kit import mcp_sep2828_evidence, x402_receipt_evidence
    from paybond_kit import policy as kit_policy
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError as missing:
    raise unittest.SkipTest(f"{missing}: run this with the Python that has it") from missing

import local_server
import options
import programs

MOST = 150  # runs of the program for one test
NAMES = ["pay", "other", "look"]


def ours(*words, **more):
    done = programs.run("paybond", *words, "-f", "json", **more)
    return done.returncode, json.loads(done.stdout)["data"] if done.stdout else json.loads(done.stderr)["error"]


def tool(chance):
    if chance.random() < 0.3:
        return {"side_effecting": False}
    made = {"side_effecting": True, "evidence_preset": chance.choice(["cost_and_completion", "stripe_charge"])}
    if chance.random() < 0.7:
        made["max_spend_cents"] = chance.choice([0, 100, 500, 501])
    return made


def policy(chance):
    made = {"version": chance.choice([1, 1, 2]), "name": chance.choice(["p", "q"]), "default_deny": chance.random() < 0.8,
            "tools": {name: tool(chance) for name in NAMES if chance.random() < 0.7}}
    if chance.random() < 0.5:
        made["intent"] = {"allowed_tools": chance.sample(list(made["tools"]), chance.randint(0, len(made["tools"])))}
        if chance.random() < 0.5:
            made["intent"]["budget"] = {"currency": "usd", "max_spend_usd": chance.choice([0, 2, 2.5, 10])}
    if chance.random() < 0.2:
        made["$schema"] = "x"
    return made


def effective(document):
    return kit_policy.to_effective_policy_document(kit_policy.parse_paybond_policy_document(document))


class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = local_server.LocalServer()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.environment = {**self.server.environment, "PAYBOND_API_KEY": self.server.paybond_key,
                            "PAYBOND_GATEWAY_URL": self.server.base_url}


class Policies(Served):
    def command(self, *words):
        return ours("agent", "run", *words, env=self.environment, cwd=self.folder)

    def write(self, document):
        with open(f"{self.folder}/policy.json", "w", encoding="utf-8") as file:
            json.dump(document, file)

    def bound(self, number):
        """A policy with `pay`, to which a run is bound."""
        chance = random.Random(f"{options.seed()} {number}")
        first = policy(chance)
        first["tools"] = {"pay": {"side_effecting": True, "evidence_preset": "stripe_charge", "max_spend_cents": 500},
                          **{name: value for name, value in first["tools"].items() if name != "pay" and not value["side_effecting"]}}
        if "intent" in first:
            first["intent"]["allowed_tools"] = ["pay"]
            first["intent"].pop("budget", None)
        self.write(first)
        code, run = self.command("bind", "--policy-file", "policy.json", "--run-id", f"r{number}")
        self.assertEqual(code, 0, run)
        return chance, first, run

    def test_a_policy_has_the_kits_digest_and_version(self):
        for number in range(min(options.documents(), MOST // 5)):
            _, first, run = self.bound(number)
            digest = kit_policy.canonical_policy_document_digest(effective(first))
            self.assertEqual(run["policy_digest"], digest, first)
            self.assertEqual(run["policy_version"], kit_policy.policy_version_label(first["name"], digest))

    def kits_answer(self, first, second):
        """What becomes of the change: the name of a refusal, "unchanged" or "applied"."""
        before, after = effective(first), effective(second)
        digests = [kit_policy.canonical_policy_document_digest(each) for each in (before, after)]
        if digests[0] == digests[1]:
            return "unchanged"
        if kit_policy.requires_intent_rebind(after, ["pay"]):
            return "intent_rebind_required"
        if kit_policy.detect_policy_loosening(before, after):
            return "loosening_denied"
        return "applied"

    def test_a_changed_policy_is_taken_where_the_kit_takes_it(self):
        seen = set()
        for number in range(min(options.documents(), MOST)):
            chance, first, _ = self.bound(number)
            second = copy.deepcopy(first)
            for _ in range(chance.randint(0, 2)):
                other = policy(chance)
                how = chance.choice(["tools", "tool", "default_deny", "name", "cents"])
                if how == "cents":
                    second["tools"]["pay"] = {**tool(chance), "side_effecting": True, "evidence_preset": "stripe_charge"}
                elif how == "tool":
                    second["tools"][chance.choice(NAMES[1:])] = tool(chance)
                elif how == "tools":
                    second["tools"] = {"pay": second["tools"]["pay"], **{name: each for name, each in other["tools"].items()
                                                                       if name != "pay"}}
                else:
                    second[how] = other[how]
            self.write(second)
            wanted = self.kits_answer(first, second)
            code, answer = self.command("reload-policy", "--run-id", f"r{number}")
            with self.subTest(number=number, first=first, second=second):
                got = answer["code"] if code else "applied" if answer["applied"] else "unchanged"
                self.assertEqual(got, wanted)
                seen.add(got)
                if wanted == "applied":
                    self.assertEqual(answer["new_digest"], kit_policy.canonical_policy_document_digest(effective(second)))
        if options.documents() >= MOST:
            self.assertEqual(seen, {"applied", "unchanged", "intent_rebind_required", "loosening_denied"})


class Middleware(Served):
    """The file that `paybond init agent-middleware` writes, with the kit, against our network."""

    def call(self, framework):
        code, made = ours("init", "agent-middleware", "--framework", framework, "--out", f"{self.folder}/paid.py", "--force")
        self.assertEqual(code, 0, made)
        environment = {**os.environ, **self.environment}
        return subprocess.run([sys.executable, "paid.py"], env=environment, cwd=self.folder, capture_output=True, check=False)

    def test_the_paid_tool_spends_and_reports(self):
        for framework in ["generic", "anthropic", "vercel-ai"]:
            before = self.released()
            done = self.call(framework)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            self.assertEqual(json.loads(done.stdout)["cost_cents"], 100)
            self.assertEqual(self.released(), before + 1)

    def released(self):
        code, listed = ours("intents", "list", "--status", "released", "--limit", "200", env=self.environment)
        self.assertEqual(code, 0)
        return len(next(value for value in listed.values() if isinstance(value, list)))

    def test_without_a_key_nothing_is_called(self):
        self.environment["PAYBOND_API_KEY"] = "paybond_sk_sandbox_" + "0" * 32 + "_" + "0" * 64
        done = self.call("generic")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, b"")


# --- evidence that others signed

VALUES = ["", "x", "sha256:" + "cd" * 32, "AB" * 32, None, 5, -1, 1.0, True, {}, [], {"signature": "x"}, "é\u2028<"]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def text64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signed(record, block):
    names = {"ed25519_signature_hex": KEY.sign(hashlib.sha256(canonical(record)).digest()).hex(),
             "signing_public_key_ed25519_hex": PUBLIC.hex()}
    return {**record, block: {**record.get(block, {}), **names}} if block else {**record, **names}


def spoil(chance, value):
    if not isinstance(value, dict) or not value or chance.random() < 0.3:
        return chance.choice(VALUES)
    name = chance.choice(list(value))
    if chance.random() < 0.2:
        return {each: value[each] for each in value if each != name}
    return {**value, name: spoil(chance, value[name])}


class Imports(unittest.TestCase):
    def compare(self, words, wanted):
        code, answer = ours(*words)
        if code == 0:
            self.assertEqual(json.dumps(answer["evidence"]), json.dumps(wanted()))
            return "evidence"
        self.assertIn(code, (2, 9), answer)
        try:
            theirs = wanted()
        except Exception:  # what it throws is of several kinds
            return answer["code"]
        return "stricter" if theirs else "evidence"

    def test_mcp_records_become_the_kits_evidence(self):
        chance, seen = random.Random(options.seed()), {}
        for number in range(min(options.documents(), MOST)):
            link = {"attestationDigest": chance.choice(["a1", "sha256:" + "ab" * 32])}
            decision = {"backLink": link, "a": chance.choice(VALUES), "b": {"c": chance.choice(VALUES)}}
            digest = hashlib.sha256(canonical(decision)).hexdigest()
            derived = {"decisionDigest": chance.choice(["", "sha256:", "SHA256:"]) + digest}
            if chance.random() < 0.7:
                derived["status"] = chance.choice(["executed", "executed", "denied", "", 5])
            if chance.random() < 0.6:
                derived["resultCommitment"] = chance.choice(["sha256:" + "cd" * 32, "EF" * 32, "blake3:" + digest, "x", 5, ""])
            outcome = {"backLink": link, "outcomeDerived": derived}
            if chance.random() < 0.2:
                outcome = spoil(chance, outcome)
            blocks = [None, None, "issuerAsserted", "receiptAsserted"]
            pair = [signed(each, chance.choice(blocks)) if isinstance(each, dict) else each for each in (decision, outcome)]
            if chance.random() < 0.2:
                pair[chance.randint(0, 1)] = spoil(chance, pair[chance.randint(0, 1)])
            if not all(isinstance(each, dict) for each in pair):
                continue
            with self.subTest(number=number, pair=pair):
                how = self.compare(["policy", "import-mcp-receipt", "--decision-file", json.dumps(pair[0]), "--outcome-file",
                                    json.dumps(pair[1])],
                                   lambda: mcp_sep2828_evidence.map_sep2828_receipts_to_artifact_attested_evidence(*pair))
                if how == "stricter":  # of what is no digest
                    self.assertIn("resultCommitment", json.dumps(pair[1]))
                seen[how] = seen.get(how, 0) + 1
        self.assertGreater(seen.get("evidence", 0), 0)

    def test_x402_receipts_become_the_kits_evidence(self):
        chance, seen = random.Random(options.seed()), {}
        header = {"alg": "EdDSA", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": text64(PUBLIC)}}
        for number in range(min(options.documents(), MOST)):
            says = {"version": 1, "network": "eip155:8453", chance.choice(["resourceUrl", "resource_url"]): "https://é/x",
                    "payer": "0xabc", chance.choice(["issuedAt", "issued_at"]): chance.choice([0, 5, 1700000000])}
            if chance.random() < 0.6:
                says[chance.choice(["transaction", "txHash", "tx_hash"])] = chance.choice(["0x12", ""])
            if chance.random() < 0.4:
                says = spoil(chance, says)
            head = spoil(chance, header) if chance.random() < 0.15 else header
            start = text64(json.dumps(head).encode()) + "." + text64(json.dumps(says).encode())
            receipt = {"format": "jws", "signature": start + "." + text64(KEY.sign(start.encode()))}
            given = chance.choice([receipt, {"receipt": receipt}, {"extensions": {"offer-receipt": receipt}},
                                   {"extensions": {"offerReceipt": {"receipt": receipt}}},
                                   {"extensions": {"offer-receipt": {"info": {"receipt": receipt}}}}])
            if chance.random() < 0.1:
                given = {**given, chance.choice(["capture_id", "void_id", "type"]): "authorization_succeeded"}
            with self.subTest(number=number, says=says, head=head, given=given):
                how = self.compare(["policy", "import-x402-receipt", "--receipt-file", json.dumps(given), "--expected-signer",
                                    text64(PUBLIC)],
                                   lambda: x402_receipt_evidence.map_x402_receipt_to_artifact_attested_evidence(
                                       given, expected_signer=text64(PUBLIC)))
                if how == "stricter":  # of numbers with a point, and of keys that name no curve, or another
                    self.assertTrue(head != header or isinstance(says.get("issuedAt", says.get("issued_at")), float), given)
                seen[how] = seen.get(how, 0) + 1
        self.assertGreater(seen.get("evidence", 0), 0)
