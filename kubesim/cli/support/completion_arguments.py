"""What the arguments of a verb can be, for completion: types, names of objects, containers, ports, contexts.

Mirrors kubectl pkg/util/completion/completion.go; a verb that kubectl leaves to the shell's files is completed by its
usage line here where that speaks of a type, a pod or a node.
"""

from __future__ import annotations

from functools import partial

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from kubesim.api.meta import Obj

    Answer: TypeAlias = tuple[list[str], int]  # candidates, with cobra's directive

FILES = 0  # cobra's ShellCompDirectiveDefault: the shell may offer files
NO_SPACE = 2
NO_FILES = 4

# Types of objects that have pods, in the order in which kubectl offers them.
WITH_PODS = (
    *("daemonsets", "deployments", "pods", "jobs", "replicasets", "replicationcontrollers", "services"),
    "statefulsets",
)
PLACEHOLDERS = {"POD": "pods", "NODE": "nodes"}  # in usage lines, for names of one type


class Line(NamedTuple):
    """What was typed after the verb: whole arguments, the beginning of the next one, and the flag's namespace."""

    args: list[str]
    prefix: str
    namespace: str = ""

    def beginning(self, words: Iterable[str]) -> list[str]:
        """The words that the next argument can still become."""
        return [word for word in words if word.startswith(self.prefix)]


def arguments_of(path: str, use: str, line: Line) -> Answer:
    """What the next argument of the verb at ``path`` can be; ``use`` is the verb's usage line."""
    completer = COMPLETERS.get(path) or _by_usage(use)
    return completer(line) if completer is not None else ([], FILES)


def _by_usage(use: str) -> Completer | None:
    if "TYPE" in use:
        return types_and_names
    kind_word = next((PLACEHOLDERS[word] for word in use.split() if word in PLACEHOLDERS), "")
    return partial(names_of, kind_word) if kind_word else None


def flag_values(flag: str, line: Line) -> Answer | None:
    """What the value of a flag that names something in the cluster can be; None for other flags."""
    if flag == "namespace":
        return complete_objects("namespaces", line.prefix, ""), NO_FILES
    if flag in ("context", "cluster", "user"):
        return line.beginning(_configured(f"{flag}s")), NO_FILES
    if flag == "container":
        return containers(line) if line.args else ([], NO_FILES)
    return None


# types and names


def types_and_names(line: Line, types: Sequence[str] = (), *, repeats: bool = True) -> Answer:
    """A type and then names of it, or TYPE/NAME; ``types``: the only ones, if not all of the cluster.

    ``repeats`` is whether the verb takes several names. Mirrors resourceTypeAndNameCompletionFunc.
    """
    args, prefix, namespace = line
    if args and "/" not in args[0]:
        names = complete_objects(args[0], prefix, namespace) if repeats or len(args) == 1 else []
        return [name for name in names if name not in args[1:]], NO_FILES
    if args and not repeats:
        return [], NO_FILES
    if "/" in prefix:
        return [name for name in _slashed(line) if name not in args], NO_FILES
    offered = line.beginning(types) if types else complete_types(prefix)
    return ([f"{word}/" for word in offered], NO_FILES | NO_SPACE) if args else (offered, NO_FILES)


def _slashed(line: Line) -> list[str]:
    kind_word, _, name = line.prefix.partition("/")
    return [f"{kind_word}/{found}" for found in complete_objects(kind_word, name, line.namespace)]


def names_of(kind_word: str, line: Line) -> Answer:
    """One name of an object of a type. Mirrors ResourceNameCompletionFunc."""
    return [] if line.args else complete_objects(kind_word, line.prefix, line.namespace), NO_FILES


def pods(line: Line) -> Answer:
    """One pod, or TYPE/NAME of what has pods. Mirrors PodResourceNameCompletionFunc."""
    if line.args:
        return [], NO_FILES
    if "/" in line.prefix:
        return _slashed(line), NO_FILES
    names = complete_objects("pods", line.prefix, line.namespace)
    types = [f"{word}/" for word in line.beginning(WITH_PODS)]
    return names + types, NO_FILES if names else NO_FILES | NO_SPACE


def pods_and_containers(line: Line) -> Answer:
    """A pod, then one of its containers. Mirrors PodResourceNameAndContainerCompletionFunc."""
    return containers(line) if len(line.args) == 1 else pods(line)


def containers(line: Line) -> Answer:
    """The containers of the pod that the first argument names."""
    spec = (_pod_named(line) or {}).get("spec", {})
    listed = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    return line.beginning(container["name"] for container in listed), NO_FILES


def pods_and_ports(line: Line) -> Answer:
    """A pod, or what has pods, then a pair of ports. Mirrors ResourceAndPortCompletionFunc."""
    if len(line.args) != 1:
        return pods(line)
    kind_word, slash, name = line.args[0].partition("/")
    if slash and kind_word in ("service", "services", "svc"):
        service = _object_named("services", name, line.namespace) or {}
        ports = [port["port"] for port in service.get("spec", {}).get("ports") or ()]
    else:
        spec = (_pod_named(line) or {}).get("spec", {})
        ports = [port["containerPort"] for each in spec.get("containers", ()) for port in each.get("ports") or ()]
    local = line.prefix.partition(":")[0]
    return line.beginning(f"{local or port}:{port}" for port in ports), NO_FILES


def configured(sort: str, line: Line) -> Answer:
    """One context, cluster or user of the configuration."""
    return [] if line.args else line.beginning(_configured(sort)), NO_FILES


# what is in the cluster


def complete_types(prefix: str) -> list[str]:
    """The types that can be read, as ``deployments.apps``, and begin with what follows the prefix's last comma."""
    from kubesim.cli.support.session import Session

    before, comma, last = prefix.rpartition(",")
    listed = (names.qualified for names in Session().kinds().by_key().values() if "get" in names.verbs)
    return sorted(f"{before}{comma}{name}" for name in listed if name.startswith(last))


def complete_objects(kind_word: str, prefix: str, namespace: str) -> list[str]:
    """The names, beginning with the prefix, of the objects of a type; of the context's namespace for the empty one."""
    return [name for obj in _objects(kind_word, namespace) if (name := obj["metadata"]["name"]).startswith(prefix)]


def _objects(kind_word: str, namespace: str) -> list[Obj]:
    """The objects of a type. Errors are silent and no state is made: a key was pressed, no command was given."""
    from kubesim.cli.support.session import Session

    session = Session(namespace or None)
    names = session.kinds().resolve(kind_word)
    if names is None or session.state.stamp() is None:
        return []
    cluster = session.read()
    return cluster.list(names.key, session.namespace(cluster) if names.namespaced else None)


def _object_named(kind_word: str, name: str, namespace: str) -> Obj | None:
    return next((obj for obj in _objects(kind_word, namespace) if obj["metadata"]["name"] == name), None)


def _pod_named(line: Line) -> Obj | None:
    """The pod of the first argument; of another type, the pod template, which has the same containers."""
    kind_word, slash, name = line.args[0].rpartition("/")
    found = _object_named(kind_word if slash else "pods", name, line.namespace)
    if found is None or found["kind"] == "Pod":
        return found
    template: Obj | None = found.get("spec", {}).get("template")
    return template


def _configured(sort: str) -> list[str]:
    from kubesim.cli.support.kubeconfig import Kubeconfig
    from kubesim.cli.support.session import Session

    session = Session()
    return [] if session.state.stamp() is None else sorted(Kubeconfig.of(session.read().head).entries(sort))


if TYPE_CHECKING:
    Completer: TypeAlias = Callable[[Line], Answer]

_ROLLED_OUT = ("deployment", "daemonset", "statefulset")
_SCALED = ("deployment", "replicaset", "replicationcontroller", "statefulset")
_WITH_IMAGES = (
    *("daemonsets", "deployments", "pods", "cronjobs", "replicasets", "replicationcontrollers", "statefulsets"),
)

COMPLETERS: dict[str, Completer] = {
    **{f"rollout {verb}": partial(types_and_names, types=_ROLLED_OUT) for verb in ("history", "restart", "undo")},
    **{f"rollout {verb}": partial(types_and_names, types=("deployment",)) for verb in ("pause", "resume")},
    "rollout status": partial(types_and_names, types=_ROLLED_OUT, repeats=False),
    **{verb: partial(types_and_names, types=_SCALED) for verb in ("autoscale", "scale")},
    "expose": partial(types_and_names, types=("pod", "service", "replicationcontroller", "deployment", "replicaset")),
    "set image": partial(types_and_names, types=_WITH_IMAGES, repeats=False),
    "taint": partial(types_and_names, types=("node",)),
    **dict.fromkeys(("attach", "exec"), pods),
    "logs": pods_and_containers,
    "port-forward": pods_and_ports,
    **{verb: partial(names_of, "nodes") for verb in ("cordon", "drain", "sim sh", "top node", "uncordon")},
    "top pod": partial(names_of, "pods"),
    "create token": partial(names_of, "serviceaccounts"),
    **{f"config {verb}-context": partial(configured, "contexts") for verb in ("delete", "rename", "set", "use")},
    "config delete-cluster": partial(configured, "clusters"),
    "config delete-user": partial(configured, "users"),
}
