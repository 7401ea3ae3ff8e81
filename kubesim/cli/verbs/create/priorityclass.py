"""``kubesim create priorityclass``. Mirrors kubectl pkg/cmd/create/create_priorityclass.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Int32, Option
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    description: Annotated[str, Option(help="When to use the class.")] = "",
    global_default: Annotated[bool, Option(help="Whether pods that name no class get this one.")] = False,
    preemption_policy: Annotated[str, Option(help="Never, if pods may drive no others away.")] = "PreemptLowerPriority",
    value: Annotated[Int32, Option(help="The priority; pods of a higher one go first.")] = 0,
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create priorityclass:")
    creation.create(
        new_object(
            "PriorityClass",
            name,
            value=value,
            globalDefault=global_default,
            description=description,
            preemptionPolicy=preemption_policy,
        )
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
    run=run,
)
