"""``kubesim api-resources``. Mirrors kubectl pkg/cmd/apiresources/apiresources.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, OptionGroup, StringSlice
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.golang.quoting import quote
from kubesim.kinds import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

OUTPUTS = ("", "json", "kyaml", "name", "wide", "yaml")


class APIResourceOptions(OptionGroup):
    """What the flags say. Mirrors APIResourceOptions."""

    api_group: Annotated[str, Option(help="Only this group's.")] = ""
    _cached: Annotated[bool, Option(help="Use what was cached; it is always so.")] = False
    categories: Annotated[StringSlice, Option(help="Only those in these categories.")]
    namespaced: Annotated[bool, Option(help="Those that belong to a namespace, or with =false the others.")] = True
    no_headers: Annotated[bool, Option(help="Leave the headers out.")] = False
    output: Annotated[str, Option("o", help="wide, name, json, yaml or kyaml.", choices=OUTPUTS[1:])] = ""
    _show_managed_fields: Annotated[bool, Option(help="It makes no difference here.")] = False
    sort_by: Annotated[str, Option(help="name or kind.", choices=("name", "kind"))] = ""
    verbs: Annotated[StringSlice, Option(help="Only those that have these verbs.")]


def run(inv: Invocation, *, options: APIResourceOptions) -> None:
    inv.refuse_args()
    output = options.output
    if output not in OUTPUTS:
        problem = f"unable to match a printer suitable for the output format {quote(output)}"
        raise UserError(f"{problem}, allowed formats are: {','.join(OUTPUTS[1:])}")
    found = sorted(
        (names for names in Session.of(inv).kinds().all() if _is_wanted(inv, options, names)),
        key=_order(options.sort_by),
    )
    if output == "name":
        inv.out.write("".join(f"{names.qualified}\n" for names in found))
    elif output in ("", "wide"):
        inv.out.write(_table(found, wide=output == "wide", headers=not options.no_headers))
    else:
        inv.out.write_data(_printed(found, output))


def _table(found: list[Names], *, wide: bool, headers: bool) -> str:
    from kubesim.kubectl.printers.tables import table_writer

    head = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", *(["VERBS", "CATEGORIES"] if wide else [])]
    rows = [head] if headers else []
    rows += [_row(names, wide=wide) for names in found]
    return "".join(f"{line}\n" for line in table_writer().layout(rows))


def _printed(found: list[Names], output: str) -> str:
    """The list as the API's own object, its fields in the order of metav1.APIResource."""
    from kubesim.kubectl.printers.output import OutputOptions, for_output

    resources = [_resource(names) for names in found]
    whole = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "", "resources": resources}
    return for_output(OutputOptions(output=output, typed=True)).print(whole)


def _resource(names: Names) -> dict[str, Any]:
    fields = {
        "name": names.plural,
        "singularName": names.singular,
        "namespaced": names.namespaced,
        "group": names.group,
        "version": names.version,
        "kind": names.kind,
        "verbs": names.verbs.split(),
        "shortNames": list(names.short_names),
        "categories": list(names.categories),
    }
    optional = ("group", "shortNames", "categories")
    return {field: value for field, value in fields.items() if value or field not in optional}


def _is_wanted(inv: Invocation, options: APIResourceOptions, names: Names) -> bool:
    if inv.changed("api-group") and names.group != options.api_group:
        return False
    if inv.changed("namespaced") and names.namespaced != options.namespaced:
        return False
    verbs = names.verbs.split()
    return all(verb in verbs for verb in options.verbs) and all(c in names.categories for c in options.categories)


def _order(field: str) -> Callable[[Names], tuple[str, ...]]:
    """What the resources are sorted by: group and name by default."""
    if field not in ("", "name", "kind"):
        raise UserError("--sort-by accepts only name or kind")
    if field == "kind":
        return lambda names: (names.kind,)
    return (lambda names: (names.plural,)) if field else (lambda names: (names.group, names.plural))


def _row(names: Names, *, wide: bool) -> list[str]:
    row = [
        names.plural,
        ",".join(names.short_names),
        names.api_version,
        "true" if names.namespaced else "false",
        names.kind,
    ]
    return [*row, ",".join(names.verbs.split()), ",".join(names.categories)] if wide else row


COMMAND = Command(
    name="api-resources",
    use="api-resources [flags]",
    short="Print the supported API resources on the server",
    long="List every type of object, with its short names, group and kind.",
    examples=(
        ("All types", "api-resources"),
        ("Those of a group", "api-resources --api-group=apps"),
        ("Those that belong to no namespace", "api-resources --namespaced=false"),
    ),
    run=run,
)
