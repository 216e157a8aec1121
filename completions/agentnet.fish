# fish completion for agentnet and the programs that it is.
# Load it with:  agentnet completion fish | source
function __agentnet_complete
    set -l words (commandline -opc) (commandline -ct)
    set words[1] (basename $words[1])
    for line in (agentnet __complete -- $words 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
for program in agentnet sbn snapchore paybond
    complete -c $program -f -a '(__agentnet_complete)'
end
