"""A parser of awk's programs: it makes functions of their statements, of a run's state."""

from __future__ import annotations

from kubesim.containers.evaluation.tools.call import Unknown
from kubesim.containers.evaluation.tools.pattern_expressions import Expressions
from kubesim.containers.evaluation.tools.pattern_run import Break, Continue, Exit, Next, Place, Return, Rule, Run
from kubesim.containers.evaluation.tools.pattern_values import Scalar, is_true, number, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Expression = Callable[[Run], Scalar]
    Statement = Callable[[Run], None]


class Parser(Expressions):
    """Reads a program from left to right."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.begins: list[Statement] = []
        self.rules: list[Rule] = []
        self.ends: list[Statement] = []
        self.functions: dict[str, tuple[list[str], Statement]] = {}

    def parse(self) -> Parser:
        self._skip()
        while self._peek()[0] != "end":
            self._item()
            self._skip(";")
        return self

    # items and statements

    def _item(self) -> None:
        if self._is("function", "func"):
            self._function()
        elif self._is("BEGIN", "END"):
            (self.begins if self._take() == "BEGIN" else self.ends).append(self._block())
        else:
            first = second = None
            if not self._is("{"):
                first = self._expression()
                if self._is(","):
                    self._take()
                    self._skip()
                    second = self._expression()
            self.rules.append(Rule(first, second, self._block() if self._is("{") else None))

    def _function(self) -> None:
        self._take()
        name = self._take()
        self._take("(")
        self._locals = []
        while not self._is(")"):
            self._locals.append(self._take())
            if self._is(","):
                self._take()
        self._take(")")
        self._skip()
        names = self._locals
        self.functions[name] = (names, self._block())
        self._locals = []

    def _block(self) -> Statement:
        self._take("{")
        statements = []
        self._skip(";")
        while not self._is("}"):
            statements.append(self._statement())
            self._skip(";")
        self._take("}")

        def run(run: Run) -> None:
            for statement in statements:
                run.step()
                statement(run)

        return run

    def _body(self) -> Statement:
        self._skip()
        if self._is(";"):
            self._take()
            return lambda run: None
        return self._statement()

    def _statement(self) -> Statement:
        if self._is("{"):
            return self._block()
        kind, token = self._peek()
        maker = _STATEMENTS.get(token) if kind == "word" else None
        made: Statement = maker(self) if maker is not None else self._simple()
        return made

    def _simple(self) -> Statement:
        value = self._expression()

        def evaluate(run: Run) -> None:
            value(run)

        return evaluate

    def _if(self) -> Statement:
        self._take()
        self._take("(")
        condition = self._expression()
        self._take(")")
        then = self._body()
        before = self._at
        self._skip(";")
        if not self._is("else"):
            self._at = before
            return lambda run: then(run) if is_true(condition(run)) else None
        self._take()
        other = self._body()
        return lambda run: then(run) if is_true(condition(run)) else other(run)

    def _while(self) -> Statement:
        self._take()
        self._take("(")
        condition = self._expression()
        self._take(")")
        return _loop(None, condition, None, self._body())

    def _do(self) -> Statement:
        self._take()
        body = self._body()
        self._skip(";")
        self._take("while")
        self._take("(")
        condition = self._expression()
        self._take(")")
        return _loop(None, condition, None, body, is_first=True)

    def _for(self) -> Statement:
        self._take()
        self._take("(")
        tokens = [token for _, token in self._tokens[self._at : self._at + 4]]
        if self._peek()[0] == "name" and tokens[1] == "in" and tokens[3] == ")":
            self._at += 4
            return _over(self._place(tokens[0]), self._array(tokens[2]), self._body())
        first = None if self._is(";") else self._simple()
        self._take(";")
        condition = None if self._is(";") else self._expression()
        self._take(";")
        step = None if self._is(")") else self._simple()
        self._take(")")
        return _loop(first, condition, step, self._body())

    def _leave(self) -> Statement:
        raised = {"break": Break, "continue": Continue, "next": Next}[self._take()]

        def leave(run: Run) -> None:
            raise raised

        return leave

    def _end(self) -> Statement:
        is_exit = self._take() == "exit"
        is_bare = self._is(";", "}", "\n") or self._peek()[0] == "end"
        value = None if is_bare else self._expression()

        def end(run: Run) -> None:
            if is_exit:
                raise Exit(None if value is None else int(number(value(run))))
            raise Return("" if value is None else value(run))

        return end

    def _delete(self) -> Statement:
        self._take()
        array = self._array(self._take())
        if not self._is("["):
            return lambda run: array(run).clear()
        key = self._subscript()

        def delete(run: Run) -> None:
            array(run).pop(key(run), None)

        return delete

    def _print(self) -> Statement:
        is_format = self._take() == "printf"
        is_bare = self._is(";", "}", "\n", ">", ">>", "|") or self._peek()[0] == "end"
        values: list[Expression] = []
        self._no_more = True
        if not is_bare:
            values = self._grouped() or [self._expression()]
            while self._is(","):
                self._take()
                self._skip()
                values.append(self._expression())
        self._no_more = False
        target = None
        appends = self._is(">>")
        if self._is("|"):
            raise Unknown("awk's pipes")
        if self._is(">", ">>"):
            self._take()
            target = self._concatenation(with_output=True)
        return lambda run: run.print([value(run) for value in values], is_format, target and text(target(run)), appends)

    def _grouped(self) -> list[Expression]:
        """The values of ``print (a, b)``; none: it is no such list."""
        before = self._at
        if not self._is("("):
            return []
        self._no_more, kept = False, self._no_more
        self._take()
        values = [self._expression()]
        while self._is(","):
            self._take()
            values.append(self._expression())
        self._no_more = kept
        is_list = self._is(")")
        if is_list:
            self._take()
        if is_list and (self._is(";", "}", "\n", ">", ">>", "|") or self._peek()[0] == "end"):
            return values
        self._at = before
        return []


def _loop(
    first: Statement | None,
    condition: Expression | None,
    step: Statement | None,
    body: Statement,
    is_first: bool = False,
) -> Statement:
    def loop(run: Run) -> None:
        if first is not None:
            first(run)
        begun = is_first
        while begun or condition is None or is_true(condition(run)):
            begun = False
            run.step()
            try:
                body(run)
            except Break:
                return
            except Continue:
                pass
            if step is not None:
                step(run)

    return loop


def _over(place: Place, array: Callable[[Run], dict[str, Scalar]], body: Statement) -> Statement:
    """``for (key in array)``: awk's own order of keys is its secret; that of numbers, and else of arrival, is taken."""

    def loop(run: Run) -> None:
        for key in run.ordered(array(run)):
            run.step()
            place.set(run, key)
            try:
                body(run)
            except Break:
                return
            except Continue:
                continue

    return loop


_STATEMENTS: dict[str, Callable[[Parser], Statement]] = {
    "if": Parser._if,
    "while": Parser._while,
    "do": Parser._do,
    "for": Parser._for,
    **dict.fromkeys(("break", "continue", "next"), Parser._leave),
    **dict.fromkeys(("exit", "return"), Parser._end),
    "delete": Parser._delete,
    **dict.fromkeys(("print", "printf"), Parser._print),
}
