# agentnet trust: whose signatures on receipts count.
load helpers

setup() {
  fresh_folder
  FILE=$HOME/.config/agentnet/trust.json
}

# Somebody else's network.
elsewhere() {
  mkdir -p "$BATS_TEST_TMPDIR/elsewhere"
  HOME=$BATS_TEST_TMPDIR/elsewhere "$@"
}

@test "export prints the public keys of the validators and nothing of the private ones" {
  gives 0 agentnet trust export
  cp "$OUT" trust.json
  is_json trust.json
  lacks "$out" PRIVATE
  same "$(member trust.json '["version"], len(d["keys"]), list(d["keys"][0])')" \
    "(1, 3, ['key_id', 'public_key', 'label'])"
  local number
  for number in 1 2 3; do
    openssl pkey -in "$HOME/.local/state/agentnet/validator-$number.pem" -pubout >public.pem
    same "$(member trust.json "['keys'][$number - 1]['public_key']")" "$(cat public.pem)"
    same "$(member trust.json "['keys'][$number - 1]['key_id']")" \
      "$(openssl pkey -pubin -in public.pem -outform DER | tail -c 32 | sha256sum | cut -d' ' -f1)"
  done
  gives 0 agentnet trust export -o quiet
  same "$(wc -l <"$OUT")" 3
  gives 0 agentnet trust export -o table
  cmp "$OUT" trust.json
}

@test "what is pinned is listed and can be removed" {
  elsewhere agentnet trust export >trust.json
  gives 0 agentnet trust pin trust.json
  same "$(grep -c '^pinned [0-9a-f]\{64\}  local validator' "$OUT")" 3
  same "$(stat -c %a "$FILE" "$HOME/.config/agentnet" | tr '\n' ' ')" "600 700 "
  gives 0 agentnet trust pin trust.json -o json
  same "$(member "$OUT" '["added"], d["already_pinned"]')" "([], 3)"
  gives 0 agentnet trust list --jq .origin
  same "$out" $'pinned\npinned\npinned'
  local id
  id=$(member trust.json '["keys"][1]["key_id"]')
  gives 0 agentnet trust remove "$id"
  lacks "$(agentnet trust list -o quiet)" "$id"
  gives 3 agentnet trust remove "$id"
  gives 2 agentnet trust remove "${id:0:10}"
  agentnet trust export >own.json
  gives 6 agentnet trust remove "$(member own.json '["keys"][0]["key_id"]')"
  holds "$err" "validator of the local network"
  gives 0 agentnet trust list --jq .origin
  same "$(sort "$OUT" | uniq -c | tr -s ' \n' ' ')" " 3 local 2 pinned "
}

@test "a public key in PEM is pinned with a label" {
  key_pair partner
  gives 0 agentnet trust pin partner.pub --label "our partner"
  gives 0 agentnet trust list -o tsv
  holds "$out" $'\tour partner\tpinned'
  gives 0 agentnet trust pin - <partner.pub
  holds "$out" "1 of the keys were pinned already"
  gives 2 agentnet trust pin partner.pub --label $'a\nb'
}

@test "a private key is refused and not repeated" {
  key_pair partner
  gives 2 agentnet trust pin partner.pem
  holds "$err" "partner.pem holds a private key"
  lacks "$out$err" "$(sed -n 2p partner.pem)"
  gives 2 agentnet trust pin - --json <partner.pem
  lacks "$out$err" "$(sed -n 2p partner.pem)"
  [ ! -e "$FILE" ]
}

@test "a malformed file is refused whole" {
  elsewhere agentnet trust export >good.json
  local change
  for change in 'd["version"] = 2' 'd["more"] = 1' 'd["keys"][2]["key_id"] = "0" * 64' 'del d["keys"][1]["public_key"]' \
    'd["keys"].append(d["keys"][0])' 'd["keys"] = {}' 'd["keys"][0]["label"] = 7'; do
    python3 -c "import json; d = json.load(open('good.json')); $change; json.dump(d, open('bad.json', 'w'))"
    gives 2 agentnet trust pin bad.json
    holds "$err" "bad.json: "
    [ ! -e "$FILE" ]
  done
  gives 2 agentnet trust pin '{"version": 1}'
  gives 2 agentnet trust pin missing.json
  gives 2 agentnet trust pin - </dev/null
  mkdir -p "${FILE%/*}"
  printf '{' >"$FILE"
  gives 2 agentnet trust pin good.json
  holds "$err" "$FILE: "
  gives 2 agentnet trust list
  same "$(cat "$FILE")" '{'
}

@test "--dry-run changes nothing, and looking makes nothing" {
  elsewhere agentnet trust export >trust.json
  gives 0 agentnet trust pin trust.json --dry-run
  same "$(grep -c '^would pin ' "$OUT")" 3
  gives 0 agentnet trust list -o json
  same "$out" "[]"
  [ ! -e "$HOME/.config" ] && [ ! -e "$HOME/.local" ]
  agentnet trust pin trust.json >pinned
  local before
  before=$(cat "$FILE")
  gives 0 agentnet trust remove "$(member trust.json '["keys"][0]["key_id"]')" --dry-run
  holds "$out" "would remove"
  same "$(cat "$FILE")" "$before"
}
