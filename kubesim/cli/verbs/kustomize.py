"""``kubesim kustomize``: what a kustomization comes to. Mirrors kustomize's commands/build."""

from __future__ import annotations

import os

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, StringArray
from kubesim.errors import UserError, reason_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

_ROOT_ONLY, _NO_RESTRICTION = "LoadRestrictionsRootOnly", "LoadRestrictionsNone"


def run(
    inv: Invocation,
    *,
    _as_current_user: Annotated[bool, Option(help="Run functions as this user.")] = False,
    _enable_alpha_plugins: Annotated[bool, Option(help="Allow plugins.")] = False,
    enable_helm: Annotated[bool, Option(help="Allow Helm charts, which kubesim does not inflate.")] = False,
    _env: Annotated[StringArray, Option("e", help="Environment variables of functions.")],
    _helm_api_versions: Annotated[StringArray, Option(help="The API versions that Helm gets.")],
    _helm_command: Annotated[str, Option(help="How Helm is called.")] = "helm",
    _helm_debug: Annotated[bool, Option(help="Let Helm say more.")] = False,
    _helm_kube_version: Annotated[str, Option(help="The version that Helm gets.")] = "",
    load_restrictor: Annotated[
        str,
        Option(
            help="LoadRestrictionsNone lets a kustomization read files outside of its folder.",
            choices=(_NO_RESTRICTION, _ROOT_ONLY),
        ),
    ] = _ROOT_ONLY,
    _mount: Annotated[StringArray, Option(help="Folders that functions see.")],
    _network: Annotated[bool, Option(help="Allow functions a network.")] = False,
    _network_name: Annotated[str, Option(help="Which network.")] = "bridge",
    output: Annotated[str, Option("o", help="The file to write it to, or a folder for a file an object.")] = "",
) -> None:
    folder = _folder(inv.args, load_restrictor)
    from kubesim.kustomize.build import build

    is_restricted = load_restrictor != _NO_RESTRICTION
    objects = build(folder, inv.streams.warn_at_once, is_restricted=is_restricted, allows_charts=enable_helm)
    _put_out(inv, objects, output)


def _folder(args: Sequence[str], load_restrictor: str) -> str:
    if len(args) > 1:
        raise UserError("specify one path to kustomization.yaml")
    if load_restrictor not in ("", _ROOT_ONLY, _NO_RESTRICTION):
        raise UserError(
            f"illegal flag value --load-restrictor {load_restrictor}; legal values: [{_ROOT_ONLY} {_NO_RESTRICTION}]"
        )
    return args[0] if args else "."


def _put_out(inv: Invocation, objects: list[Obj], output: str) -> None:
    from kubesim.kustomize.build import as_yaml

    if output and os.path.isdir(output):
        _write_files(output, objects)
    elif output:
        _write(output, as_yaml(objects))
    else:
        inv.out.write_data(as_yaml(objects))


def _write_files(folder: str, objects: list[Obj]) -> None:
    """A file an object, called after its kind and name, and its namespace if there are several."""
    from kubesim.kustomize.build import as_yaml
    from kubesim.kustomize.resource import Resource

    ids = [Resource(obj).id for obj in objects]
    count = len({id_.effective_namespace for id_ in ids})
    for id_, obj in zip(ids, objects):  # noqa: B905 - one for each
        name = f"{'_'.join(filter(None, id_.gvk))}_{id_.name}.yaml"
        if count > 1 and not id_.is_cluster_scoped:
            name = f"{id_.effective_namespace}_{name}"
        _write(os.path.join(folder, name.lower()), as_yaml([obj]))


def _write(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UserError(f"open {path}: {reason_of(error)}") from error


COMMAND = Command(
    name="kustomize",
    use="kustomize DIR [flags]",
    short="Build a kustomization target from a directory",
    long="Print what the kustomization in a folder comes to, as kubectl's own kustomize (v5.8.1) builds it. What is "
    "on another host is not fetched, Helm charts are not inflated, and plugins do not run.",
    examples=(
        ("Build the folder that one is in", "kustomize"),
        ("Build an overlay", "kustomize overlays/production"),
    ),
    run=run,
)
