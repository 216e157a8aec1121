"""Receipts: `sbn receipts verify` and a verifier written from the manual page must say the same of each."""

import json
import pathlib
import random
import tempfile
import unittest

import forgeries
import options
import receipts
from programs import environment, run

BATCH = 50
# Texts that put the escapes of the leaf entry to the test.
DOMAINS = ["general", "a.b", 'quote " and \\ backslash', "tab\tline\nfeed\rreturn", "\b\f\x01\x1f\x7f", "über", "\u2028",
           "\U0001f300", "/"]


class Receipts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.home = environment(HOME=cls.folder.name)
        cls.foreign_home = environment()
        payloads = "".join(json.dumps({"n": n}) + "\n" for n in range(BATCH))
        cls.call("sbn", "snapchore", "seal", "--ndjson", "-", stdin=payloads.encode())
        for domain in DOMAINS:
            cls.call("sbn", "snapchore", "seal", '{"n": 1}', "--domain", domain)
        cls.call("sbn", "snapchore", "seal", "{}", env=cls.foreign_home)
        cls.trust = cls.call("agentnet", "trust", "export")
        cls.trusted = receipts.read_trust(cls.trust)
        cls.real = cls.listed(cls.home)
        cls.foreign = cls.listed(cls.foreign_home)[0]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def call(cls, *words, stdin=b"", env=None):
        done = run(*words, stdin=stdin, env=env or cls.home)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    @classmethod
    def listed(cls, env):
        return json.loads(cls.call("sbn", "receipts", "list", "--limit", "200", "-o", "json", env=env))["receipts"]

    def ours(self, texts, *words):
        """Our reasons, one for each text; the trust file is all that is known."""
        trust = pathlib.Path(self.folder.name, "trust.json")
        trust.write_text(self.trust, encoding="utf-8")
        done = run("sbn", "receipts", "verify", "--ndjson", "-", "--trust", str(trust), *words,
                   stdin="".join(text + "\n" for text in texts).encode())
        verdicts = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(verdicts), len(texts), done.stderr)
        self.assertEqual(done.returncode, 0 if all(verdict["valid"] for verdict in verdicts) else 9)
        return [verdict["reason"] for verdict in verdicts]

    def test_real_receipts_hold_by_both(self):
        self.assertGreaterEqual(len(self.real), 50)
        texts = [json.dumps(receipt) for receipt in self.real]
        self.assertEqual(self.ours(texts), [None] * len(texts))
        self.assertEqual([receipts.reason(text, self.trusted) for text in texts], [None] * len(texts))

    def test_both_see_which_seal_a_receipt_is_of(self):
        texts = [json.dumps(receipt) for receipt in self.real]
        wanted = self.real[0]["snapchore_hash"]
        reasons = self.ours(texts, "--hash", wanted)
        self.assertIn(None, reasons)
        self.assertIn("hash_mismatch", reasons)
        self.assertEqual(reasons, [receipts.reason(text, self.trusted, wanted) for text in texts])

    def test_both_refuse_forgeries_for_the_same_reason(self):
        in_batch = {each["attestation"]["leaf_index"]: each for each in self.real
                    if each["attestation"]["tree_size"] == BATCH}
        other = next(each for each in self.real if each["attestation"]["tree_size"] == 1)
        forged = list(forgeries.forge(in_batch[7], in_batch[8], other, self.foreign))
        reasons = self.ours([text for _, text, _ in forged])
        for (name, text, allowed), reason in zip(forged, reasons):
            with self.subTest(forgery=name):
                self.assertEqual(receipts.reason(text, self.trusted), reason)
                self.assertIn(reason, allowed or [None])

    def test_both_say_the_same_of_receipts_changed_at_random(self):
        choose = random.Random(options.seed())
        texts = []
        for _ in range(1000):
            text = list(json.dumps(choose.choice(self.real)))
            for _ in range(choose.choice([1, 1, 2])):
                text[choose.randrange(len(text))] = choose.choice('0123456789abcdefxyzABC+/="')
            texts.append("".join(text))
        readable = [text for text in texts if receipts.is_readable(text)]
        self.assertGreater(len(readable), 500)
        self.assertEqual(self.ours(readable), [receipts.reason(text, self.trusted) for text in readable])


if __name__ == "__main__":
    unittest.main()
