"""``kubesim set env``. Mirrors kubectl pkg/cmd/set/set_env.go and pkg/cmd/set/env."""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions
from kubesim.cli.pflag import Flag
from kubesim.cli.support.reporter import SERVER
from kubesim.cli.verbs.set.pod_specs import container_names, matches, pod_spec_of, with_containers, with_pod_spec
from kubesim.cli.verbs.set.updates import (
    ALL_AND_SELECTOR,
    CONTAINERS,
    FLAGS,
    LOCAL_SERVER,
    NO_RESOURCES,
    SetOptions,
    Update,
    Updating,
)
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.verbs.set.updates import Target

STDIN = "-"
NO_KEYS = "when specifying --keys, a configmap or secret must be provided with --from"
LIST_AND_OUTPUT = "--list and --output may not be specified together"
STDIN_TWICE = "standard input cannot be used for multiple arguments"
SET_AND_REMOVED = "can not both modify and remove the same environment variable in the same command"

#: The kinds that --from takes, and what a variable's source is called.
REFERENCES = {"ConfigMap": "configMapKeyRef", "Secret": "secretKeyRef"}


def run(inv: Invocation) -> None:
    if inv.flag("all") and inv.flag("selector"):
        raise UserError(ALL_AND_SELECTOR)
    resources, arguments = _split(inv.args)
    updating = Updating(inv, inv.group(SetOptions), inv.group(FilenameOptions), selector=inv.flag("selector"))
    _validate(updating, resources)
    variables, removed = _parse(inv, [*inv.flag("env"), *arguments])
    with updating:
        variables += _imported(updating)
        prefix = str(inv.flag("prefix"))
        variables = [{**variable, "name": prefix + variable["name"]} for variable in variables]
        targets = updating.find(resources)

        def change(target: Target) -> Obj:
            return _changed(updating, target, variables, removed)

        if inv.flag("list"):
            from kubesim.cli.verbs.set.env_list import show

            show(updating, targets, change)
            return
        updating.apply(targets, Update(change, "env updated", "failed to patch env update to pod template:"))


def _split(args: Sequence[str]) -> tuple[list[str], list[str]]:
    """The resources, and the variables after them. Mirrors SplitEnvironmentFromResources."""
    count = next((index for index, arg in enumerate(args) if _is_variable(arg)), len(args))
    if not all(_is_variable(arg) for arg in args[count:]):
        raise UserError(f"all resources must be specified before environment changes: {' '.join(args)}")
    return list(args[:count]), list(args[count:])


def _is_variable(arg: str) -> bool:
    return arg.endswith("-") or "=" in arg[1:]


def _validate(updating: Updating, resources: Sequence[str]) -> None:
    inv = updating.inv
    if updating.local and updating.dry_run == SERVER:
        raise UserError(LOCAL_SERVER)
    if not inv.flag("filename") and not resources:
        raise UserError(NO_RESOURCES)
    if inv.flag("list") and inv.flag("output"):
        raise UserError(LIST_AND_OUTPUT)
    if inv.flag("keys") and not inv.flag("from"):
        raise UserError(NO_KEYS)


def _parse(inv: Invocation, specs: Iterable[str]) -> tuple[list[Obj], list[str]]:
    """The variables that are set, and the names of those that go. Mirrors ParseEnv."""
    variables: list[Obj] = []
    removed: list[str] = []
    given: set[str] = set()
    for spec in specs:
        name, found, value = spec.partition("=")
        if spec == STDIN:
            if STDIN in inv.flag("filename"):
                raise UserError(STDIN_TWICE)
            variables += _from_stdin(inv)
        elif found:
            if wrong := names.is_strict_env_var_name(name):
                raise UserError(f'"{name}" is not a valid key name: {";".join(wrong)}')
            given.add(name)
            variables.append({"name": name, "value": value})
        elif spec.endswith("-"):
            removed.append(spec[:-1])
        else:
            raise UserError(f"unknown environment variable: {spec}")
    if given.intersection(removed):
        raise UserError(SET_AND_REMOVED)
    return variables, removed


def _from_stdin(inv: Invocation) -> list[Obj]:
    """The variables of standard input, a line each; what stands behind # is not looked at."""
    pairs = (line.partition("#")[0].partition("=") for line in inv.stdin.read().splitlines())
    return [{"name": name, "value": value} for name, found, value in pairs if found]


def _imported(updating: Updating) -> list[Obj]:
    """Variables that take their values from the keys of what --from names."""
    source = str(updating.inv.flag("from"))
    if not source:
        return []
    keys = set(updating.inv.flag("keys"))
    variables: list[Obj] = []
    for target in updating.find([source]):
        reference = REFERENCES.get(target.obj["kind"])
        if reference is None:
            raise UserError("unsupported resource specified in --from")
        for key in sorted(target.obj.get("data") or ()):
            if not keys or key in keys:
                origin = {"name": target.info.name, "key": key}
                variables.append({"name": _variable_name(updating, key), "valueFrom": {reference: origin}})
    return variables


def _variable_name(updating: Updating, key: str) -> str:
    """A key as a variable is called: ``key-2`` is KEY_2."""
    name = re.sub("[^a-zA-Z0-9_]", "_", key).upper()
    if name != key:
        updating.reporter.warn(f"key {key} transferred to {name}")
    return name


def _changed(updating: Updating, target: Target, variables: Sequence[Obj], removed: Sequence[str]) -> Obj:
    """The object with the variables in the containers that match; itself where none does, which is warned of."""
    spec = pod_spec_of(target.obj)
    pattern = str(updating.inv.flag("containers"))
    picked = [name for name in container_names(spec) if matches(name, pattern)]
    if not picked:
        kind, name = target.obj["kind"], target.obj["metadata"]["name"]
        updating.reporter.warn(f'{kind}/{name} does not have any containers matching "{pattern}"')
        return target.obj

    def change(container: Obj) -> Obj:
        before = container.get("env") or []
        if not updating.inv.flag("overwrite"):
            _refuse_overwriting(before, variables)
        rest = {name: value for name, value in container.items() if name != "env"}
        after = merged(before, variables, removed)
        return {**rest, "env": after} if after else rest

    return with_pod_spec(target.obj, with_containers(spec, lambda name: name in picked, change))


def _refuse_overwriting(before: Iterable[Obj], variables: Iterable[Obj]) -> None:
    old = {variable["name"]: variable.get("value", "") for variable in before}
    for variable in variables:
        name = variable["name"]
        if name in old and old[name] != variable.get("value", ""):
            raise UserError(f"'{name}' already has a value ({old[name]}), and --overwrite is false")


def merged(before: Iterable[Obj], variables: Iterable[Obj], removed: Iterable[str]) -> list[Obj]:
    """The variables of a container with others set and removed: they keep their places, new ones come last.

    Of several with one name the first counts. Mirrors updateEnv.
    """
    first: dict[str, Obj] = {}
    for variable in variables:
        first.setdefault(variable["name"], variable)
    covered = set(removed)
    after: list[Obj] = []
    for variable in before:
        name = variable["name"]
        if name not in covered:
            after.append(first.get(name, variable))
            covered.update({name} & first.keys())
    return after + [variable for name, variable in first.items() if name not in covered]


COMMAND = Command(
    name="env",
    use="set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    short="Update environment variables on a pod template",
    long=(
        "Set, remove and list the environment variables of a pod template's containers. KEY=VALUE sets one, KEY- "
        "removes it, and - reads them from standard input.\n\n"
        "--from makes a variable for each key of a config map or a secret, which takes its value from there."
    ),
    examples=(
        ("Set one", "set env deployment/web MODE=fast"),
        ("Remove it", "set env deployment/web MODE-"),
        ("List them, and the values that come from elsewhere", "set env deployment/web --list --resolve"),
        ("In every Deployment, in one container", "set env deployments --all --containers=nginx MODE=fast"),
        ("All keys of a config map", "set env deployment/web --from=configmap/settings --prefix=APP_"),
        ("One key of a secret", "set env deployment/web --from=secret/login --keys=password"),
        ("What a file would become", "set env -f deployment-definition.yml MODE=fast --local -o yaml"),
    ),
    flags=(
        *options.FILENAME,
        *FLAGS,
        options.SELECTOR,
        CONTAINERS,
        Flag("env", "e", type="array", help="A variable, as KEY=VALUE or KEY-; may be repeated. - is standard input."),
        Flag("from", help="What to take variables from: configmap/NAME or secret/NAME."),
        Flag("keys", type="strings", help="Only these keys of what --from names."),
        Flag("list", type=bool, help="List the variables as they would be, and change nothing."),
        Flag("overwrite", type=bool, default=True, help="Change variables that are there already."),
        Flag("prefix", help="What to put before the names of the variables."),
        Flag("resolve", type=bool, help="With --list, show the values that come from elsewhere."),
    ),
    run=run,
)
