"""The commands for the SDK's atlas client."""

from sbn_command import Command

_HISTORY = {name: "--" + name.replace("_", "-") for name in (
    "window_hours", "bucket_minutes", "include_rollup", "include_coupling", "include_instrumentation",
    "include_interventions", "since")}
_REPORT = {name: "--" + name.replace("_", "-") for name in (
    "family", "frontier_id", "event_type", "source_app", "window_days", "limit")}
_CARD = {
    **{name: "--" + name.replace("_", "-") for name in (
        "card_id", "scope", "domain", "app_family", "family_class", "authored_by", "label", "description", "ecology",
        "frontier", "policy", "surface", "path_id", "pulse_type", "app_id", "card_version", "c_max", "cmax_default",
        "cmax_source", "change_note")},
    "workflow_bindings": "--workflow", "api_key_ids": "--api-key-id",
    **{name: f"--{name.replace('_', '-')}-file" for name in (
        "scientific_contract", "operational_form", "diagnostics", "notes")},
}
COMMANDS = {
    ("atlas", "list_apps"): Command("atlas apps"),
    ("atlas", "revoke_app"): Command("atlas revoke --yes", ("app_id",), id_path="/api/atlas/apps/{}"),
    ("atlas", "exchange_token"): Command("atlas token", (), {
        "client_id": "--client-id", "client_secret": "--client-secret"}),
    ("atlas", "mint_bound_key"): Command("atlas keys mint", ("app_id",), {"label": "--label", "scopes": "--scope"},
                                         id_path="/api/atlas/apps/{}/keys/mint"),
    ("atlas", "bind_existing_key"): Command("atlas keys bind", ("app_id", "key_id"),
                                            id_path="/api/atlas/apps/{}/keys/bind"),
    ("atlas", "upsert_binding"): Command("atlas bindings set", ("app_id",), {
        "workflow": "--workflow", "frontier_id": "--frontier", "gec_contract": "--gec-contract-json",
        "pulse_type": "--pulse", "event_types": "--events", "derives_from_frontiers": "--derives-from",
        "accepted_pulse_types": "--accept-pulses", "accepted_action_types": "--accept-actions",
        "accepted_interaction_types": "--accept-interactions", "accepted_event_types": "--accept-events",
        "action_weight_map": "--action-weights-json", "interaction_weight_map": "--interaction-weights-json",
        "event_polarity_weights": "--polarity-weights-json", "weighting_strategy": "--weighting-strategy",
        "rollup_mode": "--rollup-mode", "anchor_requirement": "--anchor-requirement",
        "fallback_policy": "--fallback-policy", "history_action": "--history-action"},
        id_path="/api/atlas/apps/{}/bindings/upsert"),
    ("atlas", "list_frontiers"): Command("atlas frontiers", (), {
        "kind": "--kind", "family": "--family", "regime": "--regime"}),
    ("atlas", "get_frontier_snapshot"): Command("atlas frontier snapshot", ("frontier_id",),
                                                id_path="/api/atlas/frontiers/{}/snapshot"),
    ("atlas", "get_frontier_history"): Command("atlas frontier history", ("frontier_id",), _HISTORY,
                                               id_path="/api/atlas/frontiers/{}/history"),
    ("atlas", "get_frontier_history_delta"): Command("atlas frontier history", ("frontier_id",), _HISTORY,
                                                     id_path="/api/atlas/frontiers/{}/history/delta"),
    ("atlas", "get_frontier_validation"): Command("atlas frontier validate", ("frontier_id",), {
        "tolerance": "--tolerance"}, id_path="/api/atlas/frontiers/{}/validate"),
    ("atlas", "get_frontier_couplings"): Command("atlas frontier couplings", ("frontier_id",), {
        "min_strength": "--min-strength"}, id_path="/api/atlas/couplings/{}"),
    ("atlas", "detect_couplings"): Command("atlas detect"),
    ("atlas", "calibrate_frontier"): Command("atlas calibrate", (), {
        "frontier_id": "--frontier", "window_days": "--window", "force": "--force"}),
    ("atlas", "calibrate_all"): Command("atlas calibrate", (), {"window_days": "--window", "force": "--force"}),
    ("atlas", "get_intervention_report"): Command("atlas interventions", (), _REPORT),
    ("atlas", "resolve"): Command("atlas resolve", (), {
        "workflow": "--workflow", "event_type": "--event-type", "frontier_hint": "--frontier-hint",
        "context": "--context-json"}),
    ("atlas", "get_card"): Command("atlas cards show", ("card_ref",), id_path="/api/atlas/cards/{}"),
    ("atlas", "list_cards"): Command("atlas cards list"),
    ("atlas", "register_card"): Command("atlas cards register", (), _CARD),
    ("atlas", "version_card"): Command("atlas cards version", ("card_ref",), _CARD,
                                       id_path="/api/atlas/cards/{}/versions"),
    ("atlas", "run_card"): Command("atlas cards run", ("card_ref",), {
        "workflow": "--workflow", "inputs": "--inputs-json", "actor": "--actor", "config": "--config-json",
        "run_id": "--run-id", "api_key_id": "--api-key-id"}, id_path="/api/atlas/cards/{}/runs"),
}

# Calls that no command makes alone: these commands always say more (workflow specs, a minimal strength), call as the
# app, or print text. tests/core/sbn/client_atlas_test.cpp compares these, too.
WITHOUT_COMMAND = {
    "atlas": {"register_app", "get_env", "list_couplings", "get_instrumentation_report"},
}
