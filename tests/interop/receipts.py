"""A verifier of receipts, written from the manual page agentnet-receipt(5) alone."""

import base64
import binascii
import hashlib
import json
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

_COVERED = ["created_at", "domain", "receipt_id", "snapchore_hash", "subject_id", "subject_type", "tenant_id"]
_NEEDED = 2
_MAX_ITEMS = 64
_MAX_INT = 2 ** 63 - 1


class Malformed(Exception):
    pass


def read_trust(text):
    """The keys of a trust file, by key id."""
    file = json.loads(text)
    assert file["version"] == 1
    keys = {}
    for entry in file["keys"]:
        key = load_pem_public_key(entry["public_key"].encode())
        assert isinstance(key, Ed25519PublicKey)
        assert entry["key_id"] == hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()
        keys[entry["key_id"]] = key
    return keys


def is_readable(text):
    """Whether it is JSON without halves of surrogate pairs."""
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
        return True
    except ValueError:  # UnicodeEncodeError is one
        return False


def _unique(pairs):
    if len(dict(pairs)) != len(pairs):
        raise Malformed("a name stands twice")
    return dict(pairs)


def _text(holder, name):
    if not isinstance(holder, dict) or not isinstance(holder.get(name), str):
        raise Malformed(name)
    return holder[name]


def _hex(text):
    if not isinstance(text, str) or not re.fullmatch("[0-9a-fA-F]{64}", text):
        raise Malformed("no hash")
    return bytes.fromhex(text)


def _int(holder, name):
    value = holder.get(name)
    if type(value) is not int or not 0 <= value <= _MAX_INT:
        raise Malformed(name)
    return value


def _list(holder, name):
    value = holder.get(name)
    if not isinstance(value, list) or len(value) > _MAX_ITEMS:
        raise Malformed(name)
    return value


def _base64(text):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Malformed("no base64") from fault
    if base64.b64encode(raw).decode() != text:
        raise Malformed("no base64")
    return raw


def _node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def _leads_to(leaf, index, size, proof, root):
    if index >= size:
        return False
    f, s, r = index, size - 1, leaf
    for p in proof:
        if s == 0:
            return False
        if f % 2 == 1 or f == s:
            r = _node(p, r)
            while f % 2 == 0 and f != 0:
                f, s = f // 2, s // 2
        else:
            r = _node(r, p)
        f, s = f // 2, s // 2
    return s == 0 and r == root


def _counts(key, signature, message):
    try:
        key.verify(signature, message)
        return True
    except InvalidSignature:
        return False


def reason(text, trusted, wanted_hash=None):
    """Why the receipt does not hold; None when it does. The text must be readable."""
    try:
        receipt = json.loads(text, object_pairs_hook=_unique)
        if not isinstance(receipt, dict):
            raise Malformed("no object")
        covered = {name: _text(receipt, name) for name in _COVERED}
        stated = _hex(receipt.get("hash"))
        attestation = receipt.get("attestation")
        batch, signed_at = _text(attestation, "batch_id"), _text(attestation, "created_at")
        index, size = _int(attestation, "leaf_index"), _int(attestation, "tree_size")
        root = _hex(attestation.get("root"))
        proof = [_hex(each) for each in _list(attestation, "proof")]
        signatures = [(_text(each, "key_id"), _base64(_text(each, "signature")))
                      for each in _list(attestation, "signatures")]
        if covered["subject_type"] != "smartblock":
            raise Malformed("subject_type")
    except Malformed:
        return "malformed"
    entry = json.dumps(covered, separators=(",", ":"), ensure_ascii=False).encode()
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    copies = receipt.get("id", covered["receipt_id"]), receipt.get("project_id", covered["tenant_id"])
    if leaf != stated or copies != (covered["receipt_id"], covered["tenant_id"]):
        return "hash_mismatch"
    if wanted_hash is not None and wanted_hash != covered["snapchore_hash"]:
        return "hash_mismatch"
    if not _leads_to(leaf, index, size, proof, root):
        return "not_in_batch"
    head = f"agentnet receipt batch v1\n{batch}\n{size}\n{root.hex()}\n{signed_at}\n".encode()
    signers = {key_id for key_id, signature in signatures
               if key_id in trusted and _counts(trusted[key_id], signature, head)}
    return None if len(signers) >= _NEEDED else "no_quorum"
