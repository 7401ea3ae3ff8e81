"""``kubesim auth can-i``. Mirrors kubectl pkg/cmd/auth/cani.go."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.signature import Annotated, Option, OptionGroup
from kubesim.cli.support.session import Session
from kubesim.cluster.authorizer import decide
from kubesim.cluster.rbac import Action, rules_for
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Kinds

TWO_ARGUMENTS = (
    "you must specify two arguments: verb resource or verb resource/resourceName.\n"
    f"See '{PROGRAM} auth can-i -h' for help and examples."
)
LISTS_ALONE = "list option can't be specified with neither quiet, all-namespaces nor subresource options"
RESOURCE_VERBS = (
    *("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate"),
    *("escalate", "*", "approve", "sign", "attest"),
)
URL_VERBS = ("get", "put", "post", "head", "options", "delete", "patch", "*")
NO_TYPES = ("users", "groups")  # resources of the impersonating kind, which no API serves


class CanIOptions(OptionGroup):
    """The flags. Mirrors CanIOptions."""

    all_namespaces: Annotated[bool, Option("A", help="Whether it is allowed in all namespaces.")] = False
    list_: Annotated[bool, Option(help="Show all that is allowed.")] = False
    no_headers: Annotated[bool, Option(help="With --list, leave the headers out.")] = False
    quiet: Annotated[bool, Option("q", help="Print nothing; the exit status tells.")] = False
    subresource: Annotated[str, Option(help="The subresource: log, scale.")] = ""


def run(inv: Invocation, *, options: CanIOptions) -> int:
    session = Session.of(inv)
    if options.list_:
        _list(inv, options, session)
        return 0
    if len(inv.args) != 2:
        raise UserError(TWO_ARGUMENTS)
    kinds = session.kinds()
    action = _action(inv, kinds, options.subresource)
    _validate(inv, options, kinds, action)
    cluster = session.read()
    namespace = "" if options.all_namespaces else session.namespace(cluster)
    cluster.authorize("create", "SelfSubjectAccessReview", None)
    decision = decide(cluster, cluster.user, namespace, action)
    if not options.quiet:
        reason = f" - {decision.reason}" if decision.reason else ""
        inv.out.write("yes\n" if decision.is_allowed else f"no{reason}\n")
    return 0 if decision.is_allowed else 1


def _action(inv: Invocation, kinds: Kinds, subresource: str) -> Action:
    verb, target = inv.args
    if target.startswith("/"):
        return Action(verb, url=target)
    word, _, name = target.partition("/")
    if word == "*":
        return Action(verb, resource=word, subresource=subresource, name=name)
    names = kinds.resolve(word)
    if names is not None:
        return Action(verb, names.group, names.plural, subresource, name)
    resource, _, group = word.lower().partition(".")
    if resource not in NO_TYPES:
        place = f" in group '{group}'" if group else ""
        _warn(inv, f"the server doesn't have a resource type '{resource}'{place}")
    return Action(verb, resource=word, subresource=subresource, name=name)


def _validate(inv: Invocation, options: CanIOptions, kinds: Kinds, action: Action) -> None:
    """Warn of unknown verbs and scopes; UserError for what makes no sense. Mirrors CanIOptions.Validate."""
    if action.url:
        if options.subresource:
            raise UserError("--subresource can not be used with NonResourceURL")
        if action.verb not in URL_VERBS:
            _warn(inv, f"verb '{action.verb}' is not a known verb")
    elif not options.all_namespaces:
        names = kinds.resolve(f"{action.resource}.{action.group}" if action.group else action.resource)
        if names is not None and not names.namespaced:
            place = f" in group '{names.group}'" if names.group else ""
            _warn(inv, f"resource '{names.plural}' is not namespace scoped{place}")
        if action.verb not in RESOURCE_VERBS:
            _warn(inv, f"verb '{action.verb}' is not a known verb")
    if options.no_headers:
        raise UserError("--no-headers cannot be set without --list specified")


def _warn(inv: Invocation, text: str) -> None:
    inv.err.write(f"Warning: {text}\n\n")


def _list(inv: Invocation, options: CanIOptions, session: Session) -> None:
    """Print a table of all that is allowed. Mirrors RunAccessList."""
    from kubesim.cli.verbs.auth.compact_rules import compacted
    from kubesim.golang.fmt import text
    from kubesim.kubectl.printers.tables import table_writer

    if inv.args:
        raise UserError("list option must be specified with no arguments")
    if options.quiet or options.all_namespaces or options.subresource:
        raise UserError(LISTS_ALONE)
    cluster = session.read()
    cluster.authorize("create", "SelfSubjectRulesReview", None)
    rules = compacted(rules_for(cluster, cluster.user, session.namespace(cluster)))
    rows = [] if options.no_headers else [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]]
    shown = ("nonResourceURLs", "resourceNames", "verbs")
    rows += [[_resource(rule), *(text(rule[field]) for field in shown)] for rule in rules]
    inv.out.write("".join(f"{line}\n" for line in table_writer().layout(rows)))


def _resource(rule: Obj) -> str:
    """``deployments.apps``; empty for a rule about a URL."""
    if not rule["resources"]:
        return ""
    group, resource = rule["apiGroups"][0], rule["resources"][0]
    return f"{resource}.{group}" if group else str(resource)


COMMAND = Command(
    name="can-i",
    use="auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    short="Check whether an action is allowed",
    long=(
        "Ask whether you may do something, or, with --as, whether somebody else may by the roles that are bound to "
        "them. The exit status is 1 if the answer is no.\n\n"
        "Nothing is forbidden to you: the simulated cluster knows you as its administrator."
    ),
    examples=(
        ("May you create pods", "auth can-i create pods"),
        ("May anna", "auth can-i list deployments --as=anna"),
        ("What may you", "auth can-i --list"),
    ),
    run=run,
)
