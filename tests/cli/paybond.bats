# paybond: digests, signatures and verification, offline.
load helpers

setup() {
  fresh_folder
  unset PAYBOND_PRINCIPAL_SEED PAYBOND_PAYEE_SEED PAYBOND_SIGNING_SEED APP_PAYEE_SEED_HEX
}

VECTORS=$ROOT/tests/vectors/paybond

# inputs FILE: the `input` of each recorded case, one a line; expected FILE: the body, or {"error for a refusal.
inputs() { python3 -c 'import json, sys; [print(json.dumps(v["input"])) for v in json.load(open(sys.argv[1]))["vectors"]]' "$VECTORS/$1"; }
expected() {
  python3 -c '
import json, sys
for v in json.load(open(sys.argv[1]))["vectors"]:
    print(v["expect"]["body_json_text"] if "expect" in v else "refused")' "$VECTORS/$1"
}

# intent [NAME VALUE]...: the golden intent without its seed; a VALUE is JSON, an empty one removes the field.
intent() {
  python3 - "$VECTORS/create_intent_signed_v2_kit_0_2_1.json" "$@" <<'END'
import json, sys
given = json.load(open(sys.argv[1]))["vectors"][0]["input"]
del given["principal_seed_hex"]
for name, value in zip(sys.argv[2::2], sys.argv[3::2]):
    if value:
        given[name] = json.loads(value)
    else:
        given.pop(name)
print(json.dumps(given))
END
}

# refused CODE COMMAND...: exit code 2 and that error code.
refused() {
  local code=$1
  shift
  gives 2 "$@" --log-format json
  same "$(member "$ERR" '["error"]["code"]')" "$code"
  same "$out" ""
}

@test "recorded intents and evidence are signed to the byte, in bulk and in order" {
  local file command version
  while read -r file command version; do
    inputs "$file" >lines
    expected "$file" >wanted
    gives 2 paybond sign "$command" --ndjson lines --signing-version "$version"
    sed 's/^{"error".*/refused/' "$OUT" | diff - wanted || fail "$file"
  done <<'END'
create_intent_signed_v2_kit_0_2_1.json intent 2
create_intent_signed_v6_kit_0_12_17.json intent 6
create_intent_policy_signed_v7_kit_0_12_17.json intent 7
evidence_signed_v1_kit_0_2_1.json evidence 1
evidence_signed_v2_kit_0_12_17.json evidence 2
END
}

@test "versions 2 and 1 are the default, and one document is signed like a line" {
  inputs create_intent_signed_v2_kit_0_2_1.json | sed -n 1p >intent
  expected create_intent_signed_v2_kit_0_2_1.json | sed -n 1p >wanted
  gives 0 paybond sign intent --input intent
  diff "$OUT" wanted
  gives 0 paybond sign intent --input - <intent
  diff "$OUT" wanted
  gives 0 paybond sign intent --ndjson - <intent
  diff "$OUT" wanted
  gives 0 paybond sign intent --input intent -o quiet
  same "$out" "$(member wanted '["principal_signature"]')"
  gives 0 paybond sign intent --input intent --bytes
  [[ $out == 020d00000000000000* ]]
  inputs evidence_signed_v1_kit_0_2_1.json | sed -n 1p >evidence
  expected evidence_signed_v1_kit_0_2_1.json | sed -n 1p >wanted
  gives 0 paybond sign evidence --input evidence
  diff "$OUT" wanted
}

@test "a seed comes from a file in four forms, from standard input or from the environment" {
  local seed=03e26aae8a3986e31b196fbdcd0459b9ddc49288b5cf0515850d7b945e955d19 form
  intent >intent
  expected create_intent_signed_v2_kit_0_2_1.json | sed -n 1p >wanted
  umask 077
  echo $seed >hex
  xxd -r -p hex raw
  base64 raw >base64
  { echo -----BEGIN PRIVATE KEY-----; echo "302e020100300506032b657004220420$seed" | xxd -r -p | base64 -w 64; echo -----END PRIVATE KEY-----; } >pem
  for form in hex raw base64 pem; do
    gives 0 paybond sign intent --input intent --seed-file $form
    same "$err" ""
    diff "$OUT" wanted
  done
  gives 0 paybond sign intent --input intent --seed-file - <raw
  diff "$OUT" wanted
  PAYBOND_PRINCIPAL_SEED=$seed gives 0 paybond sign intent --input intent
  diff "$OUT" wanted
  refused bad_usage paybond sign intent --input - --seed-file - <intent
  refused bad_input paybond sign intent --input intent --seed-file nowhere
  chmod 644 hex
  gives 0 paybond sign intent --input intent --seed-file hex
  holds "$err" "can be read by others"
}

@test "a seed of the wrong length is refused and never shown" {
  local seed=03e26aae8a3986e31b196fbdcd0459b9ddc49288b5cf0515850d7b945e955d
  intent >intent
  umask 077
  echo $seed >short
  refused bad_seed paybond sign intent --input intent --seed-file short
  holds "$err" "31 bytes"
  lacks "$err" $seed
  PAYBOND_PRINCIPAL_SEED=${seed}0000 refused bad_seed paybond sign intent --input intent
  lacks "$err" $seed
  intent principal_seed_hex "\"$seed\"" >intent
  refused bad_seed paybond sign intent --input intent
  lacks "$err" $seed
}

@test "each bad field of an intent has its code, and nothing is signed" {
  umask 077
  paybond keys generate-seed seed >made
  local name value code
  while read -r code name value; do
    intent "$name" "$value" >intent
    refused "$code" paybond sign intent --input intent --seed-file seed
    { intent; cat intent; } >two
    gives 2 paybond sign intent --ndjson two --seed-file seed
    holds "$(sed -n 1p "$OUT")" '"signing_version":2'
    holds "$(sed -n 2p "$OUT")" "\"code\":\"$code\"" '"line":2'
  done <<'END'
bad_amount amount_cents 1.5
bad_amount amount_cents 100.0
bad_amount amount_cents "100"
amount_overflow amount_cents 9223372036854775808
amount_overflow amount_cents -9223372036854775809
bad_deadline deadline_rfc3339 "soon"
bad_intent_id intent_id "x"
bad_tools allowed_tools_json "[]"
bad_json budget_json "{"
number_out_of_range predicate_json "1e999"
bad_field currency null
unknown_field colour "red"
missing_field currency
END
  intent | sed 's/^{/{"currency": "eur", /' >intent
  refused duplicate_name paybond sign intent --input intent --seed-file seed
  intent principal_seed_hex "\"$(cat seed)\"" >intent
  refused seed_given_twice paybond sign intent --input intent --seed-file seed
  intent >intent
  refused missing_field paybond sign intent --input intent
}

@test "with --strict a negative amount and a deadline that has passed are refused too" {
  umask 077
  paybond keys generate-seed seed >made
  intent amount_cents -1 >intent
  gives 0 paybond sign intent --input intent --seed-file seed
  refused negative_amount paybond sign intent --input intent --seed-file seed --strict
  intent deadline_rfc3339 '"2001-01-02T15:04:05Z"' >intent
  gives 0 paybond sign intent --input intent --seed-file seed
  refused deadline_passed paybond sign intent --input intent --seed-file seed --strict
  intent >intent
  gives 0 paybond sign intent --input intent --seed-file seed --strict
}

@test "JSON parts may be nested 127 levels deep and no deeper" {
  umask 077
  paybond keys generate-seed seed >made
  nest() { python3 -c "print('[' * $1 + ']' * $1)"; }
  gives 0 paybond digest "$(nest 127)"
  refused too_deep paybond digest "$(nest 128)"
  intent budget_json "\"$(nest 127)\"" >intent
  gives 0 paybond sign intent --input intent --seed-file seed
  intent budget_json "\"$(nest 128)\"" >intent
  refused too_deep paybond sign intent --input intent --seed-file seed
}

@test "a generated seed is private, belongs to the key that is shown, and is not replaced unasked" {
  gives 0 paybond keys generate-seed seed -o json
  same "$(stat -c %a seed)" 600
  [[ $(cat seed) =~ ^[0-9a-f]{64}$ ]]
  lacks "$out" "$(cat seed)"
  local key=$(member "$OUT" '["public_key_base64"]')
  intent >intent
  gives 0 paybond sign intent --input intent --seed-file seed
  same "$(member "$OUT" '["principal_pubkey"]')" "$key"
  cp seed before
  gives 6 paybond keys generate-seed seed
  cmp seed before
  gives 0 paybond keys generate-seed seed --force --dry-run
  cmp seed before
  gives 0 paybond keys generate-seed seed --force
  ! cmp -s seed before
}

@test "digests and canonical bytes are the recorded ones, in bulk too" {
  python3 - "$VECTORS/canonical_json.json" <<'END'
import json, sys
with open("lines", "w") as lines, open("wanted", "w") as wanted:
    for vector in json.load(open(sys.argv[1]))["vectors"]:
        if "\n" not in vector["input_json_text"]:
            print(vector["input_json_text"], file=lines)
            print(vector.get("blake3_hex", ""), file=wanted)
END
  gives 2 paybond digest --ndjson lines -o quiet
  diff "$OUT" wanted
  gives 2 paybond digest --ndjson - --threads 3 <lines
  same "$(grep -c '^{"error"' "$OUT")" "$(grep -c '^$' wanted)"
  gives 0 paybond digest --canonical '{"b": 1.50, "a": [1e2, -0]}'
  same "$out" '{"a":[100.0,-0.0],"b":1.5}'
  gives 0 paybond digest '{"a": 1, "a": 2}'
  holds "$err" "'a' appears twice"
  same "$out" "$(paybond digest '{"a": 2}')"
  refused duplicate_name paybond digest --strict '{"a": 1, "a": 2}'
  refused bad_json paybond digest '{"a": 01}'
  refused number_out_of_range paybond digest '[1e999]'
}

@test "mandates, receipts and manifests verify, and each way to fail exits with 9" {
  umask 077
  local key=$(paybond keys generate-seed seed -o quiet)
  python3 - "$VECTORS" <<'END'
import json, sys
def first(name):
    return json.load(open(f"{sys.argv[1]}/{name}.json"))["vectors"][0]
for name, made in [("mandate", first("agent_mandates")["signed"]["value"]), ("receipt", first("agent_receipts")["signed"]),
                   ("protocol", first("protocol_receipts")["signed"]["value"]), ("proof", first("merkle_inclusion")["proof"]),
                   ("manifest", first("audit_manifest")["manifest"])]:
    json.dump(made, open(f"{name}.json", "w"))
    member = next(k for k in ("nonce", "currency", "issued_at", "job_id", "receipt_id") if isinstance(made.get(k), str))
    json.dump({**made, member: "2031-01-01T00:00:00Z"}, open(f"bad-{name}.json", "w"))
END
  local name command
  while read -r name command; do
    gives 0 $command $name.json
    gives 9 $command bad-$name.json
    gives 9 $command $name.json --trusted-key $key
    same "$err" ""
  done <<'END'
mandate paybond mandates verify --at 2030-01-01T00:00:00Z --body
receipt paybond receipts verify
protocol paybond receipts verify
manifest paybond audit exports verify
END
  gives 0 paybond receipts verify proof.json
  gives 9 paybond mandates verify --body mandate.json --at 2036-01-01T00:00:00Z -o json
  same "$(member "$OUT" '["reason"]')" expired
  gives 9 paybond receipts verify mandate.json
  gives 9 paybond receipts verify receipt.json --tier attested -o json
  same "$(member "$OUT" '["reason"]')" tier_not_reached
  gives 0 paybond receipts verify receipt.json --tier primary -o json
  same "$(member "$OUT" '["tier"]')" primary
  same "$(member "$OUT" '["trusted"]')" None
  cat receipt.json >lines
  echo >>lines
  cat bad-receipt.json >>lines
  gives 9 paybond receipts verify --ndjson lines
  same "$(wc -l <"$OUT")" 2
  python3 -c 'import json; json.dump([json.load(open("receipt.json")), json.load(open("proof.json"))], open("list", "w"))'
  gives 0 paybond receipts verify list
  echo '[]' >list
  gives 3 paybond receipts verify list
  refused bad_key paybond receipts verify receipt.json --trusted-key 00
}

@test "an export's files are checked against its manifest" {
  umask 077
  paybond keys generate-seed seed >made
  mkdir -p export/data
  echo one >export/data/a.json
  local hash=$(sha256sum <export/data/a.json | cut -d' ' -f1)
  sign() {
    paybond sign artefact --seed-file seed --input \
      "{\"kind\": \"paybond.audit_export_manifest_v1\", \"job_id\": \"j\", \"artifacts\": [{\"path\": \"$1\", \"sha256_hex\": \"$hash\"}]}" >export/manifest.json
  }
  sign data/a.json
  gives 0 paybond audit exports verify export --files -o json
  same "$(member "$OUT" '["verified"]')" True
  echo two >export/data/a.json
  gives 0 paybond audit exports verify export
  gives 9 paybond audit exports verify export --files -o json
  same "$(member "$OUT" '["reason"]')" file_mismatch
  rm export/data/a.json
  gives 9 paybond audit exports verify export --files
  cp seed outside
  sign ../outside
  gives 9 paybond audit exports verify export --files
  holds "$out" "no file of the bundle"
  refused bad_usage paybond audit exports verify export/manifest.json --files
}

@test "what a signer says never steers the terminal" {
  umask 077
  paybond keys generate-seed seed >made
  paybond sign artefact --seed-file seed --input '{"kind": "paybond.audit_export_manifest_v1", "job_id": "j\u001b[31m"}' >manifest.json
  gives 0 paybond audit exports verify manifest.json
  no_controls "$OUT" "$ERR"
  echo '{"kind": "\u001b]0;x\u0007", "receipt_id": "\u001b[2J"}' >receipt.json
  gives 9 paybond receipts verify receipt.json
  no_controls "$OUT" "$ERR"
}
