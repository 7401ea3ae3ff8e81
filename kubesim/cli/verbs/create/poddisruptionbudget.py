"""``kubesim create poddisruptionbudget``. Mirrors kubectl pkg/cmd/create/create_pdb.go."""

from __future__ import annotations

import re

from kubesim.api.int_or_percent import from_text
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create.creation import FLAGS, CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

BOUNDS = {"min-available": "minAvailable", "max-unavailable": "maxUnavailable"}


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    creation = Creation(inv, inv.group(CreateOptions), "failed to create poddisruptionbudgets:")
    require_name(name)
    _validate(inv)
    creation.create(_budget(inv, name))


def _validate(inv: Invocation) -> None:
    if not inv.flag("selector"):
        raise UserError("a selector must be specified")
    given = [flag for flag in BOUNDS if inv.flag(flag)]
    if not given:
        raise UserError("one of min-available or max-unavailable must be specified")
    if len(given) > 1:
        raise UserError("min-available and max-unavailable cannot be both specified")
    if not re.fullmatch("[0-9]+%?", inv.flag(given[0])):
        raise UserError(f"invalid format specified for {given[0]}")


def _budget(inv: Invocation, name: str) -> Obj:
    from kubesim.cli.support.label_selector import parse_label_selector

    spec = {field: from_text(inv.flag(flag)) for flag, field in BOUNDS.items() if inv.flag(flag)}
    selector = parse_label_selector(str(inv.flag("selector")))
    return new_object("PodDisruptionBudget", name, spec={**spec, "selector": selector})


COMMAND = Command(
    name="poddisruptionbudget",
    use="create poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
    short="Create a pod disruption budget with the specified name",
    long="Create a pod disruption budget: how many of the pods that a selector picks must be left alone.",
    examples=(
        ("At least one of the pods", "create poddisruptionbudget web --selector=app=web --min-available=1"),
        ("At least half of them", "create pdb web --selector=app=web --min-available=50%"),
        ("One at a time", "create pdb web --selector=app=web --max-unavailable=1"),
    ),
    flags=(
        *FLAGS,
        Flag("max-unavailable", help="How many pods may be unavailable at most: a number or a share."),
        Flag("min-available", help="How many pods must be available at least: a number or a share."),
        Flag("selector", help="The pods: app=web."),
    ),
    run=run,
)
