"""``kubesim create poddisruptionbudget``. Mirrors kubectl pkg/cmd/create/create_pdb.go."""

from __future__ import annotations

import re

from kubesim.api.int_or_percent import from_text
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    max_unavailable: Annotated[str, Option(help="How many pods may be unavailable at most: a number or a share.")] = "",
    min_available: Annotated[str, Option(help="How many pods must be available at least: a number or a share.")] = "",
    selector: Annotated[str, Option(help="The pods: app=web.")] = "",
) -> None:
    from kubesim.cli.support.label_selector import parse_label_selector

    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create poddisruptionbudgets:")
    require_name(name)
    _validate(selector, min_available, max_unavailable)
    field = "minAvailable" if min_available else "maxUnavailable"
    spec = {field: from_text(min_available or max_unavailable), "selector": parse_label_selector(selector)}
    creation.create(new_object("PodDisruptionBudget", name, spec=spec))


def _validate(selector: str, min_available: str, max_unavailable: str) -> None:
    if not selector:
        raise UserError("a selector must be specified")
    if not min_available and not max_unavailable:
        raise UserError("one of min-available or max-unavailable must be specified")
    if min_available and max_unavailable:
        raise UserError("min-available and max-unavailable cannot be both specified")
    if not re.fullmatch("[0-9]+%?", min_available or max_unavailable):
        raise UserError(f"invalid format specified for {'min-available' if min_available else 'max-unavailable'}")


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
    run=run,
)
