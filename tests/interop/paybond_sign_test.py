"""Paybond's digests, signed bodies and mandates: equal to what the installed paybond-kit makes, or none on both.

Run by paybond_run.py, with release 0.2.1 and with 0.12.17; each compares what it can.
"""

import importlib.metadata
import json
import unittest

try:
    import paybond_kit._native as native
except ImportError as missing:
    raise unittest.SkipTest(f"{missing}: paybond_run.py runs this with the Python that has it") from missing

import options
import paybond_documents
from programs import environment, run

NEW = hasattr(native, "encode_evidence_sign_v1_hex")  # 0.11 and later
_SHOWN = 3  # differences printed in full
_INTENT = "7f2a9b1e-2f66-4f4f-9c6e-8f4b8e85c401"


def count():
    return options.documents()


def bulk(lines, *words):
    """The answer to each line of a bulk run, None where it is an error."""
    done = run("paybond", *words, "--ndjson", "-", "-o", "jsonl", stdin=b"".join(line.encode() + b"\n" for line in lines))
    answers = done.stdout.decode().split("\n")[:-1]  # splitlines() would break at U+2028
    assert len(answers) == len(lines), f"{len(answers)} answers to {len(lines)} lines\n{done.stderr.decode()}"
    refused = [answer.startswith('{"error":') for answer in answers]
    assert done.returncode == (2 if any(refused) else 0), done.returncode
    return [None if bad else answer for answer, bad in zip(answers, refused)]


def attempt(work):
    """What the kit makes, None where it refuses."""
    try:
        return work()
    except (ValueError, RuntimeError):
        return None


def kit_evidence(given):
    return attempt(lambda: native.sign_payee_evidence_binding_json(
        given["tenant_id"], given["intent_id"], given["payee_did"], given["payload_json"], given["artifacts_hex"],
        given["submitted_at_rfc3339"], bytes.fromhex(given["secret_seed_hex"])))


def kit_intent(given, version):
    terms = [given["intent_id"], given["principal_did"], given["payee_did"], given["budget_json"], given["currency"],
             given["amount_cents"], given["evidence_schema_json"], given["deadline_rfc3339"], given["predicate_json"],
             given["predicate_ref"], given["allowed_tools_json"]]
    principal = bytes.fromhex(given["principal_seed_hex"])
    if version == 2:
        return attempt(lambda: native.build_signed_create_intent_json(given["tenant_id"], principal, *terms))
    payee, rail = bytes.fromhex(given["payee_seed_hex"]), given["settlement_rail"]
    if version == 6:
        return attempt(lambda: native.build_signed_create_intent_json(given["tenant_id"], principal, payee, *terms, rail))
    return attempt(lambda: native.build_signed_create_intent_with_policy_binding_json(
        given["tenant_id"], principal, payee, *terms, rail, given["policy_template_id"], given["policy_version_seq"],
        given["policy_content_digest_hex"]))


class PaybondSignTest(unittest.TestCase):
    def compare(self, inputs, theirs, ours, most_refused):
        wrong = [row for row in zip(inputs, theirs, ours) if row[1] != row[2]]
        self.assertFalse(wrong, f"{len(wrong)} of {len(inputs)} differ with seed {options.seed()}\n" + "\n".join(
            f"{given!r}\n  peer: {their}\n  ours: {our}" for given, their, our in wrong[:_SHOWN]))
        refused = sum(one is None for one in theirs)
        print(f"  {len(inputs)} inputs: {len(inputs) - refused} equal, {refused} refused by both", flush=True)
        self.assertLess(refused, len(inputs) * most_refused)
        self.assertGreater(refused, 0, "the generator must make inputs that are refused")

    def test_generated_documents_have_the_same_digest_or_none(self):
        texts = [paybond_documents.document(options.seed(), number) for number in range(10 * count())]
        answers = bulk(texts, "digest")
        ours = [answer and json.loads(answer)["blake3_hex"] for answer in answers]
        seed = b"\1" * 32
        if NEW:
            # After the version, the tenant, the UUID and the DID stand the 32 bytes of the payload's digest.
            start = 2 * (1 + 2 + 17 + 2)
            theirs = [attempt(lambda text=text: native.encode_evidence_sign_v1_hex(
                "t", _INTENT, "d", text, [], "2030-01-02T15:04:05Z")[start:start + 64]) for text in texts]
            self.compare(texts, theirs, ours, 0.3)
            return
        # The old release shows no digest: what it signs over the digest must be what we sign.
        theirs = [attempt(lambda text=text: native.sign_payee_evidence_binding_json(
            "t", _INTENT, "d", text, [], "2030-01-02T15:04:05Z", seed)) for text in texts]
        lines = [json.dumps({"tenant_id": "t", "intent_id": _INTENT, "payee_did": "d", "payload_json": text,
                             "artifacts_hex": [], "submitted_at_rfc3339": "2030-01-02T15:04:05Z",
                             "secret_seed_hex": seed.hex()}) for text in texts]
        bodies = bulk(lines, "sign", "evidence")
        self.assertEqual([body is None for body in bodies], [digest is None for digest in ours])
        self.compare(texts, theirs, bodies, 0.3)

    def test_generated_evidence_is_signed_alike(self):
        inputs = [paybond_documents.evidence(options.seed(), number) for number in range(count())]
        ours = bulk([json.dumps(given) for given in inputs], "sign", "evidence", "--signing-version", "2" if NEW else "1")
        self.compare(inputs, [kit_evidence(given) for given in inputs], ours, 0.9)

    def test_generated_intents_are_signed_alike(self):
        for version in (6, 7) if NEW else (2,):
            with self.subTest(version=version):
                inputs = [paybond_documents.intent(options.seed(), number, version) for number in range(count())]
                ours = bulk([json.dumps(given) for given in inputs], "sign", "intent", "--signing-version", str(version))
                self.compare(inputs, [kit_intent(given, version) for given in inputs], ours, 0.9)


@unittest.skipUnless(NEW, "release 0.2.1 has no mandates")
class PaybondMandateTest(unittest.TestCase):
    def test_mandates_signed_by_each_are_verified_by_the_other(self):
        from paybond_kit.agent_mandate import sign_agent_mandate_v1, verify_signed_agent_mandate_v1
        seed = b"\7" * 32
        mandates = [paybond_documents.mandate(options.seed(), number) for number in range(count() // 4)]
        theirs = [sign_agent_mandate_v1(seed, mandate) for mandate in mandates]
        judged = bulk([json.dumps(mandate) for mandate in theirs], "mandates", "verify")
        self.assertTrue(all(json.loads(verdict)["valid"] for verdict in judged))
        lines = b"".join(json.dumps({"kind": "paybond.agent_mandate_v1", **mandate}).encode() + b"\n" for mandate in mandates)
        done = run("paybond", "sign", "artefact", "--ndjson", "-", stdin=lines,
                   env=environment(PAYBOND_SIGNING_SEED=seed.hex()))
        self.assertEqual(done.returncode, 0, done.stderr)
        ours = [json.loads(line) for line in done.stdout.split(b"\n")[:-1]]
        self.assertEqual(ours, theirs)
        for mandate in ours:
            verify_signed_agent_mandate_v1(mandate)


@unittest.skipUnless(NEW, "release 0.2.1 has no receipts")
class PaybondReceiptTest(unittest.TestCase):
    """What is hashed of a receipt: the same digest, or none on both sides."""

    def compare(self, documents, digest):
        def theirs(document):
            try:
                return digest(document)
            except (ValueError, KeyError, TypeError):
                return None
        lines = b"".join(json.dumps(document).encode() + b"\n" for document in documents)
        done = run("paybond", "sign", "artefact", "--bytes", "--ndjson", "-", "-o", "jsonl", stdin=lines,
                   env=environment(PAYBOND_SIGNING_SEED="07" * 32))
        ours = [json.loads(line).get("signing_bytes_hex") for line in done.stdout.split(b"\n")[:-1]]
        expected = [theirs(document) for document in documents]
        wrong = [row for row in zip(documents, expected, ours) if row[1] != row[2]]
        self.assertEqual(len(ours), len(documents))
        self.assertFalse(wrong, f"{len(wrong)} of {len(documents)} differ with seed {options.seed()}\n" + "\n".join(
            f"{json.dumps(given)}\n  peer: {their}\n  ours: {our}" for given, their, our in wrong[:_SHOWN]))
        hashed = sum(one is not None for one in expected)
        print(f"  {len(documents)} receipts: {hashed} hashed alike, {len(documents) - hashed} refused by both", flush=True)
        self.assertGreater(hashed, len(documents) // 10)

    def test_changed_agent_receipts_are_hashed_alike(self):
        from paybond_kit.agent_receipt import agent_receipt_message_digest_sha256_hex as digest
        # The kit wants members that are no part of what is hashed.
        sealed = {"message_digest_sha256_hex": "", "signing_public_key_ed25519_hex": "", "ed25519_signature_hex": ""}
        full = paybond_documents.FULL_RECEIPT
        self.compare([paybond_documents.changed(options.seed(), number, full) for number in range(count())],
                     lambda receipt: digest({**receipt, **sealed}))

    def test_changed_settlement_receipts_are_hashed_alike(self):
        from paybond_kit.protocol_receipt import sign_protocol_settlement_receipt_v1 as sign
        full = paybond_documents.FULL_SETTLEMENT
        self.compare([paybond_documents.changed(options.seed(), number, full) for number in range(count())],
                     lambda receipt: sign(b"\7" * 32, receipt)["message_digest_sha256_hex"])


class PaybondVersionTest(unittest.TestCase):
    def test_the_kit_is_one_of_the_two_releases(self):
        self.assertIn(importlib.metadata.version("paybond-kit"), ("0.2.1", "0.12.17"))
