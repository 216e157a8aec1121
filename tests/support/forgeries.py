"""Forged receipts of every kind we can think of, and changed ones that still hold.

    python3 tests/support/forgeries.py GOOD SIBLING OTHER FOREIGN

prints one JSON object a line: {"name", "receipt", "reasons"}, `receipt` being the text of the receipt and `reasons`
those with which a verifier that trusts GOOD's network may refuse it; none for a receipt that holds. GOOD and SIBLING
are files with receipts of one batch of at least 5 seals, GOOD not the first of it; OTHER is of another batch of that
network, FOREIGN of another network. Needs openssl, for keys of the forger's own.
"""

import base64
import copy
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

MALFORMED, MISMATCH, OUTSIDE, FEW = (["malformed"], ["hash_mismatch"], ["not_in_batch"], ["no_quorum"])
COVERED = ["created_at", "domain", "receipt_id", "snapchore_hash", "subject_id", "subject_type", "tenant_id"]


def leaf_hash(receipt):
    entry = json.dumps({name: receipt[name] for name in COVERED}, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\0" + entry.encode()).hexdigest()


def head_bytes(attestation):
    lines = ["agentnet receipt batch v1", attestation["batch_id"], str(attestation["tree_size"]),
             attestation["root"], attestation["created_at"]]
    return "".join(line + "\n" for line in lines).encode()


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def sign_with_own_keys(message, count=3):
    """Signatures of new keys, each under its own key id."""
    signatures = []
    with tempfile.TemporaryDirectory() as folder:
        key, text, made = (str(pathlib.Path(folder, name)) for name in ("key.pem", "message", "signature"))
        pathlib.Path(text).write_bytes(message)
        for _ in range(count):
            openssl("genpkey", "-algorithm", "ed25519", "-out", key)
            openssl("pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", text, "-out", made)
            raw = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-32:]
            signatures.append({"key_id": hashlib.sha256(raw).hexdigest(),
                               "signature": base64.b64encode(pathlib.Path(made).read_bytes()).decode()})
    return signatures


def flipped(text):
    """A hex or base64 text with another first character."""
    return ("1" if text[0] == "0" else "0") + text[1:] if text[0] in "0123456789abcdef" else "0" + text[1:]


def forge(good, sibling, other, foreign):
    """Yields (name, text, reasons)."""
    def changed(change, reasons, name):
        receipt = copy.deepcopy(good)
        change(receipt, receipt["attestation"])
        return name, json.dumps(receipt, ensure_ascii=False), reasons

    def setting(path, value, reasons, name=None):
        def change(receipt, attestation):
            target = attestation if path.startswith("attestation.") else receipt
            target[path.rsplit(".", 1)[-1]] = value
        return changed(change, reasons, name or f"{path} is {json.dumps(value)[:40]}")

    def dropping(path):
        def change(receipt, attestation):
            target = attestation if path.startswith("attestation.") else receipt
            del target[path.rsplit(".", 1)[-1]]
        return changed(change, MALFORMED, f"without {path}")

    def signatures(make, reasons, name):
        return changed(lambda receipt, attestation: attestation.update(signatures=make(attestation)), reasons, name)

    size, index = good["attestation"]["tree_size"], good["attestation"]["leaf_index"]
    proof, signed = good["attestation"]["proof"], good["attestation"]["signatures"]
    own = sign_with_own_keys(head_bytes(good["attestation"]))
    assert size >= 5 and 0 < index and sibling["attestation"]["root"] == good["attestation"]["root"] and len(proof) > 1

    # --- what the leaf covers ---
    for name in COVERED:
        if name != "subject_type":
            yield setting(name, good[name] + "x", MISMATCH)
        yield dropping(name)
    yield setting("receipt_id", sibling["receipt_id"], MISMATCH)
    yield setting("snapchore_hash", sibling["snapchore_hash"], MISMATCH)
    yield setting("subject_type", "slot", MALFORMED)
    yield setting("id", sibling["id"], MISMATCH)
    yield setting("id", None, MISMATCH)
    yield setting("project_id", "somebody", MISMATCH)
    yield setting("hash", flipped(good["hash"]), MISMATCH)
    yield setting("hash", sibling["hash"], MISMATCH)

    def rehash(receipt, attestation):
        receipt["domain"] = "payments"
        receipt["hash"] = leaf_hash(receipt)
    yield changed(rehash, OUTSIDE, "another domain, hashed anew")

    def rebuild(receipt, attestation):
        rehash(receipt, attestation)
        attestation.update(root=receipt["hash"], proof=[], leaf_index=0, tree_size=1)
    yield changed(rebuild, FEW, "a tree of its own under the old signatures")

    def sign_anew(receipt, attestation):
        rebuild(receipt, attestation)
        attestation["signatures"] = sign_with_own_keys(head_bytes(attestation))
    yield changed(sign_anew, FEW, "a tree of its own, signed by keys of its own")

    # --- the way to the root ---
    yield setting("attestation.proof", sibling["attestation"]["proof"], OUTSIDE, "the proof of another leaf")
    yield setting("attestation.proof", proof[:-1], OUTSIDE, "a proof cut off at the end")
    yield setting("attestation.proof", proof[1:], OUTSIDE, "a proof cut off at the beginning")
    yield setting("attestation.proof", [], OUTSIDE, "no proof")
    yield setting("attestation.proof", proof + ["0" * 64], OUTSIDE, "a proof with a hash more")
    yield setting("attestation.proof", proof[::-1], OUTSIDE, "a proof in the wrong order")
    yield setting("attestation.proof", [flipped(proof[0]), *proof[1:]], OUTSIDE, "a proof with another hash")
    yield setting("attestation.proof", ["0" * 64] * 65, MALFORMED, "a proof of 65 hashes")
    yield setting("attestation.leaf_index", index - 1, OUTSIDE)
    yield setting("attestation.leaf_index", size, OUTSIDE)
    yield setting("attestation.leaf_index", 2 ** 63 - 1, OUTSIDE)
    yield setting("attestation.tree_size", size + 1, OUTSIDE + FEW)
    yield setting("attestation.tree_size", 0, OUTSIDE)
    yield setting("attestation.tree_size", 2 ** 62, OUTSIDE)
    yield setting("attestation.root", flipped(good["attestation"]["root"]), OUTSIDE)
    yield setting("attestation.root", good["hash"], OUTSIDE, "the leaf as the root")

    # --- the head and its signatures ---
    yield setting("attestation", other["attestation"], OUTSIDE, "the attestation of another batch")
    yield signatures(lambda _: other["attestation"]["signatures"], FEW, "the signatures of another batch")
    yield signatures(lambda _: foreign["attestation"]["signatures"], FEW, "the signatures of another network")
    yield setting("attestation.batch_id", other["attestation"]["batch_id"], FEW)
    yield setting("attestation.batch_id", good["attestation"]["batch_id"] + "\n", FEW)
    yield setting("attestation.created_at", other["attestation"]["created_at"], FEW)
    yield signatures(lambda _: [], FEW, "no signature")
    yield signatures(lambda _: signed[:1], FEW, "one signature")
    yield signatures(lambda _: signed[:1] * 3, FEW, "one signature three times")
    yield signatures(lambda _: [{**signed[0], "key_id": each["key_id"]} for each in signed], FEW,
                     "one signature under every key id")
    yield signatures(lambda _: [{**each, "key_id": signed[i - 1]["key_id"]} for i, each in enumerate(signed)], FEW,
                     "key ids swapped")
    yield signatures(lambda _: [{**each, "key_id": each["key_id"].upper()} for each in signed], FEW,
                     "key ids in upper case")
    yield signatures(lambda _: own, FEW, "signatures of keys of its own")
    yield signatures(lambda _: signed[:1] + own, FEW, "one trusted signature among others")
    yield signatures(lambda _: [{**each, "key_id": signed[i]["key_id"]} for i, each in enumerate(own)], FEW,
                     "signatures of its own under trusted key ids")
    yield signatures(lambda _: [{**each, "signature": flipped(each["signature"])} for each in signed], FEW,
                     "signatures with other bits")
    yield signatures(lambda _: [{**each, "signature": each["signature"][:40]} for each in signed], FEW,
                     "signatures cut short")
    yield signatures(lambda _: signed * 22, MALFORMED, "66 signatures")
    yield "a receipt of another network", json.dumps(foreign), FEW

    # --- the form ---
    text = json.dumps(good)
    yield "a member twice", text[:-1] + ', "domain": "general"}', MALFORMED
    yield "a member twice, differently", '{"domain": "payments", ' + text[1:], MALFORMED
    yield "a member of the attestation twice", text.replace('"root":', '"root": "", "root":'), MALFORMED
    yield "a member of a signature twice", text.replace('"key_id":', '"key_id": "", "key_id":'), MALFORMED
    for path in ("hash", "attestation", *("attestation." + name for name in good["attestation"])):
        yield dropping(path)
        for value in (None, True, "", {}, 1.5):
            is_text = value == "" and path in ("attestation.batch_id", "attestation.created_at")
            yield setting(path, value, FEW if is_text else MALFORMED)
    for name in COVERED:
        yield setting(name, 7, MALFORMED)
    for value in (-1, 2 ** 63, 1.0, str(index), [index]):
        yield setting("attestation.leaf_index", value, MALFORMED)
    yield setting("hash", good["hash"][:-1], MALFORMED)
    yield setting("attestation.proof", [*proof[:-1], proof[-1] + "00"], MALFORMED)
    for value in ("!", "QQ", signed[0]["signature"].rstrip("="), signed[0]["signature"] + "\n", None):
        yield signatures(lambda _, value=value: [{**signed[0], "signature": value}, *signed[1:]], MALFORMED,
                         f"a signature that is {json.dumps(value)[:20]}")
    for value in (None, 7):
        yield signatures(lambda _, value=value: [{**signed[0], "key_id": value}, *signed[1:]], MALFORMED,
                         f"a key id that is {value}")
    for value in (None, [], {}, 7, "receipt", {"attestation": []}):
        yield f"the whole is {json.dumps(value)}", json.dumps(value), MALFORMED

    # --- changed, and still true ---
    yield "as it was", text, []
    yield "in another order", json.dumps(dict(reversed(good.items()))), []
    yield signatures(lambda _: signed[1:], [], "two of three signatures")
    yield signatures(lambda _: signed[::-1], [], "signatures in another order")
    yield signatures(lambda _: own + signed, [], "signatures of its own beside the trusted ones")
    yield signatures(lambda _: signed + signed, [], "each signature twice")
    yield setting("status", "checked", [])
    yield setting("note", {"by": "me"}, [])
    yield setting("signer_id", "me", [])
    yield setting("hash", good["hash"].upper(), [])
    yield setting("attestation.root", good["attestation"]["root"].upper(), [])
    yield setting("attestation.proof", [each.upper() for each in proof], [], "a proof in upper case")
    yield changed(lambda receipt, _: [receipt.pop(name) for name in ("id", "project_id", "status", "payload")], [],
                  "without what nothing covers")


def main():
    receipts = [json.loads(pathlib.Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:5]]
    for name, text, reasons in forge(*receipts):
        print(json.dumps({"name": name, "receipt": text, "reasons": reasons}))


if __name__ == "__main__":
    main()
