"""What a check suspects and cannot know: what is told of it is a warning."""

from __future__ import annotations

from kubesim.api.meta import dig, labels_of
from kubesim.controllers.kubelet.configuration import references_of
from kubesim.sim.images.verdict import verdict_on
from kubesim.sim.profiles import BARE
from kubesim.sim.runtime import rule_for
from kubesim.views.check.model import Action, Aspect, Finding, Level
from kubesim.views.check.stand_ins import pod_spec_of
from kubesim.views.timeline.workloads import WORKLOADS
from kubesim.views.words import listed, title_of_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster
    from kubesim.views.check.model import Given, Subject

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_BROUGHT = (Action.CREATED, Action.CHANGED)


class Guesser:
    """Looks through the objects after a change; ``given`` has the places of their fields."""

    def __init__(self, cluster: Cluster, subjects: Iterable[Subject], given: Mapping[Key, Given]) -> None:
        self._cluster = cluster
        self._given = given
        self._subjects = [subject for subject in subjects if subject.action is not Action.REFUSED]
        self._objects = {one.key: obj for one in self._subjects if (obj := cluster.find(*one.key)) is not None}

    def findings(self) -> Iterator[Finding]:
        """All suspicions."""
        for subject in self._subjects:
            obj = self._objects.get(subject.key)
            if obj is None or subject.action not in _BROUGHT:
                continue
            yield from self._probes(subject.key, obj)
            if subject.key.kind == "Service":
                yield from self._targets(subject.key, obj)
            if subject.key.kind in ("ConfigMap", "Secret") and subject.action is Action.CHANGED:
                yield from self._old_values(subject.key)

    # ports of images of which nothing is known

    def _probes(self, key: Key, obj: Obj) -> Iterator[Finding]:
        for index, container in enumerate((pod_spec_of(obj) or {}).get("containers", ())):
            declared = _declared(container)
            for probe in PROBES:
                port = _port_of(container.get(probe) or {})
                if port is None or not declared or port in declared or self._is_known(container):
                    continue
                path = f"spec.template.spec.containers[{index}].{probe}"
                text = (
                    f"the {probe.removesuffix('Probe')} probe of {container['name']} asks port {port}, and it declares "
                    f"{listed(list(map(str, declared)))}; what image {container['image']} does is not known"
                )
                yield self._finding(key, "UnknownPort", text, path)

    def _targets(self, key: Key, service: Obj) -> Iterator[Finding]:
        """Ports of a Service that lead to one which none of its pods declares."""
        containers = [one for spec in self._specs_behind(service) for one in spec["containers"]]
        declared = sorted({port for container in containers for port in _declared(container)})
        for index, port in enumerate(service["spec"].get("ports") or ()):
            target = port.get("targetPort", port["port"])
            is_suspect = isinstance(target, int) and declared and target not in declared
            if is_suspect and not all(map(self._is_known, containers)):
                text = (
                    f"its port {port['port']} leads to {target}, and its pods declare "
                    f"{listed(list(map(str, declared)))}; what their images do is not known"
                )
                yield self._finding(key, "UnknownPort", text, f"spec.ports[{index}]")

    def _specs_behind(self, service: Obj) -> Iterator[Obj]:
        """The specs of the pods that a Service selects, by the workloads that make them."""
        selector = service["spec"].get("selector") or {}
        for key, obj in self._objects.items():
            labels = labels_of(dig(obj, "spec", "template", default={"metadata": {}}))
            is_behind = key.kind in WORKLOADS and key.namespace == service["metadata"]["namespace"]
            if selector and is_behind and selector.items() <= labels.items():
                yield obj["spec"]["template"]["spec"]

    def _is_known(self, container: Obj) -> bool:
        """Whether it is known on which ports a container's image listens."""
        image = container["image"]
        if rule_for(self._cluster, image) is not None:
            return True
        return verdict_on(image, is_bare=self._cluster.profile == BARE).behaviour.ports is not None

    # values that pods read once

    def _old_values(self, key: Key) -> Iterator[Finding]:
        """Pods that go on with the old values of a ConfigMap or a Secret."""
        readers = [
            subject.key
            for subject in self._subjects
            if subject.key.kind in WORKLOADS and not subject.rolls_out and subject.action is not Action.CREATED
            if subject.key.namespace == key.namespace and _reads(self._objects.get(subject.key), key)
        ]
        if readers:
            names = listed([title_of_key(reader) for reader in readers])
            text = (
                f"{names} {'reads' if len(readers) == 1 else 'read'} it as variables: pods keep the old values until "
            )
            yield self._finding(key, "OldValues", f"{text}they are restarted", "data")

    def _finding(self, key: Key, code: str, text: str, path: str) -> Finding:
        return Finding(Level.WARNING, Aspect.WORKS, code, text, key, self._given[key].locate(path))


def _declared(container: Obj) -> list[int]:
    return [port["containerPort"] for port in container.get("ports") or ()]


def _port_of(probe: Obj) -> int | None:
    """The number of the port that a probe asks; None where it asks none, or one by its name."""
    for action in ("httpGet", "tcpSocket", "grpc"):
        port = dig(probe, action, "port")
        if isinstance(port, int):
            return port
    return None


def _reads(obj: Obj | None, key: Key) -> bool:
    """Whether containers of a workload have variables from a ConfigMap or a Secret."""
    spec = None if obj is None else pod_spec_of(obj)
    containers = (spec or {}).get("containers", ())
    return any((one.kind, one.name) == (key.kind, key.name) for each in containers for one in references_of(each))
