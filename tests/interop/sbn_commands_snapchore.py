"""The commands for the SDK's snapchore and receipts clients."""

from sbn_command import Command

_LISTING = {name: f"--{name}" for name in ("limit", "offset", "since", "source", "domain")}
_VOLATILE = {"volatile_keys": "--volatile"}
_SEAL = {"domain": "--domain", "block_type": "--block-type", "metadata": "--metadata-json",
         "metrics": "--metrics-json"}
_PROMOTION = {"smartblock_record_id": "--record", "snapchore_hash": "--hash", "frontier_id": "--frontier",
              "target_project_id": "--project"}
_ARTIFACT = {"artifact_uri": "--uri", "mime_type": "--mime-type", "artifact_title": "--title",
             "artifact_version": "--artifact-version"}
# `metadata` of the captures is the payload's, that of the seals the block's.
_PROOF = {"proof_kind": "--proof-kind", "summary": "--summary", "subject_ref": "--subject-ref",
          "evidence_ref": "--evidence-ref", "claim": "--claim-json", "payload_metadata": "--proof-metadata-json",
          "metadata": "--proof-metadata-json"}
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
    ("snapchore", "create_api_key"): Command("snapchore keys create", (), {
        "name": "--name", "mode": "--mode", "plan": "--plan"}),
    ("snapchore", "list_api_keys"): Command("snapchore keys list"),
    ("snapchore", "revoke_api_key"): Command("snapchore keys revoke", ("key_id",),
                                             id_path="/internal/snapchore/api-keys/{}/revoke"),
    ("snapchore", "reconcile"): Command("snapchore reconcile"),
    ("snapchore", "promote"): Command("snapchore promote", (), _PROMOTION),
    ("snapchore", "promote_to_project"): Command("snapchore promote", (), _PROMOTION),
    ("snapchore", "queue_summary"): Command("snapchore queue-summary", (), {"limit": "--limit"}),
    ("snapchore", "process_queue"): Command("snapchore process-queue", (), {"limit": "--limit"}),
    ("snapchore", "attestation_queue_health"): Command("snapchore queue-health", (), {"limit": "--limit"}),
    ("snapchore", "capture_artifact_descriptor"): Command(
        "snapchore artifact capture", (), {"artifact": "--descriptor", **_PROOF, **_VOLATILE},
        named=("artifact",)),
    ("snapchore", "capture_artifact_file"): Command(
        "snapchore artifact capture", ("path",), {**_ARTIFACT, **_PROOF, **_VOLATILE}),
    ("snapchore", "seal_artifact_descriptor"): Command(
        "snapchore artifact seal", (), {"artifact": "--descriptor", **_PROOF, **_SEAL}, named=("artifact",)),
    ("snapchore", "seal_artifact_file"): Command(
        "snapchore artifact seal", ("path",), {**_ARTIFACT, **_PROOF, **_SEAL}),
}

# Calls for which there is no command: those that only rearrange answers, one that is two commands, and one that is
# `receipts list` with its parameters in another order.
WITHOUT_COMMAND = {
    "snapchore": {
        "artifact_descriptor_from_bytes", "artifact_descriptor_from_file", "artifact_proof_payload",
        "create_project_and_promote", "local_proof_status", "promotion_status", "receipts_discover",
        "resolve_receipt_anchor"},
}
