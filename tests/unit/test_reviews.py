"""Reviews are answered and stored nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

PODS = {"verb": "list", "resource": "pods", "namespace": "default"}


def answer(shell: Shell, kind: str, spec: dict[str, Any], flags: str = "") -> Any:
    shell.write("review.json", review(kind, spec))
    return json.loads(shell.ok(f"create -f review.json -o json {flags}"))["status"]


def review(kind: str, spec: dict[str, Any]) -> str:
    group = "authentication" if kind == "SelfSubjectReview" else "authorization"
    asked = {"spec": spec} if spec else {}
    return json.dumps({"apiVersion": f"{group}.k8s.io/v1", "kind": kind, **asked})


def test_a_review_needs_no_name(shell: Shell) -> None:
    shell.write("review.json", review("SelfSubjectAccessReview", {"resourceAttributes": PODS}))
    created = "selfsubjectaccessreview.authorization.k8s.io/<unknown> created\n"
    assert shell.ok("create -f review.json") == created
    assert shell.ok("create -f review.json -o jsonpath={.metadata}") == "{}"


def test_what_somebody_may_do_and_why(shell: Shell) -> None:
    shell.ok("create role r --verb=list --resource=pods")
    shell.ok("create rolebinding b --role=r --user=jane")
    spec = {"resourceAttributes": PODS, "user": "jane"}
    reason = 'RBAC: allowed by RoleBinding "b/default" of Role "r" to User "jane"'
    assert answer(shell, "SubjectAccessReview", spec) == {"allowed": True, "reason": reason}
    assert answer(shell, "SelfSubjectAccessReview", {"resourceAttributes": PODS}) == {"allowed": True}
    assert answer(shell, "SelfSubjectAccessReview", {"resourceAttributes": PODS}, "--as=jane")["allowed"]
    assert answer(shell, "SelfSubjectAccessReview", {"resourceAttributes": PODS}, "--as=ben") == {"allowed": False}
    elsewhere = {"resourceAttributes": {**PODS, "namespace": "other"}, "user": "jane"}
    assert answer(shell, "SubjectAccessReview", elsewhere) == {"allowed": False}
    url = {"nonResourceAttributes": {"verb": "get", "path": "/healthz"}, "groups": ["system:authenticated"]}
    assert answer(shell, "SubjectAccessReview", url)["allowed"]


def test_who_asks(shell: Shell) -> None:
    assert answer(shell, "SelfSubjectReview", {}, "--as=jane")["userInfo"]["username"] == "jane"
    rules = answer(shell, "SelfSubjectRulesReview", {"namespace": "default"}, "--as=jane")
    assert {rule["resources"][0] for rule in rules["resourceRules"]} >= {"selfsubjectreviews"}


def test_a_review_asks_one_thing_about_somebody(shell: Shell) -> None:
    shell.write("review.json", review("SubjectAccessReview", {}))
    refusal = shell.refused("create -f review.json")
    assert "exactly one of nonResourceAttributes or resourceAttributes must be specified" in refusal
    assert "at least one of user or group must be specified" in refusal


@pytest.mark.parametrize("line", ["get selfsubjectaccessreviews", "get subjectaccessreviews x", "get bindings"])
def test_reviews_cannot_be_read(shell: Shell, line: str) -> None:
    assert shell.refused(line) == (
        "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource\n"
    )
