# What every file of this folder stands on: the programs in PATH, a fresh folder for each test, an environment
# without anything that steers the programs, and assertions that say what they saw.
#
# AGENTNET_BIN names the folder of the programs; without it that is build/bin of this tree.
bats_require_minimum_version 1.5.0

TESTS=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
ROOT=$(cd "$TESTS/../.." && pwd)
BIN=$(cd "${AGENTNET_BIN:-$ROOT/build/bin}" && pwd)

# The hash of {"tokens": 1500}, as the network's own tool recorded it.
HASH_OF_TOKENS=ce41dbb3aa2335434f904d522f527853da0ea4af4f6c848d462bcfed51d605fc

fresh_folder() {
  local name
  for name in $(compgen -e); do
    case $name in
      SNAPCHORE_* | SB_* | PAYBOND_* | APP_* | SBN_* | ATLAS_* | AGENTNET_* | XDG_* | ENVIRONMENT | NO_COLOR | CLICOLOR_FORCE) unset "$name" ;;
    esac
  done
  export AGENTNET_BIN=$BIN PATH=$BIN:$PATH LC_ALL=C.UTF-8 TERM=xterm PYTHONDONTWRITEBYTECODE=1
  mkdir -p "$BATS_TEST_TMPDIR/work"
  cd "$BATS_TEST_TMPDIR/work" || return
  export HOME=$BATS_TEST_TMPDIR/home
  mkdir -p "$HOME"
}

fail() {
  printf '%s\n' "$*" >&2
  return 1
}

# gives CODE COMMAND...: runs it with standard input as it is; the exit code must be CODE. Leaves what it
# printed in $out and $err, and in the files that $OUT and $ERR name.
OUT=out ERR=err
gives() {
  local wanted=$1 code=0
  shift
  OUT=$BATS_TEST_TMPDIR/out ERR=$BATS_TEST_TMPDIR/err
  "$@" >"$OUT" 2>"$ERR" || code=$?
  out=$(tr -d '\0' <"$OUT")
  err=$(tr -d '\0' <"$ERR")
  [ "$code" -eq "$wanted" ] && return
  fail "$(printf '%q ' "$@")"$'\n'"exit code $code, not $wanted"$'\n'"stdout: $out"$'\n'"stderr: $err"
}

# same ACTUAL EXPECTED
same() {
  [ "$1" = "$2" ] || fail "got:      $1"$'\n'"expected: $2"
}

# holds TEXT PART...: every part stands in the text.
holds() {
  local text=$1 part
  shift
  for part in "$@"; do
    [[ $text == *"$part"* ]] || fail "not found: $part"$'\n'"in: $text" || return
  done
}

# lacks TEXT PART...: no part stands in it.
lacks() {
  local text=$1 part
  shift
  for part in "$@"; do
    [[ $text != *"$part"* ]] || fail "found: $part"$'\n'"in: $text" || return
  done
}

# no_controls FILE...: no byte of them steers a terminal (tab and newline may stand; C1 controls may not).
no_controls() {
  local file
  for file in "$@"; do
    if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$file"; then
      fail "control characters in $file: $(cat -v "$file" | head -c 2000)" || return
    fi
  done
}

# member FILE PATH: a member of a JSON file, as text; the path is Python's: ["a"][0].
member() {
  python3 -c 'import json, sys; print(eval("d" + sys.argv[2], {"d": json.load(open(sys.argv[1]))}))' "$1" "$2"
}

# says EXIT CODE COMMAND...: it fails with that exit code and that code in its JSON error, and prints nothing.
says() {
  local exit=$1 code=$2
  shift 2
  gives "$exit" "$@" -o json
  same "$out" ""
  same "$(member "$ERR" '["error"]["code"], d["error"]["exit_code"]')" "('$code', $exit)"
}

# gateway STATUS BODY [PRINCIPAL]: a gateway that answers so, to who asks who it is with PRINCIPAL where that is given. Its
# address is in $URL, its process, for teardown to end, in $SERVER, what it was asked in the file "requests".
gateway() {
  mkfifo address
  python3 - "$TESTS/../support" "$1" "$2" "${3-$2}" >address 3>&- <<'PYTHON' &
import sys, time
sys.path.insert(0, sys.argv[1])
import recording
def answer(request):
    with open("requests", "a") as log:
        log.write(f"{request.method} {request.target} {request.header('authorization')}\n")
    body = sys.argv[4] if request.target.endswith("/principal") else sys.argv[3]
    return int(sys.argv[2]), [], body.encode()
with recording.Loopback(answer) as server:
    print(server.base_url, flush=True)
    while True:
        time.sleep(60)
PYTHON
  SERVER=$!
  read -r URL <address
}

# is_json FILE: one valid JSON document without repeated names.
is_json() {
  python3 - "$1" <<'PYTHON'
import json, sys
def unique(pairs):
    assert len(pairs) == len(dict(pairs)), f"a name appears twice: {[name for name, _ in pairs]}"
    return dict(pairs)
json.loads(open(sys.argv[1], "rb").read(), object_pairs_hook=unique)
PYTHON
}

# without_privileges COMMAND...: file permissions count, even for root.
without_privileges() {
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  else
    setpriv --bounding-set=-dac_override,-dac_read_search "$@"
  fi
}

# Skips a test that needs permissions to count where nothing makes them count.
need_permissions() {
  : >"$BATS_TEST_TMPDIR/sealed" && chmod 000 "$BATS_TEST_TMPDIR/sealed"
  if without_privileges cat "$BATS_TEST_TMPDIR/sealed" >/dev/null 2>&1; then
    skip "file permissions do not bind this user"
  fi
}

# Key pairs: key_pair NAME makes NAME.pem and NAME.pub.
key_pair() {
  openssl genpkey -algorithm ed25519 -out "$1.pem" 2>/dev/null
  openssl pkey -in "$1.pem" -pubout -out "$1.pub"
}
