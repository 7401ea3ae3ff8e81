"""AppArmor profiles in annotations: pods take them over into fields, templates are warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from kubesim.api.well_known import DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX
from kubesim.kinds.pod_spec.app_armor import profile_of, take_over_annotations, validate_match

if TYPE_CHECKING:
    from command_lines import Shell

    Obj = dict[str, Any]


def pod(annotation: str, *, common: Obj | None = None, own: Obj | None = None) -> Obj:
    container: Obj = {"name": "c", **({"securityContext": {"appArmorProfile": own}} if own else {})}
    spec: Obj = {"containers": [container]}
    if common:
        spec["securityContext"] = {"appArmorProfile": common}
    return {"metadata": {"annotations": {f"{DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX}c": annotation}}, "spec": spec}


@pytest.mark.parametrize(
    ("annotation", "profile"),
    [
        ("runtime/default", {"type": "RuntimeDefault"}),
        ("unconfined", {"type": "Unconfined"}),
        ("localhost/mine", {"type": "Localhost", "localhostProfile": "mine"}),
        ("localhost/", None),
        ("bogus", None),
    ],
)
def test_an_annotation_names_a_profile(annotation: str, profile: Obj | None) -> None:
    assert profile_of(annotation) == profile


def test_a_container_gets_the_profile_and_the_client_a_warning() -> None:
    obj = pod("localhost/mine")
    assert len(take_over_annotations(obj)) == 1
    profile = obj["spec"]["containers"][0]["securityContext"]["appArmorProfile"]
    assert profile == {"type": "Localhost", "localhostProfile": "mine"}


def test_nothing_is_taken_over_that_the_pod_or_the_container_says_already() -> None:
    same = {"type": "RuntimeDefault"}
    for obj in (pod("runtime/default", common=same), pod("unconfined", own=same)):
        before = dict(obj["spec"]["containers"][0])
        assert take_over_annotations(obj) == []
        assert obj["spec"]["containers"][0] == before


@pytest.mark.parametrize(
    ("annotation", "profile", "field"),
    [
        ("unconfined", {"type": "RuntimeDefault"}, "type"),
        ("runtime/default", {"type": "Localhost", "localhostProfile": "x"}, "type"),
        ("localhost/y", {"type": "Localhost", "localhostProfile": "x"}, "localhostProfile"),
    ],
)
def test_annotation_and_field_must_agree(annotation: str, profile: Obj, field: str) -> None:
    obj = pod(annotation, own=profile)
    (wrong,) = validate_match(obj["metadata"]["annotations"], obj["spec"], "spec")
    assert wrong.path == f"spec.containers[0].securityContext.appArmorProfile.{field}"


def test_the_pods_of_a_template_have_the_field_and_only_the_template_is_warned_of(shell: Shell) -> None:
    path = shell.write(
        "deployment.yml",
        f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}, annotations: {{{DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX}c: runtime/default}}}}
    spec: {{containers: [{{name: c, image: nginx}}]}}
""",
    )
    status, _, err = shell(f"create -f {path}")
    key = f"spec.template.metadata.annotations[{DEPRECATED_APP_ARMOR_ANNOTATION_KEY_PREFIX}c]"
    assert (status, err) == (0, f'Warning: {key}: deprecated since v1.30; use the "appArmorProfile" field instead\n')
    shell.ok("sim settle")
    template = "{.items[0].spec.containers[0].securityContext.appArmorProfile.type}"
    assert shell.ok(f"get pods -o jsonpath='{template}'") == "RuntimeDefault"
