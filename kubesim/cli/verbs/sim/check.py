"""``kubesim sim check``: what a change of manifests would do, tried on a cluster in memory."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Duration, Option, OptionGroup, StringArray
from kubesim.errors import StatusError, UserError
from kubesim.kubectl.printers.style import paint_for, terminal_width
from kubesim.sim.profiles import DEFAULT, PROFILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.verbs.sim.check_sides import Side
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.check.bounds import Bounds
    from kubesim.views.check.model import Finding, Report

NOT_PASSED = 1
FAILED = 2  # as diff: it could not be checked
BEGINNING = 1_767_225_600_000  # 2026-01-01T00:00:00Z: the same change gives the same report at any time
NOT_THERE = "it is taken not to be there before the change"
FORMATS = ("json", "junit", "github")


class SideOptions(OptionGroup):
    """What is old and what is new."""

    old: Annotated[StringArray, Option(help="A file or folder of the old side; may be given several times.")]
    new: Annotated[StringArray, Option(help="A file or folder of the new side; may be given several times.")]
    recursive: Annotated[bool, Option("R", help="Look into the folders inside those that are named.")] = False
    prune: Annotated[bool, Option(help="Delete what is on the old side alone, as apply --prune does.")] = False


class BoundOptions(OptionGroup):
    """What is asked of each workload."""

    min_available: Annotated[
        str, Option(help="The pods that must be available at any time: a number, or a percentage such as 100%.")
    ] = ""
    max_surge: Annotated[
        str, Option(help="The pods that there may be beyond the usual number: a number, or a percentage.")
    ] = ""
    within: Annotated[Duration, Option(help="How long a rollout may take, such as 60s; 0 is any time.")] = 0
    max_failed_requests: Annotated[
        int, Option(help="The requests to each Service that may fail meanwhile, as sim traffic sends them; -1 is any.")
    ] = -1


class ClusterOptions(OptionGroup):
    """The cluster on which it is tried."""

    profile: Annotated[str, Option(help=f"What sort of cluster: {', '.join(PROFILES)}.")] = DEFAULT
    nodes: Annotated[int, Option(help="How many nodes it has, the control plane's among them.")] = 6
    images: Annotated[StringArray, Option(help="What an image does, IMAGE=BEHAVIOUR: see sim images --help.")]


def run(
    inv: Invocation,
    *,
    sides: SideOptions,
    asked: BoundOptions,
    cluster: ClusterOptions,
    output: Annotated[str, Option("o", help=f"The format: {', '.join(FORMATS)}.", choices=FORMATS)] = "",
) -> int:
    from kubesim.cli.main import error_text

    try:
        if output not in ("", *FORMATS):
            raise UserError(f'unknown output format "{output}": it is one of {", ".join(FORMATS)}, or left out')
        old, new = _names(inv, sides)
        report = _report(inv, sides, old, new, _bounds(asked), _new_life(cluster))
    except (UserError, StatusError) as error:
        raise UserError(error_text(error), bare=True, status=FAILED) from error
    inv.out.write_data(_rendered(inv, report, output))
    return 0 if report.passes else NOT_PASSED


def _names(inv: Invocation, sides: SideOptions) -> tuple[list[str], list[str]]:
    """The files of the two sides. UserError where it is not clear which is which, or nothing is new."""
    old, new, args = list(sides.old), list(sides.new), list(inv.args)
    if inv.dash is not None:
        old, new = old + args[: inv.dash], new + args[inv.dash :]
    elif old and new:
        if args:
            raise inv.usage_error("with --old and --new, no other files are expected")
    elif old or new:
        old, new = (old, args) if old else (args, new)
    elif len(args) > 2:
        raise inv.usage_error(
            "which files are old? Put -- between them and the new ones, or name all with --old and --new"
        )
    else:
        old, new = args[:-1], args[-1:]
    if not new:
        raise inv.usage_error("at least one file or folder of the new side is required")
    if (old + new).count("-") > 1:
        raise UserError("standard input can be read once only")
    return old, new


def _bounds(asked: BoundOptions) -> Bounds:
    from kubesim.views.check.bounds import Bounds, parse_pods

    return Bounds(
        parse_pods("min-available", asked.min_available) if asked.min_available else None,
        parse_pods("max-surge", asked.max_surge) if asked.max_surge else None,
        asked.within or None,
        None if asked.max_failed_requests < 0 else asked.max_failed_requests,
    )


def _new_life(asked: ClusterOptions) -> LiveCluster:
    """A cluster in memory, which no state file knows."""
    from kubesim.kubeadm.init import new_cluster_head
    from kubesim.life.live_cluster import born
    from kubesim.sim.profiles import Size, checked
    from kubesim.sim.runtime import set_rule

    life = born(new_cluster_head(BEGINNING, seed=0, profile=asked.profile), checked(Size(asked.nodes)))
    for rule in asked.images:
        pattern, equals, behaviour = rule.partition("=")
        if not equals or not pattern:
            raise UserError(f'"{rule}" is not of the form IMAGE=BEHAVIOUR; quote a behaviour that has blanks')
        set_rule(life.cluster, pattern, behaviour)
    return life


def _report(
    inv: Invocation, sides: SideOptions, old_names: list[str], new_names: list[str], bounds: Bounds, life: LiveCluster
) -> Report:
    from kubesim.cli.verbs.sim.check_apply import Applier
    from kubesim.cli.verbs.sim.check_sides import SideReader
    from kubesim.views.check.report import report_on

    asked = inv.globals.namespace
    reader = SideReader(
        life.cluster.kinds,
        asked or "default",
        inv.stdin,
        inv.streams.warn_at_once,
        recursive=sides.recursive,
        enforce=bool(asked),
    )
    old, new = reader.read(old_names), reader.read(new_names)
    if old.unreadable:
        raise UserError(old.unreadable[0].text)
    report = report_on(life, Applier(life.cluster, inv.err).apply, old.given, new.given, bounds, prune=sides.prune)
    return report.with_unread(new.unknown, [*_unserved(old, new), *new.unreadable])


def _unserved(old: Side, new: Side) -> list[Finding]:
    """The documents of kinds that are not served; what was so before the change is a warning."""
    from kubesim.views.check.model import Level
    from kubesim.views.check.refusals import WAS_SO

    def warned(finding: Finding, why: str) -> Finding:
        return finding._replace(level=Level.WARNING, text=f"{finding.text}; {why}")

    old_texts, new_texts = ({one.text for one in side.unserved} for side in (old, new))
    gone = [warned(one, NOT_THERE) for one in old.unserved if one.text not in new_texts]
    return gone + [warned(one, WAS_SO) if one.text in old_texts else one for one in new.unserved]


def _rendered(inv: Invocation, report: Report, output: str) -> str:
    home = inv.globals.namespace or "default"
    if output == "json":
        from kubesim.views.check.data import as_json

        return as_json(report)
    if output == "junit":
        from kubesim.views.check.junit import as_junit

        return as_junit(report, home)
    from kubesim.views.check.page import Page

    if output == "github":
        from kubesim.views.check.annotations import as_annotations

        return as_annotations(report, home)
    return Page(report, paint_for(inv.out), home, terminal_width(inv.out)).text()


COMMAND = Command(
    name="check",
    use="sim check [OLD] NEW | OLD... -- NEW... | --old OLD ... --new NEW ...",
    short="Try a change of manifests in memory, and say what would break",
    long=(
        "Say what a change of manifests does before it is made. OLD is what the cluster has, NEW is what is applied: "
        "files, folders, or - for standard input. Both are tried on a cluster in memory: no cluster, credentials or "
        "state file are needed, and none is touched. OLD comes to rest, NEW is applied, and time goes on until every "
        "rollout is done or stuck.\n\n"
        "The report says for each object whether the API server takes it and in which words it does not, what changes, "
        "how many pods are available at least and there at most, how long it takes, and what breaks and why.\n\n"
        "One file or folder alone is NEW on an empty cluster, two are OLD and NEW, as for diff. For more, put -- "
        "between old ones and new ones, or name each with --old or --new.\n\n"
        "What OLD names and no file has (a Secret, a StorageClass, a node's label) is taken to be there, and listed; "
        "what only NEW names has to be in a file. What was wrong before the change is a warning, what the change "
        "brings is an error. An outage that OLD would not have had is an error unless --min-available says how many "
        "pods there must be.\n\n"
        "The exit status is 0 if the change passes, 1 if it does not, 2 if it cannot be checked."
    ),
    examples=(
        ("A file as it is in git, and as it is now", "sim check - web.yaml < <(git show main:web.yaml)"),
        ("Two folders, with what is in them", "sim check -R old/ new/"),
        ("Several files on each side", "sim check base.yaml web.yaml -- base.yaml web-new.yaml"),
        (
            "No pod less, at most two more, in a minute",
            "sim check old/ new/ --min-available 100% --max-surge 2 --within 60s",
        ),
        ("No request to a Service may fail", "sim check old/ new/ --max-failed-requests 0"),
        ("With what one's own image does", "sim check old/ new/ --images 'myapp:2.*=ports 8080, starts-in 20s'"),
        ("Annotations on a pull request", "sim check old/ new/ -o github"),
    ),
    run=run,
    failure_status=FAILED,
)
