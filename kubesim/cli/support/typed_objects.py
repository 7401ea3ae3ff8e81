"""A file's object as a client with types of its own reads it. Mirrors cli-runtime's Builder.WithScheme."""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


NOT_REGISTERED = 'no kind "{kind}" is registered for version "{version}" in scheme "pkg/scheme/scheme.go:28"'
# A build of kubectl names the place of its scheme in one of two ways; of live objects this one was recorded.
LIVE_NOT_REGISTERED = NOT_REGISTERED.replace("pkg/scheme", "k8s.io/kubectl/pkg/scheme")


def typed(obj: Obj, source: str) -> Obj:
    """The object of a file as its Go type prints it, without unknown fields.

    UserError for values that do not fit their types.
    """
    from kubesim.api.decode import IGNORE, DecodeError, decode_into
    from kubesim.api.encode import encode

    version, kind = obj.get("apiVersion") or "", obj["kind"]
    if unknown := unknown_type(obj):
        raise UserError(f'unable to decode "{source}": {unknown}')
    try:
        return encode(decode_into(obj, version, kind, strict=IGNORE).obj, version, kind)
    except DecodeError as error:
        raise UserError(f'unable to decode "{source}": {error}') from error


def unknown_type(obj: Obj) -> str:
    """Why there is no Go type for an object, empty where there is one."""
    from kubesim.api.schema import type_in_client

    version, kind = obj.get("apiVersion") or "", obj["kind"]
    if not version:
        from kubesim.golang.json import dumps

        return f"Object 'apiVersion' is missing in '{dumps(obj)}'"
    return "" if type_in_client(version, kind) else NOT_REGISTERED.format(kind=kind, version=version)


def require_type(obj: Obj) -> None:
    """UserError for a live object of a custom resource, for which kubectl has no Go type."""
    from kubesim.api.meta import KUBERNETES_VERSIONS

    version, kind = obj["apiVersion"], obj["kind"]
    if version not in KUBERNETES_VERSIONS:
        raise UserError(LIVE_NOT_REGISTERED.format(kind=kind, version=version))
