# bash completion for agentnet and the programs that it is.
# Load it with:  source <(agentnet completion bash)
_agentnet_complete() {
  local word typed prefix line glue=
  local -a words=()
  # Bash takes --option=value for three words; here it is one again.
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ -n $glue ]]; then
      words[-1]+=$word
      glue=
    elif [[ $word == = && ${#words[@]} -gt 0 && ${words[-1]} == --* ]]; then
      words[-1]+==
      glue=1
    else
      words+=("$word")
    fi
  done
  words[0]=${words[0]##*/}
  typed=${words[-1]}
  prefix=
  if [[ $typed == --*=* ]]; then
    prefix=${typed%%=*}=
    typed=${typed#*=}
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$typed")
    else
      line=${line%%$'\t'*}
      COMPREPLY+=("${line#"$prefix"}")
    fi
  done < <(agentnet __complete -- "${words[@]}" 2>/dev/null)
}
complete -F _agentnet_complete agentnet sbn snapchore paybond
