"""Kinds that one cluster has and the process has not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import kubesim
import pytest
from kubesim.api.meta import KUBERNETES_VERSIONS, Key, key_of
from kubesim.cli.support.session import Session
from kubesim.cluster import Client, Cluster, Kinds
from kubesim.kinds import Names
from tests.property.lives import Uncut, deployment

if TYPE_CHECKING:
    from command_lines import Shell

Obj = dict[str, Any]

VERBS = "create delete deletecollection get list patch update watch"
WIDGET = Names("Widget", "example.com", "v1", "widgets", "widget", ("wd",), True, ("all",), VERBS)
#: A kind that is called as one of Kubernetes' own.
DEPLOYMENT = Names("Deployment", "example.com", "v1", "deployments", "deployment", ("deploy",), True, (), VERBS)

MANIFEST = """apiVersion: example.com/v1
kind: Widget
metadata: {name: round, labels: {shape: circle}}
spec: {size: 3}
"""

CONFIG: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}}


def own_deployment(name: str = "web") -> Obj:
    meta = {"name": name, "namespace": "default"}
    return {"apiVersion": "example.com/v1", "kind": "Deployment", "metadata": meta, "spec": {"crew": 3}}


@pytest.fixture
def served(shell: Shell) -> Shell:
    """A shell whose cluster serves widgets, and deployments of another group."""
    with Session().writing() as life:
        life.cluster.kinds.register(WIDGET)
        life.cluster.kinds.register(DEPLOYMENT)
        life.cluster.head_changed = True
    (shell.folder / "round.yml").write_text(MANIFEST)
    return shell


def test_kubernetes_own_versions_are_those_that_discovery_lists() -> None:
    listed = {names._replace(version=version).api_version for names in Kinds({}).all() for version in names.served}
    assert listed == KUBERNETES_VERSIONS


def test_a_kind_is_registered_in_one_cluster_alone() -> None:
    one, other = Cluster({"seed": 1}), Cluster({"seed": 1})
    one.kinds.register(WIDGET)
    assert one.kinds.resolve("wd") == one.kinds.names_for("example.com/v1", "Widget") == WIDGET
    assert one.kinds.load("Widget.example.com").names == WIDGET
    assert other.kinds.resolve("wd") is None
    with pytest.raises(KeyError):
        other.kinds.load("Widget.example.com")


def test_two_kinds_of_one_name_are_two_kinds() -> None:
    world = Uncut.new()
    world.cluster.kinds.register(DEPLOYMENT)
    client = Client(world.cluster)
    client.create(deployment(1))
    client.create(own_deployment())
    world.settle()
    opened = world.reopened().cluster
    assert [key_of(obj) for obj in opened.list("Deployment")] == [Key("Deployment", "default", "web")]
    (own,) = opened.list("Deployment.example.com")
    assert own["spec"] == {"crew": 3}
    assert opened.kinds.of(own).names == DEPLOYMENT
    assert [opened.kinds.of(obj).names.group for obj in opened.list("Deployment")] == ["apps"]
    Client(opened).delete("Deployment.example.com", "default", "web")
    assert opened.find("Deployment.example.com", "default", "web") is None
    assert opened.find("Deployment", "default", "web") is not None


def test_words_mean_kubernetes_own_kinds_first(served: Shell) -> None:
    kinds = Session().kinds()
    assert [names.qualified for names in kinds.called("deploy")] == ["deployments.apps", "deployments.example.com"]
    found = [kinds.resolve(word) for word in ("deploy", "deployments.example.com", "deploy.v1.example.com")]
    assert [names and names.group for names in found] == ["apps", "example.com", "example.com"]


def test_api_resources_lists_it(served: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert served.ok("api-resources --api-group=example.com") == (
        "NAME          SHORTNAMES   APIVERSION       NAMESPACED   KIND\n"
        "deployments   deploy       example.com/v1   true         Deployment\n"
        "widgets       wd           example.com/v1   true         Widget\n"
    )
    assert "example.com/v1\n" in served.ok("api-versions")
    monkeypatch.setenv("KUBESIM_STATE", "other.json")
    assert "example.com" not in served.ok("api-resources") + served.ok("api-versions")
    assert not (served.folder / "other.json").exists()


def test_explain_knows_what_every_object_has(served: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    explained = served.ok("explain wd")
    assert explained.startswith(
        "GROUP:      example.com\nKIND:       Widget\nVERSION:    v1\n\nDESCRIPTION:\n    <empty>\n"
    )
    assert [line.split()[0] for line in explained.splitlines() if line.startswith("  ") and "\t" in line] == [
        *("apiVersion", "kind", "metadata"),
    ]
    assert served.ok("explain widgets.metadata.name").startswith("GROUP:      example.com\n")
    monkeypatch.setenv("KUBESIM_STATE", "other.json")
    assert "resource type" in served.refused("explain wd")


def test_objects_of_it_are_made_shown_changed_and_deleted(served: Shell) -> None:
    assert served.ok("create -f round.yml") == "widget.example.com/round created\n"
    assert served.ok("get all").splitlines()[-2:] == ["NAME                       AGE", "widget.example.com/round   0s"]
    assert served.ok("get widgets --no-headers").split()[0] == "round"
    assert json.loads(served.ok("get wd round -o json"))["spec"] == {"size": 3}
    assert served.ok("label wd round shape=disc --overwrite") == "widget.example.com/round labeled\n"
    assert served.ok("get wd -l shape=disc -o name") == "widget.example.com/round\n"
    assert served.ok('patch wd round --type=merge -p \'{"spec":{"size":4}}\'') == "widget.example.com/round patched\n"
    assert "Size:  4" in served.ok("describe wd round")
    assert served.ok("delete wd round").startswith('widget.example.com "round" deleted')
    assert served("get", "wd")[2] == "No resources found in default namespace.\n"


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("events --for widget/round", 'the server doesn\'t have a resource type "widget"\n'),
        ("explain widget", 'the server doesn\'t have a resource type "widget"'),
        ("api-versions", ""),
        ("api-resources", ""),
        ("apply --prune --all --prune-allowlist=example.com/v1/Widget -f -", "no matches for kind"),
    ],
)
def test_a_cluster_of_a_program_asks_its_own_kinds(line: str, refusal: str) -> None:
    """Another cluster of the process, as the default state, has a say in neither."""
    one, other = kubesim.Cluster(seed=1), kubesim.Cluster(seed=1)
    with Session(state=one._home).writing() as life:
        life.cluster.kinds.register(WIDGET)
        life.cluster.head_changed = True
    known, unknown = (cluster.kubectl(line, stdin=json.dumps(CONFIG)) for cluster in (one, other))
    assert known.code == 0, known.stderr
    assert ("example.com" in known.stdout) == line.startswith(("api", "explain"))
    assert refusal in unknown.stderr
    assert (unknown.code, "example.com" in unknown.stdout) == (1 if refusal else 0, False)
