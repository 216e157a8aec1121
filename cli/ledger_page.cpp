#include "cli/format_page.hpp"

namespace agentnet::cli {
namespace {

// Where the rules change, core/paybond/ledger_rules.hpp and signal_rules.hpp change with them.
constexpr std::string_view kLedgerPage = R"PAGE(.SH DESCRIPTION
The local network writes what happens to a tenant's payments into a ledger.
Whoever has its entries can check them without any network.
.PP
All texts are UTF\-8.
HEX is 64 lower\-case hexadecimal digits, SIGNATURE 128 of them, KEY an Ed25519 public key in HEX, NANOS nanoseconds
since 1970 as an integer.
.SH ENTRY
.nf
.RS 4
{"seq": INTEGER,                 from 1, without gaps
 "prev_commitment_hex": HEX,     that of the entry before;
                                 zeros for the first
 "entry_commitment_hex": HEX,
 "event": {"schema_version": 1, "tenant_id": TEXT,
           "kind": TEXT, "intent_id": TEXT,
           "operator_did": TEXT, ...},
 "timestamp_unix_nanos": NANOS,  never before the last one
 "issuer_pubkey_hex": KEY,
 "signature_hex": SIGNATURE}
.RE
.fi
.PP
The signed bytes are the line "agentnet paybond ledger entry v1", a line feed, and the canonical JSON of the object
with the members event, issuer_pubkey_hex, prev_commitment_hex, seq and timestamp_unix_nanos.
Canonical JSON has its names sorted by their bytes and no white space; integers stand as they are.
The commitment is BLAKE3 of the signed bytes, the signature Ed25519 over them.
.PP
All entries are of one tenant and, unless the reader trusts several, of one key.
Kinds are intent_created, settlement_hold_placed, evidence_submitted, predicate_evaluated, settlement_rail_confirmed,
released, refunded, resolved_split, disputed and protocol_mandate_bound.
.SH CHECKPOINT
.nf
.RS 4
{"kind": "agentnet.paybond.checkpoint_v1",
 "tenant_id": TEXT,
 "tree_size": INTEGER,           how many entries
 "root_hash_sha256_hex": HEX,
 "last_entry_commitment_hex": HEX,
 "timestamp_unix_nanos": NANOS,  that of the last entry
 "issuer_pubkey_hex": KEY,
 "signature_hex": SIGNATURE}
.RE
.fi
.PP
The tree is that of RFC 6962: a leaf is SHA\-256 of a zero byte and the 32 bytes of an entry's commitment, a node
SHA\-256 of a byte 1 and its two children.
The signed bytes are the lines "agentnet paybond checkpoint v1", tenant_id, tree_size, root_hash_sha256_hex,
last_entry_commitment_hex and timestamp_unix_nanos, each ended by a line feed.
.SH PROOFS
.nf
.RS 4
{"proof": {"schema_version": 1, "tenant_id": TEXT,
           "seq": INTEGER, "tree_size": INTEGER,
           "entry_commitment_hex": HEX,
           "proof_sha256_hex": [HEX, ...]},
 "checkpoint": CHECKPOINT}
{"proof": {"schema_version": 1, "tenant_id": TEXT,
           "first_size": INTEGER, "second_size": INTEGER,
           "proof_sha256_hex": [HEX, ...]},
 "first": CHECKPOINT, "second": CHECKPOINT}
.RE
.fi
.PP
The hashes are those of RFC 6962, sections 2.1.1 and 2.1.2, from the leaf upwards.
.SH SIGNAL
Scores are counted from these entries and from nothing else, by payee, in whole numbers; divisions drop the remainder.
With terminal = released + refunded + resolved_split:
.PP
.nf
.RS 4
success    = 10000 * released / terminal
disputes   = 10000 * min(disputed, terminal) / terminal
promptness = 5000 without a sample, otherwise
             10000 * hour / (hour + mean latency)
depth      = 10000 * terminal / (terminal + 10)
score      = (600 * success + 150 * (10000 \- disputes)
              + 100 * promptness + 150 * depth) / 10000
.RE
.fi
.PP
The score is 0 while nothing is terminal, and at most 1000.
Latency is the time from intent_created to evidence_submitted.
.SH EXAMPLES
.nf
.RS 4
paybond ledger events \-\-follow \-\-max\-wait 0 \-o jsonl >l.jsonl
paybond ledger verify l.jsonl
.RE
.fi
.SH SEE ALSO
.BR paybond\-ledger (1),
.BR agentnet\-receipt (5),
.BR agentnet\-exit\-codes (7)
)PAGE";

}  // namespace

std::string_view ledger_page_body() {
  return kLedgerPage;
}

}  // namespace agentnet::cli
