"""A parser of awk's expressions: it makes functions of them, of a run's state."""

from __future__ import annotations

from kubesim.containers.evaluation.tools import pattern_functions as functions
from kubesim.containers.evaluation.tools.call import Misused, Unknown
from kubesim.containers.evaluation.tools.pattern_run import Place, Run
from kubesim.containers.evaluation.tools.pattern_tokens import tokens_of
from kubesim.containers.evaluation.tools.pattern_values import Scalar, compared, is_true, number, text
from kubesim.containers.evaluation.tools.regular import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Expression = Callable[[Run], Scalar]


class _Grouped:
    """An expression in parentheses: nothing is assigned to it."""

    def __init__(self, value: Expression) -> None:
        self._value = value

    def __call__(self, run: Run) -> Scalar:
        return self._value(run)


class Expressions:
    """Reads the expressions of a program from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens = tokens_of(source)
        self._at = 0
        self._locals: list[str] = []
        self._no_in = False
        self._no_more = False

    # tokens

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def _is(self, *texts: str) -> bool:
        kind, token = self._peek()
        return token in texts and kind in ("operator", "word", "newline")

    def _take(self, *texts: str) -> str:
        token = self._peek()[1]
        if texts and not self._is(*texts):
            raise Misused(f"syntax error at or near {token or 'end of file'}", 2)
        self._at += 1
        return token

    def _skip(self, also: str = "") -> None:
        while self._peek()[0] == "newline" or (also and self._is(also)):
            self._at += 1

    # expressions, from the loosest operator to the tightest

    def _expression(self) -> Expression:
        condition = self._or()
        if self._is("?"):
            self._take()
            self._skip()
            then = self._expression()
            self._skip()
            self._take(":")
            self._skip()
            other = self._expression()
            return lambda run: then(run) if is_true(condition(run)) else other(run)
        if isinstance(condition, Place) and self._is("=", "+=", "-=", "*=", "/=", "%=", "^="):
            operator = self._take()[:-1]
            self._skip()
            return condition.assigned(operator, self._expression())
        return condition

    def _or(self) -> Expression:
        left = self._and()
        while self._is("||"):
            self._take()
            self._skip()
            left = functions.either(left, self._and())
        return left

    def _and(self) -> Expression:
        left = self._in()
        while self._is("&&"):
            self._take()
            self._skip()
            left = functions.both(left, self._in())
        return left

    def _in(self) -> Expression:
        left = self._match()
        while self._is("in") and not self._no_in:
            self._take()
            left = functions.member(left, self._array(self._take()))
        return left

    def _match(self) -> Expression:
        left = self._relation()
        while self._is("~", "!~"):
            operator = self._take()
            left = functions.matching(left, self._relation(), is_negated=operator == "!~")
        return left

    def _relation(self) -> Expression:
        left = self._concatenation()
        if self._is("<", "<=", "==", "!=", ">=") or (self._is(">") and not self._no_more):
            operator = self._take()
            right = self._concatenation()
            holds = functions.RELATIONS[operator]
            return lambda run: float(holds(compared(left(run), right(run))))
        return left

    def _concatenation(self, *, with_output: bool = False) -> Expression:
        pieces = [self._sum()]
        while self._starts_value() and not with_output:
            pieces.append(self._sum())
        if len(pieces) == 1:
            return pieces[0]
        return lambda run: "".join([run.text(piece(run)) for piece in pieces])

    def _starts_value(self) -> bool:
        kind, token = self._peek()
        if kind in ("number", "string", "name", "call", "regex"):
            return True
        return kind == "operator" and token in ("$", "!", "(", "-", "+", "++", "--")

    def _sum(self) -> Expression:
        left = self._product()
        while self._is("+", "-"):
            operator = self._take()
            left = functions.calculated(left, operator, self._product())
        return left

    def _product(self) -> Expression:
        left = self._unary()
        while self._is("*", "/", "%"):
            operator = self._take()
            left = functions.calculated(left, operator, self._unary())
        return left

    def _unary(self) -> Expression:
        if self._is("!"):
            self._take()
            value = self._unary()
            return lambda run: float(not is_true(value(run)))
        if self._is("-", "+"):
            sign = -1.0 if self._take() == "-" else 1.0
            value = self._unary()
            return lambda run: sign * number(value(run))
        return self._power()

    def _power(self) -> Expression:
        base = self._stepped()
        if self._is("^"):
            self._take()
            return functions.calculated(base, "^", self._unary())
        return base

    def _stepped(self) -> Expression:
        if self._is("++", "--"):
            operator = self._take()
            place = self._stepped()
            if not isinstance(place, Place):
                raise Misused("syntax error", 2)
            return place.assigned(operator[0], lambda run: 1.0)
        value = self._primary()
        if isinstance(value, Place) and self._is("++", "--"):
            return value.stepped(1.0 if self._take() == "++" else -1.0)
        return value

    def _primary(self) -> Expression:
        kind, token = self._peek()
        if kind == "operator" and token == "(":
            return self._inner()
        self._at += 1
        if kind == "number":
            value = float(int(token, 16)) if token[:2] in ("0x", "0X") else float(token)
            return lambda run: value
        if kind == "string":
            return functions.Constant(token)
        if kind == "regex":
            return functions.Regex(compiled(token, is_extended=True))
        if kind == "operator" and token == "$":
            return _field(self._stepped())
        if kind == "name":
            if self._is("["):
                return _element(self._array(token), self._subscript())
            return self._place(token)
        if kind == "call":
            return self._called(token)
        if token == "getline":
            raise Unknown("awk's getline")
        raise Misused(f"syntax error at or near {token or 'end of file'}", 2)

    def _inner(self) -> Expression:
        self._take("(")
        kept, self._no_more = self._no_more, False
        values = [self._expression()]
        while self._is(","):
            self._take()
            values.append(self._expression())
        self._take(")")
        self._no_more = kept
        if len(values) == 1:
            return _Grouped(values[0])
        return functions.joined(values)

    def _subscript(self) -> Callable[[Run], str]:
        self._take("[")
        values = [self._expression()]
        while self._is(","):
            self._take()
            values.append(self._expression())
        self._take("]")
        key = values[0] if len(values) == 1 else functions.joined(values)
        return lambda run: text(key(run))

    def _called(self, name: str) -> Expression:
        arguments: list[Expression] = []
        names: list[str] = []
        if self._is("("):
            self._take()
            self._skip()
            kept, self._no_more = self._no_more, False
            while not self._is(")"):
                names.append(self._peek()[1] if self._peek()[0] == "name" else "")
                arguments.append(self._expression())
                if self._is(","):
                    self._take()
                    self._skip()
            self._no_more = kept
            self._take(")")
        if name in functions.BUILT_IN:
            return functions.call(name, arguments, [self._array(each) if each else None for each in names])
        return functions.own(name, arguments, names)

    def _place(self, name: str) -> Place:
        return Place(lambda run: run.variable(name), lambda run, value: run.assign(name, value), name)

    def _array(self, name: str) -> Callable[[Run], dict[str, Scalar]]:
        return lambda run: run.array(name)


def _field(index: Expression) -> Place:
    return Place(
        lambda run: run.field(int(number(index(run)))),
        lambda run, value: run.set_field(int(number(index(run))), run.text(value)),
    )


def _element(array: Callable[[Run], dict[str, Scalar]], key: Callable[[Run], str]) -> Place:
    return Place(
        lambda run: run.element(array(run), key(run)),
        lambda run, value: array(run).__setitem__(key(run), value),
    )
