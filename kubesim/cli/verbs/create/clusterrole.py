"""``kubesim create clusterrole``. Mirrors kubectl pkg/cmd/create/create_clusterrole.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, MapStringString, Option, StringSlice
from kubesim.cli.verbs.create import policy_rules
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

URL_VERBS = ("*", "get", "post", "put", "delete", "patch", "head", "options")
ALONE = "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    rule: policy_rules.RuleOptions,
    aggregation_rule: Annotated[
        MapStringString, Option(help="The labels of the roles whose rules this one has: key=value,...")
    ],
    non_resource_url: Annotated[StringSlice, Option(help="A URL, or with * at its end all that begin so.")],
) -> None:
    name = name_argument(inv)
    grant = policy_rules.Grant.of(rule)
    urls = list(dict.fromkeys(non_resource_url))
    creation = Creation(inv, options)
    require_name(name)
    if aggregation_rule:
        if urls or any(grant):
            raise UserError(ALONE)
        creation.create(_aggregating(name, aggregation_rule))
        return
    _validate(creation, grant, urls)
    rules = grant.rules(creation.session.kinds())
    if urls:
        rules.append({"verbs": grant.verbs, "nonResourceURLs": urls})
    creation.create(new_object("ClusterRole", name, rules=rules))


def _aggregating(name: str, labels: dict[str, str]) -> Obj:
    """A role with the rules of all roles that have the labels."""
    return new_object("ClusterRole", name, aggregationRule={"clusterRoleSelectors": [{"matchLabels": labels}]})


def _validate(creation: Creation, grant: policy_rules.Grant, urls: Sequence[str]) -> None:
    if not grant.verbs:
        raise UserError("at least one verb must be specified")
    if not grant.resources and not urls:
        raise UserError("one of resource or nonResourceURL must be specified")
    if grant.resources:
        for warning in grant.warnings():
            creation.reporter.warn(warning)
        grant.check(creation.session.kinds())
    if urls:
        _validate_urls(grant.verbs, urls)


def _validate_urls(verbs: Sequence[str], urls: Sequence[str]) -> None:
    for verb in verbs:
        if verb not in URL_VERBS:
            raise UserError(f"invalid verb: '{verb}' for nonResourceURL")
    for url in urls:
        if url == "*":
            continue
        if not url.startswith("/"):
            raise UserError("nonResourceURL should start with /")
        if "*" in url[:-1]:
            raise UserError("nonResourceURL only supports wildcard matches when '*' is at the end")


COMMAND = Command(
    name="clusterrole",
    use=(
        "create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] "
        "[--dry-run=server|client|none]"
    ),
    short="Create a cluster role",
    long=(
        "Create a cluster role: which verbs are allowed on which resources of all namespaces, and on which URLs. "
        "kubesim keeps roles; nobody obeys."
    ),
    examples=(
        ("Reading pods", "create clusterrole pod-reader --verb=get,list,watch --resource=pods"),
        ("A resource of a group", "create clusterrole rs-reader --verb=get,list,watch --resource=replicasets.apps"),
        ("A subresource", "create clusterrole status-reader --verb=get --resource=pods,pods/status"),
        ("URLs", "create clusterrole log-reader --verb=get --non-resource-url='/logs/*'"),
        ("The rules of other roles", "create clusterrole monitoring --aggregation-rule=example.com/monitoring=true"),
    ),
    run=run,
)
