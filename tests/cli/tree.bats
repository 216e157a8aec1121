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

@test "inside core the rooms stand in order" {
  nothing "$(includes core/base | grep -vE ' core/base/')" "base includes only base"
  nothing "$(includes core/json | grep -vE ' core/(base|json)/')" "json includes only base and json"
  nothing "$(includes core/crypto | grep -vE ' core/(base|json|crypto)/')" "crypto includes only base, json and crypto"
  nothing "$(includes core/sbn | grep -E ' core/(blocks|paybond|skytale|network)/')" "a network includes no other"
}

@test "the arrows are looked for in files that are there" {
  [ "$(includes core | wc -l)" -gt 100 ]
  [ "$(includes commands | wc -l)" -gt 20 ]
}

@test "no source is longer than 800 lines, and nothing is left undone in the text" {
  nothing "$(cd "$ROOT" && find cli commands core -name '*.?pp' -exec wc -l {} + | awk '$2 != "total" && $1 > 800')" "too long"
  nothing "$(cd "$ROOT" && grep -rnEi '\b(TODO|FIXME|XXX|HACK|placeholder|not implemented yet)\b' cli commands core)" "undone"
}

@test "the binary is hardened" {
  local binary=$BIN/agentnet
  holds "$(readelf -hW "$binary")" "DYN (Position-Independent Executable file)"
  holds "$(readelf -dW "$binary")" "BIND_NOW" "PIE"
  holds "$(readelf -lW "$binary")" "GNU_RELRO"
  readelf -lW "$binary" | grep GNU_STACK | grep -qv 'RWE'
  holds "$(readelf --dyn-syms -W "$binary")" "__stack_chk_fail" "_chk@"
}

@test "the binary loads nothing but the C library" {
  local needed
  needed=$(readelf -dW "$BIN/agentnet" | sed -nE 's/.*NEEDED.*\[(.*)\]/\1/p' | grep -vE '^(libc|libm|ld-linux-x86-64)\.so\.[0-9]+$' || true)
  nothing "$needed" "libraries that cost time at every start"
}
