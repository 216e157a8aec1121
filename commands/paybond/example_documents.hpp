// Documents of the examples, in parts so that help can break the line between them.
#pragma once

// A new key in $key, and a mandate signed with it on standard output.
#define AGENTNET_SIGNED_MANDATE                                                                             \
  R"(printf '%s' '{"kind": "paybond.agent_mandate_v1",' '"authorization":' )"                               \
  R"('{"kind": "tenant", "tenant_id": "t"},' '"agent": {"subject": "agent:1"},' )"                          \
  R"('"allowed_tools": ["travel.book"],' '"spend_ceiling":' '{"amount_minor": 5000, "currency": "usd"},' )" \
  R"('"settlement": {"default_rail": "stripe_connect",' '"allowed_rails": ["stripe_connect"]},' )"          \
  R"('"constraint": {"kind": "policy", "id": "p"},' '"expires_at": "2035-01-02T15:04:05Z",' )"              \
  R"('"nonce": "n-1",' '"human_presence_mode": "human_present"}' | )"                                       \
  R"(paybond sign artefact --seed-file seed.hex --input -)"

// A mandate of this network's tenant signed with the seed in p.hex, and bound to the intent in $id.
#define AGENTNET_BOUND_MANDATE                                                                              \
  R"(printf '%s' '{"kind": "paybond.agent_mandate_v1",' '"authorization":' )"                               \
  R"('{"kind": "tenant", "tenant_id": "local"},' '"agent": {"subject": "agent:1"},' )"                      \
  R"('"allowed_tools": ["travel.book"],' '"spend_ceiling":' '{"amount_minor": 2000, "currency": "usd"},' )" \
  R"('"settlement": {"default_rail": "stripe_connect",' '"allowed_rails": ["stripe_connect"]},' )"          \
  R"('"constraint": {"kind": "policy", "id": "p"},' '"expires_at": "2035-01-02T15:04:05Z",' )"              \
  R"('"nonce": "n-1",' '"human_presence_mode": "human_present"}' | )"                                       \
  R"(paybond sign artefact --seed-file p.hex --input - > mandate.json && )"                                 \
  R"~(printf '{"signed_mandate": %s, "intent_id": "%s"}' "$(cat mandate.json)" $id | )~"                    \
  R"(paybond mandates import --body -)"

// A tree head signed with the seed in seed.hex, on standard output.
#define AGENTNET_SIGNED_TREE_HEAD                                                              \
  R"(printf '%s%s%s%064d%s' '{"kind": "paybond.agent_receipt_transparency_sth_v1",' )"         \
  R"('"schema_version": 1, "tenant_id": "t", "tree_size": 0,' '"root_hash_sha256_hex": "' 0 )" \
  R"('", "issued_at": "2030-01-02T15:04:05Z"}' | paybond sign artefact --seed-file seed.hex --input -)"
