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

// A decision and its outcome, signed with the seed of the bytes 0 to 31.
#define AGENTNET_MCP_RECORDS                                                        \
  R"(printf '%s' '{"backLink":{"attestationDigest":"a1"},"signature":"2d5bccf9' )"  \
  R"('4b3b978aa278e799bb2a4e0a3a82efd7c8121e69d85a329e4687232e789e' )"              \
  R"('ff80c81b2041d657dbf8da6cf1f1437b22f231119a2327845c91626ba90a' )"              \
  R"('","signing_public_key_ed25519_hex":"03a107bff3ce10be1d70dd18' )"              \
  R"('e74bc09967e4d6309ba50d5f1ddc8664125531b8"}' > decision.json && printf '%s' )" \
  R"('{"backLink":{"attestationDigest":"a1"},"outcomeDerived":{"de' )"              \
  R"('cisionDigest":"9a53661aebf8e6eb8eba715c1ebfe742d68c5863bdebd' )"              \
  R"('2fb08964adb3102cefd","status":"executed"},"signature":"80a2a' )"              \
  R"('f46e4085b63b837332e25ef5ccb4f5776b4cbd7fc3b4fa796da2cf865a07' )"              \
  R"('b581964222e754c0f2e9352ff5d68238e9dc58bbdd48f54ac8aadf36d016' )"              \
  R"('f00","signing_public_key_ed25519_hex":"03a107bff3ce10be1d70d' )"              \
  R"('d18e74bc09967e4d6309ba50d5f1ddc8664125531b8"}' > outcome.json)"

// A receipt signed with the same seed, whose key's x is AGENTNET_X402_SIGNER.
#define AGENTNET_X402_RECEIPT                                                      \
  R"(printf '%s' '{"format":"jws","signature":"eyJhbGciOiJFZERTQSIsImp3ayI6eyJ' )" \
  R"('rdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IkE2RUh2X1BPRUw0ZGN' )"             \
  R"('OMFk1MHZBbVdmazFqQ2JwUTFmSGR5R1pCSlZNYmcifX0.eyJ2ZXJzaW9uIjo' )"             \
  R"('xLCJuZXR3b3JrIjoiZWlwMTU1OjEiLCJyZXNvdXJjZVVybCI6Imh0dHBzOi8' )"             \
  R"('vdi5leGFtcGxlL3IiLCJwYXllciI6IjB4YWJjIiwiaXNzdWVkQXQiOjE3MDA' )"             \
  R"('wMDAwMDB9.bCae1SB06w4ww_lhltfOptywaCmttJIScSx473SzKscpwzA1me' )"             \
  R"('E750cq2cQ9SDY-zFtfhVW3ryfpqsVK-7IIAw"}' > receipt.json)"
#define AGENTNET_X402_SIGNER "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
