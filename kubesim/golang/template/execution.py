"""Running a parsed Go template over an object. Mirrors text/template's exec.go."""

from __future__ import annotations

from kubesim.golang import fmt
from kubesim.golang.quoting import quote
from kubesim.golang.template import nodes
from kubesim.golang.template.functions import Function, FunctionError
from kubesim.golang.template.numbers import TooBig
from kubesim.golang.template.parser import NAME, Body
from kubesim.golang.template.values import INVALID, Boxed, is_true, plain, type_name, unboxed
from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

_MAX_DEPTH = 50
"""Templates in templates: only endless recursion goes this deep (Go stops it at 100,000, and says so)."""


class ExecutionError(Exception):
    """``template: output:1:7: executing "output" at <.a>: can't evaluate field a in type string``"""


class _Break(Exception):  # noqa: N818 - a jump, not an error
    """Leaves the innermost range."""


class _Continue(Exception):  # noqa: N818
    """Goes on with the next element of the innermost range."""


class _Missing:
    """The type of MISSING: nothing comes from the command before."""


_MISSING = _Missing()


class Execution:
    """One run; ``out`` holds what was printed, also when ``run`` raises ExecutionError."""

    def __init__(
        self, text: str, templates: dict[str, Body], functions: dict[str, Function], allow_missing_keys: bool
    ) -> None:
        self.out: list[str] = []
        self._text = text
        self._templates = templates
        self._functions = functions
        self._allow_missing_keys = allow_missing_keys
        self._name = NAME
        self._depth = 0
        self._node: nodes.Node | None = None
        self._variables: list[list[Any]] = []

    def run(self, obj: Any) -> None:
        self._variables = [["$", obj]]
        self._walk_all(obj, self._templates[NAME])

    def _fail(self, message: str) -> NoReturn:
        assert self._node is not None
        before = self._text[: self._node.position]
        column = len(before[before.rfind("\n") + 1 :].encode(errors="surrogateescape"))
        place = f"{NAME}:{before.count(chr(10)) + 1}:{column}"
        raise ExecutionError(f'template: {place}: executing "{self._name}" at <{self._node}>: {message}')

    # --- structure

    def _walk_all(self, dot: Any, body: Body) -> None:
        for node in body:
            self._node = node
            if isinstance(node, nodes.Text):
                self.out.append(node.text)
            elif isinstance(node, nodes.Action):
                self._print(dot, node)
            elif isinstance(node, nodes.Branch):
                self._branch(dot, node)
            elif isinstance(node, nodes.Jump):
                raise _Break if node.keyword == "break" else _Continue
            elif isinstance(node, nodes.Invocation):
                self._invoke(dot, node)

    def _print(self, dot: Any, node: nodes.Action) -> None:
        value = self._pipeline(dot, node.pipeline)
        if not node.pipeline.variables:
            self.out.append("<no value>" if value is INVALID else fmt.text(value))

    def _branch(self, dot: Any, node: nodes.Branch) -> None:
        known = len(self._variables)
        if node.keyword == "range":
            self._range(dot, node)
        else:
            value = self._pipeline(dot, node.pipeline)
            if is_true(value):
                self._walk_all(value if node.keyword == "with" else dot, node.body)
            elif node.otherwise is not None:
                self._walk_all(dot, node.otherwise)
        del self._variables[known:]

    def _range(self, dot: Any, node: nodes.Branch) -> None:
        value = unboxed(self._pipeline(dot, node.pipeline))
        pairs = self._pairs(value, len(node.pipeline.variables))
        known = len(self._variables)
        try:
            for key, element in pairs:
                self._assign_element(node.pipeline, key, element)
                with suppress(_Continue):
                    self._walk_all(element, node.body)
                del self._variables[known:]
        except _Break:
            return
        if not pairs and node.otherwise is not None:
            self._walk_all(dot, node.otherwise)

    def _pairs(self, value: Any, variables: int) -> list[tuple[Any, Any]]:
        """What a range over ``value`` gives: indexes or keys, and elements."""
        if isinstance(value, list):
            return [(fmt.Int(index), Boxed(item)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return [(key, Boxed(value[key])) for key in sorted(value)]
        if isinstance(value, int) and not isinstance(value, bool):
            if variables > 1:
                self._fail(f"can't use {int(value)} to iterate over more than one variable")
            return [(type(value)(number), type(value)(number)) for number in range(value)]
        if value is not INVALID:
            self._fail(f"range can't iterate over {fmt.text(value)}")
        return []

    def _assign_element(self, pipeline: nodes.Pipeline, key: Any, element: Any) -> None:
        names = [variable.names[0] for variable in pipeline.variables]
        values = [key, element] if len(names) > 1 else [element]
        if pipeline.assigns:
            for name, value in zip(names, values):  # noqa: B905 - no names, nothing to assign
                self._set(name, value)
            return
        for place, value in enumerate(values[: len(names)]):
            self._variables[place - len(names)][1] = value

    def _invoke(self, dot: Any, node: nodes.Invocation) -> None:
        body = self._templates.get(node.name)
        if body is None:
            self._fail(f"template {quote(node.name)} not defined")
        if self._depth >= _MAX_DEPTH:
            self._fail("exceeded maximum template depth (100000)")
        argument = INVALID if node.pipeline is None else self._pipeline(dot, node.pipeline)
        outer = self._name, self._variables
        self._name, self._variables = node.name, [["$", argument]]
        self._depth += 1
        self._walk_all(argument, body)
        self._depth -= 1
        self._name, self._variables = outer

    # --- variables

    def _set(self, name: str, value: Any) -> None:
        next(variable for variable in reversed(self._variables) if variable[0] == name)[1] = value

    def _variable(self, name: str) -> Any:
        return next(variable[1] for variable in reversed(self._variables) if variable[0] == name)

    # --- values

    def _pipeline(self, dot: Any, pipeline: nodes.Pipeline) -> Any:
        self._node = pipeline
        value: Any = _MISSING
        for command in pipeline.commands:
            value = unboxed(self._command(dot, command, value))
        for variable in pipeline.variables:
            if pipeline.assigns:
                self._set(variable.names[0], value)
            else:
                self._variables.append([variable.names[0], value])
        return value

    def _command(self, dot: Any, command: nodes.Command, final: Any) -> Any:
        first = command.arguments[0]
        if isinstance(first, nodes.Identifier):
            return self._function(dot, first, command, command.arguments, final)
        has_arguments = len(command.arguments) > 1 or final is not _MISSING
        if isinstance(first, (nodes.FieldPath, nodes.Chain, nodes.Variable)):
            return self._path(dot, first, has_arguments)
        if not isinstance(first, nodes.Pipeline):
            self._node = first
        if has_arguments:
            self._fail(f"can't give argument to non-function {first}")
        if isinstance(first, nodes.Pipeline):
            return self._pipeline(dot, first)
        if isinstance(first, nodes.Dot):
            return dot
        if isinstance(first, nodes.Nil):
            self._fail("nil is not a command")
        return self._constant(first)

    def _constant(self, node: nodes.Node) -> Any:
        assert isinstance(node, nodes.Constant)
        self._node = node
        if isinstance(node.value, TooBig):
            self._fail(f"{node.source} overflows int")
        return node.value

    def _path(self, dot: Any, node: nodes.Node, has_arguments: bool) -> Any:
        """A field of dot, a variable or a field of one, or a field of a term in parentheses."""
        self._node = node
        if isinstance(node, nodes.FieldPath):
            return self._fields(dot, node.names, has_arguments)
        if isinstance(node, nodes.Variable):
            value = self._variable(node.names[0])
            if len(node.names) == 1:
                if has_arguments:
                    self._fail(f"can't give argument to non-function {node}")
                return value
            return self._fields(value, node.names[1:], has_arguments)
        assert isinstance(node, nodes.Chain)
        if isinstance(node.node, nodes.Nil):
            self._fail(f"indirection through explicit nil in {node}")
        return self._fields(self._argument(dot, node.node, "value"), node.names, has_arguments)

    def _fields(self, value: Any, names: tuple[str, ...], has_arguments: bool) -> Any:
        for name in names[:-1]:
            value = self._field(value, name, has_arguments=False)
        return self._field(value, names[-1], has_arguments)

    def _field(self, value: Any, name: str, has_arguments: bool) -> Any:
        if value is INVALID:
            if not self._allow_missing_keys:
                self._fail(f"nil data; no entry for key {quote(name)}")
            return INVALID
        inner = unboxed(value)
        if inner is INVALID:
            self._fail(f"nil pointer evaluating interface {{}}.{name}")
        if not isinstance(inner, dict):
            self._fail(f"can't evaluate field {name} in type {type_name(value)}")
        if has_arguments:
            self._fail(f"{name} is not a method but has arguments")
        if name in inner:
            return Boxed(inner[name])
        if not self._allow_missing_keys:
            self._fail(f"map has no entry for key {quote(name)}")
        return INVALID

    # --- functions

    def _function(
        self, dot: Any, name: nodes.Identifier, node: nodes.Node, arguments: tuple[nodes.Node, ...], final: Any
    ) -> Any:
        """Call a function: ``node`` is what an error of its shows, ``final`` what the command before gave."""
        self._node = name
        function = self._functions[name.name]
        given = arguments[1:]
        self._check_count(function, name.name, len(given), final)
        if name.name in ("and", "or"):
            return self._logical(dot, name.name, given, final)
        values = [self._argument(dot, argument, _parameter(function, place)) for place, argument in enumerate(given)]
        if final is not _MISSING:
            values.append(self._converted(final, _parameter(function, len(given))))
        try:
            return function.call(*values)
        except FunctionError as error:
            self._node = node
            problem = str(error).replace("%s", str(given[0])) if name.name == "call" and given else str(error)
            self._fail(f"error calling {name.name}: {problem}")

    def _check_count(self, function: Function, name: str, given: int, final: Any) -> None:
        count = given + (final is not _MISSING)
        if function.rest is not None:
            if count < len(function.fixed):
                self._fail(f"wrong number of args for {name}: want at least {len(function.fixed)} got {given}")
        elif count != len(function.fixed):
            self._fail(f"wrong number of args for {name}: want {len(function.fixed)} got {count}")

    def _logical(self, dot: Any, name: str, arguments: tuple[nodes.Node, ...], final: Any) -> Any:
        """The first argument that decides, or the last; what comes after that one is not evaluated."""
        value: Any = INVALID
        for argument in arguments:
            value = self._argument(dot, argument, "value")
            if is_true(value) == (name == "or"):
                return value
        return value if final is _MISSING else final

    def _argument(self, dot: Any, node: nodes.Node, kind: str) -> Any:
        self._node = node
        if isinstance(node, nodes.Nil):
            if kind == "string":
                self._fail("cannot assign nil to string")
            return INVALID if kind == "value" else None
        if isinstance(node, nodes.Constant):
            return self._constant_argument(node, kind)
        return self._converted(self._term(dot, node), kind)

    def _term(self, dot: Any, node: nodes.Node) -> Any:
        if isinstance(node, nodes.Dot):
            return dot
        if isinstance(node, nodes.Pipeline):
            return self._pipeline(dot, node)
        if isinstance(node, nodes.Identifier):
            return self._function(dot, node, node, (node,), _MISSING)
        return self._path(dot, node, has_arguments=False)

    def _constant_argument(self, node: nodes.Constant, kind: str) -> Any:
        if kind == "string" and not isinstance(node.value, str):
            self._fail(f"expected string; found {node}")
        return self._constant(node)

    def _converted(self, value: Any, kind: str) -> Any:
        """``value`` as a parameter of that kind takes it. Mirrors validateType."""
        if kind == "value":
            return value
        if kind == "interface":
            return plain(value)
        if value is INVALID:
            self._fail("invalid value; expected string")
        inner = unboxed(value)
        if not isinstance(inner, str):
            found = type_name(value if inner is INVALID else inner)
            self._fail(f"wrong type for value; expected string; got {found}")
        return inner


def _parameter(function: Function, place: int) -> str:
    """The kind of the argument at ``place``."""
    if place < len(function.fixed):
        return function.fixed[place]
    assert function.rest is not None
    return function.rest
