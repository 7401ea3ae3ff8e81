"""The files of images and nodes where they are mounted, and no container runs of them."""

from __future__ import annotations

from kubesim.containers.evaluation.origins import NODE, ImageFiles
from kubesim.containers.image_files import files_of
from kubesim.containers.image_files.node import files_of_node
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.origins import Source

#: What the kernel and the runtime give a container.
_OF_RUNTIME = ("/dev/", "/proc/", "/sys/", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf")


@lru_cache(maxsize=64)
def files_of_source(source: Source) -> ImageFiles:
    """The files of a mount's source."""
    image, given, made = source
    if image == NODE:
        return files_of_node(given, made)
    found = files_of(image)
    own = {path: file for path, file in found.entries.items() if not path.startswith(_OF_RUNTIME)}
    whole = frozenset(path for path in found.whole if not path.startswith(_OF_RUNTIME))
    return found._replace(entries=own, whole=whole)
