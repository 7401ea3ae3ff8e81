"""The revisions of a workload: the images of each, what changed from one to the next, and what an undo makes of them.

Upstream's wish for it is kubernetes#54932: ``rollout history`` shows numbers alone.
"""

from __future__ import annotations

from kubesim.api import schema
from kubesim.api.meta import Obj, annotations_of, dig
from kubesim.api.revisions import equal_ignore_hash, without_hash
from kubesim.api.well_known import REVISION_HISTORY_ANNOTATION
from kubesim.errors import UserError
from kubesim.golang.tabwriter import TabWriter, escape_terminal
from kubesim.kubectl.printers.style import COMMENT, HEADER, HEADING, WORD
from kubesim.kubectl.rollout_history import history
from kubesim.kubectl.rollout_undo import rollback, rollback_target
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.differences import Difference, differences
from kubesim.views.words import titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.kinds.base import Reader
    from kubesim.kubectl.printers.style import Paint
    from kubesim.kubectl.rollout_history import Revision


class Entry(NamedTuple):
    """One revision.

    ``source`` is the ReplicaSet or ControllerRevision that keeps it; ``pods`` is how many it has, None where that is
    not counted by revision.  ``former`` are the numbers that it had before, which an undo took from it.  ``before`` is
    the number of the revision that ``changes`` are counted from, which may be one that ``former`` holds; 0 for the
    first of all, and where what was before is not kept.
    """

    number: int
    images: tuple[str, ...]
    source: str
    pods: int | None
    is_current: bool
    former: tuple[int, ...]
    change_cause: str
    before: int
    changes: tuple[Difference, ...]


class Undo(NamedTuple):
    """What ``rollout undo`` would do: revision ``back_to`` gets the number ``becomes``.

    ``why_not``: why it would do nothing.
    """

    back_to: int = 0
    becomes: int = 0
    why_not: str = ""


class History(NamedTuple):
    """The revisions of a workload, lowest first."""

    title: str
    entries: tuple[Entry, ...]
    undo: Undo


def history_of(reader: Reader, obj: Obj) -> History:
    """The history of a Deployment, a DaemonSet or a StatefulSet; UserError for any other kind."""
    revisions = history(obj, reader)
    current = _current(obj, revisions)
    entries = tuple(_entry(revision, revisions, revision is current) for revision in revisions)
    return History(titled(obj), entries, _undo(obj, reader, revisions))


def _current(obj: Obj, revisions: Sequence[Revision]) -> Revision | None:
    """The revision that has the object's template; the latest if several have it."""
    template = obj["spec"]["template"]
    return next((one for one in reversed(revisions) if equal_ignore_hash(one.template, template)), None)


def _entry(revision: Revision, revisions: Sequence[Revision], is_current: bool) -> Entry:
    source = revision.source
    before = _before(revision, revisions)
    template_type = schema.type_named("core/v1.PodTemplateSpec")
    old, new = (without_hash(one.template) for one in (before or revision, revision))
    return Entry(
        number=revision.number,
        images=tuple(images_of(revision.template)),
        source=source["metadata"]["name"],
        pods=dig(source, "status", "replicas", default=0) if source["kind"] == "ReplicaSet" else None,
        is_current=is_current,
        former=former_numbers(source),
        change_cause=revision.change_cause,
        before=0 if before is None else revision.number - 1,
        changes=tuple(differences(old, new, template_type)),
    )


def _before(revision: Revision, revisions: Sequence[Revision]) -> Revision | None:
    """The revision that was deployed before one: it may have got another number since."""
    number = revision.number - 1
    return next((one for one in revisions if number in (one.number, *former_numbers(one.source))), None)


def former_numbers(rs: Obj) -> tuple[int, ...]:
    """The numbers that a ReplicaSet had before an undo gave it a later one."""
    words = annotations_of(rs).get(REVISION_HISTORY_ANNOTATION, "").split(",")
    return tuple(int(word) for word in words if word.isascii() and word.isdigit())


def images_of(template: Obj) -> list[str]:
    """The images of a pod template, init containers first, each once."""
    spec = template["spec"]
    containers = (*(spec.get("initContainers") or ()), *spec["containers"])
    return list(dict.fromkeys(container["image"] for container in containers))


def _undo(obj: Obj, reader: Reader, revisions: Sequence[Revision]) -> Undo:
    try:
        target = rollback_target(obj, reader, 0)
        done = rollback(obj, target, target.number)
    except UserError as error:
        return Undo(why_not=error.message)
    if done.obj is None:
        return Undo(why_not=f"revision {target.number} has the template that runs now")
    return Undo(target.number, revisions[-1].number + 1)


# text


def page(found: History, paint: Paint, program: str) -> str:
    """The history as a table, with what changed below each revision; ``program`` is what the command is called."""
    entries = found.entries
    if not entries:
        return f"{found.title} has no revision yet.\n"
    has_pods, has_causes = entries[0].pods is not None, any(entry.change_cause for entry in entries)
    rows = [_row(entry, has_pods, has_causes) for entry in entries]
    titles = ["REVISION", *(["PODS"] if has_pods else []), "KEPT IN", "IMAGES", *(["CAUSE"] if has_causes else [])]
    head, *lines = (line.rstrip() for line in TabWriter(0, 2).layout([titles, *rows]))
    text = [paint(head, HEADER)]
    for entry, line in zip(entries, lines, strict=True):
        text += [paint(line, HEADING) if entry.is_current else line, *_changes(entry, paint)]
    return "\n".join([*text, "", *_closing(found, paint, program)]) + "\n"


def _row(entry: Entry, has_pods: bool, has_causes: bool) -> list[str]:
    cells = [f"{entry.number}{' (now)' if entry.is_current else ''}"]
    cells += [str(entry.pods)] if has_pods else []
    cells += [entry.source, ", ".join(entry.images)]
    cells += [entry.change_cause or "-"] if has_causes else []
    return [escape_terminal(cell) for cell in cells]


def _changes(entry: Entry, paint: Paint) -> list[str]:
    lines = [f"  {escape_terminal(change.text)}" for change in entry.changes]
    if entry.former:
        numbers = ", ".join(map(str, entry.former))
        lines.append(paint(f"  was revision {numbers} before; an undo gave it the next number", COMMENT))
    if not entry.before and entry.number > 1:
        lines.append(paint(f"  what revision {entry.number - 1} was is not kept", COMMENT))
    return lines


def _closing(found: History, paint: Paint, program: str) -> list[str]:
    undo = found.undo
    command = f"{program} rollout undo {found.title}"
    if undo.why_not:
        return [f"{command} would do nothing: {undo.why_not}."]
    back, new = undo.back_to, undo.becomes
    return [
        f"{paint(command, WORD)}",
        f"  would run the template of revision {back} again. It becomes revision {new}, and no {back} is left.",
    ]


# data


def as_data(found: History) -> dict[str, Any]:
    """The history as JSON data."""
    undo = found.undo
    return {
        "object": found.title,
        "revisions": [_entry_data(entry) for entry in found.entries],
        "undo": {"whyNot": undo.why_not} if undo.why_not else {"backTo": undo.back_to, "becomes": undo.becomes},
    }


def _entry_data(entry: Entry) -> dict[str, Any]:
    return {
        "revision": entry.number,
        "isCurrent": entry.is_current,
        "images": list(entry.images),
        "keptIn": entry.source,
        **({} if entry.pods is None else {"pods": entry.pods}),
        **({"changeCause": entry.change_cause} if entry.change_cause else {}),
        "formerRevisions": list(entry.former),
        "changedFrom": entry.before or None,
        "changes": [change.data for change in entry.changes],
    }
