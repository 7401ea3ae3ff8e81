"""``kubesim set env``. Mirrors kubectl pkg/cmd/set/set_env.go and pkg/cmd/set/env."""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Selector
from kubesim.cli.signature import Annotated, Option, StringArray, StringSlice
from kubesim.cli.support.reporter import SERVER
from kubesim.cli.verbs.set.pod_specs import container_names, matches, pod_spec_of, with_containers, with_pod_spec
from kubesim.cli.verbs.set.updates import (
    ALL_AND_SELECTOR,
    LOCAL_SERVER,
    NO_RESOURCES,
    Containers,
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

#: The kinds that --from takes, and the field of a variable's source.
REFERENCES = {"ConfigMap": "configMapKeyRef", "Secret": "secretKeyRef"}


class EnvOptions(FilenameOptions, SetOptions):
    """The flags of ``set env``. Mirrors EnvOptions."""

    selector: Selector = ""
    containers: Containers = "*"
    env: Annotated[
        StringArray, Option("e", help="A variable, as KEY=VALUE or KEY-; may be repeated. - is standard input.")
    ]
    from_: Annotated[str, Option(help="What to take variables from: configmap/NAME or secret/NAME.")] = ""
    keys: Annotated[StringSlice, Option(help="Only these keys of what --from names.")]
    list_: Annotated[bool, Option(help="List the variables as they would be, and change nothing.")] = False
    overwrite: Annotated[bool, Option(help="Change variables that are there already.")] = True
    prefix: Annotated[str, Option(help="What to put before the names of the variables.")] = ""
    resolve: Annotated[bool, Option(help="With --list, show the values that come from elsewhere.")] = False


def run(inv: Invocation, *, options: EnvOptions) -> None:
    if options.all_ and options.selector:
        raise UserError(ALL_AND_SELECTOR)
    resources, arguments = _split(inv.args)
    updating = Updating(inv, options, options, selector=options.selector)
    _validate(options, resources, updating.dry_run)
    variables, removed = _parse(inv, options, arguments)
    with updating:
        variables += _imported(updating, options)
        variables = [{**variable, "name": options.prefix + variable["name"]} for variable in variables]
        targets = updating.find(resources)

        def change(target: Target) -> Obj:
            return _changed(updating, options, target, variables, removed)

        if options.list_:
            from kubesim.cli.verbs.set.env_list import show

            show(updating, targets, change, containers=options.containers, resolve=options.resolve)
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


def _validate(options: EnvOptions, resources: Sequence[str], dry_run: str) -> None:
    if options.local and dry_run == SERVER:
        raise UserError(LOCAL_SERVER)
    if not options.filename and not resources:
        raise UserError(NO_RESOURCES)
    if options.list_ and options.output:
        raise UserError(LIST_AND_OUTPUT)
    if options.keys and not options.from_:
        raise UserError(NO_KEYS)


def _parse(inv: Invocation, options: EnvOptions, arguments: Iterable[str]) -> tuple[list[Obj], list[str]]:
    """The variables to set, and the names of those to remove. Mirrors ParseEnv."""
    variables: list[Obj] = []
    removed: list[str] = []
    given: set[str] = set()
    for spec in (*options.env, *arguments):
        name, found, value = spec.partition("=")
        if spec == STDIN:
            if STDIN in options.filename:
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
    """The variables of standard input, one a line; # begins a comment."""
    pairs = (line.partition("#")[0].partition("=") for line in inv.stdin.read().splitlines())
    return [{"name": name, "value": value} for name, found, value in pairs if found]


def _imported(updating: Updating, options: EnvOptions) -> list[Obj]:
    """A variable for each key of the object that --from names; it takes its value from there."""
    if not options.from_:
        return []
    variables: list[Obj] = []
    for target in updating.find([options.from_]):
        reference = REFERENCES.get(target.obj["kind"])
        if reference is None:
            raise UserError("unsupported resource specified in --from")
        for key in sorted(target.obj.get("data") or ()):
            if not options.keys or key in options.keys:
                origin = {"name": target.info.name, "key": key}
                variables.append({"name": _variable_name(updating, key), "valueFrom": {reference: origin}})
    return variables


def _variable_name(updating: Updating, key: str) -> str:
    """The variable's name for a key: KEY_2 for ``key-2``."""
    name = re.sub("[^a-zA-Z0-9_]", "_", key).upper()
    if name != key:
        updating.reporter.warn(f"key {key} transferred to {name}")
    return name


def _changed(
    updating: Updating, options: EnvOptions, target: Target, variables: Sequence[Obj], removed: Sequence[str]
) -> Obj:
    """The object with the variables in the matching containers; itself, with a warning, where none matches."""
    spec = pod_spec_of(target.obj)
    picked = [name for name in container_names(spec) if matches(name, options.containers)]
    if not picked:
        kind, name = target.obj["kind"], target.obj["metadata"]["name"]
        updating.reporter.warn(f'{kind}/{name} does not have any containers matching "{options.containers}"')
        return target.obj

    def change(container: Obj) -> Obj:
        before = container.get("env") or []
        if not options.overwrite:
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
    """A container's variables after the change: old ones keep their places, new ones come last.

    The first of several with one name counts. Mirrors updateEnv.
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
    run=run,
)
