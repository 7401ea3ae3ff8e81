"""``kubesim create role``. Mirrors kubectl pkg/cmd/create/create_role.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.create import policy_rules
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError


def run(inv: Invocation, *, options: CreateOptions, rule: policy_rules.RuleOptions) -> None:
    name = name_argument(inv)
    grant = policy_rules.Grant.of(rule)
    creation = Creation(inv, options)
    require_name(name)
    if not grant.verbs:
        raise UserError("at least one verb must be specified")
    for warning in grant.warnings():
        creation.reporter.warn(warning)
    if not grant.resources:
        raise UserError("at least one resource must be specified")
    kinds = creation.session.kinds()
    grant.check(kinds)
    creation.create(new_object("Role", name, rules=grant.rules(kinds)))


COMMAND = Command(
    name="role",
    use=(
        "create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] "
        "[--dry-run=server|client|none]"
    ),
    short="Create a role with single rule",
    long="Create a role: which verbs are allowed on which resources of a namespace. kubesim keeps roles; nobody obeys.",
    examples=(
        ("Reading pods", "create role pod-reader --verb=get,list,watch --resource=pods"),
        ("Only two of them", "create role pod-reader --verb=get --resource=pods --resource-name=a --resource-name=b"),
        ("A resource of a group", "create role rs-reader --verb=get,list,watch --resource=replicasets.apps"),
        ("A subresource", "create role status-reader --verb=get --resource=pods,pods/status"),
    ),
    run=run,
)
