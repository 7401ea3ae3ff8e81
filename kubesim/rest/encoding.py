"""Objects as the API server writes them: typed ones with the fields in their types' order, owners of fields included.

Mirrors apimachinery's serializer/json over the types of the API; custom resources have their keys sorted.
"""

from __future__ import annotations

from kubesim.api.declared_order import in_order_of
from kubesim.api.schema import type_of
from kubesim.golang.json import dumps
from kubesim.startup.json_text import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.kinds import Names
    from kubesim.rest.negotiation import Form

LIST_META = ("selfLink", "resourceVersion", "continue", "remainingItemCount")


def complete(obj: Obj) -> Obj:
    """A stored object as a client sees it, with the owners of its fields; a Scale shows none."""
    if not obj["metadata"].get("uid") or obj["kind"] == "Scale":
        return obj
    from kubesim.api.managed_fields.derived import with_derived

    return with_derived(obj)


def ordered(obj: Obj) -> Obj:
    """The object with its fields in the order of its Go type; the keys of others sorted."""
    declared = type_of(obj.get("apiVersion", ""), obj.get("kind", ""))
    if declared is not None:
        return in_order_of(obj, declared)
    return _sorted(obj)  # type: ignore[no-any-return]


def _sorted(value: Any) -> Any:
    """Data of no Go type: its keys are sorted at every depth."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def list_text(names: Names, texts: Iterable[str], meta: Obj) -> str:
    """The text of a kind's list, of those of its objects; items of typed lists do not say of what type they are."""
    kind, version = f"{names.kind}List", names.api_version
    if type_of(version, names.kind) is None:
        start = dumps({"apiVersion": version})[:-1]
        end = dumps({"kind": kind, "metadata": {"continue": "", **meta}})[1:]
        return list_of_texts(f'{start},"items":', list(texts), f",{end}")
    meta = {field: meta[field] for field in LIST_META if meta.get(field)}
    start = dumps({"kind": kind, "apiVersion": version, "metadata": meta}, sort_keys=False)[:-1]
    said = len(dumps({"kind": names.kind, "apiVersion": version}))
    return list_of_texts(f'{start},"items":', [f"{{{text[said:]}" for text in texts], "}")


def list_of_texts(before: str, texts: list[str], after: str) -> str:
    """A list's text between two others. Lists may be so large that copying them counts: they are joined once."""
    if not texts:
        return f"{before}[]{after}"
    texts[0] = f"{before}[{texts[0]}"
    texts[-1] = f"{texts[-1]}]{after}"
    return ",".join(texts)


def empty(names: Names) -> Obj:
    """An object of the kind with nothing in it, as a bookmark has it."""
    from kubesim.api.encode import encode

    version, kind = names.api_version, names.kind
    return encode({"kind": kind, "apiVersion": version, "metadata": {}}, version, kind)


def body_of(obj: Obj, form: Form) -> bytes:
    """An object, its fields in their final order, as the content of an answer."""
    if form.is_yaml:
        from kubesim.golang.yaml.emitter import dump

        return dump(obj).encode()
    if form.pretty:
        return dumps(obj, indent=2, sort_keys=False).encode()
    return line_of(obj)


def body_of_text(text: str, form: Form) -> bytes:
    """As ``body_of``, of the JSON text of an object."""
    return body_of(loads(text), form) if form.is_yaml or form.pretty else line_of_text(text)


def line_of(obj: Obj) -> bytes:
    """An object as a line of JSON."""
    return line_of_text(dumps(obj, sort_keys=False))


def line_of_text(text: str) -> bytes:
    """A JSON text as a line."""
    return f"{text}\n".encode()
