# The source tree and the binary: which room may know which, how long a file may be, how the binary is linked.
load helpers

# includes FOLDER: what the sources of a folder include of the project, a line each: "file included".
includes() {
  (cd "$ROOT" && grep -rHoE '^#include "(cli|commands|core)/[^"]+"' "$1" --include='*.?pp' --include='*.[ch]') |
    sed -E 's/^([^:]+):#include "([^"]+)"/\1 \2/'
}

# nothing TEXT WHAT
nothing() {
  [ -z "$1" ] || fail "$2:"$'\n'"$1"
}

@test "arrows point one way: cli, commands, core" {
  nothing "$(includes core | grep -E ' (cli|commands)/')" "core knows no cli and no commands"
  nothing "$(includes commands | grep -E ' cli/')" "commands know no cli"
}

# What a room of core may include beside itself. A network's room may include every room below the networks, and
# no other network's; core/network joins them.
rooms_below() {
  case $1 in
    base) echo ;;
    json) echo base ;;
    crypto) echo base json ;;
    http | store | bus) echo base json crypto ;;
    auth) echo base json crypto http store bus ;;
    sbn | blocks | paybond | skytale) echo base json crypto http store bus auth ;;
    network) echo base json crypto http store bus auth sbn blocks paybond skytale ;;
    *) return 1 ;;
  esac
}

@test "inside core the rooms stand in order, and no network knows another" {
  local room allowed
  for room in $(cd "$ROOT/core" && ls -d */ | tr -d /); do
    allowed=$(rooms_below "$room") || fail "no place is known for core/$room"
    nothing "$(includes "core/$room" | grep -vE " core/($(echo "$room $allowed" | sed 's/ *$//; s/ /|/g'))/")" "core/$room looks up"
  done
}

@test "every include of the project is by its path from the root, and is there" {
  nothing "$(cd "$ROOT" && grep -rnE '^#include "' cli commands core --include='*.?pp' --include='*.[ch]' | grep -vE '"(cli|commands|core)/')" "another way of naming a file"
  local file folder missing=
  for file in $(for folder in cli commands core; do includes $folder; done | cut -d' ' -f2 | sort -u); do
    [ -f "$ROOT/$file" ] || missing+=" $file"
  done
  same "$missing" ""
}

@test "the arrows are looked for in files that are there" {
  [ "$(includes core | wc -l)" -gt 100 ]
  [ "$(includes commands | wc -l)" -gt 20 ]
}

@test "no source is longer than 800 lines, and nothing is left undone in the text" {
  nothing "$(cd "$ROOT" && find cli commands core tests -name '*.?pp' -exec wc -l {} + | awk '$2 != "total" && $1 > 800')" "too long"
  nothing "$(cd "$ROOT" && grep -rnEi '\b(TODO|FIXME|XXX|HACK|placeholder|not implemented yet)\b' cli commands core completions cmake dev)" "undone"
}

@test "the binary is hardened" {
  local binary=$BIN/agentnet
  holds "$(readelf -hW "$binary")" "DYN (Position-Independent Executable file)"
  holds "$(readelf -dW "$binary")" "BIND_NOW" "PIE"
  holds "$(readelf -lW "$binary")" "GNU_RELRO"
  # The flags of the stack's segment: readable, writable, not executable.
  same "$(readelf -lW "$binary" | awk '$1 == "GNU_STACK" { print $7 }')" RW
  holds "$(readelf --dyn-syms -W "$binary")" "__stack_chk_fail" "_chk@"
}

@test "the binary loads nothing but the C library" {
  local needed
  needed=$(readelf -dW "$BIN/agentnet" | sed -nE 's/.*NEEDED.*\[(.*)\]/\1/p' | grep -vE '^(libc|libm|ld-linux-x86-64)\.so\.[0-9]+$' || true)
  nothing "$needed" "libraries that cost time at every start"
}

@test "the modules are hardened like the binary" {
  local module
  for module in "$BIN"/agentnet-*.so; do
    holds "$(readelf -dW "$module")" "BIND_NOW"
    holds "$(readelf -lW "$module")" "GNU_RELRO"
    same "$(readelf -lW "$module" | awk '$1 == "GNU_STACK" { print $7 }')" RW
  done
}

@test "nothing in the binary may be written and executed" {
  nothing "$(readelf -lW "$BIN/agentnet" | awk '$1 == "LOAD" && /RWE/')" "segments"
  nothing "$(readelf -dW "$BIN/agentnet" | grep -E 'TEXTREL|RPATH|RUNPATH')" "entries of the dynamic section"
}

@test "the binary says nothing of the machine that built it" {
  nothing "$(strings -n 8 "$BIN/agentnet" | grep -F "$ROOT/")" "paths of the source tree"
}
