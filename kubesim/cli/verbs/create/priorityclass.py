"""``kubesim create priorityclass``. Mirrors kubectl pkg/cmd/create/create_priorityclass.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create.creation import FLAGS, CreateOptions, Creation, name_argument, new_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    Creation(inv, inv.group(CreateOptions), "failed to create priorityclass:").create(_priority_class(inv, name))


def _priority_class(inv: Invocation, name: str) -> Obj:
    return new_object(
        "PriorityClass",
        name,
        value=int(inv.flag("value")),
        globalDefault=bool(inv.flag("global-default")),
        description=str(inv.flag("description")),
        preemptionPolicy=str(inv.flag("preemption-policy")),
    )


COMMAND = Command(
    name="priorityclass",
    use="create priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
    short="Create a priority class with the specified name",
    long="Create a priority class: a name for how much pods matter when there is no room for all of them.",
    examples=(
        ("A high priority", 'create priorityclass high --value=1000 --description="high priority"'),
        ("The priority of pods that ask for none", "create priorityclass usual --value=10 --global-default=true"),
        ("Pods that drive no others away", "create priorityclass patient --value=1000 --preemption-policy=Never"),
    ),
    flags=(
        *FLAGS,
        Flag("description", help="When to use the class."),
        Flag("global-default", type=bool, help="Whether pods that name no class get this one."),
        Flag("preemption-policy", default="PreemptLowerPriority", help="Never, if pods may drive no others away."),
        Flag("value", type="int32", help="The priority; pods of a higher one go first."),
    ),
    run=run,
)
