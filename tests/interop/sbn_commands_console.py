"""The commands for the SDK's console and control_plane clients."""

from sbn_command import Command

_PROJECT, _WEBHOOK = ("project_id",), ("project_id", "webhook_id")
_KEY = ("project_id", "key_id")
_VALIDATOR = ("tenant_id", "validator_id")
_HOOK = {"url": "--url", "events": "--event", "enabled": "--enabled", "secret": "--secret-file"}


def _of_project(words, rest):
    return Command(words, _PROJECT, id_path="/internal/projects/{}" + rest)


COMMANDS = {
    ("console", "list_projects"): Command("console projects list"),
    ("console", "create_project"): Command("console projects create", ("name",)),
    ("console", "switch_project"): Command("console projects switch", _PROJECT,
                                           id_path="/console/projects/{}/switch"),
    ("console", "get_project"): Command("console projects show"),
    ("console", "update_project"): Command("console projects update", (), {
        "name": "--name", "description": "--description"}),
    ("console", "archive_project"): Command("console projects archive"),
    ("console", "unarchive_project"): Command("console projects unarchive"),
    ("console", "delete_project"): Command("console projects delete --yes"),
    ("console", "get_project_settings"): Command("console settings show"),
    ("console", "update_project_settings"): Command("console settings set", ("settings",)),
    ("console", "get_audit_log"): Command("console events"),
    ("console", "list_api_keys"): _of_project("console keys list", "/api-keys"),
    ("console", "create_api_key"): Command("console keys create", _PROJECT, {
        "label": "--label", "plan": "--plan", "scopes": "--scope", "default_frontier": "--default-frontier",
        "allowed_frontiers": "--allowed-frontier"}, id_path="/internal/projects/{}/api-keys"),
    ("console", "rotate_api_key"): Command("console keys rotate", _KEY),
    ("console", "revoke_api_key"): Command("console keys revoke", _KEY),
    ("console", "get_key_events"): Command("console keys events", _KEY),
    ("console", "get_usage"): _of_project("console usage keys", "/usage/keys"),
    ("console", "get_usage_summary"): _of_project("console usage summary", "/usage/summary"),
    ("console", "export_usage_csv"): _of_project("console usage csv", "/usage.csv"),
    ("console", "get_billing_status"): _of_project("console billing status", "/billing/status"),
    ("console", "create_checkout"): Command("console billing checkout", ("project_id", "plan_id")),
    ("console", "get_portal_url"): _of_project("console billing portal", "/billing/portal"),
    ("console", "pay_overage"): _of_project("console billing pay-overage", "/billing/pay-overage"),
    ("console", "get_gec_trend"): _of_project("console analytics gec-trend", "/analytics/gec-trend"),
    ("console", "get_csk_breakdown"): _of_project("console analytics csk-breakdown", "/analytics/csk-breakdown"),
    ("console", "get_frontier_breakdown"): _of_project("console analytics frontier-breakdown",
                                                       "/analytics/frontier-breakdown"),
    ("console", "list_event_types"): Command("console webhooks event-types"),
    ("console", "list_webhooks"): _of_project("console webhooks list", "/webhooks"),
    ("console", "create_webhook"): Command("console webhooks create", ("project_id", "url"), {
        "events": "--event", "enabled": "--enabled", "secret": "--secret-file"}, said=("enabled",), secrets=("secret",)),
    ("console", "update_webhook"): Command("console webhooks update", _WEBHOOK, _HOOK, said=("enabled",),
                                           secrets=("secret",)),
    ("console", "delete_webhook"): Command("console webhooks delete --yes", _WEBHOOK),
    ("console", "test_webhook"): Command("console webhooks test", _WEBHOOK),
    ("console", "list_webhook_deliveries"): Command("console webhooks deliveries", _WEBHOOK),
    ("control_plane", "list_rate_plans"): Command("control-plane plans list"),
    ("control_plane", "create_rate_plan"): Command("control-plane plans create", ("name",), {
        "sla_tier": "--sla-tier", "daily_quota": "--daily-quota", "burst_limit_per_minute": "--burst-limit",
        "description": "--description"}),
    ("control_plane", "list_tenants"): Command("control-plane tenants list"),
    ("control_plane", "create_tenant"): Command("control-plane tenants create", ("name",), {
        "contact_email": "--contact-email", "aggregator_endpoint": "--aggregator-endpoint",
        "rate_plan_id": "--rate-plan", "activate": "--activate"}),
    ("control_plane", "get_tenant"): Command("control-plane tenants get", ("tenant_id",),
                                             id_path="/control-plane/tenants/{}"),
    ("control_plane", "update_tenant_rate_plan"): Command("control-plane tenants set-plan",
                                                          ("tenant_id", "rate_plan_id"),
                                                          {"activate": "--activate"}),
    ("control_plane", "list_validators"): Command("control-plane validators list", ("tenant_id",),
                                                  id_path="/control-plane/tenants/{}/validators"),
    ("control_plane", "register_validator"): Command("control-plane validators register", _VALIDATOR, {
        "endpoint": "--endpoint", "region": "--region"}),
    ("control_plane", "heartbeat_validator"): Command("control-plane heartbeat", _VALIDATOR),
}

# Calls for which there is no command.
WITHOUT_COMMAND = {}
