"""The roles that every cluster has for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell


def test_every_cluster_has_the_roles_of_a_new_api_server(shell: Shell) -> None:
    names = [line.rpartition("/")[2] for line in shell.ok("get clusterroles -o name").split()]
    assert names[:4] == ["admin", "cluster-admin", "edit", "system:aggregate-to-admin"]
    assert {"system:node", "system:kube-scheduler", "system:controller:job-controller", "view"} <= set(names)
    assert len(names) == 69
    assert len(shell.ok("get clusterrolebindings -o name").split()) == 50
    binding = shell.ok("get clusterrolebinding system:node-proxier -o wide --no-headers").split()
    assert (binding[1], binding[3]) == ("ClusterRole/system:node-proxier", "system:kube-proxy")


def test_a_cluster_of_kinds_has_those_of_kubeadm_and_its_add_ons_too(shell: Shell) -> None:
    shell.ok("sim reset --profile kind")
    assert shell.ok("get clusterrolebinding kubeadm:cluster-admins -o wide --no-headers").split()[1] == (
        "ClusterRole/cluster-admin"
    )
    assert "local-path-provisioner-role" in shell.ok("get roles -A")
    shell.ok("sim reset --profile kubeadm")
    assert "local-path-provisioner-role" not in shell.ok("get roles -A")
    assert "kubeadm:kubelet-config" in shell.ok("get rolebindings -n kube-system")


AGGREGATED = "get clusterrole {} -o jsonpath='{{.rules[*].resources}}'"
WIDGETS = """\
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole,
 metadata: {name: widgets, labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}},
 rules: [{apiGroups: [shop.example], resources: [widgets], verbs: [get, list]}]}"""


def test_a_role_gathers_the_rules_of_those_that_are_labelled_for_it_and_so_do_those_that_gather_it(
    shell: Shell,
) -> None:
    before = {name: shell.ok(AGGREGATED.format(name)) for name in ("view", "edit", "admin")}
    shell.ok(f"create -f {shell.write('widgets.yml', WIDGETS)}")
    for name in before:
        assert '["widgets"]' in shell.ok(AGGREGATED.format(name))
    shell.ok("create rolebinding r --clusterrole=view --user=jane")
    shell.ok("label clusterrole widgets rbac.authorization.k8s.io/aggregate-to-view-")
    assert {name: shell.ok(AGGREGATED.format(name)) for name in before} == before


def test_a_role_of_ones_own_gathers_too(shell: Shell) -> None:
    rule = "aggregationRule: {clusterRoleSelectors: [{matchLabels: {part: a}}]}"
    head = "apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole"
    shell.ok(f"create -f {shell.write('all.yml', '{' + head + ', metadata: {name: all}, ' + rule + '}')}")
    for name in ("two", "one"):
        shell.ok(f"create clusterrole {name} --verb=get --resource=pods --resource-name={name}")
        shell.ok(f"label clusterrole {name} part=a")
    assert shell.ok("get clusterrole all -o jsonpath='{.rules[*].resourceNames}'") == '["one"] ["two"]'


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
    assert "io/view\n" not in shell.ok("get clusterroles -o name")


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
