"""The pod-template hash against what a real cluster computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kubesim.api import pod_template_hash as hashing
from kubesim.api.decode import decode
from kubesim.api.pod_template_hash import dump, pod_template_hash
from kubesim.cluster import Kinds

KINDS = Kinds({})

PAIRS = json.loads((Path(__file__).parent.parent / "data" / "pod-template-hashes.json").read_text())
NAMES = [pair["manifest"]["metadata"]["name"] for pair in PAIRS]


def stored_template(manifest: dict[str, Any]) -> dict[str, Any]:
    """The template as the API server keeps it."""
    obj = decode(manifest, "apps/v1", "Deployment").obj
    KINDS.load("Deployment").default(obj)
    template: dict[str, Any] = obj["spec"]["template"]
    return template


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_a_deployment_gets_the_hash_that_a_cluster_gave_it(pair: dict[str, Any]) -> None:
    template = stored_template(pair["manifest"])
    if "dump" in pair:
        assert dump(template) == pair["dump"]
    assert pod_template_hash(template, None) == pair["hash"]


def template_with(**spec: Any) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c"}], **spec}}


@pytest.mark.parametrize(
    ("spec", "fragment"),
    [
        (
            {"overhead": {"cpu": "1500m"}},
            "Overhead:(v1.ResourceList)map[cpu:{i:(resource.int64Amount){value:(int64)1500 scale:(resource.Scale)-3} "
            "d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)1500m Format:(resource.Format)DecimalSI}]",
        ),
        (
            {"overhead": {"memory": "128Mi"}},
            "value:(int64)134217728 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) "
            "Format:(resource.Format)BinarySI}",
        ),
        (
            {"overhead": {"memory": "1Pi"}},
            "{i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec)"
            "{unscaled:(big.Int){neg:(bool)false abs:(big.nat)[2882303761517117440 61035]} scale:(inf.Scale)9}} "
            "s:(string) Format:(resource.Format)BinarySI}",
        ),
        (
            {
                "volumes": [
                    {"name": "v", "downwardAPI": {"items": [{"path": "p", "resourceFieldRef": {"resource": "r"}}]}}
                ]
            },
            "Divisor:(resource.Quantity){i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} "
            "d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)0 Format:(resource.Format)DecimalSI}",
        ),
        ({"nodeSelector": {}}, "NodeSelector:(map[string]string)<nil>"),
        ({"tolerations": []}, "Tolerations:([]v1.Toleration)<nil>"),
        ({"securityContext": {}}, "SecurityContext:(*v1.PodSecurityContext){SELinuxOptions:"),
        ({"terminationGracePeriodSeconds": 0}, "TerminationGracePeriodSeconds:(*int64)0"),
        ({"hostUsers": False}, "HostUsers:(*bool)false"),
        ({"nodeSelector": {"b": "2", "a": "1"}}, "NodeSelector:(map[string]string)map[a:1 b:2]"),
    ],
)
def test_a_field_is_written_as_the_controller_reads_it_from_storage(spec: dict[str, Any], fragment: str) -> None:
    assert fragment in dump(template_with(**spec))


def test_ports_by_name_and_by_number_are_written_with_all_three_fields() -> None:
    probe = {"name": "c", "livenessProbe": {"httpGet": {"port": "http"}}, "readinessProbe": {"tcpSocket": {"port": 80}}}
    written = dump({"spec": {"containers": [probe]}})
    assert "Port:(intstr.IntOrString){Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)http}" in written
    assert "Port:(intstr.IntOrString){Type:(intstr.Type)0 IntVal:(int32)80 StrVal:(string)}" in written


def test_each_collision_count_gives_another_hash() -> None:
    hashes = {pod_template_hash(template_with(), count) for count in (None, 0, 1, 2)}
    assert len(hashes) == 4


def test_the_collision_count_is_hashed_as_eight_bytes_after_the_template() -> None:
    text = dump(template_with()).encode()
    total = hashing._fnv_update(hashing._FNV_OFFSET, text + b"\x01" + bytes(7))
    assert pod_template_hash(template_with(), 1) == hashing.safe_encode(str(total))


def test_fnv_gives_the_sums_of_its_published_examples() -> None:
    assert [hashing._fnv_update(hashing._FNV_OFFSET, text) for text in (b"", b"a", b"foobar")] == [
        0x811C9DC5,
        0xE40C292C,
        0xBF9CF968,
    ]
