#include "cli/format_page.hpp"

namespace agentnet::cli {
namespace {

// Where the rules change, core/sbn/pgdag/run_record.hpp, proof.hpp and fingerprint.hpp change with them.
constexpr std::string_view kPgdagPage = R"PAGE(.SH DESCRIPTION
.B sbn pgdag run
runs a workflow and keeps a record of it: what went in, what each step printed, and a proof of each step.
Whoever has the record can check it without any network and without running anything.
.PP
All texts are UTF\-8.
HEX is 64 lower\-case hexadecimal digits, SHA256(x) the hash of the bytes x in HEX, TIME as in
2026\-11\-23T01:01:44.750272+00:00.
.SH RECORD
A record is one JSON object (RFC 8259).
.PP
.nf
.RS 4
{"format": "agentnet\-pgdag\-run/1",
 "run_id": TEXT,
 "status": TEXT,          running, complete, partial, failed,
                          interrupted or waiting
 "kernel": TEXT,          0.14.0 or 0.12.2: whose rules hold
 "actor": TEXT,           *
 "domain": TEXT,          *  where the template's is empty
 "spec_version": TEXT,    *
 "slot_id": TEXT,
 "started_at": TIME, "updated_at": TIME,
 "completed_at": TIME or null,
 "merkle_root_hash": HEX or "",
 "commands": {STEP: COMMAND, ...},
 "template": TEMPLATE,
 "inputs": {...},         *
 "log": [ENTRY, ...],
 "interruption": PROOF or null,
 "final_outputs": {...}}  null while it is running
.RE
.fi
.PP
Members marked * are covered by the proofs.
A template is {"name", "version", "domain", "nodes": [{"id", "label", "step_type", "metadata"}, ...],
"edges": [{"source", "target", "edge_type"}, ...], "metadata"}.
Every edge means that the source comes before the target; without edges the nodes run in their order.
.SS Entries
An entry of the log is one of these:
.PP
.nf
.RS 4
{"round": INT, "proof": PROOF, "outputs": {...},
 "entry_hash": HEX}       a step was sealed
{"wait": EVENT}           a step waits for an event
{"event": {...}}          the event came
.RE
.fi
.PP
Outputs are what the step printed, and {"error": TEXT} of a step that failed.
EVENT is {"event_type", "event_key", "node_id", "partial_outputs", "metadata"}.
.SS Proofs
.nf
.RS 4
{"step_id": TEXT,              *
 "spec_version": TEXT,         *
 "inputs_fingerprint": HEX,    *
 "outputs_fingerprint": HEX,   *
 "proof_hash": HEX,
 "block_ref": TEXT, "anchor_hash": TEXT, "anchor_type": TEXT,
 "receipt_id": TEXT,
 "status": TEXT,               *  completed or failed
 "metrics": {...},             *  unless it is {}
 "created_at": TIME}           *
.RE
.fi
.PP
A fingerprint is SHA256 of the canonical text of an object: members sorted by the code points of their names, no white
space, every character beyond printable ASCII as \eu00xx (astral ones as two surrogates), integers as they stand, other
numbers as Python's repr of the nearest double.
The proof hash is the fingerprint of the members marked *, together with actor, and domain: that of the template, or of
the record where it is empty.
.PP
The anchor_type is empty without a network, and block_ref and receipt_id are those of a sealed block where the run was
sealed in one.
Neither they nor anchor_hash are covered.
.SH CHECKING
Outputs begin as the inputs.
Steps of one round are opened together, then closed in the order of the template.
.IP \(bu 2
To open a step, all before it must have been closed.
Its inputs are the outputs so far and, of each step S directly before it, S_proof_hash, S_outputs_fingerprint and,
in 0.14.0, S_anchor_hash (the proof hash where the anchor is empty) and S_anchor_type ("proof_hash" where it is empty).
Without edges they are those of every step so far, without S_outputs_fingerprint.
.IP \(bu 2
To close a step that completed, the outputs become its inputs and, in 0.14.0, what it printed.
A step that failed leaves them as they were.
.IP \(bu 2
What waits adds its partial_outputs, and an event all its members.
.PP
Both fingerprints and the proof hash of each entry must be those that the rules above give.
The entry hash is the fingerprint of {"chain_id": "chain:run:RUN_ID", "sequence", "proof_hash", "step_id", "run_id",
"prev_hash"}: sequence counts the steps of the log from 0, prev_hash is the entry hash before, "" for the first.
.PP
The Merkle root is over the proof hashes of the nodes that have one, in the order of the template: none gives "", one
gives itself, otherwise SHA256 of two neighbours joined as text, the last of an odd layer with itself.
At the end the outputs must be final_outputs, member by member.
.PP
A record shows that nobody who cannot recompute it changed it, and how its parts hang together.
It does not show that the programs printed this, nor when: for that, seal the run in a network with
.B \-\-seal
and check the receipts.
.SH FILES
.TP
.I $XDG_STATE_HOME/agentnet/runs/RUN_ID.json
The records of this user (default: ~/.local/state/agentnet), mode 0600.
A record is replaced as a whole after each program; a run that was killed goes on with the last one.
.SH EXAMPLES
.nf
.RS 4
sbn pgdag run build.json \-\-inputs '{"n": 2}' \-\-run\-id b1
sbn pgdag verify b1
sbn pgdag graph b1 \-\-as mermaid
.RE
.fi
.SH SEE ALSO
.BR agentnet\-receipt (5),
.BR sbn\-pgdag (1),
.BR agentnet\-exit\-codes (7)
)PAGE";

}  // namespace

std::string_view pgdag_page_body() {
  return kPgdagPage;
}

}  // namespace agentnet::cli
