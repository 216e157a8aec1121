#!/usr/bin/env bash
# The main job, end to end, with real output. Works in a temporary folder; needs no network and no account.
set -euo pipefail
PATH="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/bin:$PATH"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

step() { printf '\n# %s\n' "$1"; }
show() {
  printf '$ %s\n' "$1"
  bash -c "$1"
}

step "A hash names the content of a document, whatever its layout"
show "snapchore hash '{\"user\": \"u-42\", \"event\": \"signup\"}'"
show "snapchore hash '{\"event\":\"signup\",\"user\":\"u-42\",\"timestamp\":\"now\"}'"

step "A seal puts it into a block that shows when it was opened"
show "snapchore seal '{\"event\": \"signup\"}' -o block.json"
show "snapchore verify-block block.json"
show "sed 's/signup/SIGNUP/' block.json | snapchore verify-block - || echo \"exit code \$?\""

step "A signed envelope says who sealed it"
show "openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out trusted.pem"
show "snapchore seal '{\"event\": \"signup\"}' --envelope in-toto --signing-key key.pem -o envelope.json"
show "snapchore verify-block --envelope envelope.json --trust trusted.pem"

step "A chain puts hashes in an order that cannot be changed unnoticed"
show "snapchore chain create --id audit"
show "seq 1 3 | jq -c '{n: .}' | snapchore hash --ndjson - -o quiet | snapchore chain append audit.chain.json -"
show "snapchore chain verify audit.chain.json"
show "snapchore chain show audit.chain.json -o table"

step "A million documents, hashed on all cores, in the order they came"
seq 1 1000000 | sed 's/.*/{"event":"tick","n":&,"price":0.125,"tags":["a","b"]}/' > ticks.ndjson
show "time sbn snapchore hash --ndjson ticks.ndjson -o quiet | sha256sum"

step "Errors say where, and the exit code says what kind"
show "snapchore hash '{\"n\": 1e16}' || echo \"exit code \$?\""
show "snapchore hsah || echo \"exit code \$?\""
