"""``kubesim set resources``. Mirrors kubectl pkg/cmd/set/set_resources.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Record, Selector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_list import parse_resource_list
from kubesim.cli.verbs.set.pod_specs import container_names, matches, pod_spec_of, with_containers, with_pod_spec
from kubesim.cli.verbs.set.updates import Containers, SetOptions, Target, Update, Updating, refuse_local_words
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

NOTHING_ASKED = "you must specify an update to requests or limits (in the form of --requests/--limits)"


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    options: SetOptions,
    selector: Selector = "",
    record: Record = False,
    containers: Containers = "*",
    limits: Annotated[str, Option(help="What a container may use at most: cpu=100m,memory=256Mi.")] = "",
    requests: Annotated[str, Option(help="What a container asks for: cpu=100m,memory=256Mi.")] = "",
) -> None:
    with Updating(inv, options, files, selector=selector, record=record) as updating:
        refuse_local_words(options, inv.args)
        targets = updating.find(inv.args)
        updating.refuse_mixture()
        amounts = _amounts(limits, requests)

        def change(target: Target) -> Obj:
            if complaints(target):
                return target.obj
            return with_pod_spec(target.obj, with_resources(pod_spec_of(target.obj), containers, amounts))

        def complaints(target: Target) -> list[str]:
            found = any(matches(name, containers) for name in container_names(pod_spec_of(target.obj)))
            return [] if found else [f"unable to find container named {containers}"]

        failure = "failed to patch resources update to pod template"
        updating.apply(targets, Update(change, "resource requirements updated", failure, complaints))


def _amounts(limits: str, requests: str) -> dict[str, dict[str, str]]:
    """The limits and requests that the flags ask for; UserError where they ask for neither."""
    given = {field: text for field, text in (("limits", limits), ("requests", requests)) if text}
    if not given:
        raise UserError(NOTHING_ASKED)
    return {field: parse_resource_list(text) for field, text in given.items()}


def with_resources(spec: Obj, pattern: str, amounts: dict[str, dict[str, str]]) -> Obj:
    """The pod spec with these limits and requests in the matching containers; their other resources stay."""

    def change(container: Obj) -> Obj:
        old = container.get("resources") or {}
        changed = {field: {**(old.get(field) or {}), **amounts[field]} for field in amounts}
        return {**container, "resources": {**old, **changed}}

    return with_containers(spec, lambda name: matches(name, pattern), change)


COMMAND = Command(
    name="resources",
    use="set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
    short="Update resource requests/limits on objects with pod templates",
    long=(
        "Set what the containers of a pod template ask for (requests) and may use at most (limits).\n\n"
        "Where a limit is set and no request, the server takes the limit for the request. 0 removes nothing: it asks "
        "for nothing."
    ),
    examples=(
        ("Limits for one container", "set resources deployment/web -c=nginx --limits=cpu=200m,memory=512Mi"),
        ("Limits and requests for all containers", "set resources deployment/web --limits=cpu=1 --requests=cpu=100m"),
        ("What a file would become", "set resources -f deployment-definition.yml --limits=cpu=200m --local -o yaml"),
    ),
    run=run,
)
