"""``kubesim set env --list``: the variables of containers, and the values that come from elsewhere.

Mirrors kubectl pkg/cmd/set/set_env.go and pkg/cmd/set/env/env_resolve.go.
"""

from __future__ import annotations

import re

from kubesim import errors
from kubesim.api.meta import annotations_of, labels_of
from kubesim.cli.verbs.set.pod_specs import matches, pod_spec_of
from kubesim.errors import StatusError, UserError
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.verbs.set.updates import Target, Updating

    Change = Callable[[Target], Obj]

_METADATA = ("name", "namespace", "uid")


def show(updating: Updating, targets: Sequence[Target], change: Change, *, containers: str, resolve: bool) -> None:
    """Print each object's variables as they would be; an object that refuses the change is passed over.

    ``containers`` is a pattern; ``resolve`` fetches the values that come from elsewhere.
    """
    for target in targets:
        try:
            changed = change(target)
        except UserError:
            continue
        if changed is not target.obj:
            _show_object(updating, changed, containers, resolve)


def _show_object(updating: Updating, obj: Obj, containers: str, resolve: bool) -> None:
    spec = pod_spec_of(obj)
    for container in (*spec.get("containers", ()), *(spec.get("initContainers") or ())):
        if matches(container["name"], containers):
            updating.inv.out.write(f"# {obj['kind']} {obj['metadata']['name']}, container {container['name']}\n")
            _show_container(updating, obj, container, resolve)


def _show_container(updating: Updating, obj: Obj, container: Obj, resolve: bool) -> None:
    unresolved: dict[str, list[str]] = {}
    for variable in container.get("env") or ():
        source = variable.get("valueFrom")
        if source is None:
            updating.inv.out.write(f"{variable['name']}={variable.get('value', '')}\n")
            continue
        if resolve:
            try:
                value = _resolved(updating, source, obj, container)
            except (UserError, StatusError) as error:
                unresolved.setdefault(str(error), []).append(variable["name"])
            else:
                updating.inv.out.write(f"{variable['name']}={value}\n")
                continue
        updating.inv.out.write(f"# {variable['name']} from {_origin(source)}\n")
    lines = (f"error retrieving reference for {', '.join(sorted(of))}: {why}\n" for why, of in unresolved.items())
    updating.inv.err.write("".join(sorted(lines)))


def _origin(source: Obj) -> str:
    """The source of a value, in words. Mirrors GetEnvVarRefString."""
    for field, what in (("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")):
        if origin := source.get(field):
            return f"{what} {origin.get('name', '')}, key {origin['key']}"
    if origin := source.get("fieldRef"):
        return f"field path {origin['fieldPath']}"
    if origin := source.get("resourceFieldRef"):
        container = f"{origin['containerName']}/" if origin.get("containerName") else ""
        return f"resource field {container}{origin['resource']}"
    return "invalid valueFrom"


def _resolved(updating: Updating, source: Obj, obj: Obj, container: Obj) -> str:
    """The value that a source gives; UserError or StatusError for a missing one. Mirrors GetEnvVarRefValue."""
    if origin := source.get("secretKeyRef"):
        from base64 import b64decode

        return b64decode(_value(updating, "Secret", "secret", origin)).decode(errors="replace")
    if origin := source.get("configMapKeyRef"):
        return _value(updating, "ConfigMap", "config map", origin)
    if origin := source.get("fieldRef"):
        return _field(obj, origin["fieldPath"])
    if origin := source.get("resourceFieldRef"):
        return _amount(container, origin)
    raise UserError("invalid valueFrom")


def _value(updating: Updating, kind: str, what: str, origin: Obj) -> str:
    name = origin.get("name", "")
    found = updating.cluster.find(kind, updating.session.namespace(updating.cluster), name)
    if found is None:
        raise errors.not_found(built_in(kind).plural, "", name)
    data: dict[str, str] = found.get("data") or {}
    if origin["key"] not in data:
        raise UserError(f"key {origin['key']} not found in {what} {name}")
    return data[origin["key"]]


def _field(obj: Obj, path: str) -> str:
    """A field of the object that has the template. Mirrors extractFieldPathAsString."""
    maps = {"metadata.annotations": annotations_of(obj), "metadata.labels": labels_of(obj)}
    if subscripted := re.fullmatch(r"(.+?)\['(.*)'\]", path):
        if subscripted[1] not in maps:
            raise UserError(f'fieldPath "{path}" does not support subscript')
        return maps[subscripted[1]].get(subscripted[2], "")
    if path in maps:
        from kubesim.golang.quoting import quote

        return "\n".join(f"{key}={quote(value)}" for key, value in sorted(maps[path].items()))
    field = path.removeprefix("metadata.")
    if field == path or field not in _METADATA:
        raise UserError(f"unsupported fieldPath: {path}")
    return str(obj["metadata"].get(field, ""))


def _amount(container: Obj, origin: Obj) -> str:
    """A container's limit or request in units of the divisor, rounded up."""
    from kubesim.api.quantity import milli_value, value

    which, _, resource = origin["resource"].partition(".")
    if which not in ("limits", "requests") or not _is_counted(resource):
        raise UserError(f"Unsupported container resource : {origin['resource']}")
    amount = ((container.get("resources") or {}).get(which) or {}).get(resource, "0")
    divisor = origin.get("divisor", "0")
    unit = "1" if value(divisor) == 0 else divisor
    read = milli_value if resource == "cpu" else value
    return str(-(-read(amount) // read(unit)))


def _is_counted(resource: str) -> bool:
    return resource in ("cpu", "memory", "ephemeral-storage") or resource.startswith("hugepages-")
