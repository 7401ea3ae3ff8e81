"""``kubesim completion``: the shells' scripts. Mirrors kubectl pkg/cmd/completion, in scripts of our own."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.golang.quoting import quote


def run(inv: Invocation) -> None:
    """Print a shell's script. Mirrors kubectl's RunCompletion."""
    if not inv.args:
        raise inv.usage_error("Shell not specified.")
    if len(inv.args) > 1:
        raise inv.usage_error("Too many arguments. Expected only the shell type.")
    if inv.args[0] not in SCRIPTS:
        raise inv.usage_error(f"Unsupported shell type {quote(inv.args[0])}.")
    inv.out.write(SCRIPTS[inv.args[0]].replace("PROGRAM", PROGRAM))


BASH = r"""# bash completion for PROGRAM. In ~/.bashrc: source <(PROGRAM completion bash)
# With alias k=PROGRAM also: complete -o default -F __start_PROGRAM k
__start_PROGRAM() {
    local line=${COMP_LINE:0:COMP_POINT} words directive out
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    # evaluated, so that an alias of the program is found
    out=$(eval "${words[0]} __complete $(printf '%q ' "${words[@]:1}")" 2>/dev/null) || return
    directive=${out##*:}
    out=${out%:*}
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        [[ -n $candidate ]] && COMPREPLY+=("$candidate")
    done <<< "$out"
    (( directive & 2 )) && compopt -o nospace
    (( directive & 4 )) && compopt +o default
    return 0
}
complete -o default -F __start_PROGRAM PROGRAM
"""

ZSH = r"""#compdef PROGRAM
# zsh completion for PROGRAM. In ~/.zshrc, after compinit: source <(PROGRAM completion zsh)
_PROGRAM() {
    local -a lines candidates
    local line directive
    lines=("${(@f)$(eval "${words[1]} __complete ${(@qq)words[2,CURRENT]}" 2>/dev/null)}")
    directive=${lines[-1]#:}
    for line in "${(@)lines[1,-2]}"; do
        candidates+=("${${line%%$'\t'*}//:/\\:}${${(M)line%%$'\t'*}:+:${line#*$'\t'}}")
    done
    [[ ${words[CURRENT]} == -*=* ]] && compset -P '*='
    if (( ${#candidates} )); then
        _describe -t completions completion candidates
    elif (( ! (directive & 4) )); then
        _files
    fi
}
compdef _PROGRAM PROGRAM
"""

FISH = r"""# fish completion for PROGRAM. In ~/.config/fish/config.fish: PROGRAM completion fish | source
function __PROGRAM_complete
    set -l args (commandline -opc)
    set -l last (commandline -ct)
    set -l lines ($args[1] __complete $args[2..-1] "$last" 2>/dev/null)
    set -l prefix (string match -r -- '^-.*=' "$last")
    for line in $lines[1..-2]
        printf '%s%s\n' "$prefix" $line
    end
    if test (count $lines) -eq 1; and test "$lines[1]" = ':0'
        __fish_complete_path "$last"
    end
end
complete -c PROGRAM -e
complete -c PROGRAM -f -a '(__PROGRAM_complete)'
"""

POWERSHELL = r"""# powershell completion for PROGRAM. In $PROFILE:
# PROGRAM completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $words = @($CommandAst.CommandElements | ForEach-Object { "$_" } | Select-Object -Skip 1)
    if ($WordToComplete) { $words = @($words | Select-Object -SkipLast 1) }
    $lines = @(& PROGRAM __complete @words "$WordToComplete" 2>$null)
    $lines | Select-Object -SkipLast 1 | ForEach-Object {
        $word, $tip = $_ -split "`t", 2
        if (-not $tip) { $tip = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $tip)
    }
}
"""

SCRIPTS = {"bash": BASH, "fish": FISH, "powershell": POWERSHELL, "zsh": ZSH}

COMMAND = Command(
    name="completion",
    use="completion SHELL",
    short="Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    long=(
        "Print a script that makes a shell complete kubesim's commands, flags, types and names of objects. The first "
        "lines of the script say where it goes."
    ),
    examples=(
        ("Complete in this bash", "completion bash > kubesim.bash && source kubesim.bash"),
        ("In every zsh from now on", "completion zsh > ~/.zfunc/_kubesim"),
        ("In every fish from now on", "completion fish > ~/.config/fish/completions/kubesim.fish"),
    ),
    run=run,
)
