"""The grammar of expressions. Mirrors cel-go's parser; its errors are those of what ANTLR makes of CEL.g4."""

from __future__ import annotations

from kubesim.api.cel.lexer import EOF, Token, tokens_of
from kubesim.api.cel.literals import value_of
from kubesim.api.cel.macros import expanded
from kubesim.api.cel.syntax import (
    Call,
    Entry,
    Ident,
    ListLiteral,
    Literal,
    MapLiteral,
    Node,
    Problem,
    Select,
    StructLiteral,
)
from kubesim.api.cel.token_stream import END, SyntaxFault, TokenStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    T = TypeVar("T")

RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("package", "namespace", "null", "return", "true", "var", "void", "while"),
    )
)
RELATIONS = frozenset(("==", "!=", "in", "<", "<=", ">=", ">"))
_TERMS = {"*": 2, "/": 2, "%": 2, "+": 1, "-": 1}
_LITERALS = frozenset(("true", "false", "null", "NUM_FLOAT", "NUM_INT", "NUM_UINT", "STRING", "BYTES"))
_PRIMARY = _LITERALS | {"[", "{", "(", ".", "-", "IDENTIFIER"}
_UNARY = _PRIMARY | {"!"}
_EXPR_END = frozenset((END,))
_MEMBER_NEXT = frozenset((".", "[", END))
_DEPTH = 250
_NO_NAME = Token("IDENTIFIER", "", -1)


def parse(source: str) -> tuple[Node, list[Problem]]:
    """The syntax tree of an expression; what is wrong with it, where it has none that counts."""
    tokens, problems = tokens_of(source)
    parser = _Parser(TokenStream(tokens, source))
    try:
        node = parser.start()
    except RecursionError:
        return Literal(-1, None), [Problem(-1, f"expression recursion limit exceeded: {_DEPTH}")]
    return node, [*problems, *parser.stream.problems, *parser.problems]


class _Parser:
    """Each method is a rule of the grammar, of the same name."""

    def __init__(self, stream: TokenStream) -> None:
        self.stream = stream
        self.problems: list[Problem] = []
        self._depth = 0

    def _rule(self, follow: frozenset[str], rule: Callable[[], T], default: T) -> T:
        """What a rule gives that is called where ``follow`` may come next; after a fault, the default."""
        self.stream.follow.append(follow)
        try:
            return rule()
        except SyntaxFault as fault:
            self.stream.recover(fault)
            return default
        finally:
            self.stream.follow.pop()

    def _node(self, follow: frozenset[str], rule: Callable[[], Node]) -> Node:
        nothing: Node = Literal(self.stream.peek().offset, "<<error>>")
        return self._rule(follow, rule, nothing)

    def _problem(self, problem: Problem) -> Node:
        self.problems.append(problem)
        return Literal(problem.offset, "<<error>>")

    def start(self) -> Node:
        try:
            node = self._node(frozenset((EOF,)), self.expr)
            self.stream.match(EOF, ())
        except SyntaxFault as fault:
            self.stream.recover(fault)
        return node

    def expr(self) -> Node:
        self._depth += 1
        if self._depth > _DEPTH:
            raise RecursionError
        node = self._node(frozenset(("?", END)), self.conditional_or)
        if self.stream.kind == "?":
            operator = self.stream.match("?", _UNARY)
            then = self._node(frozenset((":",)), self.conditional_or)
            self.stream.match(":", _UNARY)
            otherwise = self._node(_EXPR_END, self.expr)
            node = self._call(operator, "_?_:_", [node, then, otherwise])
        self._depth -= 1
        return node

    def conditional_or(self) -> Node:
        return self._logic("||", "_||_", self.conditional_and)

    def conditional_and(self) -> Node:
        return self._logic("&&", "_&&_", self.relation)

    def _logic(self, operator: str, function: str, rule: Callable[[], Node]) -> Node:
        follow = frozenset((operator, END))
        terms, operators = [self._node(follow, rule)], []
        while self.stream.kind == operator:
            operators.append(self.stream.consume().offset)
            terms.append(self._node(follow, rule))
        return _balanced(function, terms, operators)

    def relation(self) -> Node:
        follow = RELATIONS | {END}
        node = self._node(follow, lambda: self.calc(0))
        while self.stream.kind in RELATIONS:
            operator = self.stream.consume()
            right = self._node(follow, lambda: self._node(follow, lambda: self.calc(0)))
            function = "@in" if operator.kind == "in" else f"_{operator.kind}_"
            node = self._call(operator, function, [node, right])
        return node

    def calc(self, precedence: int) -> Node:
        follow = frozenset(_TERMS) | {END}
        node = self._node(follow, self.unary)
        while _TERMS.get(self.stream.kind, 0) > precedence:
            operator = self.stream.consume()
            strength = _TERMS[operator.kind]
            right = self._node(follow, lambda strength=strength: self.calc(strength))  # type: ignore[misc]
            node = self._call(operator, f"_{operator.kind}_", [node, right])
        return node

    def unary(self) -> Node:
        self.stream.sync(_UNARY)
        kind = self.stream.kind
        if kind not in _UNARY:
            raise self.stream.no_alternative(0)
        if kind == "!" or (kind == "-" and self._negates()):
            operators = [self.stream.consume()]
            self.stream.continue_loop(_PRIMARY | {kind})
            while self.stream.kind == kind and (kind == "!" or self._negates()):
                operators.append(self.stream.consume())
                self.stream.continue_loop(_PRIMARY | {kind})
            operand = self._node(_EXPR_END, self.member)
            function = "!_" if kind == "!" else "-_"
            return self._call(operators[0], function, [operand]) if len(operators) % 2 else operand
        return self._node(_EXPR_END, self.member)

    def _negates(self) -> bool:
        """Whether a minus is an operator and no sign of a literal; SyntaxFault where it can be neither."""
        following = self.stream.peek(1).kind
        if following in ("NUM_INT", "NUM_FLOAT"):
            return False
        if following not in _PRIMARY:
            raise self.stream.no_alternative(1)
        return True

    def member(self) -> Node:
        node = self._node(_MEMBER_NEXT, self.primary)
        try:
            while self.stream.kind in (".", "["):
                node = self._index(node) if self.stream.kind == "[" else self._selected(node)
        except SyntaxFault as fault:
            self.stream.recover(fault)
        return node

    def _index(self, operand: Node) -> Node:
        operator = self.stream.consume()
        self.stream.sync(_UNARY | {"?"})
        is_optional = self.stream.kind == "?"
        if is_optional:
            self.stream.consume()
        index = self._node(frozenset(("]",)), self.expr)
        self.stream.match("]", _MEMBER_NEXT)
        return self._call(operator, "_[?_]" if is_optional else "_[_]", [operand, index])

    def _selected(self, operand: Node) -> Node:
        following = self.stream.peek(1).kind
        if following == "IDENTIFIER" and self.stream.peek(2).kind == "(":
            self.stream.consume()
            name = self.stream.consume()
            opening, args = self._arguments()
            return self._call(opening, name.text, args, operand)
        if following not in ("IDENTIFIER", "ESC_IDENTIFIER", "?"):
            raise self.stream.no_alternative(1)
        operator = self.stream.consume()
        is_optional = self.stream.kind == "?"
        if is_optional:
            self.stream.consume()
        name = self._rule(_MEMBER_NEXT, self.escape_ident, _NO_NAME)
        if name is _NO_NAME:
            return self._problem(Problem(self.stream.peek().offset, "unsupported ident kind"))
        if name.kind == "ESC_IDENTIFIER":
            self._problem(Problem(name.offset, "unsupported syntax: '`'"))
        if is_optional:
            return Call(operator.offset, "_?._", [operand, Literal(name.offset, name.text)])
        return Select(operator.offset, operand, name.text)

    def escape_ident(self) -> Token:
        self.stream.sync(frozenset(("IDENTIFIER", "ESC_IDENTIFIER")))
        if self.stream.kind not in ("IDENTIFIER", "ESC_IDENTIFIER"):
            raise self.stream.no_alternative(0)
        return self.stream.consume()

    def _arguments(self) -> tuple[Token, list[Node]]:
        opening = self.stream.consume()
        self.stream.sync(_UNARY | {")"})
        args: list[Node] = []
        if self.stream.kind in _UNARY:
            args = self._rule(frozenset((")",)), self.expr_list, args)
        try:
            self.stream.match(")", _MEMBER_NEXT)
        except SyntaxFault as fault:
            self.stream.recover(fault)
        return opening, args

    def expr_list(self) -> list[Node]:
        follow = frozenset((",", END))
        nodes = [self._node(follow, self.expr)]
        while self.stream.kind == ",":
            self.stream.consume()
            nodes.append(self._node(follow, self.expr))
        return nodes

    def primary(self) -> Node:
        self.stream.sync(_PRIMARY)
        kind = self.stream.kind
        if kind not in _PRIMARY:
            raise self.stream.no_alternative(0)
        if kind in (".", "IDENTIFIER"):
            return self._named()
        if kind == "(":
            self.stream.consume()
            node = self._node(frozenset((")",)), self.expr)
            self.stream.match(")", (END,))
            return node
        if kind == "[":
            return self._list()
        if kind == "{":
            opening = self.stream.consume()
            return MapLiteral(opening.offset, self._entries(self._map_entry, _UNARY | {"?"}))
        return self._literal()

    def _literal(self) -> Node:
        if self.stream.kind == "-" and self.stream.peek(1).kind not in ("NUM_INT", "NUM_FLOAT"):
            raise self.stream.no_alternative(1)
        first = self.stream.consume()
        token = self.stream.consume() if first.kind == "-" else first
        try:
            return Literal(first.offset, value_of(token, "-" if first.kind == "-" else ""))
        except Problem as problem:
            return self._problem(problem)

    def _named(self) -> Node:
        """An identifier, a call of a global function, or a message."""
        has_dot = self.stream.kind == "."
        if has_dot and self.stream.peek(1).kind != "IDENTIFIER":
            raise self.stream.no_alternative(1)
        if self._is_message(1 if has_dot else 0):
            return self._message()
        if has_dot:
            self.stream.consume()
        name = self.stream.consume()
        if self.stream.kind == "(":
            opening, args = self._arguments()
            if name.text in RESERVED:
                return self._problem(Problem(name.offset, f"reserved identifier: {name.text}"))
            return self._call(opening, "." * has_dot + name.text, args)
        if name.text in RESERVED:
            return self._problem(Problem(name.offset, f"reserved identifier: {name.text}"))
        return Ident(name.offset, "." * has_dot + name.text)

    def _is_message(self, ahead: int) -> bool:
        """Whether a brace comes behind names with dots between them."""
        while self.stream.peek(ahead).kind == "IDENTIFIER":
            following = self.stream.peek(ahead + 1).kind
            if following == "{":
                return True
            if following != ".":
                return False
            ahead += 2
        return False

    def _message(self) -> Node:
        name = ""
        while self.stream.kind != "{":
            name += self.stream.consume().text
        opening = self.stream.consume()
        return StructLiteral(
            opening.offset, name, self._entries(self._field_entry, frozenset(("?", "IDENTIFIER", "ESC_IDENTIFIER")))
        )

    def _list(self) -> Node:
        opening = self.stream.consume()
        begins = _UNARY | {"?"}
        self.stream.sync(begins | {",", "]"})
        elements: list[tuple[Node, bool]] = []
        if self.stream.kind in begins:
            elements = self._rule(frozenset((",", "]")), self.list_init, [])
        self._end_of_list("]")
        optional = frozenset(index for index, (_, is_optional) in enumerate(elements) if is_optional)
        return ListLiteral(opening.offset, [node for node, _ in elements], optional)

    def list_init(self) -> list[tuple[Node, bool]]:
        found = [self._optional_expr(frozenset((",", END)))]
        while self.stream.kind == "," and self.stream.peek(1).kind in _UNARY | {"?"}:
            self.stream.consume()
            found.append(self._optional_expr(frozenset((",", END))))
        return found

    def _end_of_list(self, closing: str) -> None:
        self.stream.sync(frozenset((",", closing)))
        if self.stream.kind == ",":
            self.stream.consume()
        self.stream.match(closing, (END,))

    def _optional_expr(self, follow: frozenset[str]) -> tuple[Node, bool]:
        def opt_expr() -> tuple[Node, bool]:
            self.stream.sync(_UNARY | {"?"})
            is_optional = self.stream.kind == "?"
            if is_optional:
                self.stream.consume()
            return self._node(_EXPR_END, self.expr), is_optional

        nothing: Node = Literal(-1, None)
        return self._rule(follow, opt_expr, (nothing, False))

    def _entries(self, entry: Callable[[], Entry], begins: frozenset[str]) -> list[Entry]:
        """The entries of a map or a message, behind its opening brace and up to its closing one."""
        self.stream.sync(begins | {",", "}"})

        def entries() -> list[Entry]:
            some = [entry()]
            while self.stream.kind == "," and self.stream.peek(1).kind in begins:
                self.stream.consume()
                some.append(entry())
            return some

        found: list[Entry] = []
        if self.stream.kind in begins:
            found = self._rule(frozenset((",", "}")), entries, found)
        self._end_of_list("}")
        return found

    def _map_entry(self) -> Entry:
        key, is_optional = self._optional_expr(frozenset((":",)))
        colon = self.stream.match(":", _UNARY)
        value = self._node(frozenset((",", END)), self.expr)
        return Entry(colon.offset, key, value, is_optional=is_optional)

    def _field_entry(self) -> Entry:
        def opt_field() -> tuple[Token, bool]:
            self.stream.sync(frozenset(("?", "IDENTIFIER", "ESC_IDENTIFIER")))
            is_optional = self.stream.kind == "?"
            if is_optional:
                self.stream.consume()
            return self._rule(_EXPR_END, self.escape_ident, _NO_NAME), is_optional

        name, is_optional = self._rule(frozenset((":",)), opt_field, (_NO_NAME, False))
        if name.kind == "ESC_IDENTIFIER":
            self._problem(Problem(name.offset, "unsupported syntax: '`'"))
        colon = self.stream.match(":", _UNARY)
        value = self._node(frozenset((",", END)), self.expr)
        return Entry(colon.offset, Literal(name.offset, name.text), value, is_optional=is_optional)

    def _call(self, token: Token, function: str, args: Sequence[Node], target: Node | None = None) -> Node:
        """A call, or what its macro makes of it."""
        try:
            node = expanded(token.offset, function, target, args)
        except Problem as problem:
            return self._problem(problem)
        return node or Call(token.offset, function, args, target)


def _balanced(function: str, terms: Sequence[Node], operators: Sequence[int]) -> Node:
    """Terms of one logical operator as a balanced tree. Mirrors parser's balancer."""
    if len(terms) == 1:
        return terms[0]
    middle = len(operators) // 2
    left = _balanced(function, terms[: middle + 1], operators[:middle])
    right = _balanced(function, terms[middle + 1 :], operators[middle + 1 :])
    return Call(operators[middle], function, [left, right])
