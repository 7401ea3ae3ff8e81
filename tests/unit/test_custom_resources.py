"""Definitions of kinds, and the resources that they make, beyond what the recorded drills have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

Obj = dict[str, Any]


def definition(plural: str = "toys", kind: str = "Toy", group: str = "play.example.com", **more: Any) -> Obj:
    """A definition with one version; ``more`` are names (short names), ``scope`` and ``versions``."""
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    versions, scope = more.pop("versions", [version]), more.pop("scope", "Namespaced")
    names = {"plural": plural, "singular": kind.lower(), "kind": kind, **more}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "scope": scope, "names": names, "versions": versions},
    }


def toy(name: str, **more: Any) -> Obj:
    return {"apiVersion": "play.example.com/v1", "kind": "Toy", "metadata": {"name": name}, **more}


def given(shell: Shell, *objs: Obj) -> None:
    """Create objects, each by a command of its own."""
    for obj in objs:
        (shell.folder / "obj.json").write_text(json.dumps(obj))
        shell.ok("create -f obj.json")


def conditions(shell: Shell, name: str) -> list[str]:
    found = json.loads(shell.ok(f"get crd {name} -o json"))["status"]["conditions"]
    return [f"{one['type']}={one['status']} {one['reason']}" for one in found]


ACCEPTED = ["NamesAccepted=True NoConflicts", "Established=True InitialNamesAccepted"]


def test_names_that_are_not_given_follow_from_the_kind(shell: Shell) -> None:
    asked = definition()
    del asked["spec"]["names"]["singular"]
    given(shell, asked)
    found = json.loads(shell.ok("get crd toys.play.example.com -o json"))
    assert found["spec"]["names"] == {"plural": "toys", "singular": "toy", "kind": "Toy", "listKind": "ToyList"}
    assert found["spec"]["conversion"] == {"strategy": "None"}
    assert found["metadata"]["generation"] == 1


def test_a_new_definition_has_no_names_yet_when_it_is_answered(shell: Shell) -> None:
    (shell.folder / "crd.json").write_text(json.dumps(definition()))
    answer = json.loads(shell.ok("create -f crd.json -o json"))
    names = {"kind": "", "plural": ""}
    assert answer["status"] == {"acceptedNames": names, "conditions": None, "storedVersions": ["v1"]}


@pytest.mark.parametrize(
    ("second", "refusal"),
    [
        (definition("bears", "Toy", listKind="BearList"), 'NamesAccepted=False KindConflict "Toy" is already in use'),
        (definition("bears", "Bear", listKind="ToyList"), 'ListKindConflict "ToyList" is already in use'),
        (definition("bears", "Bear", singular="toys"), 'SingularConflict "toys" is already in use'),
        (definition("bears", "Bear", shortNames=["b", "t"]), 'ShortNamesConflict "t" is already in use'),
    ],
    ids=["kind", "list kind", "singular", "short name"],
)
def test_a_name_that_another_definition_of_the_group_has_is_not_accepted(
    shell: Shell, second: Obj, refusal: str
) -> None:
    given(shell, definition(shortNames=["t"]), second)
    path = "{range .status.conditions[*]}{.type}={.status} {.reason} {.message};{end}"
    assert refusal in shell.ok(f"get crd bears.play.example.com -o jsonpath='{path}'")
    assert conditions(shell, "bears.play.example.com")[1] == "Established=False NotAccepted"
    assert "bears" not in shell.ok("api-resources")
    shell.ok("delete crd toys.play.example.com")
    assert conditions(shell, "bears.play.example.com") == ACCEPTED
    assert "bears" in shell.ok("api-resources")


def test_the_same_names_in_another_group_are_no_conflict(shell: Shell) -> None:
    given(shell, definition(), definition(group="work.example.com"))
    assert conditions(shell, "toys.work.example.com") == ACCEPTED
    given(shell, toy("bear"))
    assert shell.ok("get toys.play.example.com -o name") == "toy.play.example.com/bear\n"
    assert shell.ok("get toys.work.example.com -o name") == ""


def test_versions_that_are_served_have_an_api_service(shell: Shell) -> None:
    given(shell, definition())
    assert "v1.play.example.com " in shell.ok("get apiservices")
    shell.ok("delete crd toys.play.example.com")
    assert "play.example.com" not in shell.ok("get apiservices")


def test_a_definition_that_is_deleted_takes_its_resources_along(shell: Shell) -> None:
    given(shell, definition(), toy("bear"), toy("ball"))
    shell.ok("delete crd toys.play.example.com")
    given(shell, definition())
    assert shell("get toys")[2] == "No resources found in default namespace.\n"


def test_a_definition_waits_for_resources_that_finalizers_hold(shell: Shell) -> None:
    held = toy("bear")
    held["metadata"]["finalizers"] = ["example.com/hug"]
    given(shell, definition(), held)
    shell.ok("delete crd toys.play.example.com --wait=false")
    assert conditions(shell, "toys.play.example.com")[2] == "Terminating=True InstanceDeletionInProgress"
    shell.ok('patch toy bear --type=merge -p \'{"metadata":{"finalizers":null}}\'')
    shell.ok("sim advance 6s")
    assert shell("get crd")[2] == "No resources found\n"


def test_a_definition_that_is_deleted_makes_no_more_resources(shell: Shell) -> None:
    held = toy("bear")
    held["metadata"]["finalizers"] = ["example.com/hug"]
    given(shell, definition(), held)
    shell.ok("delete crd toys.play.example.com --wait=false")
    (shell.folder / "ball.json").write_text(json.dumps(toy("ball")))
    assert shell("create -f ball.json")[2] == (
        'Error from server (Forbidden): error when creating "ball.json": toys.play.example.com "ball" is forbidden: '
        "create not allowed while custom resource definition is terminating\n"
    )


def test_finalizers_without_a_domain_are_warned_of(shell: Shell) -> None:
    held = toy("bear")
    held["metadata"]["finalizers"] = ["hug", "foregroundDeletion"]
    given(shell, definition())
    (shell.folder / "bear.json").write_text(json.dumps(held))
    assert shell("create -f bear.json")[2] == (
        'Warning: metadata.finalizers: "hug": prefer a domain-qualified finalizer name to avoid accidental conflicts '
        "with other finalizer writers\n"
    )


def test_namespaces_take_their_custom_resources_along(shell: Shell) -> None:
    given(shell, definition())
    shell.ok("create namespace nursery")
    (shell.folder / "bear.json").write_text(json.dumps(toy("bear")))
    shell.ok("create -f bear.json -n nursery")
    shell.ok("delete namespace nursery")
    assert shell("get toys -A")[2] == "No resources found\n"


def test_what_a_custom_resource_owns_goes_with_it(shell: Shell) -> None:
    given(shell, definition(), toy("bear"))
    uid = shell.ok("get toy bear -o jsonpath={.metadata.uid}")
    owner = {"apiVersion": "play.example.com/v1", "kind": "Toy", "name": "bear", "uid": uid}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "hat", "ownerReferences": [owner]}}
    given(shell, config)
    shell.ok("delete toy bear")
    assert "hat" not in shell.ok("get configmaps -o name")


def test_custom_resources_are_counted_by_quotas(shell: Shell) -> None:
    given(shell, definition())
    shell.ok("create quota toys --hard=count/toys.play.example.com=1")
    given(shell, toy("bear"))
    (shell.folder / "ball.json").write_text(json.dumps(toy("ball")))
    assert shell("create -f ball.json")[2] == (
        'Error from server (Forbidden): error when creating "ball.json": toys.play.example.com "ball" is forbidden: '
        "exceeded quota: toys, requested: count/toys.play.example.com=1, used: count/toys.play.example.com=1, limited: "
        "count/toys.play.example.com=1\n"
    )


def test_a_cluster_wide_resource_has_no_namespace(shell: Shell) -> None:
    given(shell, definition(scope="Cluster"), toy("bear"))
    assert "namespace" not in json.loads(shell.ok("get toy bear -o json"))["metadata"]
    assert shell.ok("delete toy bear") == 'toy.play.example.com "bear" deleted\n'


def test_a_schema_that_changes_is_what_stored_resources_are_read_by(shell: Shell) -> None:
    given(shell, definition(), toy("bear", spec={"size": 3}))
    fields = {"colour": {"type": "string", "default": "brown"}}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}}
    path = "/spec/versions/0/schema/openAPIV3Schema"
    patch = json.dumps([{"op": "replace", "path": path, "value": schema}])
    shell.ok(f"patch crd toys.play.example.com --type=json -p '{patch}'")
    assert json.loads(shell.ok("get toy bear -o jsonpath={.spec}")) == {"colour": "brown"}


def test_a_new_definition_is_known_to_the_command_that_follows(shell: Shell) -> None:
    given(shell, definition(categories=["all"], shortNames=["ty"]))
    given(shell, toy("bear"))
    assert "toy.play.example.com/bear" in shell.ok("get all")
    assert shell.ok("get ty -o name") == "toy.play.example.com/bear\n"
    assert shell.ok("get toys.v1.play.example.com -o name") == "toy.play.example.com/bear\n"
