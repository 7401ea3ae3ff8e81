"""``kubesim set env``. Mirrors kubectl pkg/cmd/set/set_env.go."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kubesim.cli import flags, pairs
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.resources import Request, fetch
from kubesim.cli.session import Session
from kubesim.cli.set.pod_specs import change_pod_specs, pod_spec_of, validate
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.resources import Info

FIELDS = ("initContainers", "containers")


def run(inv: Invocation) -> None:
    resources, arguments = pairs.split(inv.args, "environment variable")
    changes = pairs.parse([*arguments, *inv.flag("env")], "environment variable", removes=True)
    if not changes.new and not changes.removed:
        _list(inv, resources)
        return
    pattern = str(inv.flag("containers"))
    overwrite = bool(inv.flag("overwrite"))
    change_pod_specs(
        inv,
        resources,
        lambda spec: with_environment(spec, pattern, changes, overwrite=overwrite),
        "env updated",
        "failed to patch env update to pod template",
        validate(inv, resources),
    )


def with_environment(spec: Obj, pattern: str, changes: pairs.Pairs, *, overwrite: bool) -> Obj:
    """The pod spec with variables set and removed in the containers that match; UserError if none does."""
    changed = dict(spec)
    matched = False
    for field in FIELDS:
        containers = spec.get(field) or []
        matched = matched or any(fnmatchcase(container["name"], pattern) for container in containers)
        if containers:
            changed[field] = [
                _changed(container, changes, overwrite=overwrite)
                if fnmatchcase(container["name"], pattern)
                else container
                for container in containers
            ]
    if not matched:
        raise UserError(f"pod template has no containers matching {pattern}")
    return changed


def _changed(container: Obj, changes: pairs.Pairs, *, overwrite: bool) -> Obj:
    """Variables keep their places, new ones come last. Mirrors updateEnv."""
    before: list[Obj] = container.get("env") or []
    known = {variable["name"] for variable in before}
    if not overwrite and known & changes.new.keys():
        name = min(known & changes.new.keys())
        old = next(variable.get("value", "") for variable in before if variable["name"] == name)
        raise UserError(f"'{name}' already has a value ({old}), and --overwrite is false")
    after = [
        {"name": variable["name"], "value": changes.new[variable["name"]]}
        if variable["name"] in changes.new
        else variable
        for variable in before
        if variable["name"] not in changes.removed
    ]
    after += [{"name": name, "value": value} for name, value in changes.new.items() if name not in known]
    rest = {name: value for name, value in container.items() if name != "env"}
    return {**rest, "env": after} if after else rest


def _list(inv: Invocation, resources: list[str]) -> None:
    """Without changes, or with --list, the variables are shown."""
    wrong = validate(inv, resources)
    if not inv.flag("list"):
        wrong.append("at least one environment variable must be provided")
    if wrong:
        raise UserError(wrong[0])
    session = Session.of(inv)
    cluster = session.read()
    request = Request(
        args=resources,
        files=session.files(inv, cluster),
        namespace=session.namespace(cluster),
        selector=str(inv.flag("selector")),
        everything=bool(inv.flag("all")),
    )

    def act(info: Info) -> None:
        spec = pod_spec_of(fetch(cluster, info.names, info.namespace, info.name)) or {}
        for container in (*spec.get("initContainers", ()), *spec.get("containers", ())):
            if fnmatchcase(container["name"], str(inv.flag("containers"))):
                inv.out.write(f"# {info.names.plural} {info.name}, container {container['name']}\n")
                inv.out.write("".join(f"{_shown(variable)}\n" for variable in container.get("env") or ()))

    request.resolve(cluster).visit(act)


def _shown(variable: Obj) -> str:
    """A variable's value, or where it comes from."""
    source = variable.get("valueFrom")
    if source is None:
        return f"{variable['name']}={variable.get('value', '')}"
    if "configMapKeyRef" in source:
        origin = source["configMapKeyRef"]
        return f"# {variable['name']} from configmap {origin.get('name', '')}, key {origin['key']}"
    if "secretKeyRef" in source:
        origin = source["secretKeyRef"]
        return f"# {variable['name']} from secret {origin.get('name', '')}, key {origin['key']}"
    path = (source.get("fieldRef") or {}).get("fieldPath", "")
    return f"# {variable['name']} from field path {path}"


COMMAND = Command(
    name="env",
    use="set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    short="Update environment variables on a pod template",
    long="Set, remove and list the environment variables of a pod template's containers. KEY- removes one.",
    examples=(
        ("Set one", "set env deployment/web MODE=fast"),
        ("Remove it", "set env deployment/web MODE-"),
        ("List them", "set env deployment/web --list"),
    ),
    flags=(
        *flags.FILENAME,
        flags.SELECTOR,
        *flags.PRINT,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        Flag("all", type=bool, help="Change every object of the named types."),
        Flag("containers", "c", default="*", help="The containers to change; a pattern such as nginx* may be given."),
        Flag("env", "e", type="array", help="A variable, KEY=VALUE; may be repeated."),
        Flag("list", type=bool, help="List the variables."),
        Flag("local", type=bool, help="Change what is in the files and print it, without asking the cluster."),
        Flag("overwrite", type=bool, default=True, help="Change variables that are there already."),
        Flag("record", type=bool, help="Keep the command line as change cause.", deprecated=flags.RECORD.deprecated),
    ),
    run=run,
)
