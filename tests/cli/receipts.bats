# sbn receipts verify: receipts judged offline, forgeries above all.
load helpers

setup() {
  fresh_folder
  # A batch of six seals, one of its own, and one of another network.
  seq 1 6 | sed 's/.*/{"n": &}/' | sbn -f quiet snapchore seal --ndjson - >hashes
  sbn -f quiet snapchore seal '{"n": 7}' --domain 'über "a\b"' >hashes7
  sbn -f json receipts list >list.json
  python3 -c '
import json
receipts = json.load(open("list.json"))["receipts"]
one = next(r for r in receipts if r["attestation"]["tree_size"] == 1)
batch = [r for r in receipts if r["attestation"]["tree_size"] == 6]
assert len(batch) == 6 and len(receipts) == 7
by_index = {r["attestation"]["leaf_index"]: r for r in batch}
for name, value in {"other": one, "good": by_index[2], "sibling": by_index[3]}.items():
    json.dump(value, open(name + ".json", "w"))
open("lines.ndjson", "w").writelines(json.dumps(r) + "\n" for r in receipts)'
  mkdir "$BATS_TEST_TMPDIR/elsewhere"
  HOME=$BATS_TEST_TMPDIR/elsewhere sbn -f json snapchore seal '{"n": 1}' >foreign-block
  HOME=$BATS_TEST_TMPDIR/elsewhere sbn receipts list --jq '.receipts[0]' >foreign.json
}

# As somebody who has nothing but the trust file.
stranger() {
  mkdir -p "$BATS_TEST_TMPDIR/stranger"
  HOME=$BATS_TEST_TMPDIR/stranger "$@"
}

@test "a receipt holds by the local validators, in every shape it comes in" {
  gives 0 sbn receipts verify good.json
  holds "$out" "VALID  receipt=rcpt_" "trusted_signatures=3"
  gives 0 sbn receipts verify good.json -o json
  same "$(member "$OUT" '["valid"], d["needed"], d["reason"]')" "(True, 2, None)"
  gives 0 sbn receipts verify - <other.json
  gives 0 sbn receipts verify "$(cat other.json)" --hash "$(cat hashes7)"
  gives 0 sbn receipts verify list.json -o json
  same "$(member "$OUT" '.__len__(), {r["valid"] for r in d}')" "(7, {True})"
  gives 0 sbn receipts verify --ndjson lines.ndjson
  same "$(wc -l <"$OUT")" 7
  gives 0 sbn receipts verify good.json -o quiet
  same "$out" "$(member good.json '["receipt_id"]')"
}

@test "every forgery is refused with its reason, and nothing that is true" {
  agentnet trust export >trust.json
  python3 "$ROOT/tests/support/forgeries.py" good.json sibling.json other.json foreign.json >forgeries
  python3 -c '
import json
open("forged", "w").writelines(json.loads(line)["receipt"] + "\n" for line in open("forgeries"))'
  gives 9 stranger sbn receipts verify --ndjson forged --trust trust.json
  holds "$err" "did not verify"
  python3 - "$OUT" <<'PYTHON'
import json, sys
forgeries = [json.loads(line) for line in open("forgeries")]
verdicts = [json.loads(line) for line in open(sys.argv[1])]
assert len(forgeries) == len(verdicts) > 100
for forgery, verdict in zip(forgeries, verdicts):
    assert verdict["valid"] == (not forgery["reasons"]), (forgery["name"], verdict)
    assert verdict["valid"] or verdict["reason"] in forgery["reasons"], (forgery["name"], verdict)
assert {verdict["reason"] for verdict in verdicts} == {None, "malformed", "hash_mismatch", "not_in_batch", "no_quorum"}
PYTHON
}

@test "one receipt at a time has the same exit codes, with and without JSON" {
  sed 's/"general"/"payments"/' good.json >forged.json
  gives 9 sbn receipts verify forged.json
  holds "$out" "INVALID  receipt=" "reason=hash_mismatch"
  gives 9 sbn receipts verify forged.json --json
  same "$(member "$OUT" '["valid"], d["reason"]')" "(False, 'hash_mismatch')"
  gives 9 sbn receipts verify foreign.json
  holds "$out" "reason=no_quorum"
  gives 9 sbn receipts verify good.json --hash "$(cat hashes7)"
  holds "$out" "reason=hash_mismatch"
  gives 9 sbn receipts verify '{}'
  holds "$out" "reason=malformed"
  printf '[%s,%s]' "$(cat good.json)" "$(cat foreign.json)" >both.json
  gives 9 sbn receipts verify both.json --jq .reason
  same "$out" $'null\nno_quorum'
}

@test "--trust replaces what is trusted by default" {
  openssl genpkey -algorithm ed25519 -out other.pem 2>/dev/null
  openssl pkey -in other.pem -pubout -out other.pub
  gives 9 sbn receipts verify good.json --trust other.pub
  holds "$out" "reason=no_quorum"
  HOME=$BATS_TEST_TMPDIR/elsewhere agentnet trust export >foreign-trust.json
  gives 9 sbn receipts verify good.json --trust foreign-trust.json
  gives 0 sbn receipts verify foreign.json --trust foreign-trust.json
  gives 0 sbn receipts verify foreign.json --trust - <foreign-trust.json
  gives 0 agentnet trust pin foreign-trust.json
  gives 0 sbn receipts verify foreign.json
  gives 0 sbn receipts verify good.json
}

@test "what could not be checked never has exit code 9" {
  gives 3 stranger sbn receipts verify good.json
  holds "$err" "there is no trusted key" "agentnet trust pin"
  gives 3 stranger sbn receipts verify good.json --json
  same "$(member "$ERR" '["error"]["code"]')" no_trusted_keys
  [ ! -e "$BATS_TEST_TMPDIR/stranger/.local" ]
  gives 2 sbn receipts verify missing.json
  gives 2 sbn receipts verify /
  gives 2 sbn receipts verify '{"receipt_id"'
  gives 2 sbn receipts verify good.json --trust missing.json
  gives 2 sbn receipts verify good.json --trust good.json
  gives 2 sbn receipts verify good.json --hash abc
  gives 2 sbn receipts verify good.json --hash "$(tr a-f A-F <hashes7)"
  gives 2 sbn receipts verify
  gives 2 sbn receipts verify good.json --ndjson lines.ndjson
  gives 2 sbn receipts verify - --trust - <good.json
  gives 3 sbn receipts verify '{"receipts": [], "count": 0}'
  gives 2 sbn receipts verify "{\"receipts\": [], \"receipts\": [$(cat good.json)]}"
  holds "$err" "appears twice"
  printf '%s\nno json\n' "$(tr -d '\n' <good.json)" >mixed
  gives 2 sbn receipts verify --ndjson mixed
  same "$(wc -l <"$OUT")" 2
}

@test "a private key given as trust is refused and not repeated" {
  key_pair agent
  gives 2 sbn receipts verify good.json --trust agent.pem
  holds "$err" "holds a private key"
  lacks "$err" "$(sed -n 2p agent.pem)"
}

@test "what a forged receipt names is printed without its control characters" {
  python3 -c '
import json
receipt = json.load(open("good.json"))
receipt["receipt_id"] = "\x1b[31mred\n"
json.dump(receipt, open("forged.json", "w"))'
  gives 9 sbn receipts verify forged.json
  no_controls "$OUT" "$ERR"
  same "$(wc -l <"$OUT")" 1
}
