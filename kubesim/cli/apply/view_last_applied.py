"""``kubesim apply view-last-applied``. Mirrors kubectl pkg/cmd/apply/apply_view_last_applied.go."""

from __future__ import annotations

import json

from kubesim.api.meta import annotations_of
from kubesim.cli import flags
from kubesim.cli.apply_annotation import LAST_APPLIED
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.resources import Info, Request
from kubesim.cli.session import Session
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    output = str(inv.flag("output"))
    if output not in ("yaml", "json"):
        raise inv.usage_error(f"Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json")
    session = Session.of(inv)
    cluster = session.read()
    request = Request(
        args=inv.args,
        files=session.files(inv, cluster),
        namespace=session.namespace(cluster),
        selector=str(inv.flag("selector")),
        everything=bool(inv.flag("all")),
    )

    def act(info: Info) -> None:
        text = annotations_of(info.live(cluster)).get(LAST_APPLIED)
        if text is None:
            raise UserError(f"no last-applied-configuration annotation found on resource: {info.name}")
        inv.out.write(_shown(text, output))

    request.resolve(cluster).visit(act)


def _shown(text: str, output: str) -> str:
    from kubesim.api.gojson import dumps
    from kubesim.api.yaml import dump

    obj = json.loads(text)
    return dump(obj) if output == "yaml" else f"{dumps(obj, indent=2)}\n"


COMMAND = Command(
    name="view-last-applied",
    use="apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    short="View the latest last-applied-configuration annotations of a resource/object",
    long="Show what was last applied to an object, as the annotation keeps it.",
    examples=(("As YAML", "apply view-last-applied deployment/web"),),
    flags=(
        *flags.FILENAME,
        flags.SELECTOR,
        Flag("all", type=bool, help="All objects of the named types."),
        Flag("output", "o", default="yaml", help="yaml or json.", choices=("yaml", "json")),
    ),
    run=run,
)
