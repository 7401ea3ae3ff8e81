"""auth reconcile: what is missing is added, what there is besides stays unless it is asked to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: reader, namespace: team, labels: {{made: by-hand}}}}
rules: {rules}
"""
BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: readers, namespace: team}}
subjects: [{{kind: User, name: {user}, apiGroup: rbac.authorization.k8s.io}}]
roleRef: {{kind: Role, name: {role}, apiGroup: rbac.authorization.k8s.io}}
"""
GET_PODS = '{apiGroups: [""], resources: [pods], verbs: [get]}'
ALL_PODS = '{apiGroups: [""], resources: [pods], verbs: ["*"]}'
RULES = "get role reader -n team -o jsonpath='{.rules[*].verbs}'"
DONE = "role.rbac.authorization.k8s.io/reader reconciled\n"
BOUND = "rolebinding.rbac.authorization.k8s.io/readers reconciled\n"


@pytest.fixture(autouse=True)
def role(shell: Shell) -> None:
    shell.write("role.yml", ROLE.format(rules=f"[{GET_PODS}]"))
    shell.write("all.yml", ROLE.format(rules=f"[{ALL_PODS}]"))


def test_an_object_and_its_namespace_are_made(shell: Shell) -> None:
    told = (
        "\treconciliation required create\n\tmissing rules added:\n"
        "\t\t{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n"
    )
    assert shell("auth reconcile -f role.yml --dry-run=client") == (0, DONE.replace("\n", " (dry run)\n"), told)
    assert "team" not in shell.ok("get namespaces")
    assert shell("auth reconcile -f role.yml") == (0, DONE, told)
    assert shell("auth reconcile -f role.yml") == (0, DONE, "")


def test_what_another_rule_covers_is_not_missing(shell: Shell) -> None:
    assert shell("auth reconcile -f all.yml")[0] == 0
    assert shell("auth reconcile -f role.yml") == (0, DONE, "")
    assert shell.ok(RULES) == '["*"]'
    status, out, err = shell("auth reconcile -f role.yml --remove-extra-permissions")
    assert (status, out) == (0, DONE)
    assert err == (
        "\treconciliation required update\n\textra rules removed:\n"
        "\t\t{Verbs:[*] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n"
    )
    assert shell.ok(RULES) == '["get"]'


def test_a_missing_rule_is_added_and_labels_of_ones_own_stay(shell: Shell) -> None:
    assert shell("auth reconcile -f role.yml")[0] == 0
    shell.ok("label role reader -n team made=otherwise --overwrite")
    assert "missing rules added" in shell("auth reconcile -f all.yml")[2]
    assert shell.ok(RULES) == '["get"] ["*"]'
    assert shell.ok("get role reader -n team -o jsonpath={.metadata.labels.made}") == "otherwise"


def test_who_opted_out_is_let_alone(shell: Shell) -> None:
    assert shell("auth reconcile -f role.yml")[0] == 0
    shell.ok("annotate role reader -n team rbac.authorization.kubernetes.io/autoupdate=false")
    assert "but object opted out" in shell("auth reconcile -f all.yml")[2]
    assert shell.ok(RULES) == '["get"]'


def test_subjects_are_added_and_a_binding_to_another_role_is_made_anew(shell: Shell) -> None:
    subjects = "get rolebinding readers -n team -o jsonpath='{.subjects[*].name} {.roleRef.name}'"
    for user in ("ann", "ben"):
        shell.write("binding.yml", BINDING.format(user=user, role="reader"))
        assert shell("auth reconcile -f binding.yml")[:2] == (0, BOUND)
    assert shell.ok(subjects) == "ann ben reader"
    shell.write("binding.yml", BINDING.format(user="ben", role="writer"))
    assert shell("auth reconcile -f binding.yml") == (0, BOUND, "\treconciliation required recreate\n")
    assert shell.ok(subjects) == "ben writer"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "error: must specify one of -f and -k\n"),
        ("-f role.yml more", "error: no arguments are allowed\n"),
        (
            "-f role.yml --dry-run=server",
            "error: --dry-run=server for command reconcile is not supported yet\n",
        ),
    ],
)
def test_what_is_refused(shell: Shell, line: str, told: str) -> None:
    assert shell.refused(f"auth reconcile {line}") == told
