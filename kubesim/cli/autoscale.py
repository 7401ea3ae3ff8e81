"""``kubesim autoscale``: an autoscaler for what runs already. Mirrors kubectl pkg/cmd/autoscale/autoscale.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj
from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.making import new_object, send
from kubesim.cli.reporting import CLIENT, NONE, Reporter, dry_run_of
from kubesim.cli.resources import Info, Request
from kubesim.cli.scale import SCALABLE
from kubesim.cli.session import Session
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.cluster import Cluster

EMPTY = "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input"
NO_MAX = "--max=MAXPODS is required and must be at least 1, max: {max}"
CROSSED = "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"


def run(inv: Invocation) -> None:
    dry_run = dry_run_of(inv)
    _validate(inv)
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run, typed=True)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        request = Request(args=inv.args, files=session.files(inv, cluster), namespace=session.namespace(cluster))

        def act(info: Info) -> None:
            info.live(cluster)
            if info.names.kind not in SCALABLE:
                raise UserError(f"cannot autoscale a {info.names.kind}: the server could not find it scalable")
            scaler = _autoscaler(inv, info)
            if dry_run != CLIENT:
                scaler = _sent(inv, cluster, scaler, info.namespace, reporter)
            reporter.tell(scaler, "autoscaled")

        request.resolve(cluster).visit(act)


def _validate(inv: Invocation) -> None:
    least, most = int(inv.flag("min")), int(inv.flag("max"))
    if most < 1:
        raise UserError(NO_MAX.format(max=most))
    if most < least:
        raise UserError(CROSSED.format(max=most, min=least))


def _sent(inv: Invocation, cluster: Cluster, scaler: Obj, namespace: str, reporter: Reporter) -> Obj:
    if "metrics" not in scaler["spec"] and not _percent(inv):
        raise UserError(EMPTY)
    placed = {**scaler, "metadata": {**scaler["metadata"], "namespace": namespace}}
    return send(cluster, placed, "Strict", reporter)


def _percent(inv: Invocation) -> int:
    """The share of what they asked for that pods are to use, 0 where none is given."""
    text = str(inv.flag("cpu")).removesuffix("%")
    if text:
        return int(text) if text.isdigit() else 0
    return max(int(inv.flag("cpu-percent")), 0)


def _autoscaler(inv: Invocation, info: Info) -> Obj:
    from kubesim.api.encode import encode

    spec: Obj = {
        "maxReplicas": int(inv.flag("max")),
        "scaleTargetRef": {"apiVersion": info.names.api_version, "kind": info.names.kind, "name": info.name},
    }
    if int(inv.flag("min")) > 0:
        spec["minReplicas"] = int(inv.flag("min"))
    metrics = [metric for metric in (_metric(inv, "cpu"), _metric(inv, "memory")) if metric]
    if metrics:
        spec["metrics"] = metrics
    scaler = new_object("HorizontalPodAutoscaler", str(inv.flag("name")) or info.name, spec=spec)
    return encode(scaler, "autoscaling/v2", "HorizontalPodAutoscaler")


def _metric(inv: Invocation, resource: str) -> Obj | None:
    """A target for a resource: a share in per cent, or an amount."""
    text = str(inv.flag(resource))
    if not text and resource == "cpu" and int(inv.flag("cpu-percent")) > 0:
        text = f"{inv.flag('cpu-percent')}%"
    if not text:
        return None
    if text.endswith("%"):
        target: Obj = {"type": "Utilization", "averageUtilization": int(text[:-1])}
    else:
        target = {"type": "AverageValue", "averageValue": text}
    return {"type": "Resource", "resource": {"name": resource, "target": target}}


INSTEAD = "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU)."

COMMAND = Command(
    name="autoscale",
    use="autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU]",
    short="Auto-scale a deployment, replica set, stateful set, or replication controller",
    long="Make an autoscaler that keeps the number of pods between two bounds.",
    examples=(("Between two and five pods", "autoscale deployment web --min=2 --max=5 --cpu=80%"),),
    flags=(
        *flags.FILENAME,
        *flags.PRINT,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        flags.RECORD,
        flags.SAVE_CONFIG,
        Flag("cpu", help="How much of their cpu pods are to use: 70%, or an amount such as 500m."),
        Flag("cpu-percent", type="int32", default=-1, help="As --cpu, in per cent.", deprecated=INSTEAD),
        Flag("max", type="int32", default=-1, required=True, help="The most pods."),
        Flag("memory", help="How much of their memory pods are to use: 70%, or an amount such as 1Gi."),
        Flag("min", type="int32", default=-1, help="The fewest pods."),
        Flag("name", help="The autoscaler's name, unless it is that of what is scaled."),
    ),
    run=run,
)
