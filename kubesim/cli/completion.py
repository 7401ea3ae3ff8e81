"""``kubesim completion``: the shells' scripts, and ``__complete``, which those scripts ask what could come next.

The protocol is cobra's: a candidate a line, with a tab before its description, then ``:`` and a directive. What an
argument can be is read off the verb's usage line: a placeholder that stands for a type, a pod or a node is completed.
Mirrors kubectl pkg/cmd/completion and pkg/util/completion, in scripts of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli import lazy, pflag
from kubesim.cli.command import PROGRAM, Command, Flag, Invocation
from kubesim.cli.completion_arguments import FILES, NO_FILES, Line, arguments_of, flag_values
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from kubesim.cli.lazy import Found
    from kubesim.printers.style import Output

    Candidates: TypeAlias = list[tuple[str, str]]  # words, each with what it means
    Answer: TypeAlias = tuple[Candidates, int]  # with cobra's directive


def complete(argv: Sequence[str], out: Output) -> int:
    """Answer ``__complete WORD... PREFIX``; returns the exit status, 0 even when there is nothing to offer."""
    *words, prefix = argv[1:] or [""]
    try:
        candidates, directive = candidates_for(words, prefix)
    except (UserError, StatusError):
        candidates, directive = [], FILES
    described = argv[0] == "__complete"
    for candidate, description in candidates:
        out.write(f"{candidate}\t{description}\n" if described and description else f"{candidate}\n")
    out.write(f":{directive}\n")
    return 0


def candidates_for(words: Sequence[str], prefix: str) -> Answer:
    """What a word that begins with ``prefix`` could be after those words.

    UserError where the words are wrong themselves.
    """
    found = lazy.find(words)
    if "--" not in words:
        if words and words[-1].startswith("-") and found.flags.takes_next(words[-1]):
            return _flag_value(found, words[-1], _line(found, found.argv[:-1], prefix))
        if prefix.startswith("-"):
            name, equals, value = prefix.partition("=")
            return _flag_value(found, name, _line(found, found.argv, value)) if equals else _flags(found, prefix)
    line = _line(found, found.argv, prefix)
    verbs = [] if line.args else [(row.name, row.short) for row in lazy.children_of(found.path)]
    near = _beginning(prefix, verbs)
    return (near, NO_FILES) if near or not found.path else _arguments(found, line)


def _line(found: Found, argv: Sequence[str], prefix: str) -> Line:
    parsed = pflag.parse(argv, found.flags)
    return Line(parsed.args, prefix, str(parsed.values["namespace"] or ""))


def _beginning(prefix: str, candidates: Iterable[tuple[str, str]]) -> Candidates:
    return sorted(candidate for candidate in candidates if candidate[0].startswith(prefix))


def _flag_meant(found: Found, written: str) -> Flag | None:
    """The flag of ``--name`` or of ``-n``, alone or last among shorthands."""
    return found.flags.named(written[2:]) if written.startswith("--") else found.flags.by_short.get(written[-1:])


def _flags(found: Found, prefix: str) -> Answer:
    shown = [flag for flag in found.flags.by_name.values() if not flag.deprecated]
    shorthands = [(f"-{flag.short}", flag.help) for flag in shown if flag.short]
    return _beginning(prefix, [(f"--{flag.name}", flag.help) for flag in shown] + shorthands), NO_FILES


def _flag_value(found: Found, written: str, line: Line) -> Answer:
    """What the value of a flag could be, of which the line's prefix is the beginning."""
    flag = _flag_meant(found, written)
    if flag is None:
        return [], FILES
    if (named := flag_values(flag.name, line)) is not None:
        return _undescribed(*named)
    return _beginning(line.prefix, [(choice, "") for choice in flag.choices]), NO_FILES if flag.choices else FILES


def _arguments(found: Found, line: Line) -> Answer:
    if found.path == "help":
        topics = [(row.name, row.short) for row in lazy.children_of(" ".join(line.args))]
        return _beginning(line.prefix, topics), NO_FILES
    if "SHELL" in found.command.use.split():
        return _beginning(line.prefix, [] if line.args else [(shell, "") for shell in SCRIPTS]), NO_FILES
    return _undescribed(*arguments_of(found.path, found.command.use, line))


def _undescribed(names: Iterable[str], directive: int) -> Answer:
    return [(name, "") for name in names], directive


def run(inv: Invocation) -> None:
    """Print a shell's script. Mirrors kubectl's RunCompletion."""
    if not inv.args:
        raise inv.usage_error("Shell not specified.")
    if len(inv.args) > 1:
        raise inv.usage_error("Too many arguments. Expected only the shell type.")
    if inv.args[0] not in SCRIPTS:
        raise inv.usage_error(f"Unsupported shell type {pflag.quoted(inv.args[0])}.")
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
        "lines of the script tell where it goes."
    ),
    examples=(
        ("Complete in this bash", "completion bash > kubesim.bash && source kubesim.bash"),
        ("In every zsh from now on", "completion zsh > ~/.zfunc/_kubesim"),
        ("In every fish from now on", "completion fish > ~/.config/fish/completions/kubesim.fish"),
    ),
    run=run,
)
