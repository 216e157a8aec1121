#include "cli/format_page.hpp"

namespace agentnet::cli {
namespace {

// Where the rules change, core/sbn/rules_receipt.hpp and core/network/trust.hpp change with them, and
// tests/interop/receipts.py, which was written from this text.
constexpr std::string_view kReceiptPage = R"PAGE(.SH DESCRIPTION
When the local network seals a block, its validators sign a receipt for it.
Seals are not signed one by one: all seals of one commit are the leaves of a Merkle tree, each validator signs the
head of the tree, and a receipt carries the way from its leaf to that head.
A receipt can be checked offline by whoever has the public keys of the validators, which a trust file holds.
.PP
All texts are UTF\-8.
HEX is 64 hexadecimal digits, written in lower case and read in either.
SHA256(x) is the hash of the bytes x, || joins bytes, and 0x00 and 0x01 are single bytes.
.SH RECEIPT
A receipt is one JSON object (RFC 8259).
.PP
.nf
.RS 4
{"id": TEXT,              the same as receipt_id
 "receipt_id": TEXT,      *
 "tenant_id": TEXT,       *  whose seal it is
 "subject_id": TEXT,      *  the id of the sealed block
 "subject_type": TEXT,    *  always "smartblock"
 "signer_id": TEXT,       the key id of the first signature
 "created_at": TEXT,      *  when the block was sealed
 "payload": {},
 "metadata": {},
 "snapchore_hash": TEXT,  *  the SnapChore hash of the block
 "hash": HEX,             the hash of the leaf
 "status": "attested",
 "domain": TEXT,          *
 "project_id": TEXT,      the same as tenant_id
 "attestation":
   {"batch_id": TEXT,     +
    "created_at": TEXT,   +  when the head was signed
    "leaf_index": INT,    the place of the leaf, from 0
    "tree_size": INT,     +  how many leaves there are
    "root": HEX,          +  the root of the tree
    "proof": [HEX, ...],  the hashes beside the way, leaf first
    "signatures":
      [{"key_id": TEXT, "signature": BASE64}, ...]}}
.RE
.fi
.PP
Members marked * are covered by the leaf, members marked + by the signatures.
The others prove nothing, and there may be more of them.
An INT is a JSON number without fraction and exponent, from 0 to 2^63 \- 1.
.SS Leaf
The leaf entry is the JSON object of the seven members marked *, in this order, without white space:
.PP
.nf
.RS 4
created_at domain receipt_id snapchore_hash subject_id
subject_type tenant_id
.RE
.fi
.PP
In its texts the quotation mark and the backslash are written with a backslash before them; backspace, form feed,
line feed, carriage return and tab as \eb \ef \en \er \et; other characters below U+0020 as \eu00xx with lower\-case
digits; everything else as it is.
The leaf hash is SHA256(0x00 || entry).
.SS Tree
The tree is that of RFC 9162, section 2.1: a node is SHA256(0x01 || left || right), and n > 1 leaves are split at the
largest power of two below n.
A proof is checked so:
.PP
.nf
.RS 4
if leaf_index >= tree_size: refuse
f = leaf_index, s = tree_size \- 1, r = leaf hash
for each p of proof:
    if s = 0: refuse
    if f is odd or f = s:
        r = SHA256(0x01 || p || r)
        while f is even and f is not 0: f = f / 2, s = s / 2
    else:
        r = SHA256(0x01 || r || p)
    f = f / 2, s = s / 2
accept if s = 0 and r = root
.RE
.fi
.PP
Divisions drop the remainder.
.SS Head
What is signed are these five lines, each ended by a line feed; tree_size is in decimal, root in lower case:
.PP
.nf
.RS 4
agentnet receipt batch v1
<batch_id>
<tree_size>
<root>
<created_at of the attestation>
.RE
.fi
.PP
Signatures are Ed25519 (RFC 8032, without context or prehash), 64 bytes in standard base64 with padding and without
stray bits.
A key_id is the lower\-case HEX of SHA256(the 32 bytes of the public key).
.SS Rules
A verifier takes a receipt, a set of trusted keys and, if it likes, the SnapChore hash that the receipt must be of.
It applies these rules in this order; the first that is broken is the reason.
.TP
.B malformed
The receipt is not an object, or a name stands twice in one object anywhere in it.
Or one of these is missing or of another kind than above: the members marked * and +, hash, leaf_index, proof,
signatures, key_id and signature.
Or subject_type is not smartblock, or proof or signatures have more than 64 items.
.TP
.B hash_mismatch
The leaf hash is not hash; or id or project_id is there and differs from receipt_id or tenant_id; or snapchore_hash is
not, letter by letter, the hash asked for.
.TP
.B not_in_batch
The proof does not lead from the leaf hash to root.
.TP
.B no_quorum
Fewer than 2 different trusted keys have a signature that verifies over the head.
A signature counts only for the trusted key whose id its key_id is.
.PP
Signatures of other keys or of another length, and repeated ones, are passed over.
A verifier refuses signatures whose S is not reduced, and keys and points R of small order.
A text that is no JSON or escapes half of a surrogate pair, and a check without any trusted key, are faults of their
own: nothing is said about the receipt.
.PP
A receipt shows that the validators saw the hash when they signed.
It does not show what the block says: for that, hash the payload anew.
.SH TRUST FILE
.nf
.RS 4
{"version": 1,
 "keys": [{"key_id": HEX, "public_key": PEM, "label": TEXT}, ...]}
.RE
.fi
.PP
public_key is an Ed25519 SubjectPublicKeyInfo in PEM (RFC 8410, RFC 7468), and key_id must be the id of that key, in
lower case.
label is for people; it may be missing and has at most 256 bytes without control characters.
No other members, no name twice, no key twice, at most 1024 keys and 1 MiB: a file that breaks a rule is refused whole.
A trust file never holds a private key.
.PP
Only the way by which a trust file came makes it worth trust.
.SH FILES
.TP
.I $XDG_CONFIG_HOME/agentnet/trust.json
The keys that this user pinned, a trust file (default: ~/.config/agentnet).
.TP
.I $XDG_STATE_HOME/agentnet/validator\-N.pem
The private keys of the local validators (default: ~/.local/state/agentnet).
.SH EXAMPLES
.nf
.RS 4
agentnet trust export > trust.json
sbn \-f json receipts list | sbn receipts verify \- \-\-trust trust.json
.RE
.fi
.SH SEE ALSO
.BR agentnet\-trust (1),
.BR sbn\-receipts (1),
.BR agentnet\-exit\-codes (7)
)PAGE";

}  // namespace

std::string_view receipt_page_body() {
  return kReceiptPage;
}

}  // namespace agentnet::cli
