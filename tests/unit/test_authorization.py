"""What whom --as names may do, and how the rest is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


@pytest.fixture(autouse=True)
def jane(shell: Shell) -> None:
    """Jane may read pods, and may change Deployments but not make or delete any."""
    shell.ok("create -f web.yml")
    shell.ok("create role reader --verb=get,list --resource=pods,deployments")
    shell.ok("create role writer --verb=patch --resource=deployments")
    shell.ok("create rolebinding a --role=reader --user=jane")
    shell.ok("create rolebinding b --role=writer --user=jane")


def refusal(what: str, verb: str, resource: str, group: str = "", where: str = 'in the namespace "default"') -> str:
    return (
        f'Error from server (Forbidden): {what} is forbidden: User "jane" cannot {verb} resource "{resource}" '
        f'in API group "{group}" {where}\n'
    )


REFUSED = {
    "get cm": refusal("configmaps", "list", "configmaps"),
    "get cm kube-root-ca.crt": refusal('configmaps "kube-root-ca.crt"', "get", "configmaps"),
    "get pods -A": refusal("pods", "list", "pods", where="at the cluster scope"),
    "get pods -n kube-system": refusal("pods", "list", "pods", where='in the namespace "kube-system"'),
    "get nodes": refusal("nodes", "list", "nodes", where="at the cluster scope"),
    "delete pod nosuch": refusal('pods "nosuch"', "delete", "pods"),
    "delete deploy web": refusal('deployments.apps "web"', "delete", "deployments", "apps"),
    "create cm x": refusal("configmaps", "create", "configmaps")
    .replace("Error", "error: failed to create configmap: Error")
    .replace("Error from server (Forbidden): ", ""),
    "create deploy x --image=y": refusal("deployments.apps", "create", "deployments", "apps").replace(
        "Error from server (Forbidden)", "error: failed to create deployment"
    ),
    "scale deploy web --replicas=3": refusal('deployments.apps "web"', "patch", "deployments/scale", "apps"),
}


@pytest.mark.parametrize(("line", "said"), REFUSED.items())
def test_what_no_role_allows_is_forbidden(shell: Shell, line: str, said: str) -> None:
    status, out, err = shell(f"{line} --as=jane")
    assert (status, out) == (1, "")
    assert err.removeprefix("error: ").endswith(said.removeprefix("error: ").partition(": ")[2])
    assert "orbidden" in err


def test_what_a_role_allows_is_done_and_the_controllers_go_on(shell: Shell) -> None:
    assert shell.ok("set image deploy/web nginx=nginx:1.26 --as=jane") == "deployment.apps/web image updated\n"
    assert shell.ok("rollout status deploy/web --as=jane").endswith("successfully rolled out\n")
    assert len(shell.ok("get pods --as=jane -o name").splitlines()) >= 2


def test_a_type_that_may_not_be_listed_is_no_reason_to_name_the_other_one(shell: Shell) -> None:
    shell.ok("run alone --image=nginx:1.25")
    _, out, err = shell("get pods,cm --as=jane --no-headers -l run=alone")
    assert out.startswith("alone ")
    assert err == refusal("configmaps", "list", "configmaps")


def test_administrators_may_do_everything(shell: Shell) -> None:
    assert shell.ok("get cm -A --as=x --as-group=system:masters -o name")


def test_watching_is_allowed_for_itself(shell: Shell) -> None:
    status, _, err = shell("get pods -w --as=jane")
    assert (status, err) == (1, refusal("pods", "watch", "pods"))


def listed(shell: Shell, *flags: str) -> list[list[str]]:
    """What ``can-i --list`` prints of what is not allowed everybody."""
    rows = [line.split() for line in shell.ok(f"auth can-i --list --no-headers {' '.join(flags)}").splitlines()]
    return [row for row in rows if row[0] in ("services", "pods", "configmaps/status", "deployments.apps", "[/zz]")]


def test_what_is_allowed_is_listed_by_resource_with_all_verbs_in_order(shell: Shell) -> None:
    shell.ok("create role one --verb=get --resource=pods --resource-name=x")
    shell.ok("create role many --verb=watch,get --resource=deployments,services,configmaps/status")
    shell.ok("create role more --verb=get,list --resource=services")
    shell.ok("create clusterrole paths --verb=get --non-resource-url=/zz")
    for role in ("one", "many", "more"):
        shell.ok(f"create rolebinding {role} --role={role} --user=ann")
    shell.ok("create clusterrolebinding paths --clusterrole=paths --user=ann")
    assert listed(shell, "--as=ann") == [
        ["[/zz]", "[]", "[get]"],
        ["pods", "[]", "[x]", "[get]"],
        ["services", "[]", "[]", "[watch", "get", "list]"],
        ["configmaps/status", "[]", "[]", "[watch", "get]"],
        ["deployments.apps", "[]", "[]", "[watch", "get]"],
    ]


def test_a_service_account_may_ask_how_its_tokens_are_signed(shell: Shell) -> None:
    ask = "auth can-i get /openid/v1/jwks"
    assert shell.ok(f"{ask} --as=system:serviceaccount:default:default") == "yes\n"
    assert shell(*f"{ask} --as=ann".split()) == (1, "no\n", "")
