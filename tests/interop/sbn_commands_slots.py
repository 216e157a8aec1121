"""The commands for the SDK's gateway, bitblocks and blocks clients."""

from sbn_command import Command

_ORPHANS = {"min_age_seconds": "--min-age", "idle_seconds": "--idle", "limit": "--limit",
            "include_unmanaged": "--include-unmanaged"}
_NOT_SENT = {"read_version": None}
_SURFACES = {"kind": "--kind", "limit": "--limit", **_NOT_SENT}
_METADATA = {"metadata": "--metadata"}
COMMANDS = {
    ("gateway", "create_slot"): Command("gateway slots create", (), {
        "worker_id": "--worker", "task_type": "--task", "generation_interval": "--interval", **_METADATA},
        spread=("worker_id", "task_type")),
    ("gateway", "pgdag_health"): Command("gateway pgdag health"),
    ("gateway", "run_pgdag"): Command("gateway pgdag run", (), {
        "workflow_id": "--workflow-id", "template": "--template", "inputs": "--inputs", "actor": "--actor",
        "config": "--config-json", "run_id": "--run-id"}),
    ("gateway", "close_slot"): Command("gateway slots close", ("slot_id",), id_path="/slots/{}/close"),
    ("gateway", "seal_slot"): Command("gateway slots seal", ("slot_id",), id_path="/slots/{}/seal"),
    ("gateway", "list_slot_blocks"): Command("gateway slots blocks", ("slot_id",), {"limit": "--limit"},
                                             id_path="/slots/{}/blocks"),
    ("gateway", "list_slots"): Command("gateway slots list", (), {
        "state": "--state", "limit": "--limit", "source": "--source"}),
    ("gateway", "list_orphan_slots"): Command("gateway slots orphans", (), _ORPHANS),
    ("gateway", "reap_orphan_slots"): Command("gateway slots reap", (), _ORPHANS),
    ("gateway", "fetch_receipt"): Command("gateway receipt", ("receipt_id",), _NOT_SENT, id_path="/receipts/{}"),
    ("gateway", "request_attestation"): Command("gateway attest", ("slot_id", "snap_hash"), {
        "snap_version": "--snap-version", "frontier_id": "--frontier", "target_project_id": "--project-id",
        "type": "--type", "domain": "--domain", "metadata": "--metadata", "metrics": "--metrics",
        "submission_fields": "--fields"}, spread=("summary",)),
    ("gateway", "list_flags"): Command("gateway flags"),
    ("gateway", "fetch_block"): Command("gateway block get", ("block_id",), _NOT_SENT, id_path="/blocks/{}"),
    ("gateway", "fetch_proof_ledger"): Command("gateway block proof-ledger", ("block_id",),
                                               id_path="/blocks/{}/proof-ledger"),
    ("gateway", "fetch_proof_surface"): Command("gateway proof-surface", ("receipt_id",),
                                                id_path="/proof-surfaces/{}"),
    ("gateway", "list_proof_surfaces"): Command("gateway block proof-surfaces", ("block_id",), _SURFACES,
                                                id_path="/blocks/{}/proof-surfaces"),
    ("gateway", "list_fractal_receipts"): Command("gateway block fractal-receipts", ("block_id",), _SURFACES,
                                                  id_path="/blocks/{}/fractal-receipts"),
    ("gateway", "list_successor_surfaces"): Command("gateway block successors", ("block_id",), {"limit": "--limit"},
                                                    id_path="/blocks/{}/successors"),
    ("bitblocks", "submit"): Command("bitblocks submit", ("slot_id", "payload"), {
        "block_type": "--type", "domain": "--domain", "operation_id": "--operation-id",
        "idempotency_key": "--idempotency-key", **_METADATA}),
    ("bitblocks", "list"): Command("bitblocks list", ("slot_id",), {"generation": "--generation",
                                                                    "limit": "--limit"}),
    ("blocks", "create"): Command("blocks create", ("payload",), {"domain": "--domain", **_METADATA}),
    ("blocks", "submit"): Command("blocks submit", ("slot_id", "payload"), {"domain": "--domain", **_METADATA}),
    ("blocks", "list"): Command("blocks list", (), {"domain": "--domain", "limit": "--limit"}),
    ("blocks", "get"): Command("blocks get", ("block_id",), id_path="/api/blocks/{}"),
    ("blocks", "get_bitblocks"): Command("blocks bitblocks", ("block_id",), {"include_stack": "--include-stack"},
                                         id_path="/api/blocks/{}/bitblocks"),
    ("receipts", "get_by_hash"): Command("receipts by-hash", ("receipt_hash",), {"project_id": "--project-id"}),
}

WITHOUT_COMMAND = {}
