"""What becomes of kinds that few clusters have many objects of: classes of volumes, flow control, addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

CLASS = """
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: {name: gold}
driverName: csi.example.com
parameters: {iops: "500"}
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
  volumeAttributesClassName: gold
"""
FLOW_SCHEMA = """
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: mine}
spec: {priorityLevelConfiguration: {name: mine}, matchingPrecedence: 850}
"""
LEVEL = """
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: mine}
spec: {type: Limited, limited: {limitResponse: {type: Reject}}}
"""


def test_a_class_of_attributes_goes_once_no_claim_has_it(shell: Shell) -> None:
    shell.write("class.yml", CLASS)
    shell.write("claim.yml", CLAIM)
    shell.ok("create -f class.yml -f claim.yml")
    shell.ok("delete vac gold --wait=false")
    assert shell.ok("get vac -o name") == "volumeattributesclass.storage.k8s.io/gold\n"
    shell.ok("delete pvc data")
    assert shell.ok("get vac -o name") == ""


def test_a_flow_schema_says_whether_its_level_is_there(shell: Shell) -> None:
    shell.write("schema.yml", FLOW_SCHEMA)
    shell.write("level.yml", LEVEL)
    shell.ok("create -f schema.yml")
    missing = "get flowschema mine --no-headers"
    assert shell.ok(missing).split()[-1] == "True"
    shell.ok("create -f level.yml")
    assert shell.ok(missing).split()[-1] == "False"
    shell.ok("delete -f level.yml")
    assert shell.ok(missing).split()[-1] == "True"


def test_flow_schemas_come_by_precedence_in_tables_alone(shell: Shell) -> None:
    shell.write("schema.yml", FLOW_SCHEMA)
    shell.ok("create -f schema.yml")
    names = [line.split()[0] for line in shell.ok("get flowschemas --no-headers").splitlines()]
    assert names[:3] == ["exempt", "probes", "system-leader-election"]
    assert names.index("kube-scheduler") < names.index("mine") < names.index("kube-system-service-accounts")
    assert shell.ok("get flowschemas -o name").startswith("flowschema.flowcontrol.apiserver.k8s.io/catch-all\n")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            'patch flowschema exempt --type=merge -p \'{"spec":{"rules":null}}\'',
            "spec of 'exempt' must equal the fixed",
        ),
        (
            'patch prioritylevelconfiguration catch-all --type=merge -p \'{"spec":{"limited":{"lendablePercent":5}}}\'',
            "spec of 'catch-all' must equal the fixed value",
        ),
    ],
)
def test_what_every_cluster_has_cannot_be_changed(shell: Shell, line: str, words: str) -> None:
    assert words in shell.refused(line)


def test_the_clusters_own_network_of_services_is_there(shell: Shell) -> None:
    assert shell.ok("get servicecidr -o jsonpath={.items[*].spec.cidrs}") == '["10.96.0.0/12"]'
    assert "Kubernetes Service CIDR is ready" in shell.ok("describe servicecidr kubernetes")


def test_an_address_of_a_service_goes_with_it_alone(shell: Shell) -> None:
    shell.ok("create svc clusterip web --tcp=80")
    address = shell.ok("get svc web -o jsonpath={.spec.clusterIP}")
    shell.ok(f"delete ipaddress {address}")
    assert shell.ok(f"get ip {address} -o jsonpath='{{.spec.parentRef.name}}'") == "web"
    shell.ok(f"label ip {address} seen=yes")
    shell.ok("delete svc web")
    assert address not in shell.ok("get ip")


def test_each_node_has_its_csi_node(shell: Shell) -> None:
    names = "-o jsonpath={.items[*].metadata.name}"
    nodes = shell.ok(f"get nodes {names}").split()
    assert shell.ok(f"get csinodes {names}").split() == nodes
    shell.ok(f"delete csinode {nodes[-1]}")
    assert shell.ok(f"get csinodes {names}").split() == nodes[:-1]


def test_a_limit_range_without_a_name_is_called_after_its_uid(shell: Shell) -> None:
    shell.write("limits.yml", "{apiVersion: v1, kind: LimitRange, metadata: {generateName: ''}, spec: {limits: []}}")
    shell.ok("create -f limits.yml")
    name, uid = shell.ok("get limitrange -o jsonpath='{.items[0].metadata.name} {.items[0].metadata.uid}'").split()
    assert name == uid
