"""The shell's grammar: what a script reads as."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.containers.shell.arithmetic import ArithmeticProblem, evaluate
from kubesim.containers.shell.parser import parse
from kubesim.containers.shell.syntax import ShellSyntaxError


def outline(node: Any) -> Any:
    """A tree as nested lists: the name of each node, and what is in it; words as their texts."""
    if isinstance(node, tuple) and not hasattr(node, "_fields"):
        return [outline(part) for part in node]
    name = type(node).__name__
    if name == "Parameter" and node.key is None:
        node = node[:-1]
        return [name, *map(outline, node)]
    if name == "Word":
        return "".join(map(str, map(outline, node.parts)))
    if name == "Text":
        return f"'{node.text}'" if node.is_quoted else node.text
    if name == "Simple":
        assignments = [f"{a.name}{'+' * a.appends}={outline(a.value)}" for a in node.assignments]
        redirections = [f"{r.descriptor}{r.operator}{outline(r.target)}" for r in node.redirections]
        return " ".join([*assignments, *map(outline, node.words), *redirections])
    if name == "AndOr" and len(node.steps) == 1 and not node.is_background:
        return outline(node.steps[0][1])
    if name == "Pipeline" and len(node.commands) == 1 and not node.is_negated:
        return outline(node.commands[0])
    if name == "Redirected" and not node.redirections:
        return outline(node.command)
    if name == "Script":
        return outline(node.lists)
    if not hasattr(node, "_fields"):
        return node
    return [name, *(outline(part) for part in node)]


@pytest.mark.parametrize(
    ("script", "tree"),
    [
        ("", []),
        ("# nothing but a comment", []),
        ("echo a  b # and c", ["echo a b"]),
        ("echo a \\\n b; echo c\n\necho d", ["echo a b", "echo c", "echo d"]),
        ("echo a#b 'c # d'", ["echo a#b 'c # d'"]),
        ("A=1 B+=x env", ["A=1 B+=x env"]),
        ("echo it\\'s \"a \\\"b\\\" \\n\"", ["echo it'''s 'a \"b\" \\n'"]),
        ("echo $'a\\tb'", ["echo 'a\tb'"]),
        ("a && b || c", [["AndOr", [["", "a"], ["&&", "b"], ["||", "c"]], False]]),
        ("a | b", [["Pipeline", ["a", "b"], False]]),
        ("! a", [["Pipeline", ["a"], True]]),
        ("a & b", [["AndOr", [["", "a"]], True], "b"]),
        ("(a; b)", [["Group", ["a", "b"], True]]),
        ("{ a; b; }", [["Group", ["a", "b"], False]]),
        ("if a; then b; elif c; then d; else e; fi", [["If", [[["a"], ["b"]], [["c"], ["d"]]], ["e"]]]),
        ("while a; do b; done", [["Loop", ["a"], ["b"], False]]),
        ("until a\ndo\n  b\ndone", [["Loop", ["a"], ["b"], True]]),
        ("for i in 1 2; do b; done", [["For", "i", ["1", "2"], ["b"]]]),
        ("for i; do b; done", [["For", "i", None, ["b"]]]),
        ("for ((i=0;i<3;i++)); do b; done", [["CountingFor", "'i=0'", "'i<3'", "'i++'", ["b"]]]),
        ("case $1 in a|b) c;; (*) d\nesac", [["Case", "['Parameter', '1', '', None, False]",
            [["Arm", ["a", "b"], ["c"]], ["Arm", ["*"], ["d"]]]]]),
        ("f() { a; }", [["Function", "f", ["Group", ["a"], False]]]),
        ("function f { a; }", [["Function", "f", ["Group", ["a"], False]]]),
        ("a >x 2>&1 <y", ["a 1>x 2>&1 0<y"]),
        ("a >/dev/null&", [["AndOr", [["", "a 1>/dev/null"]], True]]),
        ("(a) > x", [["Redirected", ["Group", ["a"], True], [["Redirection", 1, ">", "x"]]]]),
        ("[[ a == b && -f c ]]", [["Conditional", ["a", "==", "b", "&&", "-f", "c"]]]),
        ("((i + 1))", [["ArithmeticCommand", "'i + 1'"]]),
        ("cat <<E\na 'b'\nE\nc", ["cat 0<<'a 'b'\n'", "c"]),
        ("cat <<-'E' >x\n\t$a\n\tE\n", ["cat 0<<'$a\n' 1>x"]),
        ("cat <<A <<B\n1\nA\n2\nB\nc", ["cat 0<<'1\n' 0<<'2\n'", "c"]),
        ("echo done if fi", ["echo done if fi"]),
    ],
)  # fmt: skip
def test_what_a_script_reads_as(script: str, tree: Any) -> None:
    assert outline(parse(script)) == tree


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("$a", [["Parameter", "a", "", None, False]]),
        ('"$a"', [["Parameter", "a", "", None, True]]),
        ("${a:-b $c}", [["Parameter", "a", ":-", "b ['Parameter', 'c', '', None, False]", False]]),
        ("${#a}", [["Parameter", "a", "#", None, False]]),
        ("${a##*/}", [["Parameter", "a", "##", "*/", False]]),
        ("$(b c)", [["CommandSubstitution", ["b c"], False]]),
        ("`b`", [["CommandSubstitution", ["b"], False]]),
        ('"$(b ")")"', [["CommandSubstitution", ["b ')'"], True]]),
        ("$((1 + $a))", [["Arithmetic", "'1 + '['Parameter', 'a', '', None, True]", False]]),
        ("<(a b)", [["Opaque", "a b", False]]),
    ],
)
def test_what_a_word_is_made_of(word: str, parts: Any) -> None:
    script = parse(f"x {word}")
    command = script.lists[0].steps[0][1].commands[0]
    assert [outline(part) for part in command.words[1].parts] == parts  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "script",
    [
        "echo 'a",
        'echo "a',
        "if a; then b",
        "while a; done",
        "a )",
        "f() a",
        "echo $(a",
        "case a in",
        "a | ",
        "&& b",
        "echo ${",
    ],
)
def test_what_is_no_script(script: str) -> None:
    with pytest.raises(ShellSyntaxError):
        parse(script)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("2 ** 3 - 1", 7),
        ("5 > 3 && 1 == 1", 1),
        ("x ? 10 : 20", 10),
        ("x + missing", 3),
        ("x++ + x", 7),
        ("y = x * 2", 6),
        ("0x10 + 010", 24),
        ("unknown + 1", None),
        ("9223372036854775807 + 1", -(2**63)),
        ("9223372036854775807 / 10 * 10 - 9223372036854775807", -7),
        ("1 << 65", 2),
        ("1 << -1", -(2**63)),
        ("3 ** 99999999999", -2062592170169791829),
        ("", 0),
    ],
)
def test_what_an_expression_comes_to(expression: str, value: int | None) -> None:
    variables: dict[str, str | None] = {"x": "3", "unknown": None}

    def assign(name: str, number: int | None) -> None:
        variables[name] = str(number)

    assert evaluate(expression, lambda name: variables.get(name, ""), assign) == value


@pytest.mark.parametrize("expression", ["1 / 0", "2 ** -1", "1" * 5000, "1 +"])
def test_what_is_no_expression(expression: str) -> None:
    with pytest.raises(ArithmeticProblem):
        evaluate(expression, lambda name: "", lambda name, number: None)
