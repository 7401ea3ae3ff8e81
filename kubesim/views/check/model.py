"""A report on a change: what becomes of each object, the numbers of its rollout, and what is found wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Key, Obj
    from kubesim.views.differences import Difference
    from kubesim.views.traffic.model import Traffic


class Place(NamedTuple):
    """A line of a file, counted from 1."""

    file: str
    line: int

    @property
    def text(self) -> str:
        """``web.yaml:3``."""
        return f"{self.file}:{self.line}"


class Given(NamedTuple):
    """An object as a side has it; ``locate`` gives the place of one of its fields, of itself for an empty path."""

    key: Key
    obj: Obj
    locate: Callable[[str], Place]


class Level(Enum):
    """How bad a finding is: with an error the change does not pass."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Aspect(Enum):
    """What a finding is about: what is asked of each object, or of each workload."""

    ACCEPTED = "the API server takes it"
    SELECTOR = "its selector stays"
    WORKS = "it works"
    AVAILABLE = "enough pods are available"
    SURGE = "there are not too many pods"
    WITHIN = "it is done in time"
    REQUESTS = "its requests are answered"


class Finding(NamedTuple):
    """Something to be known about the change.

    ``code`` names it for programs.  ``key`` is the object that it is about, None if it is about none in particular;
    ``also`` are others that the same cause keeps from working.
    """

    level: Level
    aspect: Aspect
    code: str
    text: str
    key: Key | None = None
    place: Place | None = None
    also: tuple[Key, ...] = ()


class Action(Enum):
    """What becomes of an object."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    DELETED = "deleted"
    KEPT = "kept"  # it is on the old side alone, and stays
    UNKNOWN = "unknown"  # of a kind that is not Kubernetes' own


@dataclass(frozen=True, slots=True)
class Rollout:
    """The numbers of a workload from the change on; lengths in ms.

    ``least_available`` of the ``needed`` pods were available at the worst instant: as many as there were to be before
    the change, or after it if those are fewer.  Of a workload that is new it counts from when it first had them all.
    ``most_pods`` leaves out pods that are being deleted.  ``allowed`` are those that there were to be before or after
    the change, whichever are more.  ``without`` is for how long no pod was available, ``done_after`` None where the
    rollout does not get done.
    """

    strategy: str
    is_new: bool
    least_available: int
    needed: int
    most_pods: int
    most_with_terminating: int
    allowed: int
    without: int
    done_after: int | None


@dataclass(frozen=True, slots=True)
class Subject:
    """One object, and what becomes of it.

    ``keeps_selector`` is None for what has no selector, or had none before.  ``rolls_out``: whether pods are replaced.
    ``scale`` are the numbers of replicas before and after, if they differ.  ``traffic`` is what requests to a Service
    came to, if any were sent.
    """

    key: Key
    place: Place
    action: Action
    changes: tuple[Difference, ...] = ()
    keeps_selector: bool | None = None
    rolls_out: bool = False
    scale: tuple[int, int] | None = None
    rollout: Rollout | None = None
    traffic: Traffic | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The report.

    ``aspects`` are those that are judged of each workload.  ``assumed`` are things that the old side names and neither
    side has: they are taken to be there.
    """

    subjects: tuple[Subject, ...]
    findings: tuple[Finding, ...]
    aspects: tuple[Aspect, ...]
    assumed: tuple[str, ...] = ()

    @property
    def passes(self) -> bool:
        return not any(finding.level is Level.ERROR for finding in self.findings)

    def with_unread(self, unknown: Sequence[Subject], unreadable: Sequence[Finding]) -> Report:
        """The report, with what of the new side could not be tried."""
        return replace(self, subjects=(*self.subjects, *unknown), findings=(*self.findings, *unreadable))

    def findings_on(self, key: Key) -> list[Finding]:
        """The findings about an object."""
        return [finding for finding in self.findings if finding.key == key]
