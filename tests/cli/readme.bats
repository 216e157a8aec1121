load helpers

@test "the README's terminal session prints what it says, and its links lead somewhere" {
  python3 "$TESTS/readme.py"
}

@test "the tour finishes and shows the main job" {
  fresh_folder
  gives 0 "$ROOT/tests/tour.sh"
  holds "$out" "VALID  block=" "VALID  length=3" "exit code 9"
}
