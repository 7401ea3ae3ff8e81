"""What can be wrong with a patch. Mirrors apimachinery pkg/util/mergepatch/errors.go."""

from __future__ import annotations

from kubesim.golang.fmt import text, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class PatchError(ValueError):
    """A patch that cannot be applied or made, in upstream's words."""

    def __init__(self, message: str, *, is_bad_request: bool = False, is_unprocessable: bool = False) -> None:
        super().__init__(message)
        self.is_bad_request = is_bad_request
        self.is_unprocessable = is_unprocessable


def no_merge_key(item: dict[str, Any], merge_key: str) -> PatchError:
    return PatchError(f"map: {text(item)} does not contain declared merge key: {merge_key}")


def bad_type(expected: str, actual: Any) -> PatchError:
    received = "%!s(<nil>)" if actual is None else type_name(actual)
    return PatchError(f"expected a {expected}, but received a {received}")


def bad_directive(directive: Any, item: dict[str, Any]) -> PatchError:
    return PatchError(f"unknown patch type: {text(directive)} in map: {text(item)}")


def bad_format(what: str) -> PatchError:
    """``what`` is primitive list, retainKeys or setElementOrder list."""
    return PatchError(f"invalid patch format of {what}", is_bad_request=True)


def list_of_lists() -> PatchError:
    return PatchError("lists of lists are not supported", is_unprocessable=True)


GO_MAP = type_name({})
GO_LIST = type_name([])
