# paybond mcp: the server that hosts of models start, and the configuration by which they do.
load helpers

setup() { fresh_folder; }

# message ID METHOD [PARAMS]: one request.
message() { printf '{"jsonrpc": "2.0", "id": %s, "method": "%s", "params": %s}\n' "$1" "$2" "${3:-{\}}"; }
# call ID TOOL ARGUMENTS
call() { message "$1" tools/call "{\"name\": \"$2\", \"arguments\": $3}"; }
# answer ID FILTER: of the answer of that id in $out.
answer() { jq -r "select(.id == $1) | $2" <<<"$out"; }

@test "a host begins a session, lists tools and calls them" {
  {
    message 1 initialize '{"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t"}}'
    printf '{"jsonrpc": "2.0", "method": "notifications/initialized"}\n'
    message 2 tools/list
    call 3 paybond_get_principal '{}'
    call 4 paybond_get_ledger_tip '{}'
    message 5 ping
  } >in
  gives 0 paybond mcp serve <in
  same "$err" ""
  same "$(wc -l <"$OUT")" 5
  same "$(answer 1 .result.protocolVersion)" 2025-06-18
  same "$(answer 3 .result.structuredContent.tenant_id)" local
  same "$(answer 4 .result.isError)" false
  gives 0 paybond mcp tools --jq '.tools[].name'
  listed=$out
  gives 0 paybond mcp serve --tool-policy allowlist --tool-allowlist "$(tr '\n' , <<<"$listed")" <in
  same "$(answer 2 '.result.tools[].name')" "$listed"
}

@test "a payment is made by tools alone, and its token is not seen" {
  mkfifo requests answers
  paybond mcp serve <requests >answers 2>err.txt 3>&- &
  server=$!
  exec 5>requests 6<answers
  call 1 paybond_bootstrap_sandbox_guardrail '{"operation": "paid-tool", "requested_spend_cents": 500}' >&5
  read -r -u 6 first
  same "$(jq -r .result.structuredContent.capability_token <<<"$first")" "[redacted]"
  id=$(jq -r .result.structuredContent.intent_id <<<"$first")
  spend="{\"intent_id\": \"$id\", \"operation\": \"paid-tool\", \"requested_spend_cents\": 200, \"tool_call_id\": \"c1\"}"
  for n in 2 3; do
    call "$n" paybond_authorize_agent_spend "$spend" >&5
    read -r -u 6 decided
    same "$(jq -c '.result.structuredContent | [.allow, .remaining_cents]' <<<"$decided")" '[true,300]'
  done
  call 3 paybond_authorize_agent_spend "${spend/\"c1/\"c2\", \"capability_token\": \"[redacted]}" >&5
  read -r -u 6 decided
  same "$(jq -c '.result.structuredContent | [.allow, .remaining_cents]' <<<"$decided")" '[true,100]'
  call 4 paybond_get_budget_remaining "{\"intent_id\": \"$id\", \"operation\": \"paid-tool\", \"requested_spend_cents\": 0}" >&5
  read -r -u 6 left
  same "$(jq .result.structuredContent.remaining_cents <<<"$left")" 100
  call 5 paybond_submit_sandbox_guardrail_evidence "{\"intent_id\": \"$id\", \"payload\": {\"status\": \"ok\"}}" >&5
  read -r -u 6 settled
  same "$(jq -r .result.structuredContent.sandbox_lifecycle_status <<<"$settled")" released
  exec 5>&-
  wait "$server"
  same "$(cat err.txt)" ""
  gives 0 paybond intents get "$id" -o json
  holds "$out" '"state": "released"'
}

@test "a denial, a failure and a missing token are answers of the tool" {
  {
    call 1 paybond_get_intent '{"intent_id": "550e8400-e29b-41d4-a716-446655440000"}'
    call 2 paybond_get_intent '{"intent_id": "x"}'
    call 3 paybond_verify_capability '{"intent_id": "550e8400-e29b-41d4-a716-446655440000", "operation": "x", "requested_spend_cents": 1}'
    call 4 paybond_verify_capability '{"intent_id": "550e8400-e29b-41d4-a716-446655440000", "operation": "x", "requested_spend_cents": 1, "capability_token": "x"}'
    call 5 paybond_get_reputation_receipt '{"operator_did": "did:web:nobody"}'
  } >in
  gives 0 paybond mcp serve <in
  same "$(answer 1 .result.isError)" true
  same "$(answer 2 .result.isError)" true
  holds "$(answer 3 '.result.content[0].text')" missing_token
  same "$(answer 4 .result.structuredContent.allow)" false
  same "$(answer 5 .result.structuredContent.found)" false
}

@test "bad input is answered and ends nothing" {
  {
    printf 'garbage\n\n{}\n[]\n'
    head -c 1048577 /dev/zero | tr '\0' x
    printf '\n{"jsonrpc": "2.0", "id": 1, "method": "nope"}\n'
    call 2 nope '{}'
    call 3 paybond_get_intent '{"intent_id": 7}'
    message 4 ping
    printf '{"jsonrpc": "2.0", "id": 5, "method": "ping"}'
  } >in
  gives 0 paybond mcp serve <in
  same "$(jq -c '.error.code' <<<"$out" | tr '\n' ' ')" "-32700 -32600 -32600 -32600 -32601 -32602 -32602 null null "
  same "$(answer 5 .result)" "{}"
  gives 0 paybond mcp serve </dev/null
  same "$out" ""
}

@test "a message may be as long as the limit, and no longer" {
  ping='{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
  for bytes in 1048576 1048577; do
    { printf '%*s' "$((bytes - ${#ping}))" ""; printf '%s\n' "$ping"; message 2 ping; } >in
    gives 0 paybond mcp serve <in
    same "$(answer 2 .result)" "{}"
    jq -c '.error.code' <<<"$out" >>codes
  done
  same "$(tr '\n' ' ' <codes)" "null null -32600 null "
}

@test "what a gateway wants is said by the tools, and the key is not" {
  KEY=paybond_sk_sandbox_0123456789abcdef0123456789abcdef_canary
  printf 'PAYBOND_API_KEY=%s\n' "$KEY" >keys.env
  chmod 600 keys.env
  call 1 paybond_get_principal '{}' >in
  export PAYBOND_ENV_FILE=keys.env PAYBOND_GATEWAY_URL=http://127.0.0.1:9
  gives 0 paybond mcp serve --retries 0 -vv <in
  same "$(answer 1 .result.isError)" true
  holds "$out" 127.0.0.1:9
  lacks "$out$err" "$KEY" canary
  rm keys.env
  gives 0 paybond mcp serve --retries 0 <in
  holds "$out" "missing_api_key"
}

@test "a tool policy leaves out what it does not let through" {
  { message 1 tools/list; call 2 paybond_bootstrap_sandbox_guardrail '{"operation": "x", "requested_spend_cents": 1}'; } >in
  gives 0 env PAYBOND_MCP_TOOL_POLICY=readonly paybond mcp serve <in
  same "$(answer 1 '[.result.tools[].annotations.readOnlyHint] | unique | @json')" "[true]"
  same "$(answer 2 .error.code)" -32602
  gives 0 paybond mcp serve <in
  lacks "$(answer 1 '.result.tools[].name')" paybond_confirm_settlement
  gives 0 paybond mcp serve --tool-policy allowlist --tool-allowlist paybond_confirm_settlement <in
  same "$(answer 1 '.result.tools[].name')" paybond_confirm_settlement
  gives 2 paybond mcp serve --tool-policy allowlist <in
  gives 2 paybond mcp serve --tool-policy allowlist --tool-allowlist nope <in
  gives 2 env PAYBOND_MCP_TOOL_POLICY=all paybond mcp serve <in
}

# tools: the server over HTTP on any free port; its address in $URL, the key in $KEY.
tools() {
  mkfifo address
  paybond mcp serve --transport http --http-addr 127.0.0.1:0 -o quiet "$@" >address 2>err.txt 3>&- &
  SERVER=$!
  read -r URL <address
  rm address
  KEY=$(jq -r .api_keys.paybond "$HOME/.local/state/agentnet/credentials.json")
}
teardown() { [ -z "${SERVER:-}" ] || kill "$SERVER"; }
# post STATUS BODY [CURL OPTION...]: what comes back in the file "body".
post() {
  local status=$1 body=$2
  shift 2
  same "$(curl -s -o body -w '%{http_code}' -H 'content-type: application/json' "$@" -d "$body" "$URL")" "$status"
}

@test "tools are called over HTTP by who has the key, from this machine" {
  tools
  post 401 "$(message 1 tools/list)"
  post 401 "$(message 1 tools/list)" -H "authorization: Bearer ${KEY}0"
  auth=(-H "authorization: Bearer $KEY")
  post 200 "$(message 1 tools/list)" "${auth[@]}"
  same "$(jq '.result.tools | length' body)" 29
  post 200 "$(call 2 paybond_bootstrap_sandbox_guardrail '{"operation": "paid-tool", "requested_spend_cents": 500}')" "${auth[@]}"
  id=$(jq -r .result.structuredContent.intent_id body)
  lacks "$(cat body)" "capability_token\":\"ey"
  # The capability stayed in the server, which spends with it.
  post 200 "$(call 3 paybond_authorize_agent_spend "{\"intent_id\": \"$id\", \"operation\": \"paid-tool\", \"requested_spend_cents\": 5}")" "${auth[@]}"
  same "$(jq .result.structuredContent.allow body)" true
  post 202 '{"jsonrpc": "2.0", "method": "notifications/initialized"}' "${auth[@]}"
  post 421 "$(message 1 ping)" "${auth[@]}" -H 'Host: evil.example'
  post 403 "$(message 1 ping)" "${auth[@]}" -H 'Origin: https://evil.example'
  post 400 "$(message 1 ping)" "${auth[@]}" -H 'content-type: text/plain'
  same "$(curl -s "${URL%/mcp}/healthz")" '{"status":"ok"}'
  lacks "$(cat err.txt)" "$KEY"
  gives 0 paybond intents list -f quiet
  same "$out" "$id"
  gives 6 paybond mcp serve --transport http --http-addr "${URL:7:-4}"
}

@test "the server over HTTP listens on loopback alone, and ends when it is told to" {
  for address in 127.0.0.1 :8080 127.0.0.1: 127.0.0.1:x 127.0.0.1:65536 127.0.0.1:-1; do
    gives 2 paybond mcp serve --transport http --http-addr "$address"
  done
  gives 2 paybond mcp serve --transport http --http-addr 0.0.0.0:0
  gives 2 env PAYBOND_MCP_HTTP_ADDR=0.0.0.0:8080 paybond mcp serve --transport http
  tools --tool-policy readonly
  kill -INT "$SERVER"
  code=0
  wait "$SERVER" || code=$?
  same "$code" 130
  tools
  kill "$SERVER"
  code=0
  wait "$SERVER" || code=$?
  same "$code" 0
  SERVER=
}

@test "a configuration is printed, written, merged and checked" {
  gives 0 paybond mcp install --host generic
  is_json "$OUT"
  [ ! -e .paybond ]
  gives 0 paybond mcp install --host generic --scope project --dry-run
  [ ! -e .paybond ]
  gives 0 paybond mcp install --host generic --scope project -o json
  same "$(jq -c '.data | [.config_path, .printed, .key_kind, .tool_policy]' <<<"$out")" \
    '[".paybond/mcp.json",false,"unknown","spend-write"]'
  same "$(stat -c %a .paybond .paybond/mcp.json | tr '\n' ' ')" "700 600 "
  gives 1 paybond mcp verify-config --host generic --config .paybond/mcp.json
  holds "$out" ".env.local"
  printf 'PAYBOND_API_KEY=paybond_sk_sandbox_0123456789abcdef_canary\n' >.env.local
  chmod 600 .env.local
  gives 0 paybond mcp verify-config --host generic --config .paybond/mcp.json -o json
  same "$(jq -c '.data | [.ok, .source, .issues, .tool_policy]' <<<"$out")" '[true,"file",[],"spend-write"]'
  printf '{"mcpServers": {"other": {"command": "x"}}}' >host.json
  gives 0 paybond mcp install --host claude --out host.json --tool-policy allowlist --tool-allowlist ' paybond_get_intent, '
  same "$(jq -c '.mcpServers | keys_unsorted' host.json)" '["other","paybond"]'
  lacks "$(cat host.json)" canary
  command=$(jq -r '.mcpServers.paybond | [.command, .args[]] | join(" ")' host.json)
  gives 0 $command <<<'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
  same "$out" '{"jsonrpc":"2.0","id":1,"result":{}}'
}

@test "what cannot be written or read is refused, and nothing is changed" {
  gives 2 paybond mcp install
  gives 2 paybond mcp install --host gemini
  gives 2 paybond mcp install --host generic --tool-policy allowlist --tool-allowlist nope
  printf '[]' >host.json
  gives 2 paybond mcp install --host generic --out host.json
  same "$(cat host.json)" "[]"
  gives 0 paybond mcp install --host codex --out host.toml
  gives 0 paybond mcp install --host codex --out host.toml
  gives 6 paybond mcp install --host codex --out host.toml --tool-policy readonly
  gives 5 paybond mcp verify-config --host codex --config host.toml
  gives 2 paybond mcp verify-config --host generic --config missing.json
  printf '{"mcpServers": {"paybond": {"command": "x", "args": [], "env": {"PAYBOND_API_KEY": "paybond_sk_live_canary"}}}}' >host.json
  gives 1 paybond mcp verify-config --host generic --config host.json
  lacks "$out$err" canary
}
