"""The commands for the SDK's snapchore and receipts clients."""

from sbn_command import Command

_LISTING = {name: f"--{name}" for name in ("limit", "offset", "since", "source", "domain")}
_VOLATILE = {"volatile_keys": "--volatile"}
COMMANDS = {
    ("snapchore", "capture"): Command("snapchore capture", ("payload",), _VOLATILE),
    ("snapchore", "verify"): Command("snapchore verify", ("expected_hash", "payload"), _VOLATILE),
    ("snapchore", "seal"): Command("snapchore seal", ("payload",), {
        "domain": "--domain", "block_type": "--block-type", "metadata": "--metadata-json",
        "metrics": "--metrics-json"}),
    ("snapchore", "verify_block"): Command("snapchore verify-block", ("block",)),
    ("snapchore", "discover"): Command("snapchore discover", ("snapchore_hash",),
                                       id_path="/internal/snapchore/discover/{}"),
    ("snapchore", "discover_recent"): Command("snapchore recent", (), _LISTING),
    ("snapchore", "create_chain"): Command("snapchore chain create", ("chain_id",)),
    ("snapchore", "append_to_chain"): Command("snapchore chain append", ("chain_id", "block_hash"), {
        "event_type": "--event-type", "block_id": "--block-id", "metadata": "--metadata-json"},
        id_path="/internal/snapchore/chain/{}/append"),
    ("snapchore", "get_chain"): Command("snapchore chain get", ("chain_id",), id_path="/internal/snapchore/chain/{}"),
    ("snapchore", "verify_chain"): Command("snapchore chain verify", ("chain_id",),
                                           id_path="/internal/snapchore/chain/{}/verify"),
    ("snapchore", "list_chains"): Command("snapchore chain list"),
    ("snapchore", "list_blocks"): Command("snapchore blocks", (), {"limit": "--limit"}),
    ("snapchore", "get_block"): Command("snapchore blocks", ("block_ref",), id_path="/internal/snapchore/blocks/{}"),
    ("snapchore", "get_stats"): Command("snapchore stats"),
    ("snapchore", "get_usage"): Command("snapchore usage"),
    ("receipts", "get"): Command("receipts get", ("receipt_id",), id_path="/receipts/{}"),
    ("receipts", "fetch_receipt"): Command("receipts get", ("receipt_id",), id_path="/receipts/{}"),
    ("receipts", "list"): Command("receipts list", (), {
        "limit": "--limit", "offset": "--offset", "since": "--since", "domain": "--domain", "hash": "--hash",
        "project_id": "--project-id"}),
}

# Calls for which there is no command.
WITHOUT_COMMAND = {
    "snapchore": {
        "artifact_descriptor_from_bytes", "artifact_descriptor_from_file", "artifact_proof_payload",
        "attestation_queue_health", "capture_artifact_descriptor", "capture_artifact_file", "create_api_key",
        "create_project_and_promote", "list_api_keys", "local_proof_status", "process_queue", "promote",
        "promote_to_project", "promotion_status", "queue_summary", "receipts_discover", "reconcile",
        "resolve_receipt_anchor", "revoke_api_key", "seal_artifact_descriptor", "seal_artifact_file"},
}
