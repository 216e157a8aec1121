"""The SnapChore hash: the same document has the same hash on both sides, or none on both."""

import collections
import hashlib
import json
import unittest

import documents
import options
import peer
from differences import known_difference
from programs import run

_SHOWN = 5         # differences printed in full
_SHOWN_BYTES = 600  # of a document

_EXTRA_VOLATILE = ["a", "k"]


def hashed_by_ours(lines, *more):
    """A hash or None for each line. Every answer must hold a hash, or an error and the line's number."""
    done = run("sbn", "snapchore", "hash", "--ndjson", "-", "-o", "jsonl", *more, stdin=b"".join(
        line + b"\n" for line in lines))
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(answers) == len(lines), f"{len(answers)} answers to {len(lines)} lines\n{done.stderr.decode()}"
    for number, answer in enumerate(answers, 1):
        if "error" in answer:
            assert answer["error"]["details"]["line"] == number, answer
    refused = sum("error" in answer for answer in answers)
    assert done.returncode == (2 if refused else 0), done.returncode
    return [answer.get("hash") for answer in answers]


def describe(number, theirs, ours):
    family, text = documents.document(options.seed(), number)
    bytes_of_peer = peer.canonical(text) or b""
    bytes_of_ours = run("snapchore", "hash", "-", "--canonical", stdin=text).stdout
    return (f"document {number} ({family}), {len(text)} bytes: {text[:_SHOWN_BYTES]!r}\n"
            f"  peer: {theirs or 'refused'} of {bytes_of_peer[:_SHOWN_BYTES]!r}\n"
            f"  ours: {ours or 'refused'} of {bytes_of_ours[:_SHOWN_BYTES]!r}")


class HashTest(unittest.TestCase):
    def compare(self, numbers, extra_volatile=()):
        texts = [documents.document(options.seed(), number)[1] for number in numbers]
        flags = [part for name in extra_volatile for part in ("--volatile", name)]
        ours = hashed_by_ours(texts, *flags)
        theirs = peer.on_own_stack(lambda: [peer.hash_of(text, extra_volatile) for text in texts])
        wrong = [(number, a, b) for number, a, b in zip(numbers, theirs, ours) if a != b]
        self.assertFalse(wrong, f"{len(wrong)} of {len(texts)} differ with seed {options.seed()}\n" + "\n".join(
            describe(*row) for row in wrong[:_SHOWN]))
        return ours

    def test_generated_documents_have_the_same_hash_or_none_on_both_sides(self):
        count = options.documents()
        hashes = self.compare(range(count))
        hashed = sum(value is not None for value in hashes)
        print(f"  {count} documents: {hashed} hashed, {count - hashed} refused, by both", flush=True)
        self.assertGreater(hashed, count // 3, "the generator must make documents that can be hashed")
        self.assertGreater(count - hashed, count // 10, "the generator must make documents that cannot")

    def test_every_family_of_documents_is_met_and_hashes_something(self):
        made = [documents.document(options.seed(), number) for number in range(4000)]
        hashes = peer.on_own_stack(lambda: [peer.hash_of(text) for _, text in made])
        hashed = collections.Counter(family for (family, _), value in zip(made, hashes) if value)
        self.assertEqual(len(hashed), documents.families(), hashed)

    def test_extra_volatile_names_are_left_out_at_the_top_and_in_metadata(self):
        count = options.documents()
        self.compare(range(count, count + count // 10), _EXTRA_VOLATILE)

    def test_canonical_bytes_are_the_peers_bytes(self):
        texts = [documents.document(options.seed(), number)[1] for number in range(500)]
        texts = [text for text in texts if peer.canonical(text) is not None]
        done = run("snapchore", "hash", "--ndjson", "-", "--canonical", stdin=b"\n".join(texts))
        self.assertEqual(done.stdout.split(b"\n")[:-1], [peer.canonical(text) for text in texts])

    def test_a_document_over_many_lines_hashes_the_same_from_an_argument_and_from_standard_input(self):
        members = [f'"k{at}" :\n\t{at}.50\r\n,' for at in range(50)]
        for at in range(1, 50, 7):
            text = "\n{" + "".join(members[:at]) + '\n"z":\n[\n1\n,\n2.0]\n}\n'
            with self.subTest(members=at):
                expected = peer.hash_of(text.encode())
                from_input = run("snapchore", "hash", "-", stdin=text.encode())
                from_argument = run("snapchore", "hash", text.strip())
                self.assertEqual([from_input.stdout, from_argument.stdout], [f"{expected}\n".encode()] * 2)

    def test_the_number_of_threads_changes_nothing(self):
        texts = [documents.document(options.seed(), number)[1] for number in range(3000)]
        answers = {threads: hashed_by_ours(texts, "--threads", str(threads)) for threads in (1, 2, 7)}
        self.assertEqual(answers[1], answers[2])
        self.assertEqual(answers[1], answers[7])

    def test_hash_and_canonical_bytes_belong_together(self):
        texts = [text for _, text in (documents.document(options.seed(), number) for number in range(1000))]
        hashes = hashed_by_ours(texts)
        done = run("snapchore", "hash", "--ndjson", "-", "--canonical", stdin=b"\n".join(texts))
        of_bytes = [hashlib.sha256(line).hexdigest() if line else None for line in done.stdout.split(b"\n")[:-1]]
        self.assertEqual(of_bytes, hashes)

    def test_the_peers_own_stack_is_the_known_difference_in_deep_volatile_members(self):
        text = b'{"ts":' + b"[" * 700 + b"]" * 700 + b"}"
        usual = peer.on_own_stack(lambda: peer.hash_of(text, calls=1000))
        allowed = peer.on_own_stack(lambda: peer.hash_of(text))
        self.assertIsNone(usual)
        self.assertEqual(hashed_by_ours([text]), [allowed])
        known_difference("nesting-limit")

    def test_verify_says_the_same_of_right_and_wrong_hashes(self):
        for number in range(0, 120, 3):
            text = documents.document(options.seed(), number)[1]
            value = peer.hash_of(text)
            if value is None or not text.startswith(b"{") or b"\x00" in text:
                continue
            wrong = value[:-1] + ("0" if value[-1] != "0" else "1")
            for given, code in ((value, 0), (wrong, 9), (value.upper(), 0 if value.upper() == value else 9)):
                with self.subTest(number=number, given=given):
                    self.assertEqual(run("snapchore", "verify", text, given).returncode, code)
