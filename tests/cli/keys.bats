# agentnet keys: who may call the local network.
load helpers

setup() { fresh_folder; }

teardown() { agentnet stop >"$BATS_TEST_TMPDIR/stopped" 2>&1 || true; }

DATABASE=.local/state/agentnet/network.db

# Serves on the same data; the address is in $URL.
serve() {
  agentnet serve --port 0 --ready-file ready.json -q >served 2>&1 3>&- &
  local waited
  for waited in $(seq 200); do
    [ -s ready.json ] && break
    sleep 0.05
  done
  URL=$(member ready.json '["base_url"]')
}

# code KEY [PATH]: the status that the server answers a request with this key.
code() {
  KEY=$1 URL=$URL$2 python3 -c '
import os, urllib.error, urllib.request
request = urllib.request.Request(os.environ["URL"], headers={"x-api-key": os.environ["KEY"]})
try:
    print(urllib.request.urlopen(request, timeout=10).status)
except urllib.error.HTTPError as answer:
    print(answer.code)'
}

@test "a key is printed once, and never listed" {
  gives 0 agentnet keys create --name ci --mode test --scope receipts.read --scope snapchore.seal
  local key=$out
  [[ $key =~ ^sbn_test_[0-9A-Za-z]{40}$ ]]
  holds "$err" "not shown again" "key_"
  lacks "$err" "$key"
  local format
  for format in json jsonl table quiet yaml dotenv tsv; do
    gives 0 agentnet keys list -o $format -vv
    lacks "$out$err" "$key"
  done
  gives 0 agentnet keys list --jq 'select(.name == "ci") | [.kind, .mode, .last4, .tenant_id, .revoked] + .scopes'
  same "$out" "[\"api_key\",\"test\",\"${key: -4}\",\"local\",false,\"receipts.read\",\"snapchore.seal\"]"
  grep -q CREATE "$HOME/$DATABASE"
  if grep -aq "$key" "$HOME/$DATABASE"; then fail "the key is kept"; fi
}

@test "the JSON of a new key is that of the network's own interface" {
  gives 0 agentnet keys create -o json
  same "$(member "$OUT" '.keys()')" "dict_keys(['api_key', 'prefix', 'record'])"
  same "$(member "$OUT" '["prefix"] == d["api_key"][:13], d["record"]["mode"], d["record"]["scopes"]')" \
    "(True, 'live', ['*'])"
  gives 0 agentnet keys create -o quiet
  [[ $out =~ ^sbn_live_[0-9A-Za-z]{40}$ ]]
}

@test "a key counts at once beside a running server, until it is revoked" {
  serve
  local key id
  agentnet keys create --scope receipts.read -q -o json >made
  key=$(member made '["api_key"]') id=$(member made '["record"]["id"]')
  same "$(code "$key" /api/receipts)" 200
  same "$(code "$key" /internal/snapchore/api-keys)" 403
  gives 0 agentnet keys revoke "$id"
  same "$(code "$key" /api/receipts)" 401
  gives 0 agentnet keys revoke "$id" -o json
  same "$(member "$OUT" '["revoked"], d["changed"]')" "(True, False)"
  gives 0 agentnet keys list --jq 'select(.id == "'"$id"'") | [.revoked, (.revoked_at | length > 0)]'
  same "$out" "[true,true]"
}

@test "keys of a new tenant see that tenant's data alone" {
  gives 3 agentnet keys create --tenant acme
  holds "$err" "acme"
  gives 0 agentnet keys create --tenant acme --new-tenant -q
  local key=$out
  gives 6 agentnet keys create --tenant acme --new-tenant
  gives 0 agentnet keys create --tenant acme -q
  gives 0 agentnet keys tenants -o quiet
  same "$out" $'acme\nlocal'
  gives 0 agentnet keys list --tenant acme -o quiet
  same "$(wc -l <"$OUT")" 2
  gives 3 agentnet keys list --tenant nobody
  sbn -f quiet snapchore seal '{"a": 1}' >hash
  serve
  same "$(code "$key" "/api/receipts")" 200
  SBN_API_KEY=$key SBN_BASE_URL=$URL gives 0 sbn receipts list --jq .count
  same "$out" 0
  gives 2 agentnet keys create --new-tenant
  gives 2 agentnet keys create --tenant "a b" --new-tenant
}

@test "a signing key is trusted, and its tokens are taken" {
  sbn auth signing-key generate agent.pem -o quiet >made
  gives 0 agentnet keys trust --kid k1 --issuer me --audience sbn --tenant local agent.pem.pub
  holds "$out" "trusted for tenant local: "
  gives 0 agentnet keys list --jq 'select(.kind == "signing_key") | [.name, .issuer, .audience, .last4]'
  same "$out" '["k1","me","sbn",null]'
  serve
  sbn auth login --signing-key-file agent.pem --issuer me --audience sbn --kid k1 --base-url "$URL" -q >login
  gives 0 sbn snapchore seal '{"a": 1}'
  gives 0 agentnet keys revoke "$(agentnet keys list --jq 'select(.kind == "signing_key") | .id')"
  holds "$out" revoked
  gives 4 sbn snapchore seal '{"a": 1}'
  gives 6 agentnet keys trust --kid k2 --issuer me --audience sbn agent.pem.pub
}

@test "a private key given for a public one is refused and not repeated" {
  key_pair agent
  local secret option
  secret=$(sed -n 2p agent.pem)
  for option in "" --json -vv; do
    gives 2 agentnet keys trust --issuer me --audience sbn agent.pem $option
    holds "$err" "agent.pem holds a private key" "openssl pkey"
    lacks "$out$err" "$secret"
    gives 2 agentnet keys trust --issuer me --audience sbn - $option <agent.pem
    lacks "$out$err" "$secret"
  done
  cat agent.pub agent.pem >both.pem
  gives 2 agentnet keys trust --issuer me --audience sbn both.pem
  holds "$err" "holds a private key"
  gives 0 agentnet keys trust --issuer me --audience sbn - <agent.pub
}

@test "what is no Ed25519 public key is refused" {
  openssl genpkey -algorithm X25519 -out x.pem 2>/dev/null
  openssl pkey -in x.pem -pubout -out x.pub
  gives 2 agentnet keys trust --issuer me --audience sbn x.pub
  holds "$err" "x.pub: "
  gives 2 agentnet keys trust --issuer me --audience sbn - </dev/null
  gives 3 agentnet keys trust --issuer me --audience sbn missing.pem
  key_pair agent
  gives 2 agentnet keys trust agent.pub
  holds "$err" "--issuer is missing"
  gives 2 agentnet keys trust --issuer me agent.pub
  gives 3 agentnet keys trust --issuer me --audience sbn --tenant nobody agent.pub
}

@test "--dry-run makes nothing, not even the network" {
  key_pair agent
  gives 0 agentnet keys create --name x --dry-run
  holds "$out" "would make a key"
  gives 0 agentnet keys create --tenant acme --new-tenant --dry-run -o json
  lacks "$out" api_key
  gives 0 agentnet keys trust --issuer me --audience sbn agent.pub --dry-run
  holds "$out" "would trust"
  gives 3 agentnet keys create --tenant nobody --dry-run
  gives 3 agentnet keys revoke key_x --dry-run
  [ ! -e "$HOME/.local" ]
  agentnet keys create -q >key
  local id
  id=$(agentnet keys list -o quiet | tail -n 1)
  gives 0 agentnet keys revoke "$id" --dry-run
  holds "$out" "would revoke"
  gives 0 agentnet keys list --jq .revoked
  lacks "$out" true
}

@test "what cannot be a key is a usage error" {
  gives 2 agentnet keys create --scope "two words"
  holds "$err" "'two words' is no scope"
  gives 2 agentnet keys create --mode liv
  gives 2 agentnet keys create --network other
  gives 2 agentnet keys create --name "$(printf 'x%.0s' $(seq 300))"
  gives 3 agentnet keys revoke key_nothing
  holds "$err" "agentnet keys list"
}

@test "a server that keeps its data in memory does not see these keys, and that is said" {
  agentnet serve --port 0 --in-memory --ready-file ready.json -q >served 2>&1 3>&- &
  local waited
  for waited in $(seq 200); do
    [ -s ready.json ] && break
    sleep 0.05
  done
  gives 0 agentnet keys create
  holds "$err" "keeps its data in memory and does not see these keys"
}
