"""Generated inputs for comparing signatures with paybond-kit: a number and a seed give the same input always.

Not random JSON but the places where two readers part: numbers at every edge, escapes, surrogates, duplicate
names, nesting at the limit, text that is almost JSON, white space that only Unicode knows.
"""

import json
import random
import struct

DEEPEST = 127  # arrays and objects inside each other that are taken

_TEXTS = ["", "a", "Ä", "é", "日本", "\U0001f600", "a\"b\\c/", "\x00\x1f\x7f", "\u2028<&>", "\ufeff", "usd"]
_SPACES = ["", " ", "\t", "\u00a0", "\u2003", "\u3000", "\u200b", "\x1c", "\ufeff"]
_ALMOST = ["", "nul", "01", "-", ".5", "5.", "1e", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "\"\\ud800\"", "\"\\udc00\"",
           "\"\\x\"", "NaN", "Infinity", "[1 2]", "{} x", "\"a", "[", "1e400", "-1e400", "0x10", "+1", "\"\t\"",
           "[1e309]", "{\"a\":1e999,\"a\":1}", "/**/1"]
RAILS = ["stripe_connect", "stripe_ach_debit", "stripe_mpp", "adyen_manual_capture", "x402_usdc_base"]


def _double(rng):
    number = struct.unpack("<d", struct.pack("<Q", rng.getrandbits(64)))[0]
    return number if abs(number) < 1e308 else rng.random()


def _number(rng):
    """A number in one of the ways to write it."""
    digits = lambda most: "".join(rng.choice("0123456789") for _ in range(rng.randrange(1, most)))
    return rng.choice([
        lambda: str(rng.randrange(-1000, 1000)),
        lambda: str(rng.choice([2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -2**63, -2**63 - 1]) + rng.randrange(-2, 3)),
        lambda: repr(rng.random()),
        lambda: repr(_double(rng)),
        lambda: f"{_double(rng):.{rng.randrange(0, 30)}e}",
        lambda: "0." + digits(40),
        lambda: rng.choice("123456789") + digits(40),
        lambda: rng.choice("123456789") + digits(25) + "." + digits(25),
        lambda: rng.choice(["-0", "0.0", "-0.0", "0e5", "1e-400", "1E+2", "1e0005", "0e99999999999",
                            "1e-99999999999", "5e-324", "1.7976931348623157e308"]),
        lambda: rng.choice("123456789") + "." + digits(20) + rng.choice(["e", "E-", "e+"]) + str(rng.randrange(0, 330)),
    ])()


def _text(rng):
    text = "".join(rng.choice(_TEXTS) for _ in range(rng.randrange(0, 4)))
    return json.dumps(text, ensure_ascii=rng.random() < 0.5)


def _value(rng, depth):
    kind = rng.randrange(8) if depth > 0 else rng.randrange(5)
    if kind < 3:
        return _number(rng)
    if kind == 3:
        return _text(rng)
    if kind == 4:
        return rng.choice(["null", "true", "false"])
    space = rng.choice(["", "", " ", "\t"])
    if kind == 5:
        return "[" + space + ("," + space).join(_value(rng, depth - 1) for _ in range(rng.randrange(4))) + "]"
    members = [f"{_text(rng)}{space}:{_value(rng, depth - 1)}" for _ in range(rng.randrange(5))]
    return "{" + ("," + space).join(members) + "}"


def document(seed, number):
    """One JSON text, or one that is none, without a newline."""
    rng = random.Random(f"{seed}/document/{number}")
    if number % 20 == 0:
        return rng.choice(_ALMOST)
    if number % 20 == 1:
        depth = DEEPEST + rng.randrange(-1, 2)
        return "[" * depth + "]" * depth
    return _value(rng, 4)


def _padded(rng, text):
    return rng.choice(_SPACES) + text + rng.choice(_SPACES) if rng.random() < 0.2 else text


def _uuid(rng):
    digits = f"{rng.getrandbits(128):032x}"
    hyphens = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    return rng.choice([hyphens, hyphens, hyphens.upper(), digits, "{" + hyphens + "}", "urn:uuid:" + hyphens]
                      + ([digits[:-1], "URN:UUID:" + hyphens] if rng.random() < 0.1 else []))


def _instant(rng):
    date = f"{rng.randrange(0, 10000):04}-{rng.randrange(0, 14):02}-{rng.randrange(0, 33):02}"
    time = f"{rng.randrange(0, 25):02}:{rng.randrange(0, 61):02}:{rng.choice([0, 5, 59, 60, 61]):02}"
    usual = rng.random() < 0.9
    if usual:
        date, time = f"2030-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}", f"15:04:{rng.randrange(60):02}"
    if rng.random() < 0.03:
        date, time = rng.choice(["2016-12-31", "2017-01-01", "2028-02-29"]), rng.choice(["23:59:60", "00:59:60"])
    fraction = rng.choice(["", "", ".5", ".120", ".000", ".1234567899"] + ([] if usual else ["."]))
    offset = rng.choice(["Z", "Z", "z", "+00:00", "-00:00", "+01:00", "-08:30", "+23:59"] + ([] if usual else ["+24:00", ""]))
    return date + rng.choice("TTTTt _x") + time + fraction + offset


def _seed(rng):
    return rng.randbytes(rng.choice([31, 33]) if rng.random() < 0.02 else 32).hex()


def _json_text(rng):
    return rng.choice(_ALMOST) if rng.random() < 0.02 else _value(rng, 3)


def _tools(rng):
    if rng.random() < 0.05:
        return rng.choice(["[]", "{}", "null", "[1]", "[\"a\",null]", "[\"a\""])
    names = [_padded(rng, rng.choice(["travel.Book", "harbor.describe", "Ärger", "", "A", "a", "b\u00df"]))
             for _ in range(rng.randrange(1, 5))]
    return json.dumps(names, ensure_ascii=rng.random() < 0.5)


def intent(seed, number, version):
    """What `paybond sign intent` takes as one line, with only the fields of that version."""
    rng = random.Random(f"{seed}/intent/{version}/{number}")
    made = {
        "tenant_id": _padded(rng, rng.choice(["tenant-a", "t" * 300, ""])),
        "intent_id": _padded(rng, _uuid(rng)),
        "principal_did": "did:" + rng.choice(_TEXTS),
        "payee_did": "did:" + rng.choice(_TEXTS),
        "amount_cents": rng.choice([0, -1, 1, 250, 251, 32768, 2**31, 2**63 - 1, -2**63, rng.getrandbits(40)]),
        "currency": rng.choice(["usd", "USD", "", "é"]),
        "deadline_rfc3339": _instant(rng),
        "budget_json": _json_text(rng),
        "evidence_schema_json": _json_text(rng),
        "predicate_json": _json_text(rng),
        "predicate_ref": rng.choice(["", " ", "ref", " ref ", "\u2003", "политика/v3"]),
        "allowed_tools_json": _tools(rng),
        "principal_seed_hex": _seed(rng),
    }
    if version >= 6:
        made["payee_seed_hex"] = _seed(rng)
        made["settlement_rail"] = _padded(rng, rng.choice(RAILS * 3 + ["Stripe_mpp"]))
    if version == 7:
        made["policy_template_id"] = rng.choice(_TEXTS)
        made["policy_version_seq"] = rng.choice([0, 250, 251, 65536, 2**32 - 1])
        made["policy_content_digest_hex"] = _padded(rng, rng.randbytes(rng.choice([32] * 20 + [31])).hex())
    return made


def evidence(seed, number):
    """What `paybond sign evidence` takes as one line."""
    rng = random.Random(f"{seed}/evidence/{number}")
    artifacts = [_padded(rng, rng.choice(["", "0x", "0X"] if rng.random() < 0.1 else [""]) +
                         rng.randbytes(31 if rng.random() < 0.02 else 32).hex()) for _ in range(rng.randrange(4))]
    return {
        "tenant_id": rng.choice(["tenant-a", "", "t" * 70000]) if number % 50 == 0 else "tenant-a",
        "intent_id": _uuid(rng) if rng.random() < 0.95 else " " + _uuid(rng),
        "payee_did": "did:" + rng.choice(_TEXTS),
        "payload_json": _json_text(rng),
        "artifacts_hex": artifacts,
        "submitted_at_rfc3339": _instant(rng),
        "secret_seed_hex": _seed(rng),
    }


def mandate(seed, number):
    """A mandate that the kit takes."""
    rng = random.Random(f"{seed}/mandate/{number}")
    rails = rng.sample(RAILS, rng.randrange(1, 4))
    scope = {"kind": "principal", "tenant_id": "tenant-a", "principal_subject": rng.choice(["u:1", "A & <b>", "\u2028é"])}
    return {
        "authorization": rng.choice([scope, {"kind": " Tenant", "tenant_id": "t.1"}]),
        "agent": {"subject": "agent:" + rng.choice(["1", "\U0001f600", "\"q\""]), "issuer": rng.choice(["", " i "])},
        "allowed_actions": rng.sample(["pay.capture", " Pay.Authorize ", "a/b:c"], rng.randrange(3)),
        "allowed_tools": rng.sample(["travel.book", "X", "y-1"], rng.randrange(1, 3)),
        "spend_ceiling": {"amount_minor": rng.randrange(1, 2**40), "currency": rng.choice(["usd", "EUR", "usdc_1"])},
        "settlement": {"default_rail": rails[0], "allowed_rails": rails},
        "constraint": {"kind": "policy", "id": rng.choice(["", "p"]), "version": "1", "uri": "https://x/?a=1&b=2"},
        "expires_at": rng.choice(["2099-01-02T15:04:05Z", "2099-01-02T15:04:05.9+02:00", "2099-06-02T00:00:00-08:00"]),
        "nonce": f"n-{number}",
        "human_presence_mode": rng.choice(["human_present", "Human_Not_Present "]),
    }


def _leaves(value, path=()):
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    else:
        yield path, value


def changed(seed, number, document):
    """The document with one to three members removed, emptied, padded or changed in case or size."""
    rng = random.Random(f"{seed}/changed/{number}")
    made = json.loads(json.dumps(document))
    # The kind says to us what the document is.
    leaves = [leaf for leaf in _leaves(document) if leaf[0] != ("kind",)]
    for path, value in rng.sample(leaves, rng.randrange(1, 4)):
        holder = made
        for name in path[:-1]:
            holder = holder[name]
        other = {str: lambda: rng.choice([_padded(rng, value), value.upper(), "", value + "é", "A & <b>\u2028"]),
                 int: lambda: rng.choice([0, 1, value + 1, -1]), bool: lambda: not value}.get(type(value), lambda: value)()
        # An empty receipt id is hashed as it stands by the kit, and is none to us.
        if rng.random() < 0.3 or (path[-1] == "settlement_receipt_id" and other == ""):
            del holder[path[-1]]
        else:
            holder[path[-1]] = other
    return made


_HASH = "34" * 32

# Every member that the kit reads, all at once.
FULL_RECEIPT = {
    "schema_version": 1, "kind": "paybond.agent_receipt_v1", "receipt_version": "1", "scope": "action",
    "receipt_id": "abf543e7879e4b19b133a67c595a2dc0782442a59731e6e37e7243a585655461",
    "issued_at": "2030-01-02T15:04:05Z", "tenant_id": "tenant-a",
    "authorization": {
        "principal_did": "did:p", "actor_subject": "sa:1",
        "agent": {"operator_did": "did:op", "model_family": "gpt", "model_instance_id": "mi", "deployment_epoch": 5,
                  "config_hash_sha256_hex": _HASH, "prompt_hash_sha256_hex": _HASH},
        "decision_id": "00000001-0000-4000-8000-000000000000", "audit_id": "00000002-0000-4000-8000-000000000000",
        "policy": {"template_id": "t", "version_seq": 3, "content_digest_sha256_hex": _HASH, "spend_policy_version": 2},
        "authorized_at": "2030-01-02T15:04:00.5+01:00", "requested_spend_cents": 100, "currency": "usd",
        "reason_codes": ["b", "a"], "mandate_digest_sha256_hex": _HASH, "mandate_reference_id": "q",
        "zk_policy_proof_digest_sha256_hex": _HASH},
    "execution": {
        "run_id": "00000003-0000-4000-8000-000000000000", "tool_call_id": "call-1", "tool_name": "book",
        "operation": "travel.book", "arguments_digest_sha256_hex": _HASH, "result_digest_sha256_hex": _HASH,
        "outcome": "executed", "started_at": "2030-01-02T15:04:01Z", "completed_at": "2030-01-02T15:04:02Z",
        "duration_ms": 1000, "tee_attestation_digest_sha256_hex": _HASH},
    "merchant": {"payee_did": "did:v", "vendor_id": "v1", "vendor_ref_id": "vr"},
    "evidence": {"completion_preset_id": "p", "payload_digest_sha256_hex": _HASH, "artifacts_digest_sha256_hex": _HASH,
                 "predicate_passed": True, "payee_did": "did:v", "payee_signature_digest_sha256_hex": _HASH},
    "payment": {"intent_id": "550e8400-e29b-41d4-a716-446655440000", "settlement_rail": "stripe_connect",
                "funding_method": "card", "funding_reference": "fr", "funding_receipt_digest_sha256_hex": _HASH},
    "outcome": {"harbor_state": "evidence_submitted", "spend_reservation_outcome": "consumed", "predicate_passed": True},
    "references": {"intent_id": "550e8400-e29b-41d4-a716-446655440000", "ledger_seq": 7,
                   "settlement_receipt_id": "550e8400-e29b-41d4-a716-446655440000"},
    "external_attestations": [{"source": "src", "kind": "agent_mandate_v1", "digest_sha256_hex": _HASH, "reference_id": "q"}],
    "continuity": {"run_id": "00000003-0000-4000-8000-000000000000", "sequence_number": 2,
                   "prev_message_digest_sha256_hex": _HASH},
}
FULL_SETTLEMENT = {
    "schema_version": 1, "kind": "paybond.protocol_settlement_receipt_v1", "receipt_version": "1",
    "receipt_id": "550e8400-e29b-41d4-a716-446655440000", "issued_at": "2030-01-02T15:04:05Z",
    "intent_id": "550e8400-e29b-41d4-a716-446655440000", "tenant_id": "tenant-a", "verifier_id": "paybond-gateway",
    "transport_binding": {"source_protocol": "ap2", "partner_platform": "pp", "external_authorization_id": "ea",
                          "request_id": "r<1>&"},
    "authorization_receipt_id": _HASH, "mandate_digest_sha256_hex": _HASH, "harbor_state": "released",
    "predicate_passed": True, "settlement_rail": "stripe_connect", "settlement_mode": "simulated",
    "principal_did": "did:p", "payee_did": "did:v", "currency": "usd", "amount_cents": 100,
    "terminal_observed_at": "2030-01-02T15:04:05Z",
}
