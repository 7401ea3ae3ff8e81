"""``kubesim set selector``. Mirrors kubectl pkg/cmd/set/set_selector.go."""

from __future__ import annotations

from kubesim.api.meta import with_metadata
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FileOptions, Record
from kubesim.cli.signature import Annotated, Defaults, Option
from kubesim.cli.support.label_selector import parse_label_selector
from kubesim.cli.verbs.set.updates import SetOptions, Target, Update, Updating, refuse_local_words
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.resource_builder import Info

SERVICES_ONLY = "setting a selector is only supported for Services"


def run(
    inv: Invocation,
    *,
    files: Annotated[FileOptions, Defaults(recursive=True)],
    options: SetOptions,
    record: Record = False,
    resource_version: Annotated[str, Option(help="Change the service only if this is its version.")] = "",
) -> None:
    with Updating(inv, options, files, record=record) as updating:
        if not inv.args:
            raise UserError("one selector is required")
        *resources, text = inv.args
        selector = parse_label_selector(text)
        refuse_local_words(options, resources)

        def change(target: Target) -> Obj:
            spec = {**target.obj["spec"], "selector": selector.get("matchLabels", {})}
            changed = {**target.obj, "spec": spec}
            return with_metadata(changed, resourceVersion=resource_version) if resource_version else changed

        update = Update(change, "selector updated", "", reports_unchanged=True)

        def act(info: Info) -> None:
            target = updating.target(info)
            _check(target.obj, selector)
            updating.apply([target], update)

        updating.request(resources).resolve(updating.cluster).visit(act)


def _check(obj: Obj, selector: Obj) -> None:
    """UserError for an object that is not a service, and for a selector that services do not take."""
    if obj["kind"] != "Service":
        raise UserError(SERVICES_ONLY)
    if expressions := selector.get("matchExpressions"):
        shown = " ".join(_as_go_prints(expression) for expression in expressions)
        raise UserError(f"match expression [{shown}] not supported on this object")


def _as_go_prints(expression: Obj) -> str:
    return f"{{{expression['key']} {expression['operator']} [{' '.join(expression.get('values', ()))}]}}"


COMMAND = Command(
    name="selector",
    use="set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
    short="Set the selector on a resource",
    long=(
        "Let a service pick other pods: those that have all of the labels. The labels take the place of those that it "
        "asked for before.\n\n"
        "With --resource-version, the service is left alone if it is not of that version any more."
    ),
    examples=(
        ("Pods that have two labels", "set selector service web app=web,tier=front"),
        ("What a file would become", "set selector -f service.yml app=web --local -o yaml"),
    ),
    run=run,
)
