"""From the text of a Go template to its nodes. Mirrors text/template/parse's Tree."""

from __future__ import annotations

from kubesim.golang.quoting import quote, unquote
from kubesim.golang.template import nodes
from kubesim.golang.template.lexer import Token, tokens_of
from kubesim.golang.template.numbers import character_value, number_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import NoReturn

NAME = "output"
"""What kubectl calls its template."""

_MAX_PAREN_DEPTH = 100
_OPERANDS = ("bool", "character", ".", "field", "identifier", "number", "nil", "raw string", "string", "variable", "(")
Body = tuple[nodes.Node, ...]


class ParseError(Exception):
    """``template: output:1: unclosed action``"""


def parse_tree(text: str, functions: Collection[str]) -> dict[str, Body]:
    """The template of ``text`` under NAME, and those that it defines; ParseError."""
    parser = _Parser(text, functions)
    try:
        parser.run()
    except RecursionError:
        raise ParseError(f"template: {NAME}:1: max expression depth exceeded") from None
    return parser.templates


class _Parser:
    def __init__(self, text: str, functions: Collection[str]) -> None:
        self._tokens = tokens_of(text)
        self._index = 0
        self._furthest = 0
        self._functions = functions
        self._variables = ["$"]
        self._range_depth = 0
        self._paren_depth = 0
        self._action_line = 0
        self.templates: dict[str, Body] = {}

    def run(self) -> None:
        root: list[nodes.Node] = []
        while self._peek().kind != "EOF":
            if self._at_define():
                self._definition()
                continue
            node = self._text_or_action()
            if isinstance(node, nodes.End):
                self._fail(f"unexpected {node}")
            root.append(node)
        self._add(NAME, tuple(root))

    # --- tokens

    def _peek(self) -> Token:
        self._furthest = max(self._furthest, self._index)
        return self._tokens[min(self._index, len(self._tokens) - 1)]

    def _next(self) -> Token:
        token = self._peek()
        self._index += 1
        return token

    def _peek_visible(self) -> Token:
        while self._peek().kind == "space":
            self._index += 1
        return self._peek()

    def _next_visible(self) -> Token:
        self._peek_visible()
        return self._next()

    def _expect(self, kinds: tuple[str, ...], context: str) -> Token:
        token = self._next_visible()
        if token.kind not in kinds:
            self._unexpected(token, context)
        return token

    def _fail(self, message: str) -> NoReturn:
        line = self._tokens[min(self._furthest, len(self._tokens) - 1)].line
        raise ParseError(f"template: {NAME}:{line}: {message}")

    def _unexpected(self, token: Token, context: str) -> NoReturn:
        if token.kind != "error":
            self._fail(f"unexpected {token} in {context}")
        started = ""
        if self._action_line not in (0, token.line):
            where = "" if token.value.endswith(" action") else " in action"
            started = f"{where} started at {NAME}:{self._action_line}"
        self._fail(f"{token}{started}")

    # --- structure

    def _at_define(self) -> bool:
        if self._peek().kind != "{{":
            return False
        start = self._index
        self._next()
        if self._next_visible().kind == "define":
            return True
        self._index = start
        return False

    def _definition(self) -> None:
        context = "define clause"
        name = self._unquoted(self._expect(("string", "raw string"), context))
        self._expect(("}}",), context)
        self._add(name, self._separate_body(context))

    def _separate_body(self, context: str) -> Body:
        """The body of a template of its own, which knows none of the variables around it."""
        outer = self._variables, self._range_depth
        self._variables, self._range_depth = ["$"], 0
        body, end = self._items()
        if end.keyword != "end":
            self._fail(f"unexpected {end} in {context}")
        self._variables, self._range_depth = outer
        return body

    def _add(self, name: str, body: Body) -> None:
        if name not in self.templates or _is_empty(self.templates[name]):
            self.templates[name] = body
        elif not _is_empty(body):
            self._fail(f"template: multiple definition of template {quote(name)}")

    def _items(self) -> tuple[Body, nodes.End]:
        found: list[nodes.Node] = []
        while True:
            if self._peek_visible().kind == "EOF":
                self._fail("unexpected EOF")
            node = self._text_or_action()
            if isinstance(node, nodes.End):
                return tuple(found), node
            found.append(node)

    def _text_or_action(self) -> nodes.Node:
        token = self._next_visible()
        if token.kind == "text":
            return nodes.Text(token.position, token.value)
        if token.kind != "{{":
            self._unexpected(token, "input")
        self._action_line = token.line
        try:
            return self._action()
        finally:
            self._action_line = 0

    def _action(self) -> nodes.Node:
        token = self._next_visible()
        if token.kind in ("if", "range", "with"):
            return self._control(token.kind)
        if token.kind == "else":
            return self._else()
        if token.kind == "end":
            return nodes.End(self._expect(("}}",), "end").position)
        if token.kind in ("break", "continue"):
            return self._jump(token)
        if token.kind == "template":
            return self._invocation()
        if token.kind == "block":
            return self._block()
        self._index -= 1
        return nodes.Action(token.position, self._pipeline("command", "}}"))

    def _jump(self, token: Token) -> nodes.Node:
        end = self._next_visible()
        if end.kind != "}}":
            self._unexpected(end, f"{{{{{token.kind}}}}}")
        if self._range_depth == 0:
            self._fail(f"{{{{{token.kind}}}}} outside {{{{range}}}}")
        return nodes.Jump(token.position, token.kind)

    def _else(self) -> nodes.Node:
        token = self._peek_visible()
        if token.kind not in ("if", "with"):
            token = self._expect(("}}",), "else")
        return nodes.End(token.position, "else")

    def _control(self, keyword: str) -> nodes.Node:
        known = len(self._variables)
        pipeline = self._pipeline(keyword, "}}")
        self._range_depth += keyword == "range"
        body, end = self._items()
        self._range_depth -= keyword == "range"
        otherwise = self._otherwise(keyword) if end.keyword == "else" else None
        del self._variables[known:]
        return nodes.Branch(pipeline.position, keyword, pipeline, body, otherwise)

    def _otherwise(self, keyword: str) -> Body:
        """What follows ``{{else}}``; ``{{else if}}`` is an if in an else, with one end for both."""
        if keyword in ("if", "with") and self._peek().kind == keyword:
            self._next()
            return (self._control(keyword),)
        body, end = self._items()
        if end.keyword != "end":
            self._fail(f"expected end; found {end}")
        return body

    def _block(self) -> nodes.Node:
        context = "block clause"
        token = self._next_visible()
        name = self._template_name(token, context)
        pipeline = self._pipeline(context, "}}")
        self._add(name, self._separate_body(context))
        return nodes.Invocation(token.position, name, pipeline)

    def _invocation(self) -> nodes.Node:
        context = "template clause"
        token = self._next_visible()
        name = self._template_name(token, context)
        if self._next_visible().kind == "}}":
            return nodes.Invocation(token.position, name, None)
        self._index -= 1
        return nodes.Invocation(token.position, name, self._pipeline(context, "}}"))

    def _template_name(self, token: Token, context: str) -> str:
        if token.kind not in ("string", "raw string"):
            self._unexpected(token, context)
        return self._unquoted(token)

    # --- pipelines

    def _pipeline(self, context: str, end: str) -> nodes.Pipeline:
        position = self._peek_visible().position
        variables, assigns = self._declarations(context)
        commands: list[nodes.Command] = []
        while (token := self._next_visible()).kind != end:
            if token.kind not in _OPERANDS:
                self._unexpected(token, context)
            self._index -= 1
            commands.append(self._command())
        self._check(commands, context)
        return nodes.Pipeline(position, variables, assigns, tuple(commands))

    def _check(self, commands: list[nodes.Command], context: str) -> None:
        if not commands:
            self._fail(f"missing value for {context}")
        for stage, command in enumerate(commands[1:], start=2):
            if isinstance(command.arguments[0], (nodes.Constant, nodes.Dot, nodes.Nil)):
                self._fail(f"non executable command in pipeline stage {stage}")

    def _declarations(self, context: str) -> tuple[tuple[nodes.Variable, ...], bool]:
        """``$x :=``, ``$x =`` or, for a range, ``$i, $x :=`` where a pipeline begins so."""
        variables: list[nodes.Variable] = []
        while (token := self._peek_visible()).kind == "variable":
            start = self._index
            self._next()
            following = self._peek_visible()
            if following.kind in (":=", "="):
                self._next()
                self._declare(token, variables)
                return tuple(variables), following.kind == "="
            if not (following.kind == "char" and following.value == ","):
                self._index = start
                break
            self._next()
            self._declare(token, variables)
            self._check_more_variables(context, len(variables))
        return tuple(variables), False

    def _declare(self, token: Token, variables: list[nodes.Variable]) -> None:
        variables.append(nodes.Variable(token.position, tuple(token.value.split("."))))
        self._variables.append(token.value)

    def _check_more_variables(self, context: str, count: int) -> None:
        if context != "range" or count >= 2:
            self._fail(f"too many declarations in {context}")
        if self._peek_visible().kind not in ("variable", "}}", ")"):
            self._fail("range can only initialize variables")

    def _command(self) -> nodes.Command:
        position = self._peek_visible().position
        arguments: list[nodes.Node] = []
        while True:
            self._peek_visible()
            operand = self._operand()
            if operand is not None:
                arguments.append(operand)
            token = self._next()
            if token.kind == "space":
                continue
            if token.kind in ("}}", ")"):
                self._index -= 1
            elif token.kind != "|":
                self._unexpected(token, "operand")
            break
        if not arguments:
            self._fail("empty command")
        return nodes.Command(position, tuple(arguments))

    def _operand(self) -> nodes.Node | None:
        """A term and the fields taken of it."""
        node = self._term()
        if node is None or self._peek().kind != "field":
            return node
        position = self._peek().position
        names: list[str] = []
        while self._peek().kind == "field":
            names.append(self._next().value[1:])
        if isinstance(node, nodes.FieldPath):
            return nodes.FieldPath(position, node.names + tuple(names))
        if isinstance(node, nodes.Variable):
            return nodes.Variable(position, node.names + tuple(names))
        if isinstance(node, (nodes.Constant, nodes.Nil, nodes.Dot)):
            self._fail(f"unexpected . after term {quote(str(node))}")
        return nodes.Chain(position, node, tuple(names))

    def _term(self) -> nodes.Node | None:
        token = self._next_visible()
        position, value = token.position, token.value
        if token.kind == "identifier":
            return self._function(token)
        if token.kind == "field":
            return nodes.FieldPath(position, (value[1:],))
        if token.kind == "variable":
            return self._known_variable(token)
        if token.kind == ".":
            return nodes.Dot(position)
        if token.kind == "nil":
            return nodes.Nil(position)
        if token.kind == "(":
            return self._parenthesized()
        if token.kind in ("bool", "number", "character", "string", "raw string"):
            return self._constant(token)
        self._index -= 1
        return None

    def _function(self, token: Token) -> nodes.Node:
        if token.value not in self._functions:
            self._fail(f"function {quote(token.value)} not defined")
        return nodes.Identifier(token.position, token.value)

    def _known_variable(self, token: Token) -> nodes.Node:
        if token.value not in self._variables:
            self._fail(f"undefined variable {quote(token.value)}")
        return nodes.Variable(token.position, (token.value,))

    def _parenthesized(self) -> nodes.Node:
        if self._paren_depth >= _MAX_PAREN_DEPTH:
            self._fail("max expression depth exceeded")
        self._paren_depth += 1
        pipeline = self._pipeline("parenthesized pipeline", ")")
        self._paren_depth -= 1
        return pipeline

    def _constant(self, token: Token) -> nodes.Node:
        if token.kind == "bool":
            return nodes.Constant(token.position, token.value == "true", token.value)
        if token.kind in ("string", "raw string"):
            return nodes.Constant(token.position, self._unquoted(token), token.value)
        try:
            value = character_value(token.value) if token.kind == "character" else number_value(token.value)
        except ValueError as error:
            self._fail(str(error))
        return nodes.Constant(token.position, value, token.value)

    def _unquoted(self, token: Token) -> str:
        if token.kind == "raw string":
            return token.value[1:-1].replace("\r", "")
        text = unquote(token.value[1:-1], '"')
        if text is None:
            self._fail("invalid syntax")
        return text


def _is_empty(body: Body) -> bool:
    return all(isinstance(node, nodes.Text) and not node.text.strip() for node in body)
