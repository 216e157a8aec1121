# A server that hostile clients come to, and how servers end; hostile.py has the clients.
load helpers

setup() { fresh_folder; }

@test "hostile clients are refused and forgotten; servers start, stop and die cleanly" {
  python3 "$TESTS/hostile.py"
}
