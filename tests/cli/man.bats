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
