"""``kubesim set resources``. Mirrors kubectl pkg/cmd/set/set_resources.go."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.set.pod_specs import change_pod_specs, validate
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

NOTHING_ASKED = "you must specify an update to requests or limits (in the form of --requests/--limits)"


def run(inv: Invocation) -> None:
    wrong = validate(inv, inv.args)
    if not inv.flag("limits") and not inv.flag("requests"):
        wrong.append(NOTHING_ASKED)
    limits, requests = _amounts(str(inv.flag("limits"))), _amounts(str(inv.flag("requests")))
    change_pod_specs(
        inv,
        inv.args,
        lambda spec: _with_resources(spec, str(inv.flag("containers")), limits, requests),
        "resource requirements updated",
        "failed to patch resources update to pod template",
        wrong,
    )


def _amounts(text: str) -> dict[str, str]:
    """``cpu=200m,memory=512Mi`` as a resource list in canonical quantities. Mirrors populateResourceListV1."""
    from kubesim.api.quantity import canonical

    amounts: dict[str, str] = {}
    for part in text.split(",") if text else ():
        name, found, amount = part.partition("=")
        if not found or "=" in amount:
            raise UserError(f"Invalid argument syntax {part}, expected <resource>=<value>")
        try:
            amounts[name] = canonical(amount)
        except ValueError as error:
            raise UserError(str(error)) from error
    return amounts


def _with_resources(spec: Obj, pattern: str, limits: dict[str, str], requests: dict[str, str]) -> Obj:
    """The pod spec with these limits and requests in the containers that match."""
    containers = spec.get("containers") or []
    if not any(fnmatchcase(container["name"], pattern) for container in containers):
        raise UserError(f"unable to find container named {pattern}")
    return {**spec, "containers": [_changed(c, pattern, limits, requests) for c in containers]}


def _changed(container: Obj, pattern: str, limits: dict[str, str], requests: dict[str, str]) -> Obj:
    if not fnmatchcase(container["name"], pattern):
        return container
    resources = dict(container.get("resources") or {})
    for field, amounts in (("limits", limits), ("requests", requests)):
        if amounts:
            resources[field] = {**(resources.get(field) or {}), **amounts}
    return {**container, "resources": resources}


COMMAND = Command(
    name="resources",
    use="set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
    short="Update resource requests/limits on objects with pod templates",
    long="Set what the containers of a pod template ask for (requests) and may use at most (limits).",
    examples=(
        ("Limits for one container", "set resources deployment/web -c=nginx --limits=cpu=200m,memory=512Mi"),
        ("Limits and requests for all containers", "set resources deployment/web --limits=cpu=1 --requests=cpu=100m"),
    ),
    flags=(
        *flags.FILENAME,
        flags.SELECTOR,
        *flags.PRINT,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        flags.RECORD,
        Flag("all", type=bool, help="Change every object of the named types."),
        Flag("containers", "c", default="*", help="The containers to change; a pattern such as nginx* may be given."),
        Flag("limits", help="What a container may use at most: cpu=100m,memory=256Mi."),
        Flag("local", type=bool, help="Change what is in the files and print it, without asking the cluster."),
        Flag("requests", help="What a container asks for: cpu=100m,memory=256Mi."),
    ),
    run=run,
)
