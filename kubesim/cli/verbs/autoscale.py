"""``kubesim autoscale``: an autoscaler for what runs already. Mirrors kubectl pkg/cmd/autoscale/autoscale.go."""

from __future__ import annotations

import re

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FieldManager, FilenameOptions, Record
from kubesim.cli.signature import Annotated, Int32, Option
from kubesim.cli.support.reporter import CLIENT
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.verbs.create.creation import Creation, CreationOptions, new_object
from kubesim.cluster.subresources import is_scalable
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client

NO_MAX = "--max=MAXPODS is required and must be at least 1, max: {max}"
CROSSED = "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
EXCLUSIVE = "--cpu-percent and --cpu are mutually exclusive"
INSTEAD = "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)."
INCOMPATIBLE = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: {why}"

UNITS = {"cpu": "m", "memory": "Mi"}

_NOTHING = "%!w(<nil>)"  # what Go prints of an error that is not there
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_PERCENTS = range(2**31)


class AutoscaleOptions(FilenameOptions, CreationOptions):
    """What the flags say. Mirrors AutoscaleOptions."""

    field_manager: FieldManager = "kubectl-autoscale"
    record: Record = False
    cpu: Annotated[str, Option(help="How much of their cpu pods are to use: 70%, or an amount such as 500m.")] = ""
    cpu_percent: Annotated[Int32, Option(help="As --cpu, in per cent.", deprecated=INSTEAD)] = -1
    max_: Annotated[Int32, Option(help="The most pods.", required=True)] = -1
    memory: Annotated[str, Option(help="How much of their memory pods are to use: 70%, or an amount such as 1Gi.")] = ""
    min_: Annotated[Int32, Option(help="The fewest pods; the server's choice, if it is left out.")] = -1
    name: Annotated[str, Option(help="The autoscaler's name, unless it is that of what is scaled.")] = ""

    def targets(self) -> dict[str, Obj]:
        """What --cpu and --memory ask for, by resource; UserError."""
        asked = {"cpu": self.cpu, "memory": self.memory}
        return {resource: target_of(text, resource) for resource, text in asked.items() if text}


def run(inv: Invocation, *, options: AutoscaleOptions) -> None:
    creation = Creation(inv, options, record=options.record, saves_config=False, files=options)
    _validate(options)
    with creation.cluster() as cluster:
        session = creation.session
        request = Request(args=inv.args, files=session.files(cluster), namespace=session.namespace(cluster))

        def act(info: Info) -> None:
            if info.obj is None:
                info.live(cluster)
            _require_scalable(cluster, info)
            _create(options, creation, cluster, info)

        if not request.resolve(cluster).visit(act):
            raise UserError("no objects passed to autoscale")


def _validate(options: AutoscaleOptions) -> None:
    least, most = options.min_, options.max_
    if most < 1:
        raise UserError(NO_MAX.format(max=most))
    if most < least:
        raise UserError(CROSSED.format(max=most, min=least))
    if options.cpu_percent > 0 and options.cpu:
        raise UserError(EXCLUSIVE)
    options.targets()


def _require_scalable(cluster: Client, info: Info) -> None:
    """UserError for a kind that has no scale subresource."""
    names = info.names
    if not is_scalable(cluster, names):
        resource = f"{names.group}/{names.version}, Resource={names.plural}"
        why = f"could not find scale subresource for {resource} in discovery information"
        raise UserError(f"cannot autoscale a {names.kind}: {why}")


def _create(options: AutoscaleOptions, creation: Creation, cluster: Client, info: Info) -> None:
    """Create the autoscaler in version 2 or, where that is refused, in version 1 if that can say the same."""
    scaler = _autoscaler(options, info)
    if creation.dry_run == CLIENT:
        creation.create_in(cluster, scaler)
        return
    try:
        creation.create_in(cluster, scaler, "autoscaled")
    except StatusError:
        _require_version_1(options)
        creation.create_in(cluster, _as_version_1(scaler), "autoscaled")


def _require_version_1(options: AutoscaleOptions) -> None:
    """UserError if version 1 cannot say what is asked for. Mirrors canCreateHPAV1."""
    text = options.cpu.strip()
    if not text:
        raise UserError(INCOMPATIBLE.format(why="empty input"))
    is_share = target_of(text, "cpu")["type"] == "Utilization"
    if options.memory or not is_share:
        raise UserError(INCOMPATIBLE.format(why=_NOTHING))


def _autoscaler(options: AutoscaleOptions, info: Info) -> Obj:
    spec: Obj = {
        "scaleTargetRef": {"kind": info.names.kind, "name": info.name, "apiVersion": info.names.api_version},
        "maxReplicas": options.max_,
    }
    if options.min_ > 0:
        spec["minReplicas"] = options.min_
    targets = options.targets()
    if options.cpu_percent > 0:
        targets = {"cpu": _share(options.cpu_percent), **targets}
    if targets:
        spec["metrics"] = [
            {"type": "Resource", "resource": {"name": resource, "target": target}}
            for resource, target in targets.items()
        ]
    return new_object("HorizontalPodAutoscaler", options.name or info.name, spec=spec)


def _as_version_1(scaler: Obj) -> Obj:
    """The autoscaler without its targets, which is what upstream falls back to."""
    spec = {field: value for field, value in scaler["spec"].items() if field != "metrics"}
    return {**scaler, "apiVersion": "autoscaling/v1", "spec": spec}


def target_of(text: str, resource: str) -> Obj:
    """What ``70%`` or an amount asks for, as a metric's target; UserError for anything else.

    A number without a unit counts milli-CPUs, or mebibytes. Mirrors parseResourceInput.
    """
    from kubesim.api.quantity import canonical
    from kubesim.golang.numbers import general

    text = text.strip()
    if not text:
        raise UserError("empty input")
    if text.endswith("%"):
        return _share(_percent(text[:-1]))
    try:
        if _NUMBER.fullmatch(text):
            return _amount(canonical(f"{general(float(text))}{UNITS[resource]}"))
        return _amount(canonical(text))
    except ValueError as error:
        why = str(error) if _NUMBER.fullmatch(text) else f"invalid resource {resource} value: {text}"
        raise UserError(why) from error


def _percent(text: str) -> int:
    if not re.fullmatch(r"\+?[0-9]+", text, re.ASCII) or int(text) not in _PERCENTS:
        raise UserError(f"invalid percentage value: {text}")
    return int(text)


def _share(percent: int) -> Obj:
    return {"type": "Utilization", "averageUtilization": percent}


def _amount(amount: str) -> Obj:
    return {"type": "AverageValue", "averageValue": amount}


COMMAND = Command(
    name="autoscale",
    use=("autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]"),
    short="Auto-scale a deployment, replica set, stateful set, or replication controller",
    long=(
        "Make an autoscaler that keeps the number of pods between two bounds, so that the pods use as much of their "
        "cpu or memory as is asked for."
    ),
    examples=(
        ("Between two and five pods", "autoscale deployment web --min=2 --max=5 --cpu=80%"),
        ("By amounts", "autoscale deployment web --min=3 --max=6 --cpu=500m --memory=200Mi"),
        ("What it would be", "autoscale deployment web --max=5 --dry-run=client -o yaml"),
    ),
    run=run,
)
