"""Names, keys and values, and what is said of those that are not well formed."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api import names
from kubesim.api.metadata_validation import validate_metadata, validate_metadata_update
from kubesim.cluster import Kinds

KINDS = Kinds({})

LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
KEY = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)

CASES: list[tuple[str, Any, Any, list[str]]] = [
    ("a good label", names.is_dns_1123_label, "web-1", []),
    ("a label with capitals", names.is_dns_1123_label, "Bad Name", [LABEL]),
    ("a label with dots", names.is_dns_1123_label, "a.b", ["must not contain dots"]),
    ("a long label", names.is_dns_1123_label, "a" * 64, ["must be no more than 63 characters"]),
    ("a newline at the end is no part of a label", names.is_dns_1123_label, "web\n", [LABEL]),
    ("a good subdomain", names.is_dns_1123_subdomain, "a.b-c.d", []),
    ("a subdomain with an underscore", names.is_dns_1123_subdomain, "bad_name", [SUBDOMAIN]),
    ("an empty label value", names.is_label_value, "", []),
    ("a label value with a space", names.is_label_value, "not valid", [VALUE]),
    ("a long label value", names.is_label_value, "a" * 64, ["must be no more than 63 bytes"]),
    ("a good key", names.is_qualified_name, "example.com/MyName", []),
    ("an empty prefix", names.is_qualified_name, "/x", ["prefix part must be non-empty"]),
    ("a prefix that is no domain", names.is_qualified_name, "A/x", ["prefix part " + SUBDOMAIN]),
    ("an empty key", names.is_qualified_name, "", ["name part must be non-empty", "name part " + KEY]),
    (
        "a key of three parts",
        names.is_qualified_name,
        "bad/key/x",
        [f"a valid label key {KEY} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"],
    ),
    ("a port's name", names.is_port_name, "http-2", []),
    ("a port's name without a letter", names.is_port_name, "80", ["must contain at least one letter (a-z)"]),
    (
        "a port's name that is all wrong",
        names.is_port_name,
        "-Much--too-long-",
        [
            "must be no more than 15 characters",
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
            "must not contain consecutive hyphens",
            "must not begin or end with a hyphen",
        ],
    ),
    ("port 0", names.is_port_number, 0, ["must be between 1 and 65535, inclusive"]),
    ("an odd variable", names.is_env_var_name, "1 a-b", []),
    (
        "a variable with an equals sign",
        names.is_env_var_name,
        "a=b",
        ["a valid environment variable name must consist only of printable ASCII characters other than '='"],
    ),
    (
        "a file above the folder as a key",
        names.is_config_map_key,
        "..x",
        ["must not start with '..'"],
    ),
    (
        "no percentage",
        names.is_percent,
        "abc",
        [
            "a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
        ],
    ),
]


@pytest.mark.parametrize(("rule", "value", "wrong"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_name_is_told_what_is_wrong_with_it(rule: Any, value: Any, wrong: list[str]) -> None:
    assert rule(value) == wrong


def _metadata_errors(kind: str, **meta: Any) -> list[str]:
    return [str(error) for error in validate_metadata({"kind": kind, "metadata": meta}, KINDS.load(kind))]


METADATA: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("all is well", "Deployment", {"name": "web", "namespace": "default", "labels": {"app": "web"}}, []),
    (
        "neither a name nor the beginning of one",
        "Deployment",
        {"namespace": "default"},
        ["metadata.name: Required value: name or generateName is required"],
    ),
    (
        "a Deployment's name",
        "Deployment",
        {"name": "Web_App", "namespace": "d"},
        ['metadata.name: Invalid value: "Web_App": ' + SUBDOMAIN],
    ),
    ("a Namespace's name", "Namespace", {"name": "Bad Name"}, ['metadata.name: Invalid value: "Bad Name": ' + LABEL]),
    ("a role's name may be anything but a path", "Role", {"name": "Bad Name:x", "namespace": "d"}, []),
    (
        "the beginning of a name may end in a dash",
        "Pod",
        {"generateName": "web-", "name": "web-x", "namespace": "d"},
        [],
    ),
    (
        "a namespace where there is none",
        "Namespace",
        {"name": "a", "namespace": "b"},
        ["metadata.namespace: Forbidden: not allowed on this type"],
    ),
    (
        "a label's value",
        "Pod",
        {"name": "a", "namespace": "d", "labels": {"run": "b c"}},
        ['metadata.labels: Invalid value: "b c": ' + VALUE],
    ),
    (
        "annotations that are too long together",
        "Pod",
        {"name": "a", "namespace": "d", "annotations": {"a": "x" * 262144}},
        ["metadata.annotations: Too long: may not be more than 262144 bytes"],
    ),
    (
        "a finalizer without a prefix",
        "Pod",
        {"name": "a", "namespace": "d", "finalizers": ["mine"]},
        [
            'metadata.finalizers[0]: Invalid value: "mine": '
            "name is neither a standard finalizer name nor is it fully qualified"
        ],
    ),
]


@pytest.mark.parametrize(("kind", "meta", "wrong"), [case[1:] for case in METADATA], ids=[case[0] for case in METADATA])
def test_metadata_is_told_what_is_wrong_with_it(kind: str, meta: dict[str, Any], wrong: list[str]) -> None:
    assert _metadata_errors(kind, **meta) == wrong


def test_an_object_that_is_going_takes_no_new_finalizers() -> None:
    old = {"metadata": {"name": "a", "namespace": "d", "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    new = {"metadata": {**old["metadata"], "finalizers": ["x.io/y"]}}
    assert [str(error) for error in validate_metadata_update(new, old, KINDS.load("Pod"))] == [
        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, "
        'found new finalizers []string{"x.io/y"}'
    ]
