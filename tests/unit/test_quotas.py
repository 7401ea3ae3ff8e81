"""Quotas of fractions, and of objects that change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kubesim.api import quantity

if TYPE_CHECKING:
    from command_lines import Shell


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [("1", "250m", "750m"), ("1Gi", "512Mi", "512Mi"), ("0", "1Mi", "-1Mi"), ("1500m", "1.5", "0")],
)
def test_a_difference_keeps_the_left_ones_suffixes(left: str, right: str, difference: str) -> None:
    assert quantity.subtract(left, right) == difference


@pytest.mark.parametrize(
    ("amount", "other", "text"), [("1Gi", "2G", "1073741824"), ("512Mi", "1Gi", "512Mi"), ("1500m", "1Gi", "2")]
)
def test_an_amount_is_shown_in_the_other_ones_family_of_suffixes(amount: str, other: str, text: str) -> None:
    assert quantity.in_format_of(amount, other) == text


def test_a_service_that_becomes_a_node_port_is_charged_for_it(shell: Shell) -> None:
    shell.ok("create quota ports --hard=services.nodeports=1,services=3")
    shell.ok("sim settle")
    shell.ok("create service clusterip web --tcp=80")
    shell.ok("""patch svc web -p '{"spec": {"type": "NodePort"}}'""")
    assert shell.ok("get quota ports -o jsonpath='{.status.used.services\\.nodeports}'") == "1"
    shell.ok("create service clusterip other --tcp=80")
    assert shell.refused("""patch svc other -p '{"spec": {"type": "NodePort"}}'""") == (
        'Error from server (Forbidden): services "other" is forbidden: exceeded quota: ports, '
        "requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1\n"
    )
    shell.ok("""patch svc web -p '{"spec": {"type": "ClusterIP"}}'""")
    shell.ok("""patch svc other -p '{"spec": {"type": "NodePort"}}'""")


def test_cpu_may_be_limited_to_a_fraction_and_gpus_may_not(shell: Shell) -> None:
    shell.ok("create quota half --hard=cpu=500m,requests.memory=0.5Gi,limits.cpu=1.5")
    assert 'spec.hard[pods]: Invalid value: "1500m": must be an integer' in shell.refused(
        "create quota p --hard=pods=1.5"
    )


@pytest.mark.parametrize(
    ("resource", "made", "word"),
    [
        ("count/roles.rbac.authorization.k8s.io", "create role r --verb=get --resource=pods", "role"),
        ("count/poddisruptionbudgets.policy", "create pdb r --selector=a=b --min-available=1", "pdb"),
        ("count/serviceaccounts", "create serviceaccount r", "serviceaccount"),
    ],
)
def test_what_is_deleted_of_any_kind_is_taken_off(shell: Shell, resource: str, made: str, word: str) -> None:
    used = "get quota few -o jsonpath={.status.used}"
    shell.ok(f"create quota few --hard={resource}=5")
    shell.ok("sim settle")
    before = shell.ok(used)
    shell.ok(made)
    assert shell.ok(used) != before
    shell.ok(f"delete {word} r")
    assert shell.ok(used) == before
