"""What can be wrong with a kustomization, in kustomize's words."""

from __future__ import annotations

from contextlib import contextmanager

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class BuildError(UserError):
    """Why a kustomization cannot be built. ``is_malformed``: a file is no YAML, so it is no folder either."""

    def __init__(self, message: str, *, is_malformed: bool = False) -> None:
        super().__init__(message)
        self.is_malformed = is_malformed


class UnsupportedError(UserError):
    """What kubesim does not do where kustomize might: fetch from the network. No other reading of a path is tried."""


@contextmanager
def within(where: str) -> Iterator[None]:
    """Prefix a BuildError with where it came up. Mirrors errors.WrapPrefixf."""
    try:
        yield
    except BuildError as error:
        raise BuildError(f"{where}: {error.message}", is_malformed=error.is_malformed) from error
