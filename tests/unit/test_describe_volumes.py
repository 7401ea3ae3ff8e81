"""What describe shows of a pod's environment and of the sources of its volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from kubesim.kubectl.describe.volumes import describe_volumes
from kubesim.kubectl.describe.writer import Description

if TYPE_CHECKING:
    from command_lines import Shell

POD = """
apiVersion: v1
kind: Pod
metadata: {name: e, labels: {a: b}, annotations: {k: vv}}
spec:
  containers:
  - name: a
    image: nginx
    env:
    - {name: A, valueFrom: {fieldRef: {fieldPath: "metadata.labels['a']"}}}
    - {name: B, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['k']"}}}
    - {name: C, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
    - {name: D, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: E, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
    - {name: F, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
"""


def test_only_the_name_and_the_namespace_of_a_pod_are_known_to_kubectl(shell: Shell) -> None:
    shell.write("pod.yml", POD)
    shell.ok("create -f pod.yml")
    lines = shell.ok("describe pod e").splitlines()
    at = lines.index("    Environment:")
    assert lines[at + 1 : at + 7] == [
        "      A:   (v1:metadata.labels['a'])",
        "      B:   (v1:metadata.annotations['k'])",
        "      C:   (v1:metadata.uid)",
        "      D:  e (v1:metadata.name)",
        "      E:  default (v1:metadata.namespace)",
        "      F:   (v1:status.podIP)",
    ]


SOURCES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the attributes of a CSI volume": (
        {"csi": {"driver": "d", "volumeAttributes": {"b": "2", "a": "x" * 150}}},
        [
            "    Type:              CSI (a Container Storage Interface (CSI) volume source)",
            "    Driver:            d",
            "    FSType:            ",
            "    ReadOnly:          false",
            f"    VolumeAttributes:      a={'x' * 138}...",
            "                           b=2",
        ],
    ),
    "no attributes": (
        {"csi": {"driver": "d", "readOnly": True, "fsType": "ext4"}},
        [
            "    Type:              CSI (a Container Storage Interface (CSI) volume source)",
            "    Driver:            d",
            "    FSType:            ext4",
            "    ReadOnly:          true",
            "    VolumeAttributes:  <none>",
        ],
    ),
    "an ephemeral claim": (
        {
            "ephemeral": {
                "volumeClaimTemplate": {
                    "metadata": {"labels": {"x": "z", "y": "w"}, "annotations": {"k": "v", "l": "two\nlines"}},
                    "spec": {"storageClassName": "fast", "dataSource": {"kind": "Snap", "name": "s"}},
                }
            }
        },
        [
            "    Type:          EphemeralVolume (an inline specification for a volume that gets created and deleted "
            "with the pod)",
            "    StorageClass:  fast",
            "    Volume:        ",
            "    Labels:            x=z",
            "                       y=w",
            "    Annotations:       k: v",
            "                       l:",
            "                     two",
            "                     lines",
            "    Capacity:      ",
            "    Access Modes:  ",
            "    DataSource:",
            "      Kind:  Snap",
            "      Name:  s",
        ],
    ),
    "a disk of iSCSI": (
        {"iscsi": {"targetPortal": "p:1", "iqn": "i", "lun": 0, "portals": ["a", "b"], "secretRef": {"name": "s"}}},
        [
            "    Type:               ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and "
            "then exposed to the pod)",
            "    TargetPortal:       p:1",
            "    IQN:                i",
            "    Lun:                0",
            "    ISCSIInterface      ",
            "    FSType:             ",
            "    ReadOnly:           false",
            "    Portals:            [a b]",
            "    DiscoveryCHAPAuth:  false",
            "    SessionCHAPAuth:    false",
            "    SecretRef:          &LocalObjectReference{Name:s,}",
            "    InitiatorName:      <none>",
        ],
    ),
    "a fibre channel": (
        {"fc": {"targetWWNs": ["a", "b"], "lun": 2}},
        [
            "    Type:        FC (a Fibre Channel disk)",
            "    TargetWWNs:  a, b",
            "    LUN:         2",
            "    FSType:      ",
            "    ReadOnly:    false",
        ],
    ),
    "a driver with options": (
        {"flexVolume": {"driver": "d", "options": {"a": "b"}}},
        [
            "    Type:       FlexVolume (a generic volume resource that is provisioned/attached using an exec based "
            "plugin)",
            "    Driver:     d",
            "    FSType:     ",
            "    SecretRef:  nil",
            "    ReadOnly:   false",
            "    Options:    map[a:b]",
        ],
    ),
    "an empty folder without a limit": (
        {"emptyDir": {"sizeLimit": "0"}},
        [
            "    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)",
            "    Medium:     ",
            "    SizeLimit:  <unset>",
        ],
    ),
}


@pytest.mark.parametrize(("source", "lines"), SOURCES.values(), ids=SOURCES)
def test_the_source_of_a_volume(source: dict[str, Any], lines: list[str]) -> None:
    w = Description()
    describe_volumes(w, [{"name": "v", **source}])
    assert w.text().splitlines()[2:] == lines
