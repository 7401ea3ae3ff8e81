"""What is wrong with a CustomResourceDefinition, in the words of a real API server.

``definition_answers.jsonl`` has random definitions with the causes that Kubernetes 1.36.2 gave, sorted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kubesim.api.fields import FieldError
from kubesim.api.metadata_validation import validate_metadata
from kubesim.kinds import Names
from kubesim.kinds.base import Kind
from kubesim.kinds.validation.custom_resource_definition import validate, validate_status_update, validate_update
from kubesim.kinds.warnings.custom_resource_definition import warnings_for_formats

DEFINITIONS = Kind(
    Names(
        "CustomResourceDefinition",
        "apiextensions.k8s.io",
        "v1",
        "customresourcedefinitions",
        "customresourcedefinition",
        (),
        False,
        (),
        "",
    )
)
ANSWERS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "definition_answers.jsonl").read_text().splitlines()
]


def prepared(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition with what the API server fills in before it is judged."""
    spec = definition["spec"]
    names = dict(spec["names"])
    if names.get("kind"):
        names = {"singular": names["kind"].lower(), "listKind": f"{names['kind']}List", **names}
    stored = [version["name"] for version in spec["versions"] if version["storage"]][:1]
    filled = {"conversion": {"strategy": "None"}, **spec, "names": names}
    return {**definition, "spec": filled, "status": {"storedVersions": stored} if stored else {}}


def causes(errors: list[FieldError]) -> list[str]:
    return sorted(map(str, errors))


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_a_definition_is_refused_for_what_a_real_server_refuses(answer: dict[str, Any]) -> None:
    definition = prepared(answer["definition"])
    assert causes([*validate_metadata(definition, DEFINITIONS), *validate(definition)]) == answer["causes"]


def definition(**spec: Any) -> dict[str, Any]:
    names = {"plural": "foos", "singular": "foo", "kind": "Foo", "listKind": "FooList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    return {
        "metadata": {"name": "foos.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version], **spec},
        "status": {
            "storedVersions": ["v1"],
            "conditions": [{"type": "Established", "status": "True"}],
        },
    }


def with_bundle(bundle: str) -> dict[str, Any]:
    client = {"url": "https://a.b", "caBundle": bundle}
    return definition(
        conversion={"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"], "clientConfig": client}}
    )


def moved_to(version: str) -> dict[str, Any]:
    return definition(versions=[{**definition()["spec"]["versions"][0], "name": version}])


IMMUTABLE = "field is immutable"
UPDATES = (
    ("nothing changes", definition(), []),
    ("the scope", definition(scope="Cluster"), [f'spec.scope: Invalid value: "Cluster": {IMMUTABLE}']),
    ("the group", definition(group="a.b"), [f'spec.group: Invalid value: "a.b": {IMMUTABLE}']),
    (
        "the names",
        definition(names={"plural": "bars", "singular": "foo", "kind": "Bar", "listKind": "FooList"}),
        [
            f'spec.names.kind: Invalid value: "Bar": {IMMUTABLE}',
            f'spec.names.plural: Invalid value: "bars": {IMMUTABLE}',
        ],
    ),
    (
        "a version that was stored goes",
        moved_to("v2"),
        [
            'status.storedVersions: Invalid value: ["v1"]: must have the storage version v2',
            'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage '
            "version, and must remain in spec.versions until a storage migration ensures no data remains persisted in "
            "v1 and removes v1 from status.storedVersions",
        ],
    ),
    (
        "certificates that are none",
        with_bundle("YQ=="),
        [
            'spec.conversion.webhookClientConfig.caBundle: Invalid value: "YQ==": unable to load root certificates: '
            "unable to parse bytes as PEM block"
        ],
    ),
)


@pytest.mark.parametrize(("name", "new", "wrong"), UPDATES, ids=[name for name, *_ in UPDATES])
def test_an_update_may_not_change(name: str, new: dict[str, Any], wrong: list[str]) -> None:
    assert causes(validate_update(new, definition())) == wrong


def test_certificates_are_not_judged_before_the_definition_is_established() -> None:
    assert validate(with_bundle("YQ==")) == []


def test_a_group_that_was_not_approved_may_stay_so() -> None:
    old = definition(group="x.k8s.io")
    assert validate_update(definition(group="x.k8s.io"), old) == []


def test_accepted_names_are_judged_in_a_status() -> None:
    status = {"acceptedNames": {"kind": "a_b"}}
    assert [error.path for error in validate_status_update({"status": status})] == ["status.acceptedNames.kind"]


def test_formats_that_nobody_knows_are_warned_of_once_they_come() -> None:
    def with_format(*names: str) -> dict[str, Any]:
        properties = {name: {"type": "string", "format": name} for name in names}
        schema = {"type": "object", "properties": {**properties, "n": {"type": "integer", "format": "int32"}}}
        version = {**definition()["spec"]["versions"][0], "schema": {"openAPIV3Schema": schema}}
        return definition(versions=[version])

    assert warnings_for_formats(with_format("date", "colour"), None) == ['unrecognized format "colour"']
    assert warnings_for_formats(with_format("colour", "taste"), with_format("colour")) == [
        'unrecognized format "taste"'
    ]


def with_spec(**schema: Any) -> dict[str, Any]:
    root = {"type": "object", "properties": {"spec": {"type": "object", **schema}}}
    return definition(versions=[{**definition()["spec"]["versions"][0], "schema": {"openAPIV3Schema": root}}])


SPEC = "spec.validation.openAPIV3Schema.properties[spec]"


def test_rules_that_do_not_compile_are_refused_with_all_that_they_say() -> None:
    wrong = validate(with_spec(**{"x-kubernetes-validations": [{"rule": "self.size > 3"}]}))
    assert causes(wrong) == [
        f'{SPEC}.x-kubernetes-validations[0].rule: Invalid value: {{"Rule":"self.size \\u003e 3","Message":"",'
        '"MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: '
        "ERROR: <input>:1:5: undefined field 'size'\n | self.size > 3\n | ....^"
    ]


def test_a_default_obeys_the_rules() -> None:
    size = {"type": "integer", "default": 1, "x-kubernetes-validations": [{"rule": "self > 3"}]}
    assert causes(validate(with_spec(properties={"size": size}))) == [
        f"{SPEC}.properties[size].default: Invalid value: 1: failed rule: self > 3"
    ]
