# sbn gateway, bitblocks, blocks: slots from opening to attestation.
load helpers

setup() { fresh_folder; }

slot() {
  sbn gateway slots create --worker w-1 --task classify "$@" -f quiet
}

@test "a slot is opened, filled, closed and attested, and its receipts verify offline" {
  local slot=$(slot --interval 30 --metadata '{"a": 1}')
  gives 0 sbn bitblocks submit "$slot" '{"action": "pick", "n": 1.50}' --metadata '{"m": 1}' -o json
  same "$(member "$OUT" '["block_type"], d["domain"], d["generation"]')" "('Action', 'default', 0)"
  local hash=$(member "$OUT" '["snap_hash"]')
  same "$hash" "$(snapchore hash '{"action": "pick", "n": 1.50}')"
  gives 0 sbn gateway slots close "$slot" -o json
  same "$(member "$OUT" '["slot_id"], d["bitblock_count"], d["blocks_composed"]')" "('$slot', 1, 1)"
  same "$(member "$OUT" '["merkle_root"]')" "$hash"
  cp "$OUT" closed
  gives 0 sbn gateway slots close "$slot" -o json
  cmp closed "$OUT"
  sbn receipts get "$(member closed '["receipt_id"]')" -o json >receipt
  gives 0 sbn receipts verify receipt --hash "$(member closed '["snapchore_hash"]')"
  gives 0 sbn gateway attest "$slot" "sha256:$hash" --frontier f.1 -o json
  same "$(member "$OUT" '["status"]')" attested
  local attestation=$(member "$OUT" '["receipt_id"]')
  sbn gateway receipt "$attestation" -o json >receipt
  gives 0 sbn receipts verify receipt
  gives 0 sbn gateway attest "$slot" "$hash" -f quiet
  same "$out" "$attestation"
}

@test "what is wrong ends with the right code and a sentence" {
  local slot=$(slot)
  gives 3 sbn gateway slots close none
  holds "$err" "there is no such slot"
  gives 3 sbn bitblocks submit none '{}'
  gives 6 sbn gateway attest "$slot" abc
  holds "$err" "close it first"
  sbn gateway slots close "$slot" -f quiet
  gives 6 sbn bitblocks submit "$slot" '{}'
  holds "$err" "the slot is closed"
  gives 6 sbn blocks submit "$slot" '{}'
  gives 0 sbn gateway attest "$slot" sha256:your-snap-hash --jq .hash_in_slot
  same "$out" false
  gives 5 sbn gateway attest "$slot" sha256:
  holds "$err" "snap_hash has no hash"
  gives 2 sbn gateway slots create --task t
  holds "$err" "--worker is needed"
  gives 2 sbn gateway slots create --worker w --metadata '[1]'
  gives 2 sbn gateway slots create --worker w --interval x
  gives 5 sbn gateway slots create --worker w --interval 0
  gives 2 sbn bitblocks submit "$slot" '[1]'
  gives 2 sbn bitblocks list "$slot" --limit 1001
  gives 2 sbn bitblocks list "$slot" --all --offset 3
  gives 5 sbn gateway slots list --state shut
  gives 3 sbn gateway block get none
  gives 3 sbn gateway proof-surface none
  gives 2 sbn gateway attest "$slot" h --metadata '{"a"'
}

@test "what is submitted again under its operation is the same, something else is a conflict" {
  local slot=$(slot)
  local first=$(sbn bitblocks submit "$slot" '{"n": 1}' --operation-id o -f quiet)
  same "$(sbn bitblocks submit "$slot" '{"n": 1}' --operation-id o -f quiet)" "$first"
  gives 6 sbn bitblocks submit "$slot" '{"n": 2}' --operation-id o
  first=$(sbn bitblocks submit "$slot" '{"n": 3}' --idempotency-key i -f quiet)
  same "$(sbn bitblocks submit "$slot" '{"n": 3}' --idempotency-key i -f quiet)" "$first"
  gives 0 sbn bitblocks list "$slot" -f quiet
  same "$(wc -l <"$OUT")" 2
}

@test "lists print what the SDK returns, and all pages when asked to" {
  local slot=$(slot) n
  seq 1 2500 | sed 's/.*/{"n": &}/' | sbn gateway slots stream --slot "$slot" -f quiet >ids
  gives 0 sbn bitblocks list "$slot" -o json
  same "$(member "$OUT" '["count"]')" 1000
  gives 0 sbn bitblocks list "$slot" --all -f quiet
  cmp "$OUT" <(head -n -1 ids)
  gives 0 sbn bitblocks list "$slot" --all --limit 7 --generation 0 -o jsonl
  same "$(wc -l <"$OUT")" 2500
  for n in 1 2 3; do slot >>slots; done
  gives 0 sbn gateway slots list --all --limit 2 -f quiet
  same "$out" "$(tac slots; echo "$slot")"
  gives 0 sbn gateway slots list --state open --limit 1 -o json
  same "$(member "$OUT" '[0]["id"]')" "$(tail -n 1 slots)"
  gives 0 sbn gateway slots list --source nobody -o json
  same "$out" "[]"
  gives 0 sbn blocks list --domain nobody -o json
  same "$out" "[]"
}

@test "orphans are listed and reaped" {
  slot --metadata '{"generation_interval": 60}' >managed
  slot >unmanaged
  gives 0 sbn gateway slots orphans --min-age 0 --idle 0 -f quiet
  same "$out" "$(cat managed)"
  gives 0 sbn gateway slots orphans -o json
  same "$out" "[]"
  gives 0 sbn gateway slots reap --min-age 0 --idle 0 --include-unmanaged -f quiet
  same "$out" 2
  gives 6 sbn bitblocks submit "$(cat unmanaged)" '{}'
}

@test "from a slot to its blocks, their BitBlocks and their proofs" {
  local slot=$(slot)
  sbn bitblocks submit "$slot" '{"n": 1}' -f quiet
  local inside=$(sbn blocks submit "$slot" '{"b": 2}' --domain d -f quiet)
  gives 0 sbn gateway slots seal "$slot" -o json
  local whole=$(member "$OUT" '["anchor"]["smartblock_id"]') part=$(member "$OUT" '["compose_receipts"][0]["block_id"]')
  gives 0 sbn gateway slots blocks "$slot" -f quiet
  same "$(sed -n 2,4p "$OUT")" "$inside"$'\n'"$part"$'\n'"$whole"
  gives 0 sbn blocks bitblocks "$part" --include-stack -o json
  same "$(member "$OUT" '["bitblocks"][0]["payload"], len(d["stack"])')" "({'n': 1}, 2)"
  gives 0 sbn blocks get "$inside" -o json
  same "$(member "$OUT" '["data"]["slot_id"]')" "$slot"
  gives 0 sbn gateway block get "$part" -o json
  same "$(member "$OUT" '["slot_id"]')" "$slot"
  gives 0 sbn gateway block fractal-receipts "$whole" -f quiet
  same "$out" "rcpt_$part"
  gives 0 sbn gateway block successors "$part" -f quiet
  same "$out" "rcpt_$whole"
  gives 0 sbn gateway block proof-surfaces "$part" --kind closed -o json
  same "$(member "$OUT" '["count"]')" 0
  gives 0 sbn receipts proof-ledger "$part" -f quiet
  same "$out" $'sealed\nattested'
  sbn gateway proof-surface "rcpt_$whole" --jq .receipt >receipt
  gives 0 sbn receipts verify receipt
  gives 0 sbn receipts by-hash "$(sbn receipts get "rcpt_$part" --jq .hash | tr -d '"')" -f quiet
  same "$out" "rcpt_$part"
}

@test "with --dry-run the request is printed and nothing is sent" {
  gives 0 sbn gateway slots create --worker w --task t --dry-run
  same "$(member "$OUT" '["request"]["body"]')" '{"worker_id": "w", "task_type": "t"}'
  gives 0 sbn gateway slots stream --worker w --task t --dry-run </dev/null
  holds "$(member "$OUT" '["request"]["body"]')" '"metadata": {"generation_interval": 60}'
  gives 0 sbn gateway slots list -o json
  same "$out" "[]"
}
