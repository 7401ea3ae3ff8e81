"""Texts that are filled into molds are what would be written of each object by itself."""

from __future__ import annotations

import ast
import copy
import re
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import kubesim
import pytest
from kubesim.api.managed_fields import derived
from kubesim.golang.json import dumps
from kubesim.rest.encoding import complete, ordered
from kubesim.rest.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Key, Obj

INSTANTS = [f"2026-01-01T00:00:0{second}Z" for second in (1, 0, 2)]
#: Some have another order in quotation marks, others are not written as they are.
NAMES = ["a", "a!", "ab", "b", "100%", 'q"q', "back\\slash\\", "<&>", "\u00e9", "\u2028", "\x01"]
MANAGERS = ["kubectl-create", "kubelet", "kube-controller-manager", "a"]
MESSAGES = ["x", "", "%s"]


def write(obj: Obj) -> str:
    return dumps(ordered(complete(obj)), sort_keys=False)


def nowhere(key: Key) -> None:
    """Nothing is there."""


def pick(words: Random, options: list[str]) -> str:
    """The first one, mostly, so that what is to fit differs in a few words."""
    return words.choice(options) if words.random() < 0.2 else options[0]


def owners(words: Random, subresource: str) -> dict[str, Any]:
    entry = {
        "manager": pick(words, MANAGERS),
        "operation": "Update",
        "apiVersion": "v1",
        "time": pick(words, INSTANTS),
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": {"f:containers": {'k:{"name":"a"}': {}}}},
    }
    return {**entry, "subresource": subresource} if subresource else entry


def pod(words: Random, entries: list[str] | None) -> Obj:
    """A pod with words on which its text depends: instants, names that are put in order, some that are missing."""
    metadata = {
        "name": pick(words, NAMES),
        "namespace": "default",
        "uid": str(words.random()),
        "creationTimestamp": pick(words, INSTANTS),
        "finalizers": [f"{word}{number}" for number, word in enumerate(pick(words, NAMES) for _ in range(2))],
    }
    if entries is not None:
        metadata["managedFields"] = [owners(words, subresource) for subresource in entries]
    conditions = [
        {"type": type_, "status": "True", "lastTransitionTime": pick(words, INSTANTS), "message": pick(words, MESSAGES)}
        for type_ in ("Ready", "PodScheduled")
    ]
    names = [f"{pick(words, NAMES)}{end}" for end in ("", "b")]
    containers = [{"name": name, "image": pick(words, NAMES)} for name in names]
    spec = {"containers": containers, "nodeName": pick(words, ["node01", "node02", ""])}
    status = {"phase": "Running", "podIP": pick(words, NAMES), "conditions": conditions}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


@pytest.mark.parametrize("entries", [None, [], [""], ["", "status"]])
def test_a_text_is_what_would_be_written_of_the_object_alone(entries: list[str] | None) -> None:
    texts, words = Texts(write, nowhere), Random(1)
    objs = [pod(words, entries) for _ in range(300)]
    assert [texts.of(obj) for obj in objs] == [write(obj) for obj in objs]


@pytest.mark.parametrize(("other", "names"), [("a", ("ab", "ac", "a!b")), ("d", ("2027-01-01T00:00:00Z", "b", "e"))])
def test_keys_of_lists_are_put_in_order_with_their_quotes(other: str, names: tuple[str, ...]) -> None:
    objs = [pod(Random(1), None) for _ in range(3)]
    for number, (obj, name) in enumerate(zip(objs, names)):
        obj["metadata"]["uid"] = str(number)
        obj["spec"]["containers"] = [{"name": other}, {"name": name}]
    texts = Texts(write, nowhere)
    assert [texts.of(obj) for obj in objs] == [write(obj) for obj in objs]


def claim(name: str, phase: str) -> Obj:
    meta = {"name": name, "namespace": "default", "uid": name, "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "status": {"phase": phase}}


def test_a_word_on_which_owners_depend_is_no_hole() -> None:
    texts = Texts(write, nowhere)
    objs = [claim("a", "Bound"), claim("b", "Lost"), claim("c", "Pending"), claim("d", "Bound")]
    assert [texts.of(obj) for obj in objs] == [write(obj) for obj in objs]


def small(kind: str) -> Obj:
    """An object with each sort of word that owners of fields may be worked out from."""
    (group,) = [group for group, kinds in GROUPS.items() if kind in kinds] or [""]
    meta = {
        "name": "n",
        "namespace": "default",
        "uid": "u",
        "creationTimestamp": INSTANTS[0],
        "annotations": {"deployment.kubernetes.io/revision": "1"},
        "finalizers": ["a.b/c"],
    }
    condition = {"type": "Ready", "status": "True", "reason": "r", "message": "m", "lastTransitionTime": INSTANTS[0]}
    status = {"phase": "p", "conditions": [condition], "storedVersions": ["v1"], "qosClass": "q"}
    source = {"reportingComponent": "c", "source": {"component": "c"}, "reason": "r", "type": "Normal"}
    spec = {"nodeName": "n", "type": "t", "containers": [{"name": "c", "image": "i"}]}
    return {"apiVersion": group, "kind": kind, "metadata": meta, "spec": spec, "status": status, **source}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there are words."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


def changed(obj: Obj, path: tuple[Any, ...], word: str, uid: int) -> Obj:
    """The object with another word, and a UID of its own."""
    other: Any = copy.deepcopy(obj)
    other["metadata"]["uid"] = str(uid)
    *before, last = path
    part = other
    for key in before:
        part = part[key]
    part[last] = word
    return other  # type: ignore[no-any-return]


GROUPS = {
    "v1": ("Event", "Namespace", "Node", "PersistentVolume", "PersistentVolumeClaim", "Pod", "Service"),
    "apps/v1": ("Deployment",),
    "apiextensions.k8s.io/v1": ("CustomResourceDefinition",),
    "example.com/v1": ("Custom",),
}
#: Every word that the code names by which owners of fields are worked out.
NAMED = sorted(
    {
        word
        for node in ast.walk(ast.parse(Path(derived.__file__).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value
        for word in re.findall(r"[A-Za-z./-]{3,}", node.value)
    }
)


@pytest.mark.parametrize("kind", [kind for kinds in GROUPS.values() for kind in kinds])
def test_no_word_that_the_owners_of_fields_depend_on_is_taken_for_any_other(kind: str) -> None:
    obj = small(kind)
    for path in places(obj):
        if path not in (("apiVersion",), ("kind",), ("metadata", "uid")):
            texts = Texts(write, nowhere)
            objs = [obj, *(changed(obj, path, word, number) for number, word in enumerate(["other", *NAMED]))]
            assert [texts.of(each) for each in objs] == [write(each) for each in objs], path


def test_a_word_that_is_written_otherwise_hinders_no_others() -> None:
    """What is made of a word may be no text with the word in it: such objects have molds of their own."""
    written = []

    def shorten(obj: Obj) -> str:
        written.append(obj)
        return dumps({**obj, "hash": obj["hash"][:1]}, sort_keys=False)

    texts = Texts(shorten, nowhere)
    objs = [
        {"apiVersion": "v1", "kind": "X", "metadata": {"uid": str(n), "name": f"n{n}"}, "hash": f"{n % 2}{n % 2}"}
        for n in range(100)
    ]
    found = [texts.of(obj) for obj in objs]
    assert len(written) < 20
    assert found == [shorten(obj) for obj in objs]


def test_pods_that_are_alike_are_written_once() -> None:
    cluster = kubesim.Cluster(seed=1, at="2026-01-01T00:00:00Z", profile="bare")
    cluster.kubectl("create deployment web --image=nginx")
    cluster.kubectl("rollout status deployment/web")
    (pod,) = cluster.list("pods")
    written = []

    def counted(obj: Obj) -> str:
        written.append(obj)
        return write(obj)

    texts = Texts(counted, nowhere)
    objs = []
    for number in range(500):
        obj = copy.deepcopy(pod)
        obj["metadata"].update(name=f"web-{number}", uid=str(number), resourceVersion=str(number))
        obj["spec"]["nodeName"] = f"node{number % 7}"
        obj["status"]["podIP"] = obj["status"]["podIPs"][0]["ip"] = f"10.0.0.{number}"
        objs.append(obj)
    found = [texts.of(obj) for obj in objs]
    assert len(written) < 20
    assert found == [write(obj) for obj in objs]
    assert [texts.of(obj) for obj in objs] == found
