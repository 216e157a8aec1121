# Signed seals: what a signature covers, and what does not pass for one.
load helpers

setup() {
  fresh_folder
  key_pair alice
  key_pair mallory
  snapchore seal '{"amount": 1}' --envelope in-toto --signing-key alice.pem >e.json
}

tool() { python3 "$TESTS/envelope.py" "$@"; }

# changed EXPRESSION: e.json after a change, as changed.json.
changed() { tool change e.json "$1" >changed.json; }

verify() { gives "$1" snapchore verify-block --envelope "$2" --trust "$3"; }

# refused_for REASON: changed.json does not verify, in text and in JSON, and shows no block.
refused_for() {
  verify 9 changed.json alice.pub
  same "$out" "INVALID  reason=$1"
  gives 9 snapchore verify-block --envelope changed.json --trust alice.pub -o json
  same "$(tr -d ' \n' <"$OUT")" '{"valid":false,"block_id":null,"snapchore_hash":null,"reason":"'"$1"'"}'
}

@test "openssl verifies the signature over the DSSE encoding" {
  tool encoding e.json >message
  tool signature e.json >signature
  gives 0 openssl pkeyutl -verify -rawin -pubin -inkey alice.pub -in message -sigfile signature
  holds "$out" "Signature Verified Successfully"
  gives 1 openssl pkeyutl -verify -rawin -pubin -inkey mallory.pub -in message -sigfile signature
  printf x >>message
  gives 1 openssl pkeyutl -verify -rawin -pubin -inkey alice.pub -in message -sigfile signature
}

@test "an envelope that openssl signed verifies" {
  changed 'key("alice")'
  verify 0 changed.json alice.pub
}

@test "the envelope is an in-toto statement about the block's hash" {
  same "$(member e.json '["payloadType"]')" application/vnd.in-toto+json
  same "$(member e.json '["signatures"][0]["keyid"]')" "$(tool keyid alice.pub)"
  python3 -c 'import base64, json; print(json.dumps(json.loads(base64.b64decode(json.load(open("e.json"))["payload"]))))' >s.json
  same "$(member s.json '["_type"]')" https://in-toto.io/Statement/v1
  same "$(member s.json '["predicateType"]')" urn:agentnet:snapchore-seal:v1
  same "$(member s.json '["subject"][0]["digest"]["sha256"]')" "$(member s.json '["predicate"]["block"]["snapchore_hash"]')"
  same "$(member s.json '["subject"][0]["name"]')" "$(member s.json '["predicate"]["block"]["id"]')"
  python3 -c 'import json; json.dump(json.load(open("s.json"))["predicate"]["block"], open("b.json", "w"))'
  gives 0 snapchore verify-block b.json
}

@test "what verifies says whose key it was" {
  verify 0 e.json alice.pub
  holds "$out" "VALID  block=" "key=$(tool keyid alice.pub)"
  gives 0 snapchore verify-block --envelope e.json --trust alice.pub -o json
  same "$(member "$OUT" '["valid"]')" True
  same "$(member "$OUT" '["key_id"]')" "$(tool keyid alice.pub)"
  gives 0 snapchore verify-block --envelope - --trust alice.pub <e.json
}

@test "a trust file of several keys trusts each of them" {
  cat mallory.pub alice.pub >both.pub
  verify 0 e.json both.pub
  holds "$out" "key=$(tool keyid alice.pub)"
}

@test "text around the keys of a trust file is a comment" {
  { echo "# the release key"; cat alice.pub; echo "end"; } >commented.pub
  verify 0 e.json commented.pub
}

@test "another key is not trusted, whatever the envelope says of it" {
  verify 9 e.json mallory.pub
  same "$out" "INVALID  reason=no_trusted_signature"
  changed 'key("mallory")'
  refused_for no_trusted_signature
  changed 'key("mallory"); e["signatures"][0]["keyid"] = keyid("alice.pub")'
  refused_for no_trusted_signature
  changed 'key("mallory"); e["signatures"][0]["public_key"] = open("mallory.pub").read()'
  refused_for no_trusted_signature
}

@test "a key id that lies, is empty or is missing changes nothing about a good signature" {
  local change
  for change in 'e["signatures"][0]["keyid"] = keyid("mallory.pub")' 'e["signatures"][0]["keyid"] = ""' 'del e["signatures"][0]["keyid"]'; do
    changed "$change"
    verify 0 changed.json alice.pub
    holds "$out" "key=$(tool keyid alice.pub)"
  done
}

@test "a stripped, empty or damaged signature does not verify" {
  changed 'e["signatures"] = []'
  refused_for no_trusted_signature
  changed 'e["signatures"][0]["sig"] = ""'
  refused_for no_trusted_signature
  changed 'e["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()'
  refused_for no_trusted_signature
  changed 'e["signatures"][0]["sig"] = base64.b64encode(base64.b64decode(e["signatures"][0]["sig"])[:63]).decode()'
  refused_for no_trusted_signature
  changed 'e["signatures"][0]["sig"] = base64.b64encode(base64.b64decode(e["signatures"][0]["sig"]) + b"\0").decode()'
  refused_for no_trusted_signature
}

@test "of two signatures one trusted is enough, at either place" {
  tool change e.json 'key("alice")' >a.json
  tool change a.json 'key("mallory")' >m.json
  local order
  for order in 'e["signatures"] + other' 'other + e["signatures"]'; do
    tool change a.json 'other = json.load(open("m.json"))["signatures"]; e["signatures"] = '"$order" >two.json
    verify 0 two.json alice.pub
    holds "$out" "key=$(tool keyid alice.pub)"
    verify 0 two.json mallory.pub
    holds "$out" "key=$(tool keyid mallory.pub)"
  done
  key_pair carol
  verify 9 two.json carol.pub
}

@test "a changed payload does not verify with the old signature" {
  changed 's["predicate"]["block"]["payload"]["amount"] = 1000'
  refused_for no_trusted_signature
  changed 's["subject"][0]["digest"]["sha256"] = "0" * 64'
  refused_for no_trusted_signature
  changed 'e["payloadType"] = "application/json"'
  refused_for no_trusted_signature
  changed 's["predicate"]["block"]["created_at"] = "2000-01-01T00:00:00+00:00"'
  refused_for no_trusted_signature
}

@test "a trusted signature over something else than a seal does not pass for one" {
  changed 'e["payloadType"] = "application/json"; key("alice")'
  refused_for wrong_payload_type
  changed 's["predicateType"] = "https://slsa.dev/provenance/v1"; key("alice")'
  refused_for wrong_statement
  changed 's["_type"] = "https://in-toto.io/Statement/v0.1"; key("alice")'
  refused_for wrong_statement
  changed 's["subject"][0]["digest"]["sha256"] = "0" * 64; key("alice")'
  refused_for wrong_subject
  changed 's["subject"] = []; key("alice")'
  verify 9 changed.json alice.pub
}

@test "a trusted signature does not make a wrong block right" {
  changed 's["predicate"]["block"]["payload"]["amount"] = 1000; key("alice")'
  verify 9 changed.json alice.pub
  holds "$out" "INVALID  block="
  holds "$err" "does not verify"
}

@test "what is no envelope is a usage error" {
  local text
  for text in '{}' '[]' '5' '{"payload": 5, "payloadType": "x", "signatures": []}' '{"payload": "!", "payloadType": "x", "signatures": []}' '{"payloadType": "x", "payload": "e30=", "signatures": {}}'; do
    printf '%s' "$text" >envelope
    verify 2 envelope alice.pub
    holds "$err" "error: envelope:"
  done
}

@test "a trust file holds public keys and nothing else" {
  local file
  printf '' >empty
  printf 'garbage\n' >garbage
  cat alice.pub alice.pem >mixed
  cp alice.pem private
  openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 2>/dev/null | openssl pkey -pubout -out rsa
  for file in empty garbage mixed private rsa e.json; do
    verify 2 e.json "$file"
    holds "$err" "error: $file:"
  done
  verify 3 e.json missing
  gives 2 snapchore verify-block --envelope e.json
  holds "$err" "--envelope needs --trust FILE"
}

@test "what is no Ed25519 private key does not sign" {
  openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
  openssl genpkey -algorithm x25519 -out x25519.pem
  openssl pkey -in alice.pem -aes256 -passout pass:x -out encrypted.pem
  cat alice.pem mallory.pem >two.pem
  local file
  for file in rsa.pem x25519.pem encrypted.pem two.pem alice.pub e.json; do
    gives 2 snapchore seal '{}' --envelope in-toto --signing-key "$file"
    same "$out" ""
    holds "$err" "error: $file:"
  done
  gives 3 snapchore seal '{}' --envelope in-toto --signing-key missing
  gives 2 snapchore seal '{}' --envelope in-toto
  holds "$err" "--envelope needs --signing-key FILE"
  need_permissions
  chmod 000 mallory.pem
  gives 4 without_privileges snapchore seal '{}' --envelope in-toto --signing-key mallory.pem
}

@test "the key comes from a file, standard input or the environment" {
  snapchore seal '{}' --envelope in-toto --signing-key - <mallory.pem >1
  SNAPCHORE_SIGNING_KEY=mallory.pem snapchore seal '{}' --envelope in-toto >2
  echo '{}' | SNAPCHORE_SIGNING_KEY=mallory.pem snapchore seal - --envelope in-toto >3
  SNAPCHORE_SIGNING_KEY=alice.pem snapchore seal '{}' --envelope in-toto --signing-key mallory.pem >4
  local file
  for file in 1 2 3 4; do verify 0 $file mallory.pub; done
}

@test "a key without an envelope signs nothing, and says so when it was meant" {
  gives 2 snapchore seal '{}' --signing-key alice.pem
  holds "$err" "--signing-key goes with --envelope"
  SNAPCHORE_SIGNING_KEY=alice.pem gives 0 snapchore seal '{}' -o b.json
  lacks "$(cat b.json)" signatures
}

@test "--dry-run prints the bytes that would be signed and no signature" {
  snapchore seal '{"amount": 1}' --envelope in-toto --signing-key alice.pem --dry-run >message
  same "$(head -c 38 message)" "DSSEv1 28 application/vnd.in-toto+json"
  openssl pkeyutl -sign -rawin -inkey alice.pem -in message -out signature
  gives 0 openssl pkeyutl -verify -rawin -pubin -inkey alice.pub -in message -sigfile signature
  lacks "$(cat message)" signatures
}

@test "an envelope is written to a file whole, or not at all" {
  gives 0 snapchore seal '{}' --envelope in-toto --signing-key alice.pem -o out.json
  holds "$out" "sealed: " "wrote:  out.json"
  verify 0 out.json alice.pub
  gives 1 bash -c 'ulimit -f 1; snapchore seal "{}" --envelope in-toto --signing-key alice.pem -o cut.json'
  [ ! -e cut.json ]
  same "$(find . -name '*.json' | sort | tr '\n' ' ')" "./e.json ./out.json "
}

@test "two runs over the same payload sign two different seals" {
  snapchore seal '{"amount": 1}' --envelope in-toto --signing-key alice.pem >other.json
  [ "$(member e.json '["signatures"][0]["sig"]')" != "$(member other.json '["signatures"][0]["sig"]')" ]
}
