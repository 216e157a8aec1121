"""Signed envelopes: an independent reading of DSSE and in-toto agrees with the programs, in both directions.

The encoding that is signed is written here from the DSSE specification; keys and signatures are those of the
package `cryptography`.
"""

import base64
import hashlib
import json
import pathlib
import random
import tempfile
import unittest

import documents
import keys
import options
import peer
from cryptography.exceptions import InvalidSignature
from programs import environment, run

_TYPE = "application/vnd.in-toto+json"
_SEALS = 20


def pre_authentication_encoding(payload_type, body):
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def envelope(statement, signers, payload_type=_TYPE, encode=base64.b64encode):
    body = statement if isinstance(statement, bytes) else json.dumps(statement).encode()
    signatures = [{"keyid": name, "sig": encode(key.sign(pre_authentication_encoding(payload_type, body))).decode()}
                  for name, key in signers]
    return {"payload": encode(body).decode(), "payloadType": payload_type, "signatures": signatures}


class EnvelopeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.key, cls.private, cls.public = keys.make_key(cls.folder, "signer")
        cls.stranger, _, cls.strange_public = keys.make_key(cls.folder, "stranger")
        (cls.folder / "both.pem").write_bytes(keys.public_pem(cls.stranger) + keys.public_pem(cls.key))
        cls.block = json.loads(cls.command("seal", '{"event":"signup","é":1.50}').stdout)

    @staticmethod
    def command(*arguments, stdin=b""):
        return run("snapchore", *arguments, stdin=stdin, env=environment())

    def statement(self, **changes):
        subject = [{"name": self.block["id"], "digest": {"sha256": self.block["snapchore_hash"]}}]
        return {"_type": "https://in-toto.io/Statement/v1", "subject": subject,
                "predicateType": "urn:agentnet:snapchore-seal:v1", "predicate": {"block": self.block}, **changes}

    def verdict(self, signed, trust=None):
        """The exit code and the printed object of `verify-block --envelope`."""
        text = signed if isinstance(signed, str) else json.dumps(signed)
        done = self.command("verify-block", "--envelope", "-", "--trust", trust or self.public, "--json",
                            stdin=text.encode())
        self.assertIn(done.returncode, (0, 2, 9), done.stderr.decode())
        return done.returncode, json.loads(done.stdout) if done.stdout else None

    def assert_refused(self, signed, *reasons):
        code, answer = self.verdict(signed)
        self.assertEqual((code, answer["valid"]), (9, False))
        self.assertIn(answer.get("reason"), reasons or (None,))

    # --- written by the programs -------------------------------------------------------------------------------

    def test_an_independent_verifier_accepts_what_is_signed_here(self):
        for number in range(_SEALS):
            text = documents.payload(options.seed(), number)
            done = self.command("seal", text, "--envelope", "in-toto", "--signing-key", self.private)
            signed = json.loads(done.stdout)
            with self.subTest(payload=text):
                body = base64.b64decode(signed["payload"], validate=True)
                (signature,) = signed["signatures"]
                self.key.public_key().verify(base64.b64decode(signature["sig"], validate=True),
                                             pre_authentication_encoding(signed["payloadType"], body))
                self.assertEqual(signed["payloadType"], _TYPE)
                self.assertEqual(signature["keyid"], hashlib.sha256(keys.raw_public(self.key)).hexdigest())
                statement = json.loads(body)
                block = statement["predicate"]["block"]
                self.assertEqual(statement, {**self.statement(), "predicate": {"block": block}, "subject": [
                    {"name": block["id"], "digest": {"sha256": block["snapchore_hash"]}}]})
                self.assertTrue(peer.verifies(block))
                code, answer = self.verdict(signed)
                self.assertEqual((code, answer["valid"], answer["block_id"]), (0, True, block["id"]))

    def test_a_dry_run_shows_exactly_the_bytes_that_would_be_signed(self):
        done = self.command("seal", '{"a":1}', "--envelope", "in-toto", "--signing-key", self.private, "--dry-run")
        head, _, body = done.stdout.partition(b"{")
        body = b"{" + body
        self.assertEqual(head + body, pre_authentication_encoding(_TYPE, body))
        self.assertEqual(json.loads(body)["predicate"]["block"]["payload"], {"a": 1})

    # --- written here ------------------------------------------------------------------------------------------

    def test_envelopes_that_are_signed_independently_verify(self):
        cases = {
            "plain": envelope(self.statement(), [("", self.key)]),
            "any key id": envelope(self.statement(), [("who knows", self.key)]),
            "URL-safe base64": envelope(self.statement(), [("", self.key)], encode=base64.urlsafe_b64encode),
            "URL-safe base64 without padding": envelope(
                self.statement(), [("", self.key)], encode=lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=")),
            "a second signer first": envelope(self.statement(), [("x", self.stranger), ("y", self.key)]),
            "white space in the statement": envelope(json.dumps(self.statement(), indent=3).encode(),
                                                     [("", self.key)]),
            "more members": {"note": 1, **envelope(self.statement(), [("", self.key)])},
        }
        for name, signed in cases.items():
            with self.subTest(name=name):
                code, answer = self.verdict(signed)
                self.assertEqual((code, answer["valid"]), (0, True))
                self.assertEqual(answer["key_id"], hashlib.sha256(keys.raw_public(self.key)).hexdigest())

    def test_each_key_of_a_trust_file_is_trusted_and_no_other(self):
        signed = envelope(self.statement(), [("", self.key)])
        self.assertEqual(self.verdict(signed, str(self.folder / "both.pem"))[0], 0)
        self.assertEqual(self.verdict(signed, self.strange_public)[0], 9)

    def test_forgeries_are_refused(self):
        good = envelope(self.statement(), [("", self.key)])
        other = envelope(self.statement(_type="x"), [("", self.key)])
        tampered = {**self.block, "payload": {"event": "other"}}
        own_id = hashlib.sha256(keys.raw_public(self.key)).hexdigest()
        self.assert_refused({**good, "signatures": []}, "no_trusted_signature")
        self.assert_refused({**good, "signatures": other["signatures"]}, "no_trusted_signature")
        self.assert_refused({**good, "payload": other["payload"]}, "no_trusted_signature")
        self.assert_refused({**good, "payloadType": "text/plain"}, "no_trusted_signature")
        self.assert_refused(envelope(self.statement(), [(own_id, self.stranger)]), "no_trusted_signature")
        self.assert_refused(envelope(self.statement(), [("", self.key)], "text/plain"), "wrong_payload_type")
        self.assert_refused(envelope(self.statement(_type="x"), [("", self.key)]), "wrong_statement")
        self.assert_refused(envelope(self.statement(predicateType="x"), [("", self.key)]), "wrong_statement")
        self.assert_refused(envelope(self.statement(predicate={}), [("", self.key)]), "wrong_statement")
        self.assert_refused(envelope(self.statement(subject=[]), [("", self.key)]), "wrong_subject")
        self.assert_refused(envelope(self.statement(subject=[{"digest": {"sha256": "0" * 64}}]), [("", self.key)]),
                            "wrong_subject")
        self.assert_refused(envelope(self.statement(predicate={"block": tampered}), [("", self.key)]))

    def test_a_signature_over_the_bare_payload_is_refused(self):
        body = json.dumps(self.statement()).encode()
        sig = base64.b64encode(self.key.sign(body)).decode()
        self.assert_refused({"payload": base64.b64encode(body).decode(), "payloadType": _TYPE,
                             "signatures": [{"keyid": "", "sig": sig}]}, "no_trusted_signature")

    def test_changed_characters_are_refused_as_the_independent_verifier_refuses_them(self):
        rng = random.Random(options.seed())
        good = envelope(self.statement(), [("", self.key)])
        for _ in range(200):
            signed = json.loads(json.dumps(good))
            holder, name = rng.choice([(signed, "payload"), (signed, "payloadType"),
                                       (signed["signatures"][0], "sig")])
            text = holder[name]
            at = rng.randrange(len(text))
            holder[name] = text[:at] + rng.choice("ABCxyz019+/=-_ é") + text[at + 1:]
            with self.subTest(name=name, at=at, text=holder[name]):
                self.assertEqual(self.verdict(signed)[0] == 0, self.holds(signed))

    # The independent verifier: standard base64, and of one value only the one spelling.
    def holds(self, signed):
        try:
            texts = signed["payload"], signed["signatures"][0]["sig"]
            body, sig = (base64.b64decode(text, validate=True) for text in texts)
            self.key.public_key().verify(sig, pre_authentication_encoding(signed["payloadType"], body))
            return all(base64.b64encode(raw).decode() == text for raw, text in zip((body, sig), texts))
        except (InvalidSignature, ValueError):
            return False
