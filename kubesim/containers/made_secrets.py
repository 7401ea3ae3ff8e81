"""Secrets that programs are known to make through the API while they run, and that other pods wait for.

Written by hand from what the projects' installations do.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster


class Maker(NamedTuple):
    """A program of an image, by words of its command line that follow each other, and the Secret that it makes.

    ``image`` is the end of the repository.  The Secret's name is ``name``, or the value of the flag or variable that
    ``named_by`` names.  ``keys`` get values that nobody can guess.
    """

    image: str
    words: tuple[str, ...]
    keys: tuple[str, ...]
    name: str = ""
    named_by: str = ""


_CERTIFICATE = ("ca.crt", "tls.crt", "tls.key")

MAKERS = (
    Maker("/argocd", ("argocd", "admin", "redis-initial-password"), ("auth",), "argocd-redis"),
    Maker("/argocd", ("argocd-server",), ("password",), "argocd-initial-admin-secret"),
    Maker("/kube-webhook-certgen", ("create",), ("ca", "cert", "key"), named_by="--secret-name"),
    Maker("/cert-manager-webhook", (), _CERTIFICATE, named_by="--dynamic-serving-ca-secret-name"),
    Maker("/controller", (), ("secretkey",), named_by="METALLB_ML_SECRET_NAME"),
    Maker("/keda", (), _CERTIFICATE, named_by="--cert-secret-name"),
)


def secret_made(cluster: Cluster, pod: Obj, container: Obj) -> Obj | None:
    """The Secret that a container's program is known to make, or None."""
    makers = _makers_of(container["image"])
    if not makers:
        return None
    from kubesim.sim.environment import environment_of, expand

    variables = environment_of(cluster, pod, container)
    given = [*(container.get("command") or ()), *(container.get("args") or ())]
    words = [expand(str(word), variables.__getitem__) or "" for word in given]
    for maker in makers:
        name = maker.name or _flag(words, maker.named_by) or variables.get(maker.named_by) or ""
        if name and _follow(words, maker.words):
            return _secret(cluster, pod["metadata"]["namespace"], name, maker.keys)
    return None


@lru_cache(maxsize=256)
def _makers_of(image: str) -> tuple[Maker, ...]:
    repository = f"/{image.partition('@')[0]}"
    name = repository.rpartition("/")[2].partition(":")[0]
    return tuple(maker for maker in MAKERS if maker.image == f"/{name}")


def _flag(words: list[str], flag: str) -> str:
    """The value of a flag, behind an equals sign or as the next word; empty if it is not given."""
    for at, word in enumerate(words):
        name, _, value = word.partition("=")
        if flag.startswith("-") and name.startswith("-") and name.lstrip("-") == flag.lstrip("-"):
            return value or "".join(words[at + 1 : at + 2])
    return ""


def _follow(words: list[str], wanted: tuple[str, ...]) -> bool:
    """Whether words follow each other in a command line, a program by the last part of its path."""
    names = [word.rpartition("/")[2] for word in words]
    return any(tuple(names[at : at + len(wanted)]) == wanted for at in range(len(names) - len(wanted) + 1))


def _secret(cluster: Cluster, namespace: str, name: str, keys: tuple[str, ...]) -> Obj:
    import base64

    values = {key: hex_digest(cluster.seed, f"{namespace}/{name}/{key}", 16).encode() for key in keys}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "data": {key: base64.b64encode(value).decode() for key, value in values.items()},
        "type": "Opaque",
    }
