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


def test_of_definitions_that_are_made_at_once_the_first_has_the_names_that_both_want(shell: Shell) -> None:
    items = [definition("toys", "Toy", shortNames=["t"]), definition("bears", "Bear", shortNames=["t"])]
    (shell.folder / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    shell.ok("create -f all.json")
    assert conditions(shell, "toys.play.example.com") == ACCEPTED
    assert conditions(shell, "bears.play.example.com")[0] == "NamesAccepted=False ShortNamesConflict"


def two_versions() -> Obj:
    """A definition of which v1 is stored, and v2 keeps what it does not know."""
    first = definition()["spec"]["versions"][0]
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    second = {"name": "v2", "served": True, "storage": False, "schema": {"openAPIV3Schema": schema}}
    return definition(versions=[first, second])


def test_what_the_stored_version_does_not_know_is_not_stored(shell: Shell) -> None:
    given(shell, two_versions())
    given(shell, {**toy("bear", spec={"size": 3, "colour": "brown"}), "apiVersion": "play.example.com/v2"})
    for version in ("v1", "v2"):
        path = "{.apiVersion} {.spec}"
        found = shell.ok(f"get toys.{version}.play.example.com bear -o jsonpath='{path}'")
        assert found == f'play.example.com/{version} {{"size":3}}'


def test_a_kind_in_small_letters_is_found_and_refused(shell: Shell) -> None:
    given(shell, definition())
    (shell.folder / "bear.json").write_text(json.dumps({**toy("bear"), "kind": "toy"}))
    assert shell.refused("create -f bear.json") == (
        'The toy "bear" is invalid: kind: Invalid value: "toy": must be Toy\n'
    )


def test_objects_within_objects_are_explained_with_what_every_object_has(shell: Shell) -> None:
    asked = definition()
    fields = asked["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    box = {"x-kubernetes-embedded-resource": True, "x-kubernetes-preserve-unknown-fields": True}
    fields["box"] = {"type": "object", **box}
    given(shell, asked)
    listed = shell.ok("explain toy.spec.box")
    assert "  kind\t<string> -required-\n" in listed
    assert "  metadata\t<ObjectMeta>\n" in listed


def test_what_was_served_is_still_asked_for_until_something_new_is_served(shell: Shell) -> None:
    given(shell, definition(), toy("bear"))
    shell.ok("delete crd toys.play.example.com")
    gone = "the server could not find the requested resource"
    assert shell.refused("get toys") == (
        f'Error from server (NotFound): Unable to list "play.example.com/v1, Resource=toys": {gone} '
        "(get toys.play.example.com)\n"
    )
    assert shell.refused("get toy bear") == (f"Error from server (NotFound): {gone} (get toys.play.example.com bear)\n")
    given(shell, definition("balls", "Ball"))
    assert shell.refused("get toys") == 'error: the server doesn\'t have a resource type "toys"\n'


def test_the_status_of_a_definition_is_the_api_servers(shell: Shell) -> None:
    given(shell, definition())
    entries = json.loads(shell.ok("get crd toys.play.example.com -o json --show-managed-fields"))["metadata"]
    managers = [(entry["manager"], entry.get("subresource", "")) for entry in entries["managedFields"]]
    assert sorted(managers) == [("kube-apiserver", "status"), ("kubectl-create", "")]


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("integer", 2.5, "2"),
        ("integer", "2", ""),
        ("number", 1000000, "1000000"),
        ("number", 1e30, "1e+30"),
        ("number", 0.5, "0.5"),
        ("boolean", True, "true"),
        ("boolean", "true", ""),
        ("string", [1, "a"], '[1,"a"]'),
        ("string", True, "true"),
        ("date", "yesterday", "<invalid>"),
        ("date", "", "<unknown>"),
    ],
)
def test_a_cell_is_a_value_of_its_columns_type(column: str, value: object, shown: str) -> None:
    from kubesim.kinds.common.printer_columns import printer_columns

    found = printer_columns([{"name": "x", "type": column, "jsonPath": ".spec.x"}])[0]
    assert found.cell({"spec": {"x": value}}, 0) == shown


def test_columns_end_where_a_path_cannot_be_read() -> None:
    from kubesim.kinds.common.printer_columns import printer_columns

    paths = [".spec.a", ".spec[", ".spec.b"]
    found = printer_columns({"name": path, "type": "string", "jsonPath": path} for path in paths)
    assert [column.header.name for column in found] == [".SPEC.A"]


def test_versions_are_preferred_by_maturity_and_number() -> None:
    from kubesim.api.version_order import preferred_first

    versions = ["v1alpha1", "foo", "v10", "v2beta1", "v2", "v1beta2", "bar", "v11alpha2", "v1"]
    wanted = ["v10", "v2", "v1", "v2beta1", "v1beta2", "v11alpha2", "v1alpha1", "bar", "foo"]
    assert preferred_first(versions) == wanted


def test_a_webhook_that_nobody_answers_for_converts_nothing(shell: Shell) -> None:
    asked = two_versions()
    config = {"service": {"name": "conv", "namespace": "default", "path": "/convert"}}
    webhook = {"conversionReviewVersions": ["v1"], "clientConfig": config}
    asked["spec"]["conversion"] = {"strategy": "Webhook", "webhook": webhook}
    given(shell, asked, toy("bear"))
    assert shell.ok("get toys.v1.play.example.com -o name") == "toy.play.example.com/bear\n"
    failed = (
        "Error from server: conversion webhook for play.example.com/v1, Kind=Toy failed: "
        'Post "https://conv.default.svc:443/convert?timeout=30s": service "conv" not found\n'
    )
    assert shell.refused("get toys.v2.play.example.com bear") == failed


def test_what_is_read_has_the_defaults_of_the_version_that_is_stored_alone(shell: Shell) -> None:
    first, second = two_versions()["spec"]["versions"]
    for version, name in ((first, "a"), (second, "b")):
        fields = {"size": {"type": "integer"}, name: {"type": "integer", "default": 1}}
        spec = {"type": "object", "properties": fields}
        version["schema"]["openAPIV3Schema"] = {"type": "object", "properties": {"spec": spec}}
    given(shell, definition(versions=[first, second]), toy("bear", spec={"size": 3}))
    shell.ok('patch crd toys.play.example.com --type=merge -p \'{"spec":{"names":{"shortNames":["t"]}}}\'')
    found = [shell.ok(f"get toys.{version}.play.example.com bear -o jsonpath={{.spec}}") for version in ("v1", "v2")]
    assert found == ['{"a":1,"size":3}', '{"size":3}']


def test_custom_resources_that_are_in_no_file_any_more_are_pruned(shell: Shell) -> None:
    given(shell, definition())
    for name in ("bear", "ball"):
        (shell.folder / f"{name}.json").write_text(json.dumps(toy(name)))
    shell.ok("apply -f bear.json -f ball.json")
    applied = shell.ok("apply -f bear.json --prune --all --prune-allowlist=play.example.com/v1/Toy")
    assert applied == "toy.play.example.com/bear unchanged\ntoy.play.example.com/ball pruned\n"


def test_resources_that_a_definition_left_behind_are_there_again_with_another_one(shell: Shell) -> None:
    held = toy("bear")
    held["metadata"]["finalizers"] = ["example.com/hug"]
    shell.ok("create namespace nursery")
    given(shell, definition())
    (shell.folder / "bear.json").write_text(json.dumps(held))
    shell.ok("create -f bear.json -n nursery")
    shell.ok("delete crd toys.play.example.com --wait=false")
    shell.ok('patch crd toys.play.example.com --type=merge -p \'{"metadata":{"finalizers":null}}\'')
    shell.ok("delete namespace nursery")
    given(shell, definition())
    assert shell.ok("get toys -A -o name") == "toy.play.example.com/bear\n"


def test_a_status_has_its_defaults_though_a_client_cannot_create_it(shell: Shell) -> None:
    waiting = {"type": "object", "default": {"phase": "Pending"}, "properties": {"phase": {"type": "string"}}}
    unless = [{"rule": "!has(self.status)"}]  # rules judge what was sent
    schema = {"type": "object", "properties": {"status": waiting}, "x-kubernetes-validations": unless}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    given(shell, definition(versions=[{**version, "subresources": {"status": {}}}]))
    given(shell, toy("bear", status={"phase": "Ready"}))
    assert shell.ok("get toys bear -o jsonpath={.status}") == '{"phase":"Pending"}'
