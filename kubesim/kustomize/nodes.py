"""YAML nodes: what objects are made of while a kustomization is built.

Dicts, lists, strings, booleans, integers, and a Scalar where the text of a value matters; None is a written null.
"""

from __future__ import annotations

from kubesim.golang.quoting import quote
from kubesim.golang.yaml.v3 import OddKey, Scalar, Styled, resolve_plain
from kubesim.kustomize.errors import BuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Obj = dict[str, Any]


def is_null(node: Any) -> bool:
    return node is None or (isinstance(node, Scalar) and node.value is None)


def text_of(node: Any) -> str:
    """The text of a scalar; empty of a map or a list. Mirrors yaml.Node.Value."""
    if isinstance(node, str):
        return node
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, (dict, list)):
        return ""
    return "null" if node is None else str(node).lower() if isinstance(node, bool) else str(node)


def is_empty(node: Any) -> bool:
    """A null, or a map or list without anything in it. Mirrors IsYNodeNilOrEmpty."""
    return is_null(node) or (isinstance(node, (dict, list)) and not node)


def kind_of(node: Any) -> str:
    return "MappingNode" if isinstance(node, dict) else "SequenceNode" if isinstance(node, list) else "ScalarNode"


def wrong_kind(expected: str, node: Any) -> BuildError:
    return BuildError(
        f"wrong node kind: expected {expected} but got {kind_of(node)}: node contents:\n{as_written(node)}\n"
    )


def as_written(node: Any, indent: str = "") -> str:
    """A node about as it is written: in its order, scalars by their text."""
    if isinstance(node, dict) and node:
        return f"\n{indent}".join(f"{key}:{_after_key(value, indent)}" for key, value in node.items())
    if isinstance(node, list) and node:
        return f"\n{indent}".join(f"- {as_written(item, indent + '  ')}" for item in node)
    if isinstance(node, Styled):
        return quote(node) if node.style == '"' else f"'{node}'" if node.style == "'" else str(node)
    return "{}" if node == {} else "[]" if node == [] else text_of(node)


def _after_key(value: Any, indent: str) -> str:
    if isinstance(value, dict) and value:
        return f"\n{indent}  {as_written(value, indent + '  ')}"
    return f"\n{indent}{as_written(value, indent)}" if isinstance(value, list) and value else f" {as_written(value)}"


def with_text(node: Any, text: str) -> Any:
    """A scalar of another text that is of the type and style of ``node`` as before: a number stays one."""
    if isinstance(node, str):
        return restyled(text, node)
    resolved = resolve_plain(text)
    if not _same_type(node, resolved):
        raise BuildError(
            f"map[string]interface {{}}(nil): yaml: cannot decode {_tag(resolved)} `{text}` as a {_tag(node)}"
        )
    return resolved


def restyled(node: Any, before: Any) -> Any:
    """A scalar in the place and the style of another: in quotes a number is a string. Mirrors FieldSetter."""
    if isinstance(before, Styled) and not isinstance(node, (dict, list)) and not is_null(node):
        return Styled(text_of(node), before.style)
    return str(node) if isinstance(node, Styled) else node


def _same_type(left: Any, right: Any) -> bool:
    return _tag(left) == _tag(right) or (_tag(left), _tag(right)) == ("!!float", "!!int")


def _tag(node: Any) -> str:
    value = node.value if isinstance(node, Scalar) else node
    if isinstance(node, Scalar) and isinstance(value, str):
        return "!!timestamp"
    for type_, tag in ((bool, "!!bool"), (int, "!!int"), (float, "!!float"), (str, "!!str")):
        if isinstance(value, type_):
            return tag
    return "!!null"


def plain(node: Any) -> Any:
    """The node as JSON data. Mirrors RNode.MarshalJSON."""
    if isinstance(node, dict):
        if any(isinstance(key, OddKey) for key in node):
            raise BuildError("json: unsupported type: map[interface {}]interface {}")
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    if isinstance(node, Scalar):
        return _printed(node)
    return node.printed if isinstance(node, Styled) else node


def _printed(node: Scalar) -> Any:
    value = node.printed
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            shown = "NaN" if value != value else f"{'+' if value > 0 else '-'}Inf"
            raise BuildError(f"json: unsupported value: {shown}")
        return int(value) if value.is_integer() and abs(value) < 2**63 else value
    return value


def field(node: Any, *path: str) -> Any:
    """What lies at a path of map keys; None where it leads nowhere, or to a null."""
    for name in path:
        if not isinstance(node, dict):
            return None
        node = node.get(name)
    return None if is_null(node) else node


def split_path(path: str, delimiter: str = "/") -> list[str]:
    """The steps of a path; a backslash escapes the delimiter. Mirrors kyaml's PathSplitter."""
    first, *rest = path.split(delimiter)
    if not first and rest:
        first, *rest = rest
    steps = [first]
    for part in rest:
        if steps[-1].endswith("\\"):
            steps[-1] = f"{steps[-1][:-1]}{delimiter}{part}"
        else:
            steps.append(part)
    return steps


def split_bracketed_path(path: str) -> list[str]:
    """The same, with what stands in brackets kept in one piece. Mirrors kyaml's SmarterPathSplitter."""
    steps: list[str] = []
    parts = iter(split_path(path, "."))
    for part in parts:
        if not part.startswith("[") or part.endswith("]"):
            steps.append(part)
            continue
        bracketed = [part]
        for more in parts:
            bracketed.append(more)
            if more.endswith("]"):
                break
        step = ".".join(bracketed)
        steps.append(step if "=" in step else step.strip("[]"))
    return steps
