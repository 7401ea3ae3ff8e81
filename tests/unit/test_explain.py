"""explain: every kind that is served, what is required, and paths that lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kubesim.cluster import Kinds
from kubesim.kinds import Names

if TYPE_CHECKING:
    from command_lines import Shell


# kubectl takes the group of the second Event for fields of the first
KINDS = [names for names in Kinds({}).all() if names.qualified != "events.events.k8s.io"]


@pytest.mark.parametrize("names", KINDS, ids=lambda names: names.qualified)
def test_every_kind_is_explained_to_its_last_field(shell: Shell, names: Names) -> None:
    lines = shell.ok(f"explain {names.qualified} --recursive").splitlines()
    assert f"KIND:       {names.kind}" in lines[:2]
    assert "  metadata\t<ObjectMeta>" in [line.removesuffix(" -required-") for line in lines]


REQUIRED = {
    ("node.status.images", "names\t<[]string>"),
    ("cronjob", "spec\t<CronJobSpec> -required-"),
    ("role", "rules\t<[]PolicyRule>"),
    ("runtimeclass", "handler\t<string> -required-"),
    ("crd.spec", "group\t<string> -required-"),
    ("csr.spec", "request\t<string> -required-"),
    ("flowschema.spec", "priorityLevelConfiguration\t<PriorityLevelConfigurationReference> -required-"),
    ("pod.status.conditions", "status\t<string> -required-"),
}


@pytest.mark.parametrize(("path", "line"), sorted(REQUIRED))
def test_what_is_required(shell: Shell, path: str, line: str) -> None:
    assert f"  {line}" in shell.ok(f"explain {path}").splitlines()


WRONG = {
    "pod.spec.containers[0]": "invalid jsonpath syntax, first node must be field node",
    "pods.spec.containers[0]": "invalid jsonpath syntax, first node must be field node",
    "pod..spec": "invalid jsonpath syntax, first node must be field node",
    "pod.spec.*": "invalid jsonpath syntax, first node must be field node",
    "[0]": "a resource must be present, got: /, Resource=",
    "pod --api-version=a/b/c": "unexpected GroupVersion string: a/b/c",
    "pod..spec --api-version=v1": "invalid jsonpath syntax, all nodes must be field nodes",
}


@pytest.mark.parametrize(("path", "said"), WRONG.items())
def test_paths_that_are_none(shell: Shell, path: str, said: str) -> None:
    assert shell.refused(f"explain {path}") == f"error: {said}\n"


@pytest.mark.parametrize("path", ["deployments.apps.spec", "deploy.spec", "Deployment.spec", "deployment.spec."])
def test_paths_that_mean_the_same(shell: Shell, path: str) -> None:
    assert shell.ok(f"explain {path}") == shell.ok("explain deployment.spec")
