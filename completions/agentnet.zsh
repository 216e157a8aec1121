#compdef agentnet sbn snapchore paybond
# zsh completion for agentnet and the programs that it is.
# Load it with:  source <(agentnet completion zsh)
_agentnet_complete() {
  local line files=
  local -a candidates words_to_cursor
  words_to_cursor=("${words[1]:t}" "${(@)words[2,CURRENT]}")
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    fi
  done < <(agentnet __complete -- "${words_to_cursor[@]}" 2>/dev/null)
  (( ${#candidates} )) && _describe 'agentnet' candidates
  [[ -n $files ]] && _files
}
compdef _agentnet_complete agentnet sbn snapchore paybond
