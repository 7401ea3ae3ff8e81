"""A cluster for a test function, whatever runs the tests."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

#: What a test's cluster begins with, so that its names and instants are the same each time.
SEED = 1
AT = "2026-01-01T00:00:00Z"


def with_cluster(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a function that is given a new ``kubesim.Cluster`` each time, after its positional arguments.

    The options are those of ``Cluster``; seed and clock are fixed where they are left out.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            from kubesim.library.cluster import Cluster

            return function(*args, Cluster(**{"seed": SEED, "at": AT, **options}), **kwargs)

        return call

    return decorate
