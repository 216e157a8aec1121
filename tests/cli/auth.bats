# sbn auth: storing a credential, what counts, forgetting it, signing keys.
load helpers

setup() {
  fresh_folder
  FILE=$HOME/.config/agentnet/config.json
}

# No secret of this file may be seen anywhere.
CANARY=sbn_test_CANARYCANARYCANARY6789
key_file() { (umask 077 && printf '%s\n' "$CANARY" >key.txt); }
# Enough of a key to know it by is shown, as the mirrored program does.
MASKED=sbn_test...6789

@test "login prints the lines that export what it was given, as the mirrored program does" {
  gives 0 sbn auth login --api-key k --atlas-client-id i --atlas-client-secret s
  same "$out" $'  export SBN_API_KEY=k\n  export ATLAS_CLIENT_ID=i\n  export ATLAS_CLIENT_SECRET=s'
  holds "$err" "--api-key shows the secret to every user" "--atlas-client-secret shows the secret"
  lacks "$err" "=k"
  gives 0 sbn auth login --atlas-client-id i -o json
  same "$(member "$OUT" '')" "{'ATLAS_CLIENT_ID': 'i'}"
  same "$err" ""
  [ ! -e "$FILE" ]
}

@test "the printed lines can be read by a shell, whatever the values are" {
  local value="a'b \$(touch gone) \"c\" \`touch gone\`"
  eval "$(sbn auth login -q --api-key "$value")"
  same "$SBN_API_KEY" "$value"
  unset SBN_API_KEY
  eval "$(sbn auth login -q --api-key "$value" -o quiet)"
  same "$SBN_API_KEY" "$value"
  [ ! -e gone ]
  gives 2 sbn auth login --api-key $'a\nb'
  gives 2 sbn auth login --api-key ''
}

@test "login without a credential, or with two, is a usage error" {
  gives 2 sbn auth login
  holds "$err" "no credential is given" "--api-key-file"
  gives 2 sbn auth login --base-url http://h
  gives 2 sbn auth login --api-key k --api-key-file key.txt
  gives 2 sbn auth login --api-key-file key.txt --signing-key-file k.pem
  gives 2 sbn auth login --api-key k --config x.json
  gives 2 sbn auth login --api-key k --base-url http://h
  holds "$err" "--base-url goes with a credential that is stored"
  gives 2 sbn auth login --api-key-file key.txt --issuer i
  holds "$err" "--issuer goes with --signing-key-file"
  [ ! -e "$FILE" ]
}

@test "a key from a file or standard input is stored in the profile and counts from then on" {
  key_file
  gives 0 sbn auth login --api-key-file key.txt --base-url http://h.example --tenant t
  lacks "$out$err" CANARY
  same "$err" ""
  same "$(stat -c %a "$FILE")" 600
  gives 0 sbn auth status -o json
  lacks "$out" CANARYCANARY
  same "$(member "$OUT" '["base_url"], d["api_key"], d["tenant_id"], d["authenticated"]')" \
    "('http://h.example', '$MASKED', 't', True)"
  same "$(member "$OUT" '["origins"]["api_key"]')" "profile default"
  gives 0 sbn auth login --api-key-file - --profile work -o json <key.txt
  same "$(member "$OUT" '["base_url"]')" https://api.smartblocks.network
  AGENTNET_PROFILE=work gives 0 sbn auth status
  holds "$out" "https://api.smartblocks.network  (default)" "$MASKED  (profile work)" "work  (AGENTNET_PROFILE)"
}

@test "a key file that others can read is warned of, and a variable that comes first" {
  key_file
  chmod 644 key.txt
  SBN_API_KEY=other gives 0 sbn auth login --api-key-file key.txt
  holds "$err" "key.txt holds a credential and can be read by other users" "SBN_API_KEY is set and comes before"
  gives 0 sbn auth status --api-key-file key.txt
  holds "$err" "chmod 600 key.txt"
  chmod 644 "$FILE"
  gives 0 sbn auth status
  holds "$err" "$FILE holds a credential"
}

@test "status shows what counts and why, in every format, and no whole secret" {
  gives 0 sbn auth status
  holds "$out" "no credential" "(the local network)" "(not set)"
  key_file
  local format
  for format in json jsonl table quiet yaml dotenv tsv; do
    SBN_API_KEY=$CANARY ATLAS_CLIENT_SECRET=$CANARY gives 0 sbn auth status -o $format -vv
    lacks "$out$err" CANARYCANARY
    gives 0 sbn auth status --api-key-file key.txt -o $format
    lacks "$out$err" CANARYCANARY
  done
  SBN_API_KEY=$CANARY gives 0 sbn auth status -o quiet
  same "$out" https://api.smartblocks.network
}

@test "flags before the command come before variables, as recorded" {
  SBN_API_KEY=envkey SBN_BASE_URL=http://env-url SBN_OUTPUT_FORMAT=json \
    gives 0 sbn --api-key flagflagflagflag --base-url http://flag -f table auth status
  holds "$out" "http://flag  (--base-url)" "flagflag...flag  (--api-key)" "Output Format        table"
  holds "$err" "--api-key shows the key"
}

@test "of a short key never all is shown" {
  local key shown
  while read -r key shown; do
    gives 0 sbn auth status --api-key "$key" --jq .api_key
    same "$out" "$shown"
  done <<'KEYS'
a ...
abcd ab...
abcdefghij abcd...
abcdefghijk abcd...
abcdefghijkl abcd...
abcdefghijklmno abcd...
abcdefghijklmnop abcdefgh...mnop
KEYS
}

@test "a project file cannot lead a credential elsewhere" {
  printf '{"sbn": {"base_url": "https://elsewhere.example"}}' >.agentnet.json
  SBN_API_KEY=$CANARY gives 2 sbn auth status
  holds "$err" ".agentnet.json sets the base URL https://elsewhere.example" "SBN_API_KEY"
  lacks "$err" CANARY
  SBN_API_KEY=$CANARY gives 0 sbn auth status --base-url https://elsewhere.example
}

@test "logout removes the credential and names what is still set" {
  key_file
  sbn auth login --api-key-file key.txt --base-url http://h --tenant t -q >"$OUT"
  gives 0 sbn auth logout --dry-run
  holds "$out" "would remove base_url, api_key"
  holds "$(cat "$FILE")" CANARY
  SBN_API_KEY=x ATLAS_CLIENT_ID=y gives 0 sbn auth logout
  holds "$out" "removed base_url, api_key from profile default" "  unset SBN_API_KEY" "  unset ATLAS_CLIENT_ID"
  lacks "$out" SBN_BASE_URL ATLAS_CLIENT_SECRET
  lacks "$(cat "$FILE")" CANARY
  gives 0 sbn auth status -o json
  same "$(member "$OUT" '["authenticated"], d["base_url"], d["tenant_id"]')" "(False, None, 't')"
  gives 0 sbn auth logout -o json
  same "$(member "$OUT" '')" "{'profile': 'default', 'removed': [], 'still_set': []}"
  gives 3 sbn auth logout --profile nowhere
  holds "$err" "has no profile 'nowhere'"
}

@test "logout on a fresh machine writes nothing" {
  gives 0 sbn auth logout
  holds "$out" "holds no credential"
  [ ! -e "$HOME/.config" ]
}

@test "a signing key is made for its owner only and kept when it is there" {
  umask 0
  gives 0 sbn auth signing-key generate key.pem
  holds "$out" "BEGIN PUBLIC KEY" "agentnet keys trust key.pem.pub" "sbn auth login --signing-key-file key.pem"
  lacks "$out$err" "PRIVATE KEY"
  same "$(stat -c %a key.pem)" 600
  openssl pkey -in key.pem -pubout >public.pem
  cmp public.pem key.pem.pub
  cp key.pem before.pem
  gives 6 sbn auth signing-key generate key.pem
  holds "$err" "key.pem exists already" "--force"
  cmp key.pem before.pem
  chmod 644 key.pem
  gives 0 sbn auth signing-key generate key.pem --force
  same "$(stat -c %a key.pem)" 600
  if cmp -s key.pem before.pem; then fail "the key is the same"; fi
  touch other.pem.pub
  gives 6 sbn auth signing-key generate other.pem
  [ ! -e other.pem ]
  gives 0 sbn auth signing-key generate dry.pem --dry-run
  lacks "$out" BEGIN
  [ ! -e dry.pem ] && [ ! -e dry.pem.pub ]
  gives 3 sbn auth signing-key generate missing/key.pem
}

@test "login with a signing key stores its path in place of an API key, and the other way round" {
  key_file
  key_pair agent
  chmod 600 agent.pem
  sbn auth login --api-key-file key.txt -q >"$OUT"
  gives 0 sbn auth login --signing-key-file agent.pem --issuer me --audience sbn --kid k1
  lacks "$(cat "$FILE")" CANARY PRIVATE
  gives 0 sbn auth status
  holds "$out" "Signing Key          $PWD/agent.pem  (profile default)" "Issuer               me"
  cd ..
  gives 0 sbn auth status -o json
  same "$(member "$OUT" '["api_key"], d["issuer"], d["audience"], d["authenticated"]')" "(None, 'me', 'sbn', True)"
  cd - >/dev/null
  gives 0 agentnet config get sbn.kid
  same "$out" k1
  gives 0 sbn auth login --api-key-file key.txt
  same "$(member "$FILE" '["profiles"]["default"]["sbn"].keys()')" "dict_keys(['api_key'])"
}

@test "login refuses a signing key that is none" {
  key_file
  gives 2 sbn auth login --signing-key-file key.txt --issuer me --audience sbn
  lacks "$err" CANARY
  gives 3 sbn auth login --signing-key-file missing.pem --issuer me --audience sbn
  key_pair agent
  gives 2 sbn auth login --signing-key-file agent.pem --issuer me
  holds "$err" "needs --issuer and --audience"
  gives 2 sbn auth login --signing-key-file agent.pub --issuer me --audience sbn
  gives 2 sbn auth login --signing-key-file - --issuer me --audience sbn <agent.pem
  [ ! -e "$FILE" ]
}

@test "a stored secret is in no argument and no variable of the process" {
  key_file
  mkfifo wait
  sbn auth login --api-key-file - <wait >"$OUT" &
  local process=$!
  exec {writer}>wait
  cat "/proc/$process/cmdline" "/proc/$process/environ" >seen
  cat key.txt >&"$writer"
  exec {writer}>&-
  wait "$process"
  [ -s seen ]
  lacks "$(tr '\0' ' ' <seen)" CANARY
}
