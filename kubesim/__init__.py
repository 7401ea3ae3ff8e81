"""kubesim: Kubernetes rollouts without a cluster.

``Cluster`` is a cluster in a Python program, ``StatusError`` what it raises, and ``with_cluster`` gives one to a test.
They are imported when they are first asked for, so that ``import kubesim`` costs nothing.
"""

__version__ = "0.1.0"

__all__ = ["Cluster", "StatusError", "__version__", "with_cluster"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.errors import StatusError
    from kubesim.library.cluster import Cluster
    from kubesim.library.decorator import with_cluster


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted(__all__)


def __getattr__(name: str) -> object:
    """A public name, imported when it is first asked for."""
    if name == "Cluster":
        from kubesim.library.cluster import Cluster

        return Cluster
    if name == "StatusError":
        from kubesim.errors import StatusError

        return StatusError
    if name == "with_cluster":
        from kubesim.library.decorator import with_cluster

        return with_cluster
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
