# sbn atlas: an app from its registration to its end, in the network inside the command.

load helpers

setup() {
  fresh_folder
}

# new_app WORD...: registers an app with these options more, leaves its credentials in app.json and its id in
# $app.
new_app() {
  gives 0 sbn atlas register --name lab --family dev "$@" --output-format json
  cp "$OUT" app.json
  app=$(field app_id)
}

# field NAME: of the JSON in $OUT or in a file.
field() {
  python3 -c 'import json, sys
value = json.load(open(sys.argv[2]))
for step in sys.argv[1].split("."):
    value = value[int(step)] if isinstance(value, list) else value[step]
print(value)' "$1" "${2:-$OUT}"
}

@test "the commands of the document work as they are written there" {
  new_app --workflow code --workflow plan --bind code=dev.code --pulse code=slot_stream --pulse plan=pgdag
  [ "$(field bindings.0.frontier)" = dev.code ]
  [ "$(field bindings.0.pulse_type)" = slot_stream ]
  [ "$(field bindings.1.frontier)" = dev.plan ]
  gives 0 sbn atlas keys mint "$app" --label worker --output-format json
  key=$(field record.id)
  [ "$(field record.label)" = worker ]
  gives 0 sbn atlas keys bind "$app" "$key"
  gives 0 sbn atlas bindings set "$app" --workflow plan --frontier dev.moved
  gives 0 sbn atlas resolve --workflow plan -f quiet
  [ "$out" = dev.moved ]
}

@test "a key that was minted works until the app is revoked" {
  new_app --workflow code
  key=$(sbn atlas keys mint "$app" -f quiet)
  agentnet serve --port 0 --ready-file ready.json >serve.txt 2>&1 &
  server=$!
  for _ in $(seq 200); do [ -e ready.json ] && break; sleep 0.05; done
  url=$(field base_url ready.json)
  export SBN_API_KEY=$key SBN_BASE_URL=$url
  gives 0 sbn snapchore seal '{"a": 1}' -f quiet
  gives 4 sbn atlas revoke "$app" --yes
  unset SBN_API_KEY SBN_BASE_URL
  gives 0 sbn atlas revoke "$app" --yes
  gives 0 sbn atlas revoke "$app" --yes
  export SBN_API_KEY=$key SBN_BASE_URL=$url
  gives 4 sbn snapchore seal '{"a": 2}'
  kill "$server"
  wait "$server"
}

@test "an app gets its token and its variables with its own credentials" {
  new_app -w code,plan --bind code=dev.code
  gives 0 sbn atlas token --credentials-file app.json -f quiet
  [[ $out == atl_tok_* ]]
  gives 0 sbn atlas env --credentials-file app.json
  [ "$out" = $'ATLAS_CODE_FRONTIER=dev.code\nATLAS_PLAN_FRONTIER=dev.plan' ]
  ATLAS_CLIENT_ID=$(field client_id app.json) ATLAS_CLIENT_SECRET=$(field client_secret app.json)
  export ATLAS_CLIENT_ID ATLAS_CLIENT_SECRET
  gives 0 sbn atlas env -f json
  [ "$(field env_vars.ATLAS_CODE_FRONTIER)" = dev.code ]
  gives 0 sbn atlas env
  eval "$out"
  [ "$ATLAS_PLAN_FRONTIER" = dev.plan ]
  gives 0 sbn atlas token
  gives 0 sbn atlas instrumentation -f quiet
  [ "$out" = 0 ]
  ATLAS_CLIENT_SECRET=atl_sec_wrong gives 4 sbn atlas token
  unset ATLAS_CLIENT_SECRET
  gives 4 sbn atlas token
  gives 4 sbn atlas env
  gives 4 sbn atlas instrumentation
}

@test "a secret is nowhere but where it was asked for" {
  new_app --workflow code
  secret=$(field client_secret app.json)
  ATLAS_CLIENT_ID=$(field client_id app.json) ATLAS_CLIENT_SECRET=$secret
  export ATLAS_CLIENT_ID ATLAS_CLIENT_SECRET
  for words in token "token --dry-run" "token -vv" env "env -vv" apps "instrumentation -vv"; do
    sbn atlas $words >>all.txt 2>&1
  done
  run ! grep -q "$secret" all.txt
  run ! grep -rqa "$secret" "$HOME/.local/state"
  gives 0 sbn atlas token --client-id "$ATLAS_CLIENT_ID" --client-secret "$secret"
  [ -z "$err" ]  # the variable says the same
  unset ATLAS_CLIENT_ID ATLAS_CLIENT_SECRET
  gives 0 sbn atlas token --client-id "$(field client_id app.json)" --client-secret "$secret"
  [[ $err == *"--client-secret shows the secret"* ]]
}

@test "what is no pair, no pulse and no spec is refused before anything is sent" {
  for words in "--bind a" "--bind =f" "--bind a=" "--pulse a" "--pulse a=slot_steam" "--events a=" \
    "--workflow-spec {}" '--workflow-spec {"a":1}' "--workflow-spec [" "--workflow-specs-file none.json" \
    "--ttl -1" "--ttl x"; do
    gives 2 sbn atlas register --name n --family f --workflow a $words
    [ -z "$out" ]
  done
  gives 2 sbn atlas register --name n --family f
  gives 2 sbn atlas register --name n --workflow a
  gives 2 sbn atlas register --family f --workflow a
  gives 0 sbn atlas apps -f quiet
  [ -z "$out" ]
}

@test "a pulse of a workflow that nothing else names declares it, as a bind does" {
  new_app --workflow a --pulse b=pgdag --bind c=dev.see
  [ "$(python3 -c 'import json; print(*(row["workflow"] for row in json.load(open("app.json"))["bindings"]))')" = "a c b" ]
}

@test "specs come from a file and from the line, and pairs count more" {
  echo '{"workflow_specs": [{"workflow": "a", "frontier": "dev.file", "event_types": ["x", " y ", ""]}]}' >specs.json
  new_app --workflow-specs-file specs.json --workflow-spec '{"workflow": "b", "pulse_type": "batch", "rollup_mode": "sum"}' \
    --bind b=dev.pair
  [ "$(field workflow_specs.0.frontier_id)" = dev.file ]
  [ "$(field workflow_specs.0.event_types)" = "['x', 'y']" ]
  [ "$(field workflow_specs.1.frontier_id)" = dev.pair ]
  [ "$(field workflow_specs.1.rollup_mode)" = sum ]
}

@test "a binding can be put back to what it was" {
  new_app --workflow w --bind w=dev.first --pulse w=batch
  gives 0 sbn atlas bindings history "$app" --workflow w -f json
  [ "$(field history)" = "[]" ]
  gives 0 sbn atlas bindings set "$app" -w w -f dev.second --pulse pgdag --events a,b
  gives 0 sbn atlas bindings history "$app" -w w
  [[ $out == *dev.first*batch* ]]
  gives 0 sbn atlas bindings restore "$app" -w w --index 1 --output-format quiet
  [ "$out" = dev.first ]
  gives 0 sbn atlas bindings history "$app" -w w -f json
  [ "$(field history.0.frontier_id)" = dev.second ]
  [ "$(field history.0.action)" = restored ]
  gives 2 sbn atlas bindings restore "$app" -w w --index 3
  gives 2 sbn atlas bindings restore "$app" -w w --index 0
  gives 2 sbn atlas bindings restore "$app" -w w
  gives 3 sbn atlas bindings history "$app" -w none
  gives 3 sbn atlas bindings history app_none -w w
}

@test "an option of a command is not the output format, unless it stands before the command" {
  new_app --workflow w
  gives 0 sbn -f quiet atlas register -n x -f y --workflow w
  [[ $out == app_* ]]
  gives 0 sbn -f json atlas calibrate
  [ "$(field results)" = "[]" ]
  gives 3 sbn atlas calibrate -f json
  gives 0 sbn -f json atlas env --app-id "$app"
  [ "$out" = "ATLAS_W_FRONTIER=dev.w" ]
  SBN_OUTPUT_FORMAT=json gives 0 sbn atlas env --app-id "$app"
  [ "$out" = "ATLAS_W_FRONTIER=dev.w" ]
  gives 2 sbn atlas env --app-id "$app" -f table
}

@test "revoking asks first" {
  new_app --workflow w
  gives 1 sbn atlas revoke "$app" </dev/null
  gives 1 sbn atlas revoke "$app" <<<n
  gives 2 sbn atlas revoke "$app" --no-input
  gives 0 sbn atlas apps
  [[ $out == *active* ]]
  gives 0 sbn atlas revoke "$app" <<<y
  gives 0 sbn atlas apps
  [[ $out == *revoked* ]]
  gives 6 sbn atlas keys mint "$app"
  gives 4 sbn atlas token --credentials-file app.json
}

@test "what the network does not know or serve has its exit code" {
  new_app --workflow w
  gives 3 sbn atlas keys mint app_none
  gives 3 sbn atlas keys bind "$app" key_none
  gives 3 sbn atlas env --app-id app_none
  gives 3 sbn atlas resolve --workflow none
  gives 3 sbn atlas frontier snapshot none
  gives 3 sbn atlas cards show none
  gives 5 sbn atlas bindings set "$app" --workflow w --frontier f --pulse none
  gives 5 sbn atlas keys mint "$app" --scope '*'
  gives 5 sbn atlas cards run none
  gives 2 sbn atlas couplings --min-strength much
  gives 2 sbn atlas resolve
}

@test "a card goes out to a file and comes back as the next version" {
  gives 0 sbn atlas cards register --card-id dev.card --app-family dev --family-class service --authored-by me \
    --workflow w --c-max 2.50 --notes-file '{"k": 1}' -f quiet
  [ "$out" = dev.card ]
  gives 0 sbn atlas cards export dev.card --out card.json
  gives 6 sbn atlas cards import card.json
  gives 0 sbn atlas cards import card.json --supersede-existing --change-note again -f json
  [ "$(field version)" = 2 ]
  [ "$(field change_note)" = again ]
  [ "$(field frontier_card.notes)" = "{'k': 1}" ]
  sed -i 's/dev\.card/dev.other/' card.json
  gives 0 sbn atlas cards import card.json -f quiet
  [ "$out" = dev.other ]
  gives 0 sbn atlas cards list -f quiet
  [ "$out" = $'dev.card\ndev.other' ]
  new_app --workflow w
  gives 0 sbn atlas cards attach dev.card --app-id "$app" -f json
  [ "$(field workflows.0.frontier)" = dev.card ]
  gives 2 sbn atlas cards register --card-id x
  gives 2 sbn atlas cards register --file card.json --c-max much
  gives 2 sbn atlas cards version dev.card --label x
  gives 2 sbn atlas cards import /dev/null
}

@test "the tree shows frontiers below the root of their family" {
  new_app --workflow w --bind w=dev.deep.er
  gives 0 sbn atlas tree
  [ "$out" = $'dev\n  dev  root\n      er  scoring' ]
  gives 0 sbn atlas tree -f quiet
  [ "$out" = $'dev\ndev.deep.er' ]
}

@test "names from the network do not drive the terminal" {
  gives 0 sbn atlas register --name "$(printf 'x\u202e')" --family "f" --workflow w --output-format quiet
  gives 5 sbn atlas register --name "$(printf 'x\033[2J')" --family f --workflow w
  gives 0 sbn atlas apps
  [[ $out != *$'\033'* ]]
}
