"""What ``-k`` names: a kustomization, built before anybody opens or locks the cluster."""

from __future__ import annotations

from kubesim.cli.support.manifests import Document, documents_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def built_documents(folder: str, warn: Callable[[str], object]) -> list[Document]:
    """What a folder's kustomization comes to; ``warn`` takes lines for standard error.

    Mirrors cli-runtime's KustomizeVisitor: the objects are printed as YAML, and that is read like a file.
    """
    from kubesim.kustomize.build import as_yaml, build

    return list(documents_in(as_yaml(build(folder, warn)), folder))
