"""Server-side apply: owners, conflicts, and what is removed."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.decode import decode
from kubesim.api.managed_fields import applied, updated
from kubesim.api.managed_fields.paths import decode_fields, encode_fields, path_text
from kubesim.cluster import Kinds
from kubesim.errors import StatusError

KINDS = Kinds({})

FIRST, SECOND = "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"


def deployment(image: str = "nginx:1.20", container: Any = None, metadata: Any = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default", **(metadata or {"labels": {"app": "web"}})},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "nginx", "image": image, **(container or {})}]},
            },
            **spec,
        },
    }


def scaled(replicas: int) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"replicas": replicas},
    }


def stored(obj: dict[str, Any]) -> dict[str, Any]:
    """The object as the API server keeps it."""
    kept = decode(obj, "apps/v1", "Deployment").obj
    KINDS.load("Deployment").default(kept)
    return kept


def apply(live: Any, config: Any, manager: str = "kubectl", force: bool = False, now: str = FIRST) -> dict[str, Any]:
    return stored(applied(live, config, manager, force=force, now=now))


def refusal(live: Any, config: Any, manager: str = "kubectl") -> str:
    with pytest.raises(StatusError) as caught:
        apply(live, config, manager)
    return caught.value.message


def owners(obj: dict[str, Any]) -> list[tuple[str, str, str]]:
    entries = obj["metadata"]["managedFields"]
    return [(entry["manager"], entry["operation"], entry.get("subresource", "")) for entry in entries]


def test_who_applies_owns_the_leaves_of_what_is_applied() -> None:
    made = apply(None, deployment(replicas=2))
    assert made["metadata"]["managedFields"] == [
        {
            "manager": "kubectl",
            "operation": "Apply",
            "apiVersion": "apps/v1",
            "time": FIRST,
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {"f:labels": {"f:app": {}}},
                "f:spec": {
                    "f:replicas": {},
                    "f:selector": {},
                    "f:template": {
                        "f:metadata": {"f:labels": {"f:app": {}}},
                        "f:spec": {
                            "f:containers": {'k:{"name":"nginx"}': {".": {}, "f:image": {}, "f:name": {}}},
                        },
                    },
                },
            },
        }
    ]


def test_who_creates_owns_every_field_with_the_defaults() -> None:
    made = updated(None, stored(deployment()), "kubectl-create", now=FIRST)
    (entry,) = made["metadata"]["managedFields"]
    spec = entry["fieldsV1"]["f:spec"]
    assert entry["fieldsV1"]["f:metadata"] == {"f:labels": {".": {}, "f:app": {}}}
    assert spec["f:strategy"] == {"f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}}, "f:type": {}}
    containers = spec["f:template"]["f:spec"]["f:containers"]
    assert list(containers) == ['k:{"name":"nginx"}']
    assert containers['k:{"name":"nginx"}'] == {
        ".": {},
        "f:image": {},
        "f:imagePullPolicy": {},
        "f:name": {},
        "f:resources": {},
        "f:terminationMessagePath": {},
        "f:terminationMessagePolicy": {},
    }


def test_applying_the_same_again_changes_nothing() -> None:
    once = apply(None, deployment(replicas=2))
    assert apply(once, deployment(replicas=2), now=SECOND) == once


def test_a_changed_field_of_one_s_own_is_set() -> None:
    live = apply(None, deployment())
    changed = apply(live, deployment("nginx:1.21"), now=SECOND)
    assert changed["spec"]["template"]["spec"]["containers"][0]["image"] == "nginx:1.21"
    assert changed["metadata"]["managedFields"][0]["time"] == SECOND


def test_a_field_that_another_applied_is_refused_unless_forced() -> None:
    live = apply(None, deployment(replicas=2))
    assert refusal(live, scaled(5), "scaler") == 'Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas'
    forced = apply(live, scaled(5), "scaler", force=True, now=SECOND)
    assert forced["spec"]["replicas"] == 5
    assert owners(forced) == [("kubectl", "Apply", ""), ("scaler", "Apply", "")]
    words = 'Apply failed with 1 conflict: conflict with "scaler": .spec.replicas'
    assert refusal(forced, deployment(replicas=2)) == words


def test_several_conflicts_are_told_by_manager() -> None:
    live = updated(None, stored(deployment(replicas=1)), "kubectl-create", now=FIRST)
    assert refusal(live, deployment("nginx:1.22", replicas=7)) == (
        'Apply failed with 2 conflicts: conflicts with "kubectl-create" using apps/v1:\n'
        '- .spec.replicas\n- .spec.template.spec.containers[name="nginx"].image'
    )


def test_two_may_own_a_field_that_they_agree_on() -> None:
    live = apply(None, deployment(replicas=2))
    shared = apply(live, scaled(2), "scaler", now=SECOND)
    given_up = apply(shared, deployment(), now=SECOND)
    assert given_up["spec"]["replicas"] == 2
    assert apply(given_up, scaled(5), "scaler", now=SECOND)["spec"]["replicas"] == 5


def test_what_is_no_longer_applied_and_nobody_owns_is_removed() -> None:
    before = deployment(
        minReadySeconds=3, container={"env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}
    )
    live = apply(None, before)
    after = apply(live, deployment(container={"env": [{"name": "B", "value": "2"}]}), now=SECOND)
    assert "minReadySeconds" not in after["spec"]
    assert after["spec"]["template"]["spec"]["containers"][0]["env"] == [{"name": "B", "value": "2"}]
    assert after["spec"]["template"]["spec"]["dnsPolicy"] == "ClusterFirst"


def test_an_item_that_another_added_stays() -> None:
    live = apply(None, deployment())
    template = live["spec"]["template"]
    with_sidecar = {**template["spec"], "containers": [{"name": "side", "image": "x"}, *template["spec"]["containers"]]}
    new = {**live, "spec": {**live["spec"], "template": {**template, "spec": with_sidecar}}}
    injected = updated(live, stored(new), "injector", now=SECOND)
    after = apply(injected, deployment("nginx:1.21"), now=SECOND)
    containers = after["spec"]["template"]["spec"]["containers"]
    assert [(c["name"], c["image"]) for c in containers] == [("side", "x"), ("nginx", "nginx:1.21")]


def test_a_controller_s_status_is_owned_apart() -> None:
    live = apply(None, deployment())
    with_status = {**live, "status": {"replicas": 1, "observedGeneration": 1}}
    after = updated(live, with_status, "kube-controller-manager", subresource="status", now=SECOND)
    assert owners(after) == [("kubectl", "Apply", ""), ("kube-controller-manager", "Update", "status")]
    assert after["metadata"]["managedFields"][1]["fieldsV1"] == {
        "f:status": {"f:observedGeneration": {}, "f:replicas": {}}
    }


def test_what_client_side_apply_owns_kubectl_may_take_over() -> None:
    text = '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":2}}'
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": text}
    live = stored(deployment(replicas=2, metadata={"annotations": annotations}))
    live = updated(None, live, "kubectl-client-side-apply", now=FIRST)
    assert apply(live, scaled(3), now=SECOND)["spec"]["replicas"] == 3
    assert '"kubectl-client-side-apply" using apps/v1: .spec.replicas' in refusal(live, scaled(3), "scaler")


def test_an_object_without_owners_belongs_to_whoever_was_before_the_first_apply() -> None:
    live = stored(deployment(replicas=2))
    words = 'conflict with "before-first-apply" using apps/v1: .spec.replicas'
    assert refusal(live, scaled(3)) == f"Apply failed with 1 conflict: {words}"


def test_a_field_that_the_type_does_not_have_is_refused() -> None:
    config = deployment(container={"imag": "x"}, replica=3)
    assert refusal(None, config) == (
        "failed to create typed patch object (default/web; apps/v1, Kind=Deployment): errors:\n"
        "  .spec.replica: field not declared in schema\n"
        '  .spec.template.spec.containers[name="nginx"].imag: field not declared in schema'
    )


def test_fields_are_written_as_they_are_read() -> None:
    fields: dict[str, Any] = {
        "f:spec": {".": {}, "f:ports": {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:name": {}}}}
    }
    assert encode_fields(decode_fields(fields)) == fields


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("f:spec", "f:replicas"), ".spec.replicas"),
        (("f:ports", 'k:{"containerPort":80,"protocol":"TCP"}'), '.ports[containerPort=80,protocol="TCP"]'),
        (("f:metadata", "f:finalizers", 'v:"x/y"'), '.metadata.finalizers[="x/y"]'),
    ],
)
def test_a_path_as_conflicts_tell_it(path: tuple[str, ...], told: str) -> None:
    assert path_text(path) == told
