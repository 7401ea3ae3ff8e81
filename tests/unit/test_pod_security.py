"""PodSecurity: what each level has against a pod, in which version, and how namespaces ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cluster.admission.pod_security.checks import details_of, evaluate, reasons_of
from kubesim.cluster.admission.pod_security.policy import Standard, policy_of

if TYPE_CHECKING:
    from command_lines import Shell

#: A container that restricted allows if its pod does not run as root and has a seccomp profile.
TIGHT = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
SAFE = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def _pod(container: Any = (), pod: Any = (), **spec: Any) -> Any:
    """A pod that restricted allows, but for what is given."""
    return {
        "securityContext": {**SAFE, **dict(pod)},
        "containers": [{"name": "c", "image": "nginx", "securityContext": {**TIGHT, **dict(container)}}],
        **spec,
    }


def _judged(level: str, spec: Any, annotations: Any = None) -> str:
    name, _, version = level.partition(":")
    return details_of(evaluate(Standard(name, version or "latest"), annotations or {}, spec))


BARE = {"containers": [{"name": "a", "image": "nginx"}, {"name": "b", "image": "nginx"}]}
ESCALATION = (
    'allowPrivilegeEscalation != false (containers "a", "b" must set securityContext.allowPrivilegeEscalation=false)'
)
NON_ROOT = 'runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true)'


@pytest.mark.parametrize(
    ("level", "spec", "finding"),
    [
        ("restricted", _pod(), ""),
        ("baseline", BARE, ""),
        ("privileged", _pod({"privileged": True}), ""),
        ("restricted:v1.0", BARE, NON_ROOT),
        ("restricted:v1.8", BARE, f"{ESCALATION}, {NON_ROOT}"),
        ("baseline", _pod(hostIPC=True, hostPID=True), "host namespaces (hostPID=true, hostIPC=true)"),
        (
            "baseline",
            _pod({"capabilities": {"add": ["SYS_TIME", "CHOWN", "NET_RAW"]}}),
            'non-default capabilities (container "c" must not include "NET_RAW", "SYS_TIME" in '
            "securityContext.capabilities.add)",
        ),
        (
            "restricted",
            _pod({"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "CHOWN"]}}),
            'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
        ),
        (
            "restricted:v1.21",
            _pod({"capabilities": {"add": ["NET_RAW"]}}),
            'non-default capabilities (container "c" must not include "NET_RAW" in securityContext.capabilities.add)',
        ),
        (
            "baseline",
            {"containers": [{"name": "c", "ports": [{"hostPort": 80}, {"hostPort": 443}]}]},
            'hostPort (container "c" uses hostPorts 443, 80)',
        ),
        (
            "baseline",
            {"containers": [{"name": "c", "livenessProbe": {"httpGet": {"host": "a.b"}}}]},
            'probe or lifecycle host (container "c" uses probe or lifecycle host "a.b")',
        ),
        ("baseline:v1.33", {"containers": [{"name": "c", "livenessProbe": {"httpGet": {"host": "a.b"}}}]}, ""),
        (
            "baseline",
            _pod({"procMount": "Unmasked"}),
            'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
        ),
        ("baseline", _pod({"procMount": "Unmasked"}, hostUsers=False), ""),
        (
            "restricted",
            _pod({"procMount": "Unmasked"}, hostUsers=False),
            'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
        ),
        (
            "baseline",
            _pod({"seLinuxOptions": {"type": "spc_t", "user": "u"}}, {"seLinuxOptions": {"role": "r"}}),
            'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user '
            "may not be set; role may not be set)",
        ),
        ("baseline", _pod({"seLinuxOptions": {"type": "container_engine_t"}}), ""),
        (
            "baseline:v1.30",
            _pod({"seLinuxOptions": {"type": "container_engine_t"}}),
            'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "container_engine_t")',
        ),
        (
            "baseline",
            _pod({"seccompProfile": {"type": "Unconfined"}}, {"seccompProfile": {"type": "Unconfined"}}),
            'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
        ),
        (
            "baseline",
            _pod(pod={"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}),
            "forbidden sysctls (kernel.msgmax)",
        ),
        ("baseline", _pod(pod={"sysctls": [{"name": "net.ipv4.tcp_rmem", "value": "1"}]}), ""),
        (
            "baseline:v1.31",
            _pod(pod={"sysctls": [{"name": "net.ipv4.tcp_rmem", "value": "1"}]}),
            "forbidden sysctls (net.ipv4.tcp_rmem)",
        ),
        (
            "baseline",
            _pod({"windowsOptions": {"hostProcess": True}}),
            'hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)',
        ),
        (
            "baseline",
            _pod({"appArmorProfile": {"type": "Unconfined"}}),
            'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
        ),
        (
            "restricted",
            _pod(volumes=[{"name": "n", "nfs": {}}, {"name": "h", "hostPath": {}}, {"name": "e", "emptyDir": {}}]),
            'restricted volume types (volumes "n", "h" use restricted volume types "hostPath", "nfs")',
        ),
        ("baseline", _pod(volumes=[{"name": "h", "hostPath": {}}]), 'hostPath volumes (volume "h")'),
        (
            "restricted",
            _pod({"runAsNonRoot": False}, {"runAsUser": 0}),
            'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod '
            "must not set runAsUser=0)",
        ),
        ("restricted:v1.22", _pod({"runAsUser": 0}), ""),
        ("restricted", _pod({"runAsUser": 0}, hostUsers=False), ""),
        (
            "restricted",
            _pod(pod={"seccompProfile": None}),
            'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or '
            '"Localhost")',
        ),
        (
            "restricted",
            {"os": {"name": "windows"}, "securityContext": {"runAsNonRoot": True}, "containers": [{"name": "c"}]},
            "",
        ),
    ],
)
def test_a_level_has_this_against_a_pod(level: str, spec: Any, finding: str) -> None:
    assert _judged(level, spec) == finding


def test_annotations_in_the_place_of_fields_are_judged() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/c"
    assert _judged("baseline", _pod(), {key: "unconfined"}) == (
        f'forbidden AppArmor profile (annotation must not set AppArmor profile type to "{key}="unconfined"")'
    )
    seccomp = "seccomp.security.alpha.kubernetes.io/pod"
    assert _judged("baseline:v1.18", _pod(), {seccomp: "unconfined"}) == (
        f'seccompProfile (forbidden annotation {seccomp}="unconfined")'
    )


def test_reasons_alone_are_short() -> None:
    assert reasons_of(evaluate(Standard("baseline"), {}, _pod({"privileged": True}, hostPID=True))) == (
        "host namespaces, privileged"
    )


@pytest.mark.parametrize(
    ("labels", "enforce", "warn"),
    [
        ({}, "privileged:latest", "privileged:latest"),
        ({"enforce": "baseline"}, "baseline:latest", "baseline:latest"),
        ({"enforce": "restricted", "enforce-version": "v1.25"}, "restricted:v1.25", "restricted:v1.25"),
        ({"enforce": "baseline", "warn": "privileged"}, "baseline:latest", "privileged:latest"),
        ({"enforce": "baseline", "warn-version": "v1.3"}, "baseline:latest", "baseline:v1.3"),
        ({"enforce": "tight"}, "restricted:latest", "privileged:latest"),
        ({"enforce": "baseline", "enforce-version": "v1.01"}, "baseline:latest", "baseline:latest"),
    ],
)
def test_labels_ask_for_levels(labels: dict[str, str], enforce: str, warn: str) -> None:
    policy, _ = policy_of({f"pod-security.kubernetes.io/{name}": value for name, value in labels.items()})
    assert [str(standard) for standard in policy] == [enforce, warn]


def test_labels_that_ask_for_no_level_are_refused_together(shell: Shell) -> None:
    prefix = "pod-security.kubernetes.io"
    path = shell.write(
        "ns.yml",
        f"{{apiVersion: v1, kind: Namespace, metadata: {{name: room, labels: {{{prefix}/enforce: high, "
        f"{prefix}/warn-version: '1.2'}}}}}}",
    )
    assert shell.refused(f"create -f {path}") == (
        'The Namespace "room" is invalid: \n'
        f'* metadata.labels[{prefix}/enforce]: Invalid value: "high": must be one of privileged, baseline, restricted\n'
        f'* metadata.labels[{prefix}/warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"\n'
    )


def test_pods_that_are_alike_are_warned_of_together(shell: Shell) -> None:
    shell.ok("create deployment web --image=nginx:1.25 --replicas=3")
    shell.ok("run alone --image=nginx:1.25 --privileged")
    shell.ok("sim settle")
    first = shell.ok("get pods -l app=web -o jsonpath='{.items[0].metadata.name}'")
    _, out, err = shell("label ns default pod-security.kubernetes.io/enforce=restricted")
    assert out == "namespace/default labeled\n"
    usual = "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile"
    assert err.splitlines() == [
        'Warning: existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"',
        f"Warning: alone: privileged, {usual}",
        f"Warning: {first} (and 2 other pods): {usual}",
    ]


def test_an_image_is_judged_again_and_a_label_is_not(shell: Shell) -> None:
    shell.ok("run a --image=nginx:1.25")
    shell("label ns default pod-security.kubernetes.io/enforce=restricted")
    shell.ok("label pod a tier=web")
    assert 'violates PodSecurity "restricted:latest"' in shell.refused("set image pod/a a=nginx:1.26")
