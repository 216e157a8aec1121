"""Signed DSSE envelopes, built and taken apart by hand: the second opinion of envelope.bats.

    envelope.py encoding ENVELOPE            the bytes that are signed, from the envelope's own type and payload
    envelope.py signature ENVELOPE [N]       the raw signature N (0)
    envelope.py keyid PUBLIC_KEY_PEM         the key id that the envelope should name
    envelope.py change ENVELOPE EXPRESSION   the envelope after a change: e is the envelope, s the statement in it,
                                             key(NAME) signs it again with NAME.pem by openssl
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile


def encoding(kind, body):
    """DSSE v1: "DSSEv1", then the length and the bytes of type and body, each behind one space."""
    return b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(body)).encode(), body])


def signed_bytes(envelope):
    return encoding(envelope["payloadType"].encode(), base64.b64decode(envelope["payload"], validate=True))


def keyid(path):
    with open(path, encoding="ascii") as pem:
        body = "".join(line for line in pem if not line.startswith("-----"))
    # The raw key is the end of the SubjectPublicKeyInfo.
    return hashlib.sha256(base64.b64decode(body)[-32:]).hexdigest()


def sign(envelope, name):
    """A signature made by openssl, in place of those that the envelope has."""
    with tempfile.NamedTemporaryFile() as message:
        message.write(signed_bytes(envelope))
        message.flush()
        signature = subprocess.run(
            ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", f"{name}.pem", "-in", message.name],
            check=True, capture_output=True).stdout
    envelope["signatures"] = [{"keyid": keyid(f"{name}.pub"), "sig": base64.b64encode(signature).decode()}]


def change(envelope, expression):
    statement = json.loads(base64.b64decode(envelope["payload"]))
    before = json.dumps(statement)
    names = {"e": envelope, "s": statement, "json": json, "base64": base64, "keyid": keyid}

    def key(name):
        envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
        sign(envelope, name)

    exec(expression, {**names, "key": key})
    if json.dumps(statement) != before and "key(" not in expression:
        envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    return envelope


def main(action, path, *more):
    if action == "keyid":
        print(keyid(path))
        return
    with open(path, encoding="utf-8") as file:
        envelope = json.load(file)
    if action == "encoding":
        sys.stdout.buffer.write(signed_bytes(envelope))
    elif action == "signature":
        sys.stdout.buffer.write(base64.b64decode(envelope["signatures"][int(more[0]) if more else 0]["sig"]))
    elif action == "change":
        json.dump(change(envelope, more[0]), sys.stdout)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
