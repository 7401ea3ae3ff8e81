"""Names of images: their parts, their digests and sizes."""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.kinds.pod_spec.image_name import tag_of
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple


class ImageName(NamedTuple):
    """``docker.io/library/nginx`` and ``1.25``; the digest is empty but in names that have one."""

    repository: str
    tag: str
    digest: str

    @property
    def full(self) -> str:
        """The name as the runtime reports it."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")


@lru_cache(maxsize=256)
def parse_image(image: str) -> ImageName | None:
    """The parts of an image's name, with the registry and tag that it leaves out; None if it is no name.

    Mirrors distribution/reference's ParseNormalizedNamed.
    """
    tag = tag_of(image)
    name, _, digest = image.partition("@")
    if not tag and not digest:
        return None
    if tag and name.endswith(f":{tag}"):
        name = name[: -len(tag) - 1]
    return ImageName(_repository(name), tag, digest)


def _repository(name: str) -> str:
    """Mirrors splitDockerDomain."""
    host, slash, path = name.partition("/")
    if not slash or ("." not in host and ":" not in host and host != "localhost"):
        host, path = "docker.io", name
    if host in ("docker.io", "index.docker.io"):
        return f"docker.io/{path}" if "/" in path else f"docker.io/library/{path}"
    return f"{host}/{path}"


@lru_cache(maxsize=256)
def image_id(name: ImageName) -> str:
    """The repository digest that the runtime reports for an image."""
    return f"{name.repository}@{name.digest or 'sha256:' + hex_digest(0, name.full)}"


@lru_cache(maxsize=256)
def image_size(name: ImageName) -> int:
    """A plausible size in bytes, the same whenever asked."""
    return 20_000_000 + int(hex_digest(0, name.repository, 6), 16) * 4
