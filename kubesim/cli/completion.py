"""``kubesim completion``: the shells' scripts, and ``__complete``, which those scripts ask what could come next.

The protocol is cobra's: a candidate a line, with a tab before its description, then ``:`` and a directive. What an
argument can be is read off the verb's usage line: a placeholder that stands for a type, a pod or a node is completed.
Mirrors kubectl pkg/cmd/completion and pkg/util/completion, in scripts of our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli import lazy, pflag
from kubesim.cli.command import PROGRAM, Command, Flag, Invocation
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from kubesim.cli.lazy import Found
    from kubesim.printers.style import Output

    Candidates: TypeAlias = list[tuple[str, str]]  # words, each with what it means
    Answer: TypeAlias = tuple[Candidates, int]  # with cobra's directive

FILES = 0  # cobra's ShellCompDirectiveDefault: the shell may offer files
NO_FILES = 4

PLACEHOLDERS = {"POD": "pods", "NODE": "nodes"}  # in usage lines, for names of one type
FLAG_TYPES = {"namespace": "namespaces"}  # flags whose values are names of a type


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
            return _flag_values(_flag_meant(found, words[-1]), prefix)
        if prefix.startswith("-"):
            name, equals, value = prefix.partition("=")
            return _flag_values(_flag_meant(found, name), value) if equals else (_flags(found, prefix), NO_FILES)
    parsed = pflag.parse(found.argv, found.flags)
    verbs = [] if parsed.args else [(row.name, row.short) for row in lazy.children_of(found.path)]
    near = _beginning(prefix, verbs)
    if near or not found.path:
        return near, NO_FILES
    return _arguments(found, parsed.args, str(parsed.values["namespace"]), prefix)


def _beginning(prefix: str, candidates: Iterable[tuple[str, str]]) -> Candidates:
    return sorted(candidate for candidate in candidates if candidate[0].startswith(prefix))


def _flag_meant(found: Found, written: str) -> Flag | None:
    """The flag of ``--name`` or of ``-n``, alone or last among shorthands."""
    return found.flags.named(written[2:]) if written.startswith("--") else found.flags.by_short.get(written[-1:])


def _flags(found: Found, prefix: str) -> Candidates:
    shown = [flag for flag in found.flags.by_name.values() if not flag.deprecated]
    shorthands = [(f"-{flag.short}", flag.help) for flag in shown if flag.short]
    return _beginning(prefix, [(f"--{flag.name}", flag.help) for flag in shown] + shorthands)


def _flag_values(flag: Flag | None, prefix: str) -> Answer:
    if flag is None:
        return [], FILES
    if flag.name in FLAG_TYPES:
        return _names(complete_objects(FLAG_TYPES[flag.name], prefix, "")), NO_FILES
    return _beginning(prefix, [(choice, "") for choice in flag.choices]), NO_FILES if flag.choices else FILES


def _arguments(found: Found, args: Sequence[str], namespace: str, prefix: str) -> Answer:
    """The arguments that the usage line speaks of: a type and names of it, or names of the type it names."""
    grammar = found.command.use.split()
    if found.path == "help":
        return _beginning(prefix, [(row.name, row.short) for row in lazy.children_of(" ".join(args))]), NO_FILES
    if "SHELL" in grammar:
        return _beginning(prefix, [] if args else [(shell, "") for shell in SCRIPTS]), NO_FILES
    if "TYPE" in found.command.use:
        return _types_and_names(args, namespace, prefix), NO_FILES
    kind_word = next((PLACEHOLDERS[word] for word in grammar if word in PLACEHOLDERS), "")
    return (_names(complete_objects(kind_word, prefix, namespace)), NO_FILES) if kind_word else ([], FILES)


def _types_and_names(args: Sequence[str], namespace: str, prefix: str) -> Candidates:
    if "/" in prefix:
        kind_word, _, name = prefix.partition("/")
        return _names(f"{kind_word}/{name}" for name in complete_objects(kind_word, name, namespace))
    if args and "/" not in args[0]:
        return _names(name for name in complete_objects(args[0], prefix, namespace) if name not in args[1:])
    return _names(complete_types(prefix))


def _names(names: Iterable[str]) -> Candidates:
    return [(name, "") for name in names]


def complete_types(prefix: str) -> list[str]:
    """The types that can be listed, as ``deployments.apps``, that begin with the prefix."""
    from kubesim import kinds

    listed = (names.qualified for names in kinds.names_by_kind().values() if "list" in names.verbs)
    return sorted(name for name in listed if name.startswith(prefix))


def complete_objects(kind_word: str, prefix: str, namespace: str) -> list[str]:
    """The names, beginning with the prefix, of the objects of a type; of the context's namespace for the empty one.

    Nobody is told of errors, and no state is made: somebody pressed a key, and typed no command yet.
    """
    from kubesim import kinds
    from kubesim.cli.session import Session

    names = kinds.resolve(kind_word)
    session = Session(namespace or None)
    if names is None or session.state.stamp() is None:
        return []
    cluster = session.read()
    listed = cluster.list(names.kind, session.namespace(cluster) if names.namespaced else None)
    return [name for obj in listed if (name := obj["metadata"]["name"]).startswith(prefix)]


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
    out=$("${words[0]}" __complete "${words[@]:1}" 2>/dev/null) || return
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
    lines=("${(@f)$(${words[1]} __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
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
