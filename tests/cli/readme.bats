load helpers

@test "the README's terminal session prints what it says, and its links lead somewhere" {
  python3 "$TESTS/readme.py"
}
