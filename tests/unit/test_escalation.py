"""Who grants rights must have them; what else is asked for before somebody else's command is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

ATTEMPT = 'user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'
RBAC = "rbac.authorization.k8s.io"


@pytest.fixture(autouse=True)
def jane(shell: Shell) -> None:
    """Jane may read pods of her namespace, and may make roles and bindings everywhere."""
    shell.ok("create role reader --verb=get,list --resource=pods")
    shell.ok("create rolebinding a --role=reader --user=jane")
    kinds = "roles,rolebindings,clusterroles,clusterrolebindings"
    shell.ok(f"create clusterrole granter --verb=create,update,patch,get,list --resource={kinds}")
    shell.ok("create clusterrolebinding granter --clusterrole=granter --user=jane")


def test_a_role_of_rights_that_one_has_can_be_made(shell: Shell) -> None:
    shell.ok("create role fewer --verb=get --resource=pods --as=jane")
    shell.ok("create role one --verb=list --resource=pods --resource-name=x --as=jane")


@pytest.mark.parametrize(
    ("line", "what", "missing"),
    [
        (
            "create role r --verb=get,list,delete --resource=pods,deployments.apps",
            f'roles.{RBAC} "r"',
            '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n'
            '{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list" "delete"]}\n',
        ),
        (
            "create clusterrole r --verb=get --resource=pods",
            f'clusterroles.{RBAC} "r"',
            '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}\n',
        ),
        (
            "create clusterrole r --verb=get --non-resource-url=/zz,/healthz",
            f'clusterroles.{RBAC} "r"',
            '{NonResourceURLs:["/zz"], Verbs:["get"]}\n',
        ),
    ],
)
def test_a_role_of_others_is_refused(shell: Shell, line: str, what: str, missing: str) -> None:
    assert shell.refused(f"{line} --as=jane") == (
        f"Error from server (Forbidden): {what} is forbidden: {ATTEMPT}{missing}"
    )


def test_so_is_a_binding_of_one(shell: Shell) -> None:
    everything = '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}\n{NonResourceURLs:["*"], Verbs:["*"]}\n'
    assert shell.refused("create clusterrolebinding b --clusterrole=cluster-admin --user=jane --as=jane") == (
        f'error: failed to create clusterrolebinding: clusterrolebindings.{RBAC} "b" is forbidden: '
        f"{ATTEMPT}{everything}"
    )
    assert shell.refused("create rolebinding b --clusterrole=nosuch --user=jane --as=jane") == (
        f'error: failed to create rolebinding: rolebindings.{RBAC} "nosuch" not found\n'
    )


def test_the_verbs_bind_and_escalate_let_one_grant_more(shell: Shell) -> None:
    shell.ok("create clusterrole more --verb=bind,escalate --resource=roles,clusterroles")
    shell.ok("create clusterrolebinding more --clusterrole=more --user=jane")
    shell.ok("create role all --verb=* --resource=* --as=jane")
    shell.ok("create rolebinding all --role=all --user=jane --as=jane")
    shell.ok("delete pods --all --as=jane")


def test_a_label_of_a_role_is_changed_by_who_has_its_rights_alone(shell: Shell) -> None:
    assert "attempting to grant" in shell.refused("label clusterrole view x=y --as=jane")
    shell.ok("label role reader x=y --as=jane")
    shell.ok("label clusterrole view x=y --as=jane --as-group=system:masters")


def test_a_role_that_is_not_there_is_named(shell: Shell) -> None:
    shell.ok("create rolebinding miss --role=nosuch --user=ben")
    shell.ok("create clusterrolebinding miss --clusterrole=nosuch --user=ben")
    missing = [f'clusterrole.{RBAC} "nosuch" not found', f'role.{RBAC} "nosuch" not found']
    assert shell.refused("get nodes --as=ben").endswith(f"at the cluster scope: RBAC: {missing[0]}\n")
    assert shell.refused("get pods --as=ben").endswith(f": RBAC: [{', '.join(missing)}]\n")
    assert shell(*["auth", "can-i", "get", "pods", "--as=ben"])[1] == f"no - RBAC: [{', '.join(missing)}]\n"


FORBIDDEN = (
    'pods "web" is forbidden: User "jane" cannot {} resource "pods/{}" in API group "" in the namespace "default"'
)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("exec web -- ls", f"error: unable to upgrade connection: {FORBIDDEN.format('create', 'exec')}\n"),
        ("cp web:/etc/hostname x", f"error: unable to upgrade connection: {FORBIDDEN.format('create', 'exec')}\n"),
        ("attach web", f"error: unable to upgrade connection: {FORBIDDEN.format('create', 'attach')}\n"),
        ("port-forward web :80", f"error: error upgrading connection: {FORBIDDEN.format('create', 'portforward')}\n"),
        ("logs web", f"Error from server (Forbidden): {FORBIDDEN.format('get', 'log')}\n"),
    ],
)
def test_each_way_into_a_pod_is_a_right_of_its_own(shell: Shell, line: str, said: str) -> None:
    shell.ok("run web --image=nginx:1.25")
    shell.ok("wait pod/web --for=condition=Ready")
    assert shell.refused(f"--as=jane {line}").endswith(said)


def test_who_has_the_right_goes_in(shell: Shell) -> None:
    shell.ok("run web --image=nginx:1.25")
    shell.ok("wait pod/web --for=condition=Ready")
    shell.ok("create role in --verb=create,get --resource=pods/exec,pods/log")
    shell.ok("create rolebinding in --role=in --user=jane")
    assert shell.ok("exec web --as=jane -- echo a") == "a\n"
    shell.ok("logs web --as=jane")


@pytest.mark.parametrize(
    ("line", "verb", "resource"),
    [
        ("events", "list", '"events"'),
        ("create token default", "create", '"serviceaccounts/token"'),
        ("delete ns default", "delete", '"namespaces"'),
        ("cluster-info", "list", '"services"'),
        ("replace -f web.yml", "update", '"deployments"'),
        ("apply --server-side -f web.yml", "patch", '"deployments"'),
        ("diff -f web.yml", "get", '"deployments"'),
        ("wait deploy/web --for=condition=Available", "get", '"deployments"'),
    ],
)
def test_what_a_command_asks_for_first_is_refused_first(shell: Shell, line: str, verb: str, resource: str) -> None:
    status, _, err = shell(*f"{line} --as=ben".split())
    assert status in (1, 2)
    assert f'User "ben" cannot {verb} resource {resource}' in err


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("jane --as-group=x", "[x system:authenticated]"),
        ("system:serviceaccount:a:b", "[system:serviceaccounts system:serviceaccounts:a system:authenticated]"),
        ("system:serviceaccount:a:b --as-group=x", "[x system:authenticated]"),
        ("system:node:n", "[system:nodes system:authenticated]"),
    ],
)
def test_groups_of_whom_one_impersonates(shell: Shell, name: str, groups: str) -> None:
    assert f"Groups      {groups}\n" in shell.ok(f"auth whoami --as={name}")


def test_nobody_has_no_rights_to_ask_for_a_name(shell: Shell) -> None:
    assert "do not have permission to call it" in shell.refused("auth whoami --as=system:anonymous")
