# The manual pages, which are made from the commands.
load helpers

@test "the manual pages are those that the commands make" {
  fresh_folder
  mkdir pages
  gives 0 agentnet __manual pages
  diff -r pages "$ROOT/man"
}

@test "every manual page passes mandoc's lint" {
  local page
  for page in "$ROOT"/man/*; do
    mandoc -T lint -W warning "$page"
  done
}

@test "every command stands in a page" {
  fresh_folder
  local command pages
  pages=$(cat "$ROOT"/man/*.1)
  agentnet commands -o quiet >commands
  [ "$(wc -l <commands)" -gt 10 ]
  while read -r command; do
    holds "$pages" ".SS ${command//-/\\-} "
  done < <(grep -v '^agentnet ' commands)
}

@test "every option, exit code and example of a command stands in a page" {
  fresh_folder
  mandoc -T utf8 -O width=1000 "$ROOT"/man/*.1 | sed 's/.\x08//g' >pages
  agentnet commands -o jsonl >commands
  python3 - <<'PYTHON'
import json, re
flat = re.sub(r"\s+", " ", open("pages", encoding="utf-8").read())
for line in open("commands", encoding="utf-8"):
    entry = json.loads(line)
    assert f"Exit codes: {', '.join(map(str, entry['exit_codes']))}." in flat, entry["command"]
    for option in entry["options"]:
        assert option["name"] in flat and re.sub(r"\s+", " ", option["help"]) in flat, (entry["command"], option["name"])
    for example in entry["examples"]:
        assert re.sub(r"\s+", " ", example) in flat.replace(" \\ ", " "), example
PYTHON
}

@test "pages fit 80 columns" {
  fresh_folder
  local page
  for page in "$ROOT"/man/*; do
    mandoc -T utf8 -O width=80 "$page" | sed 's/.\x08//g' >page
    same "$(awk 'length($0) > 80' page)" ""
  done
}
