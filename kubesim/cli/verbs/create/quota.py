"""``kubesim create quota``. Mirrors kubectl pkg/cmd/create/create_quota.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_list import parse_resource_list
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    hard: Annotated[str, Option(help="The limits: cpu=4,pods=20.")] = "",
    scopes: Annotated[str, Option(help="Only objects that all of these match: BestEffort,NotTerminating.")] = "",
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create quota:")
    require_name(name)
    spec: Obj = {}
    if limits := parse_resource_list(hard):
        spec["hard"] = limits
    if scopes:
        spec["scopes"] = scopes.split(",")
        if "" in spec["scopes"]:
            raise UserError('invalid resource quota scope ""')
    creation.create(new_object("ResourceQuota", name, spec=spec))


COMMAND = Command(
    name="quota",
    use="create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
    short="Create a quota with the specified name",
    long="Create a resource quota: how much all objects of a namespace may use together, and how many they may be.",
    examples=(
        ("Limits for a namespace", "create quota team --hard=cpu=4,memory=8Gi,pods=20,services=5"),
        ("Only for pods that ask for nothing", "create quota best-effort --hard=pods=100 --scopes=BestEffort"),
    ),
    run=run,
)
