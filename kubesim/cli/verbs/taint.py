"""``kubesim taint``: sets and removes taints of nodes. Mirrors kubectl pkg/cmd/taint (taint.go, utils.go)."""

from __future__ import annotations

from kubesim.api.names import is_label_value, is_qualified_name
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, FieldManager, PrintFlags, Selector, Validate
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, dry_run_of, validation_of
from kubesim.cli.support.resource_builder import Request, mapping
from kubesim.cli.support.session import Session
from kubesim.errors import Aggregate, UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Kinds

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


class Taint(NamedTuple):
    """One taint as it is typed; an empty ``effect`` removes the taints of every effect."""

    key: str
    value: str = ""
    effect: str = ""

    def matches(self, obj: Obj) -> bool:
        """Whether a node's taint has the same key and effect. Mirrors Taint.MatchTaint."""
        return self.key == obj["key"] and self.effect in ("", obj["effect"])

    def to_object(self) -> Obj:
        value = {"value": self.value} if self.value else {}
        return {"key": self.key, **value, "effect": self.effect}

    def __str__(self) -> str:
        """As Taint.ToString writes it."""
        if not self.effect:
            return f"{self.key}={self.value}:" if self.value else self.key
        return f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"


class TaintOptions(PrintFlags):
    """The flags of ``taint``. Mirrors TaintOptions."""

    selector: Selector = ""
    dry_run: DryRun = NONE
    field_manager: FieldManager = "kubectl-taint"
    validate: Validate = "strict"
    all_: Annotated[bool, Option(help="All nodes.")] = False
    overwrite: Annotated[bool, Option(help="Give taints that are there another value.")] = False


def run(inv: Invocation, *, options: TaintOptions) -> None:
    dry_run = dry_run_of(inv, options.dry_run)
    validation_of(options.validate)
    resources, words = _split(inv.args)
    try:
        added, removed = parse(words)
    except UserError as error:
        raise inv.usage_error(error.message) from error
    session = Session.of(inv, manager=options.field_manager)
    _validate(session.kinds(), options, resources, added, removed)
    reporter = Reporter(inv, options, apart=True)
    names = [] if options.all_ or options.selector else resources[1:]
    with session.acting(dry_run=dry_run != NONE) as cluster:
        request = Request(["nodes", *names], selector=options.selector, everything=True)

        def act(info: Info) -> None:
            node = info.live(cluster)
            operation, taints = tainted(node, added, removed, overwrite=options.overwrite)
            spec = {field: value for field, value in node["spec"].items() if field != "taints"}
            new = {**node, "spec": {**spec, "taints": taints} if taints else spec}
            reporter.report(new if dry_run == CLIENT else cluster.update(new), operation)

        request.resolve(cluster).visit(act)


def _split(args: Iterable[str]) -> tuple[list[str], list[str]]:
    """The resources, and the taints after them."""
    resources: list[str] = []
    words: list[str] = []
    for arg in args:
        if "=" in arg or ":" in arg or arg.endswith("-"):
            words.append(arg)
        elif words:
            raise UserError(f"all resources must be specified before taint changes: {arg}")
        else:
            resources.append(arg)
    if not resources:
        raise UserError("one or more resources must be specified as <resource> <name>")
    if not words:
        raise UserError("at least one taint update is required")
    return resources, words


def parse(words: Iterable[str]) -> tuple[list[Taint], list[Taint]]:
    """The taints to set, and those to remove (``key-``, ``key:Effect-``); UserError. Mirrors parseTaints."""
    added: list[Taint] = []
    removed: list[Taint] = []
    for word in words:
        if word.endswith("-"):
            removed.append(_parse(word[:-1]))
            continue
        taint = _parse(word)
        if not taint.effect:
            raise UserError(f"invalid taint spec: {word}")
        if any((taint.key, taint.effect) == (other.key, other.effect) for other in added):
            shown = f"{{{taint.key} {taint.value} {taint.effect} <nil>}}"
            raise UserError(f"duplicated taints with the same key and effect: {shown}")
        added.append(taint)
    return added, removed


def _parse(word: str) -> Taint:
    """``key=value:effect``, ``key:effect`` or ``key``. Mirrors parseTaint."""
    head, *effects = word.split(":")
    if len(effects) > 1:
        raise UserError(f"invalid taint spec: {word}")
    if not effects:
        _require(word, is_qualified_name(head))
        return Taint(head)
    if effects[0] not in EFFECTS:
        raise UserError(f"invalid taint effect: {effects[0]}, unsupported taint effect")
    key, *values = head.split("=")
    if len(values) > 1:
        raise UserError(f"invalid taint spec: {word}")
    value = values[0] if values else ""
    _require(word, is_label_value(value))
    _require(word, is_qualified_name(key))
    return Taint(key, value, effects[0])


def _require(word: str, wrong: list[str]) -> None:
    if wrong:
        raise UserError(f"invalid taint spec: {word}, {'; '.join(wrong)}")


def _validate(
    kinds: Kinds, options: TaintOptions, resources: list[str], added: list[Taint], removed: list[Taint]
) -> None:
    """UserError for arguments and flags that do not go together. Mirrors TaintOptions.Validate."""
    word = resources[0].lower()
    if mapping(kinds, word).key != "Node":
        raise UserError(f"invalid resource type {word}, only node types are supported")
    both = [gone for taint in added for gone in removed if gone.key == taint.key and gone.effect in ("", taint.effect)]
    if both:
        shown = ", ".join(f"{taint.key}={taint.effect}" for taint in both)
        raise UserError(f"can not both modify and remove the following taint(s) in the same command: {shown}")
    if options.all_ and options.selector:
        raise UserError("setting 'all' parameter with a non empty selector is prohibited")
    if not options.all_ and not options.selector and len(resources) < 2:
        raise UserError("at least one resource name must be specified since 'all' parameter is not set")


def tainted(node: Obj, added: list[Taint], removed: list[Taint], *, overwrite: bool) -> tuple[str, list[Obj]]:
    """The word for the change of a node, and its new taints. Mirrors reorganizeTaints."""
    old: list[Obj] = node["spec"].get("taints") or []
    known = [taint.key for taint in added for other in old if taint.matches(other)]
    if known and not overwrite:
        why = f"already has {','.join(known)} taint(s) with same effect(s) and --overwrite is false"
        raise UserError(f"node {node['metadata']['name']} {why}")
    kept = [other for other in old if not any(taint.matches(other) for taint in added)]
    new = [*(taint.to_object() for taint in added), *kept]
    grew = len(new) != len(old)
    shrank = _remove(new, removed)
    if (grew and shrank) or overwrite:
        return "modified", new
    return "tainted" if grew else "untainted", new


def _remove(taints: list[Obj], removed: list[Taint]) -> bool:
    """Take taints out of the list; whether the last of ``removed`` was in it. UserError for those that were not."""
    missing: list[Exception] = []
    found = False
    for gone in removed:
        before = len(taints)
        taints[:] = [other for other in taints if not gone.matches(other)]
        found = len(taints) != before
        if not found:
            missing.append(UserError(f'taint "{gone}" not found'))
    if missing:
        raise missing[0] if len(missing) == 1 else Aggregate(missing)
    return found


COMMAND = Command(
    name="taint",
    use="taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
    short="Update the taints on one or more nodes",
    long=(
        "Set and remove taints of nodes: KEY=VALUE:EFFECT or KEY:EFFECT sets one, KEY:EFFECT- removes it, and KEY- "
        "removes all with that key. The scheduler keeps pods that do not tolerate a NoSchedule or NoExecute taint "
        "away; pods that run already stay."
    ),
    examples=(
        ("Keep a node for those who tolerate it", "taint nodes node01 dedicated=special-user:NoSchedule"),
        ("Take that back", "taint nodes node01 dedicated:NoSchedule-"),
        ("Remove all taints with the key", "taint nodes node01 dedicated-"),
        ("On nodes with a label", "taint nodes -l disk=ssd dedicated=special-user:PreferNoSchedule"),
    ),
    run=run,
)
