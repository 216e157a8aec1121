# paybond's account and house: config, status, doctor, diagnose, login, shell, open.
load helpers

setup() {
  fresh_folder
  KEY=paybond_sk_sandbox_0123456789abcdef0123456789abcdef_$(printf 'c%.0s' {1..64})
  CONFIG=$HOME/.config/paybond/config.json
}

teardown() {
  [ -z "${SERVER:-}" ] || kill "$SERVER"
}

@test "recorded runs of the kit's commands give the same JSON" {
  gives 0 python3 "$TESTS/paybond_house_replay.py"
  holds "$out" "recorded runs replayed"
}

@test "the replay notices another answer and another exit code" {
  sed 's/"present": false/"present": true/' "$ROOT/tests/vectors/paybond/cli/run_status_json.txt" >run_status_json.txt
  gives 1 python3 "$TESTS/paybond_house_replay.py" run_status_json.txt
  holds "$out" run_status_json
  sed 's/^exit: 0/exit: 1/' "$ROOT/tests/vectors/paybond/cli/run_config_set.txt" >run_config_set.txt
  gives 1 python3 "$TESTS/paybond_house_replay.py" run_config_set.txt
}

# --- config

@test "values are set, read, listed and taken away, for their owner only" {
  gives 0 paybond config set gateway https://gw.example.com
  same "$(stat -c %a "$CONFIG")" 600
  same "$(stat -c %a "${CONFIG%/*}")" 700
  gives 0 paybond config set env_file .env.work --profile work
  gives 0 paybond config get gateway
  same "$out" https://gw.example.com
  gives 0 paybond config get env_file --profile work -f quiet
  same "$out" .env.work
  says 3 not_set paybond config get env_file
  gives 0 paybond config list -f quiet
  same "$out" gateway
  gives 0 paybond config unset gateway -o json
  holds "$out" '"removed": true'
  gives 0 paybond config unset gateway -o json
  holds "$out" '"removed": false'
  says 3 unknown_profile paybond config list --profile other
}

@test "what cannot be a value is refused, and the file stays as it is" {
  gives 0 paybond config set gateway https://gw.example.com
  cp "$CONFIG" before
  says 2 secret_in_config paybond config set api_key "$KEY"
  lacks "$err" "$KEY"
  says 2 secret_in_config paybond config set note "my $KEY"
  says 2 bad_gateway paybond config set gateway http://example.com
  says 2 bad_value paybond config set env_file ''
  says 2 bad_key paybond config set 'a b' c
  says 2 bad_profile paybond config set gateway https://a.example --profile 'a/b'
  cmp before "$CONFIG"
  gives 0 paybond config set gateway https://a.example --dry-run
  cmp before "$CONFIG"
  echo '{"values": []}' >"$CONFIG"
  says 2 bad_config paybond config list
  says 2 bad_config paybond config set gateway https://a.example
  same "$(cat "$CONFIG")" '{"values": []}'
}

@test "a value that nothing reads is kept with a warning" {
  gives 0 paybond config set colour blue
  holds "$err" "no command here reads 'colour'"
}

@test "many at once lose no value" {
  local i
  for i in 1 2 3 4 5 6 7 8; do paybond config set "k$i" v -q & done
  wait
  same "$(paybond config list --jq '.entries | length')" 8
}

@test "requests go where the configuration says, with the key of its env file" {
  gateway 200 '{"tenant_id": "t"}'
  paybond config set gateway "$URL" --profile work
  paybond config set env_file .env.work --profile work
  says 4 missing_api_key paybond whoami --profile work
  echo "PAYBOND_API_KEY=work_key" >.env.work
  echo "PAYBOND_API_KEY=other_key" >.env.local
  chmod 600 .env.work .env.local
  gives 0 paybond whoami --profile work -f quiet
  same "$out" t
  same "$(cat requests)" "GET /v1/auth/principal Bearer work_key"
  says 3 unknown_profile paybond whoami --profile wrok
}

# --- status, doctor, diagnose, version

@test "status and doctor say where requests go, and send and make nothing for it" {
  gives 0 paybond status
  holds "$out" "the embedded network"
  gives 0 paybond doctor -f quiet
  same "$out" ok
  [ ! -e "$HOME/.local" ] || fail "a network was made"
  gives 0 paybond status --gateway https://gw.example.com -o json
  holds "$out" '"authenticated": false' '"source": "none"' '"next": "paybond login"'
  gives 1 paybond doctor --gateway https://gw.example.com -o json
  is_json "$OUT"
  holds "$out" '"summary": "fail"' '"hint"'
  PAYBOND_API_KEY=$KEY gives 0 paybond status
  holds "$out" "paybond_sk_sandbox_01234567...cdef (process_env)" "https://api.paybond.ai"
}

@test "doctor finds what is wrong with a key" {
  gateway 401 '{"error": {"code": "invalid_key", "message": "no\u001b[31m"}}'
  PAYBOND_API_KEY=short gives 1 paybond doctor --gateway "$URL"
  holds "$out" "FAIL  key_shape" "FAIL  principal"
  no_controls "$OUT"
  echo "PAYBOND_API_KEY=$KEY" >.env.local
  chmod 644 .env.local
  gives 1 paybond doctor --gateway "$URL"
  holds "$out" "chmod 600"
  lacks "$out$err" "$KEY"
}

@test "doctor --mcp looks at what a host would start, and makes nothing" {
  gives 0 paybond doctor --mcp
  holds "$out" "ok    mcp_host_config" "ok    mcp_env_resolution: the local network needs no env file" \
    "mcp_credential_tool_policy: spend-write offers" "mcp_initialize: speaks version 2025-06-18" "mcp_tool_schemas"
  lacks "$out" agent_
  [ ! -e "$HOME/.local" ] || fail "a network was made"
  gives 0 paybond doctor --mcp --host codex -f quiet
  gives 0 paybond mcp install --host claude --scope project --tool-policy readonly
  gives 0 paybond doctor --mcp --host claude --config .paybond/mcp.json
  holds "$out" "readonly offers"
  gives 1 paybond doctor --mcp --host claude --config missing.json
  holds "$out" "FAIL  mcp_host_config" missing.json
  says 2 unknown_value paybond doctor --host nobody
}

@test "doctor --mcp finds what a host would stumble over" {
  printf 'PAYBOND_API_KEY=%s\n' "$KEY" >key.env
  chmod 644 key.env
  gives 0 paybond mcp install --host claude --scope project --env-file key.env
  gives 1 paybond doctor --mcp --config .paybond/mcp.json
  holds "$out" "FAIL  mcp_env_resolution: key.env can be read by other users" "chmod 600 key.env"
  lacks "$out$err" "$KEY"
  sed -i 's|"command": "[^"]*"|"command": "/no/such/program"|' .paybond/mcp.json
  gives 1 paybond doctor --mcp --config .paybond/mcp.json
  holds "$out" "FAIL  mcp_launch: /no/such/program"
  sed -i 's|spend-write|everything|' .paybond/mcp.json
  gives 1 paybond doctor --mcp --config .paybond/mcp.json
  holds "$out" "FAIL  mcp_credential_tool_policy"
  echo '{}' >empty.json
  gives 1 paybond doctor --mcp --config empty.json
  holds "$out" "FAIL  mcp_host_config"
}

@test "doctor --agent pays for one call with pretended money, and reads the policy" {
  gives 0 paybond doctor --agent
  holds "$out" "agent_policy: no paybond.policy.yaml" "was paid for, with pretended money" "mcp_initialize"
  gives 0 paybond intents list -f quiet
  same "$(wc -l <"$OUT")" 1
  echo 'version: 1' >paybond.policy.yaml
  gives 1 paybond doctor --agent
  holds "$out" "FAIL  agent_policy: paybond.policy.yaml"
  PAYBOND_API_KEY=${KEY/sandbox/live} gives 1 paybond doctor --agent --gateway http://127.0.0.1:9
  holds "$out" "FAIL  agent_middleware_smoke"
  lacks "$out$err" "${KEY/sandbox/live}"
}

@test "control shows what there is at a glance" {
  gives 0 paybond control
  holds "$out" "tenant local" intents denied "paybond.policy.yaml (not there)"
  gives 0 paybond guardrails bootstrap --operation paid-tool --requested-spend-cents 100 -o quiet
  id=$out
  gives 0 paybond policy init --preset travel
  gives 0 paybond control --once --limit 1 -f json
  same "$(member "$OUT" '["data"]["panels"]["intents"][0]["intent_id"], d["data"]["panels"]["policy"]["name"]')" \
    "('$id', 'travel-agent-v1')"
  gives 0 paybond control --policy-file other.yaml -f quiet
  same "$out" local
  says 2 bad_number paybond control --limit 0
  says 2 bad_number paybond control --limit 201
  printf 'a: &b c\n' >paybond.policy.yaml
  says 2 yaml_unsupported paybond control
}

@test "status counts what was traced here" {
  mkdir -p .paybond/runs
  printf '{}\n{}\n' >.paybond/dev-trace.jsonl
  echo '{}' >.paybond/runs/r1.json
  echo '{}' >.paybond/runs/r1.trace.json
  touch paybond.policy.yaml
  gives 0 paybond status -o json
  same "$(member "$OUT" '["data"]["trace"]["event_count"], d["data"]["last_smoke"]["run_id"], d["data"]["policy"]["present"]')" \
    "(2, 'r1', True)"
  gives 0 paybond status --policy-file other.yaml --jq .policy.present
  same "$out" false
}

@test "a bundle for support holds no secret" {
  says 2 redaction_required paybond diagnose
  echo "PAYBOND_API_KEY=$KEY" >.env.local
  chmod 600 .env.local
  gives 0 paybond diagnose --redacted -o json
  is_json "$OUT"
  holds "$out" "paybond_sk_sandbox_01234567...cdef" '"source": "env_file"'
  lacks "$out" "$KEY" cccccccc
  gives 0 paybond version --verbose -o json
  lacks "$out" cccccccc
  holds "$out" '"env_file_path"'
}

# --- login

@test "login keeps the local network's key, and it means the local network" {
  printf 'A=1\n# kept\n' >.env.local
  gives 0 paybond login
  same "$(stat -c %a .env.local)" 600
  same "$(head -2 .env.local)" $'A=1\n# kept'
  [[ $(tail -1 .env.local) =~ ^PAYBOND_API_KEY=paybond_sk_sandbox_[0-9a-f]{32}_[0-9a-f]{64}$ ]] || fail "no key"
  lacks "$out$err" "$(sed -n 's/^PAYBOND_API_KEY=//p' .env.local)"
  cp .env.local before
  gives 0 paybond login -o json
  holds "$out" '"changed": false'
  cmp before .env.local
  gives 0 paybond whoami -f quiet
  same "$out" local
}

@test "another key is replaced by force only" {
  printf 'export PAYBOND_API_KEY="%s"\nB=2\n' "$KEY" >.env.local
  chmod 644 .env.local
  cp .env.local before
  says 6 key_exists paybond login
  lacks "$err" cccccccc
  cmp before .env.local
  gives 0 paybond login --force --dry-run
  cmp before .env.local
  gives 0 paybond login --force
  same "$(stat -c %a .env.local)" 600
  same "$(sed 's/=.*//' .env.local)" $'export PAYBOND_API_KEY\nB'
}

@test "a gateway's key is read, checked and then kept" {
  gateway 200 '{"tenant_id": "t", "environment": "sandbox"}'
  gives 0 paybond login --gateway "$URL" --env sandbox -o json <<<"$KEY"
  same "$(cat requests)" "GET /v1/auth/principal Bearer $KEY"
  same "$(cat .env.local)" "PAYBOND_API_KEY=$KEY"
  holds "$out" '"tenant_id": "t"' "paybond config set gateway $URL"
  lacks "$out$err" "$KEY"
  rm .env.local
  echo "$KEY" >key && chmod 600 key
  gives 0 paybond login --gateway "$URL" --api-key-file key --env-file other.env
  same "$(cat other.env)" "PAYBOND_API_KEY=$KEY"
  says 4 wrong_environment paybond login --gateway "$URL" --env live --api-key-file key
  [ ! -e .env.local ] || fail "a key was kept"
}

@test "a key that the gateway refuses is not kept" {
  gateway 401 '{"error": {"code": "invalid_key", "message": "no"}}'
  gives 4 paybond login --gateway "$URL" <<<"$KEY"
  [ ! -e .env.local ] || fail "the key was kept"
  rm requests
  says 2 bad_key paybond login --gateway "$URL" <<<something
  says 2 bad_value paybond login --gateway "$URL" < <(true)
  says 2 bad_value paybond login --gateway "$URL" --no-input </dev/null
  [ ! -e requests ] || fail "something was sent"
  says 2 no_live_here paybond login --env live
  says 3 no_such_file paybond login --env-file missing/below
}

@test "a key that is typed is not shown, and Ctrl-C leaves the terminal as it was" {
  gateway 200 '{"tenant_id": "t", "environment": "sandbox"}'
  gives 0 python3 - "$TESTS" "$URL" "$KEY" <<'PYTHON'
import os, signal, subprocess, sys, termios
sys.path.insert(0, sys.argv[1])
from terminal import PATIENCE, Terminal
import programs

def typed(*keys, words=()):
    """Types at the prompt; (exit code, standard output, what the terminal showed, whether it echoes again)."""
    with Terminal() as terminal:
        process = subprocess.Popen([programs.program("paybond"), "login", "--gateway", sys.argv[2],
                                    "--api-key-file", "-", *words],
                                   stdin=terminal.end, stderr=terminal.end, stdout=subprocess.PIPE)
        while b"API key: " not in terminal.seen:
            assert terminal.look(PATIENCE), terminal.seen
        for key in keys:
            os.write(terminal.side, key)
        out = process.communicate(timeout=PATIENCE)[0]
        while terminal.look(0):
            pass
        echoes = bool(termios.tcgetattr(terminal.end)[3] & termios.ECHO)
        return process.returncode, out, terminal.seen, echoes

signal.signal(signal.SIGINT, signal.SIG_DFL)
key = sys.argv[3].encode()
code, out, seen, echoes = typed(b"wrong\x15", key, b"xy\x7f\x08", b"\r")
assert (code, seen, echoes) == (0, b"API key: \r\n", True), (code, seen, echoes)
assert key not in out and open(".env.local", "rb").read() == b"PAYBOND_API_KEY=" + key + b"\n"
code, out, seen, echoes = typed(key[:9], b"\x03", words=["--force"])
assert (code, out, echoes) == (-signal.SIGINT, b"", True), (code, out, seen, echoes)
code, out, seen, echoes = typed(b"\x04")
assert (code, out, echoes) == (2, b"", True), (code, out, seen, echoes)
code, out, seen, echoes = typed(b"x" * 4096, b"\r", words=["--force"])
assert (code, echoes) == (2, True) and b"no key of Paybond" in seen, (code, seen)
code, out, seen, echoes = typed(b"x" * 4097, words=["--force"])
assert (code, echoes) == (2, True) and b"longer than 4096" in seen, (code, seen)
PYTHON
}

@test "a shell prompts on a terminal, and only there" {
  gives 0 python3 - "$TESTS" <<'PYTHON'
import os, subprocess, sys
sys.path.insert(0, sys.argv[1])
from terminal import PATIENCE, Terminal
import programs
with Terminal() as terminal:
    process = subprocess.Popen([programs.program("paybond"), "shell"], stdin=terminal.end, stderr=terminal.end,
                               stdout=subprocess.PIPE)
    for count, line in enumerate((b"whoam\n", b"version -f quiet\n", b"exit\n"), 1):
        while terminal.seen.count(b"paybond> ") < count:
            assert terminal.look(PATIENCE), terminal.seen
        os.write(terminal.side, line)
    out = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 0 and out.count(b"\n") == 1, (process.returncode, out)
    assert b"did you mean 'whoami'?" in terminal.seen
PYTHON
}

# serve [OPTIONS]: a server of this user, at $URL.
serve() {
  agentnet serve --port 0 --ready-file ready.json -q "$@" >served 2>&1 3>&- &
  SERVER=$!
  local waited
  for waited in $(seq 200); do
    [ -s ready.json ] && break
    sleep 0.05
  done
  URL=$(member ready.json '["base_url"]')
}

@test "login takes up the key of a server of this user, and it leads there" {
  serve
  gives 0 paybond login -o json
  holds "$out" "\"gateway\": \"$URL\""
  gives 0 paybond whoami -v -f quiet
  same "$out" local
  holds "$err" "$URL"
  gives 0 paybond status
  holds "$out" "$URL"
  gives 0 paybond doctor
  holds "$out" "the key is of tenant local"
  # Also to who has nothing but the file and the address.
  export XDG_STATE_HOME=$PWD/elsewhere
  gives 0 paybond whoami --gateway "$URL" -f quiet
  same "$out" local
  gives 0 paybond keys dids list --gateway "$URL" -o json
  holds "$out" '"dids": []'
  [ ! -e elsewhere ] || fail "a network was made"
}

# login_elsewhere OPTIONS...: a login without a key, in the background, against the server; its code in $CODE.
login_elsewhere() {
  env XDG_STATE_HOME="$PWD/elsewhere" paybond login --gateway "$URL" --no-open "$@" </dev/null >shown 2>told 3>&- &
  LOGIN=$!
  local waited
  for waited in $(seq 200); do
    CODE=$(sed -n 's/^with the code: *//p' told)
    [ -z "$CODE" ] || return 0
    sleep 0.05
  done
  fail "no code: $(cat told)"
}

@test "a login without a key waits until a second command approves it" {
  serve
  login_elsewhere -o json
  [[ $CODE =~ ^[B-Z]{4}-[B-Z]{4}$ ]] || fail "$CODE"
  holds "$(cat told)" "approve this login at: $URL/v1/public/auth/device?user_code=$CODE"
  [ ! -e .env.local ] || fail "a key before the approval"
  gives 0 paybond keys devices approve "${CODE,,}" -o json
  holds "$out" '"status": "approved"' '"client_name": "agentnet"' '"service_account_role": "operator"'
  lacks "$out" paybond_sk_sandbox_
  wait "$LOGIN"
  holds "$(cat shown)" '"tenant_id": "local"' '"changed": true'
  same "$(stat -c %a .env.local)" 600
  lacks "$(cat shown told)" "$(sed -n 's/^PAYBOND_API_KEY=//p' .env.local)"
  gives 0 env XDG_STATE_HOME="$PWD/elsewhere" paybond whoami --gateway "$URL" -f quiet
  same "$out" local
  says 4 insufficient_scope env XDG_STATE_HOME="$PWD/elsewhere" paybond keys list --gateway "$URL"
  rm .env.local
  gives 0 paybond keys list -o json
  holds "$out" '"role": "operator"'
  says 3 unknown_user_code paybond keys devices approve "$CODE"
  [ ! -e elsewhere ] || fail "a network was made"
}

@test "a login that is denied, or that Ctrl-C ends, keeps nothing" {
  serve
  login_elsewhere -o json
  gives 0 paybond keys devices deny "$CODE" -f quiet
  same "$out" "$CODE"
  local code=0
  wait "$LOGIN" || code=$?
  same "$code" 4
  holds "$(tail -1 told)" '"code":"access_denied"'
  says 6 grant_decided paybond keys devices approve "$CODE"
  # A background job of a shell ignores Ctrl-C, so another program starts it.
  gives 0 python3 - "$TESTS" "$URL" <<'PYTHON'
import signal, subprocess, sys
sys.path.insert(0, sys.argv[1] + "/../support")
import programs
for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
    process = subprocess.Popen([programs.program("paybond"), "login", "--gateway", sys.argv[2], "--no-open"],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: [signal.signal(n, signal.SIG_DFL) for n in (2, 15)])
    while b"with the code" not in process.stderr.readline():
        pass
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode in (code, -number) and out == b"", (process.returncode, out, err)
PYTHON
  [ ! -e .env.local ] || fail "something was kept"
}

@test "what cannot be kept is not asked for, and a dry run asks nobody" {
  gateway 200 '{}'
  printf 'PAYBOND_API_KEY=%s\n' "$KEY" >.env.local
  says 6 key_exists paybond login --gateway "$URL" </dev/null
  lacks "$err" cccccccc
  says 3 no_such_file paybond login --gateway "$URL" --env-file missing/below </dev/null
  says 2 no_live_login paybond login --gateway "$URL" --force --env live </dev/null
  gives 0 paybond login --gateway "$URL" --force --dry-run -f quiet </dev/null
  same "$out" "POST $URL/v1/public/auth/device/start"
  says 2 bad_user_code paybond keys devices approve BCDF-GHJA
  [ ! -e requests ] || fail "something was sent"
  says 7 bad_response paybond login --gateway "$URL" --force </dev/null
  same "$(cat .env.local)" "PAYBOND_API_KEY=$KEY"
}

@test "the key of a server that keeps its data in memory is taken up, too" {
  serve --in-memory
  gives 0 paybond login
  gives 0 paybond whoami -f quiet
  same "$out" local
  kill "$SERVER"
  wait "$SERVER" || true
  SERVER=
  gives 6 paybond login
  gives 0 paybond login --force
  gives 0 paybond whoami -f quiet
}

@test "a restricted key pins no keys of DIDs" {
  serve
  paybond keys create --name ci --role operator --key-file ci.key -o quiet
  export XDG_STATE_HOME=$PWD/elsewhere
  key_pair k
  says 4 insufficient_scope paybond keys dids pin did:web:p k.pub --gateway "$URL" --api-key-file ci.key
  gives 0 paybond keys dids list --gateway "$URL" --api-key-file ci.key -f quiet
  same "$out" ""
}

# --- shell, completion, open, onboarding

@test "a shell's line is the command, with its output and its exit code" {
  gives 0 paybond shell --exec 'paybond config list' -o json
  holds "$out" '"command": "config list"'
  gives 3 paybond shell --exec 'config get gateway'
  gives 2 paybond shell --exec 'whoam'
  holds "$err" "did you mean 'whoami'?"
  says 2 missing_command paybond shell --exec ' # nothing'
  says 2 open_quote paybond shell --exec "config get 'gateway"
  gives 2 paybond shell --exec "shell --exec version"
  holds "$err" "already"
}

@test "a shell reads lines, goes on behind those that fail, and ends with the last one's code" {
  printf 'whoam\n\n# a comment\nconfig set env_file ".env a"\nconfig get env_file' >script
  gives 0 paybond shell <script
  same "$out" $'set env_file\n.env a'
  holds "$err" "whoam"
  printf 'config get env_file\nconfig get nothing\n' >script
  gives 3 paybond shell -f quiet <script
  same "$out" ".env a"
  printf 'config get nothing\nexit\nconfig list\n' >script
  gives 3 paybond shell <script
  same "$out" ""
  gives 0 paybond shell </dev/null
  same "$out$err" ""
}

@test "a shell keeps gateway, env file and profile for its lines" {
  gateway 200 '{"tenant_id": "t"}'
  echo "PAYBOND_API_KEY=shell_key" >keys.env
  chmod 600 keys.env
  printf 'whoami -f quiet\nstatus --jq .auth.gateway\n' >script
  gives 0 paybond shell --gateway "$URL" --env-file keys.env <script
  same "$out" $'t\n'"$URL"
}

@test "the completion script is the one of all programs" {
  gives 0 paybond completion bash
  same "$out" "$(agentnet completion bash)"
  says 2 unknown_shell paybond completion tcsh
}

@test "addresses are printed, and nothing is opened without a terminal" {
  gives 0 paybond open console
  same "$out" http://127.0.0.1:3000/console
  PAYBOND_CONSOLE_BASE_URL=https://x.example/ gives 0 paybond open intent 'a b/c' --no-open -o json
  holds "$out" '"url": "https://x.example/console/operations/intents/a%20b%2Fc"' '"opened": false'
  gives 0 paybond open export j1 -f quiet
  same "$out" 'http://127.0.0.1:3000/console/investigations/compliance-exports?job=j1'
  gives 0 paybond open trace r1 --port 99
  same "$out" http://localhost:99/runs/r1
  says 2 unknown_resource paybond open consol
  says 2 missing_id paybond open intent
  says 2 extra_argument paybond open console x
  PAYBOND_CONSOLE_BASE_URL=ftp://x says 2 bad_value paybond open console
}

@test "on a terminal an address is opened, by a browser that sees no key" {
  mkdir bin
  mkfifo seen
  printf '#!/bin/bash\n{ echo "$1"; env; } >seen\n' >bin/xdg-open
  chmod +x bin/xdg-open
  (cat seen >browser) 3>&- &
  PATH=$PWD/bin:$PATH PAYBOND_API_KEY=$KEY gives 0 python3 - "$TESTS" <<'PYTHON'
import subprocess, sys
sys.path.insert(0, sys.argv[1])
from terminal import PATIENCE, Terminal
import programs
with Terminal() as terminal:
    done = subprocess.run([programs.program("paybond"), "open", "docs"], stdin=subprocess.DEVNULL, stdout=terminal.end,
                          stderr=terminal.end, timeout=PATIENCE, check=True)
    while terminal.look(0):
        pass
    assert terminal.seen == b"https://paybond.ai/docs/kit\r\n", terminal.seen
PYTHON
  wait $!
  same "$(head -1 browser)" https://paybond.ai/docs/kit
  holds "$(cat browser)" "HOME=$HOME"
  lacks "$(cat browser)" "$KEY" PAYBOND_
}

@test "an id of a page has a limit" {
  gives 0 paybond open intent "$(printf '%0512d' 0)"
  says 2 bad_id paybond open intent "$(printf '%0513d' 0)"
  says 2 bad_id paybond open intent ''
}

@test "onboarding names the next step" {
  gives 0 paybond onboarding
  holds "$out" "next: paybond guardrails bootstrap"
  gives 0 paybond onboarding --gateway https://gw.example.com -f quiet
  same "$out" fail
  gives 0 paybond onboarding --gateway https://gw.example.com
  holds "$out" "next: paybond login"
}

# --- keys dids

@test "a DID's key is pinned, listed, kept, and replaced when that is said" {
  one=$(paybond keys generate-seed p.hex -o quiet)
  two=$(paybond keys generate-seed q.hex -o quiet)
  gives 0 paybond keys dids pin did:web:p "$one" -o json
  holds "$out" '"origin": "registered"' "$one"
  gives 0 paybond keys dids pin did:web:p "$one"
  says 6 did_pinned paybond keys dids pin did:web:p "$two"
  gives 0 paybond keys dids pin did:web:p "$two" --yes
  gives 0 paybond keys dids list --jq '.dids[].public_key_hex'
  same "$out" "$two"
  says 2 confirmation_required paybond keys dids unpin did:web:p
  gives 0 paybond keys dids unpin did:web:p --yes
  says 3 unknown_did paybond keys dids unpin did:web:p --yes
  gives 0 paybond keys dids list -f quiet
  same "$out" ""
}

@test "a pinned key is the only one that signs for its DID" {
  paybond keys generate-seed p.hex -o quiet
  paybond keys dids pin did:web:p "$(paybond keys generate-seed q.hex -o quiet)" -o quiet
  gives 5 paybond intents create --principal-did did:web:p --seed-file p.hex --payee-did did:web:v --amount-cents 5 \
    --allowed-tool t --deadline 2035-01-02T15:04:05Z
  gives 0 paybond intents create --principal-did did:web:p --seed-file q.hex --payee-did did:web:v --amount-cents 5 \
    --allowed-tool t --deadline 2035-01-02T15:04:05Z
}

@test "a DID's key comes from a PEM file, and never a private one" {
  key_pair k
  gives 0 paybond keys dids pin did:web:p k.pub
  gives 2 paybond keys dids pin did:web:q k.pem
  paybond keys generate-seed s.hex -o quiet
  says 2 bad_pem paybond keys dids pin did:web:q s.hex
  lacks "$err" "$(cat s.hex)"
  says 2 bad_did paybond keys dids pin '' k.pub
  gives 3 paybond keys dids pin did:web:q missing.pem
  gives 0 paybond keys dids list -f quiet
  same "$out" did:web:p
}

@test "a hosted gateway is not asked about DIDs" {
  gateway 404 '{"error": {"code": "not_found", "message": "no"}}'
  export PAYBOND_API_KEY=$KEY
  says 5 local_only paybond keys dids list
  says 5 local_only paybond keys dids list --gateway https://gw.example.com
  says 5 local_only paybond keys dids list --gateway "$URL"
  says 5 local_only paybond keys dids unpin did:web:p --yes --gateway "$URL"
}

# --- intents watch

intent() {
  paybond keys generate-seed p.hex -o quiet
  paybond intents create --principal-did did:web:p --seed-file p.hex --payee-did did:web:v --amount-cents 5 \
    --allowed-tool t --deadline 2035-01-02T15:04:05Z -o quiet
}

@test "watching prints a line for each state, and says when the time is up" {
  id=$(intent | tail -1)
  gives 0 paybond intents watch "$id" --until funded
  same "$out" "{\"intent_id\":\"$id\",\"state\":\"funded\"}"
  gives 8 paybond intents watch "$id" --timeout 0.2 --interval 0.1 -o jsonl
  same "$out" "{\"intent_id\":\"$id\",\"state\":\"funded\"}"
  holds "$err" '"code":"watch_timeout"' '"state":"funded"'
  gives 2 paybond intents watch "$id" --interval 0.01
  gives 2 paybond intents watch "$id" --timeout -1
  gives 3 paybond intents watch 550e8400-e29b-41d4-a716-446655440000
}

@test "Ctrl-C ends watching with 130 and a whole document" {
  id=$(intent | tail -1)
  gives 0 python3 - "$BIN/paybond" intents watch "$id" --timeout 60 -o json <<'PYTHON'
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite in the background has it ignored
watching = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
seen = b""
while b'"state"' not in seen:
    seen += watching.stdout.read1()
watching.send_signal(signal.SIGINT)
seen += watching.stdout.read()
print(watching.wait())
print(seen.decode())
PYTHON
  same "${out%%$'\n'*}" 130
  printf '%s' "${out#*$'\n'}" >document
  is_json document
}
