"""A cluster for a test, whatever runs the tests."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubesim.library.cluster import Cluster

#: What a test's cluster begins with, so that its names and instants are the same each time.
SEED = 1
AT = "2026-01-01T00:00:00Z"


def cluster_for_test(*, images: Mapping[str, str] | None = None, **options: Any) -> Cluster:
    """A new cluster in memory: ``options`` are those of ``Cluster``, and ``images`` says what images do.

    Seed and clock are fixed where they are left out.
    """
    from kubesim.library.cluster import Cluster

    cluster = Cluster(**{"seed": SEED, "at": AT, **options})
    cluster.images(images or {})
    return cluster


def with_cluster(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a function that is given a new ``kubesim.Cluster`` each time, after its positional arguments.

    The options are those of ``Cluster``, and ``images``, what images do; seed and clock are fixed where they are left
    out.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            return function(*args, cluster_for_test(**options), **kwargs)

        return call

    return decorate
