# Recorded runs of the network's own command, run again with ours.
load helpers

setup() { fresh_folder; }

VECTORS=$ROOT/tests/vectors/sbn/snapchore_cli.json

# altered EXPRESSION: a copy of the recordings after a change; run names a run by its id.
altered() {
  python3 - "$VECTORS" "$1" >altered.json <<'PYTHON'
import json, sys
recording = json.load(open(sys.argv[1], encoding="utf-8"))
run = {vector["id"]: vector for vector in recording["vectors"]}
exec(sys.argv[2])
json.dump(recording, sys.stdout)
PYTHON
}

refused() {
  gives 1 python3 "$TESTS/replay.py" altered.json
  holds "$out" "$@"
}

@test "every recorded run gives the same output, files and exit code" {
  gives 0 python3 "$TESTS/replay.py"
  holds "$out" "recorded runs replayed"
}

@test "the replay notices another hash, exit code, order of members, or line" {
  altered 'run["snapcli-09"]["stdout"] = run["snapcli-09"]["stdout"].replace("42cb", "42cc")'
  refused snapcli-09
  altered 'run["snapcli-21"]["exit"] = 1'
  refused "snapcli-21" "exit code 0 instead of 1"
  altered 'run["snapcli-49"]["stdout"] = run["snapcli-49"]["stdout"].replace("\"length\": 2,", "").replace("{", "{\"length\": 2,", 1)'
  refused snapcli-49 "members"
  altered 'run["snapcli-50"]["stdout"] = "VALID length=2\n"'
  refused snapcli-50
}

@test "the replay notices a made-up value that does not recur where it did" {
  altered 'run["snapcli-31"]["stdout"] = run["snapcli-31"]["stdout"].replace("42bf", "42c0")'
  refused snapcli-31 "stands for two recorded values"
}

@test "the replay notices a folder that its recordings contradict" {
  altered 'run["snapcli-48"]["files_written"]["my-chain.chain.json"] = run["snapcli-48"]["files_written"]["my-chain.chain.json"].replace("block_sealed", "another")'
  refused "derived folders: snapcli-47"
  altered 'run["snapcli-47"]["files_written"]["my-chain.chain.json"] = run["snapcli-47"]["files_written"]["my-chain.chain.json"].replace("\"length\": 1", "\"length\": 7")'
  refused "derived folders: snapcli-47"
}

@test "the replay refuses recordings that it does not understand" {
  altered 'recording["name"] = "another"'
  gives 1 python3 "$TESTS/replay.py" altered.json
  altered 'run["snapcli-09"]["surprise"] = 1'
  gives 1 python3 "$TESTS/replay.py" altered.json
}
