"""``kubesim create quota``. Mirrors kubectl pkg/cmd/create/create_quota.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.resource_list import parse_resource_list
from kubesim.cli.verbs.create.creation import FLAGS, CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    creation = Creation(inv, inv.group(CreateOptions), "failed to create quota:")
    require_name(name)
    creation.create(_quota(inv, name))


def _quota(inv: Invocation, name: str) -> Obj:
    spec: Obj = {}
    if hard := parse_resource_list(str(inv.flag("hard"))):
        spec["hard"] = hard
    if scopes := _scopes(str(inv.flag("scopes"))):
        spec["scopes"] = scopes
    return new_object("ResourceQuota", name, spec=spec)


def _scopes(text: str) -> list[str]:
    scopes = text.split(",") if text else []
    if "" in scopes:
        raise UserError('invalid resource quota scope ""')
    return scopes


COMMAND = Command(
    name="quota",
    use="create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
    short="Create a quota with the specified name",
    long="Create a resource quota: how much all objects of a namespace may use together, and how many they may be.",
    examples=(
        ("Limits for a namespace", "create quota team --hard=cpu=4,memory=8Gi,pods=20,services=5"),
        ("Only for pods that ask for nothing", "create quota best-effort --hard=pods=100 --scopes=BestEffort"),
    ),
    flags=(
        *FLAGS,
        Flag("hard", help="The limits: cpu=4,pods=20."),
        Flag("scopes", help="Only objects that all of these match: BestEffort,NotTerminating."),
    ),
    run=run,
)
