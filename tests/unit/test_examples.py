"""The examples of Kubernetes' documentation, by their addresses."""

from __future__ import annotations

import pytest
from kubesim.examples import file_of
from tests.unit.command_lines import Shell

RAW = "https://raw.githubusercontent.com/kubernetes/website/main/content/en/examples"


@pytest.mark.parametrize("prefix", ["https://k8s.io/examples", "https://kubernetes.io/examples", RAW])
def test_an_example_is_applied_by_its_address(shell: Shell, prefix: str) -> None:
    assert shell.ok(f"apply -f {prefix}/application/deployment.yaml") == "deployment.apps/nginx-deployment created\n"
    assert shell.ok(f"apply -f {prefix}/application/deployment-update.yaml").endswith(" configured\n")


def test_kubectl_names_the_address_where_an_object_is_wrong(shell: Shell) -> None:
    shell.ok("create -f https://k8s.io/examples/application/deployment.yaml")
    refused = shell.refused("create -f https://k8s.io/examples/application/deployment.yaml")
    assert refused == (
        'Error from server (AlreadyExists): error when creating "https://k8s.io/examples/application/deployment.yaml": '
        'deployments.apps "nginx-deployment" already exists\n'
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/deployment.yaml",
        "https://k8s.io/examples/nosuch.yaml",
        "https://k8s.io/examples/../__init__.py",
        "https://k8s.io/examples/application",
        "http://localhost/k8s.io/examples/application/deployment.yaml",
    ],
)
def test_any_other_address_is_refused_in_a_line_that_says_what_to_do(shell: Shell, address: str) -> None:
    assert shell.refused(f"apply -f {address}") == (
        f'error: unable to read URL "{address}": kubesim uses no network and has no copy of it; download it '
        f"(curl -LO {address}) and name the file\n"
    )
    assert file_of(address) is None
