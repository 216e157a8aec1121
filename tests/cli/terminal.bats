# What the programs do on a terminal; terminal.py has the terminal.
load helpers

setup() { fresh_folder; }

@test "on a terminal: a progress line, colors, harmless text, tables that fit, Ctrl-C" {
  python3 "$TESTS/terminal.py"
}
