"""The roles that every cluster has for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell


def test_every_cluster_has_the_roles_that_are_made_for_people(shell: Shell) -> None:
    assert shell.ok("get clusterroles -o name").split() == [
        f"clusterrole.rbac.authorization.k8s.io/{name}" for name in ("admin", "cluster-admin", "edit", "view")
    ]


def test_who_is_bound_to_them_may_do_what_they_say(shell: Shell) -> None:
    shell.ok("create rolebinding one --clusterrole=view --user=jane")
    shell.ok("create rolebinding two --clusterrole=edit --user=joe")
    shell.ok("create clusterrolebinding three --clusterrole=cluster-admin --user=ann")
    asked = ("get pods", "create deploy", "get nodes")
    may = {
        who: [shell(f"auth can-i {what} --as={who}")[1].split()[-1] for what in asked] for who in ("jane", "joe", "ann")
    }
    assert may == {"jane": ["yes", "no", "no"], "joe": ["yes", "yes", "no"], "ann": ["yes", "yes", "yes"]}


def test_a_deleted_role_stays_away_until_it_is_made_again(shell: Shell) -> None:
    shell.ok("delete clusterrole view")
    assert "not found" in shell.refused("get clusterrole view")
    shell.ok("create clusterrole view --verb=get --resource=pods")
    assert shell.ok("get clusterrole view -o jsonpath={.rules[*].resources}") == '["pods"]'
    shell.ok("delete clusterrole view")
    assert "view" not in shell.ok("get clusterroles -o name")


def test_a_role_can_be_deleted_from_a_cluster_that_was_saved_before(shell: Shell) -> None:
    shell.ok("get nodes")
    shell.ok("delete clusterrole view")
    assert "not found" in shell.refused("get clusterrole view")


def test_a_changed_role_is_kept(shell: Shell) -> None:
    shell.ok("label clusterrole view team=a")
    assert shell.ok("get clusterroles -l team=a -o name") == "clusterrole.rbac.authorization.k8s.io/view\n"


def test_a_role_that_is_there_cannot_be_created(shell: Shell) -> None:
    assert 'clusterroles.rbac.authorization.k8s.io "edit" already exists' in shell.refused(
        "create clusterrole edit --verb=get --resource=pods"
    )
