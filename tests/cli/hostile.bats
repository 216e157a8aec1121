# A server that hostile clients come to, and how servers end; hostile.py has the clients.
load helpers

setup() { fresh_folder; }

@test "hostile clients are refused and forgotten; servers start, stop and die cleanly" {
  python3 "$TESTS/hostile.py"
}

@test "a device as the ready file stays" {
  mkfifo pipe
  cat pipe >ready.json &
  timeout --preserve-status --signal=TERM 1 agentnet serve --port 0 -q --ready-file pipe
  wait
  [ -p pipe ]
  [ "$(jq -r .tenant_id ready.json)" = local ]
}
