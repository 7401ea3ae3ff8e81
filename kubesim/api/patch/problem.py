"""What can be wrong with a patch. Mirrors apimachinery pkg/util/mergepatch/errors.go."""

from __future__ import annotations

from typing import Any

from kubesim.api.patch.text import go_value


class PatchError(ValueError):
    """A patch that cannot be applied or made, in upstream's words."""

    def __init__(self, message: str, *, is_bad_request: bool = False, is_unprocessable: bool = False) -> None:
        super().__init__(message)
        self.is_bad_request = is_bad_request
        self.is_unprocessable = is_unprocessable


def no_merge_key(item: dict[str, Any], merge_key: str) -> PatchError:
    return PatchError(f"map: {go_value(item)} does not contain declared merge key: {merge_key}")


def bad_type(expected: str, actual: Any) -> PatchError:
    return PatchError(f"expected a {expected}, but received a {_go_type(actual)}")


def bad_directive(directive: Any, item: dict[str, Any]) -> PatchError:
    return PatchError(f"unknown patch type: {go_value(directive)} in map: {go_value(item)}")


def bad_format(what: str) -> PatchError:
    """``what`` is primitive list, retainKeys or setElementOrder list."""
    return PatchError(f"invalid patch format of {what}", is_bad_request=True)


def list_of_lists() -> PatchError:
    return PatchError("lists of lists are not supported", is_unprocessable=True)


_GO_TYPES = {
    dict: "map[string]interface {}",
    list: "[]interface {}",
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
}


def _go_type(value: Any) -> str:
    return _GO_TYPES.get(type(value), "%!s(<nil>)")


GO_MAP = _GO_TYPES[dict]
GO_LIST = _GO_TYPES[list]
