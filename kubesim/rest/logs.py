"""The log of a container, as a pod's log subresource gives it. Mirrors pkg/registry/core/pod/rest/log.go."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import SECOND, key_of, parse_time, rfc3339_micro
from kubesim.controllers.kubelet.container_logs import ContainerLog
from kubesim.errors import StatusError
from kubesim.rest.connections import container_of
from kubesim.rest.list_options import number_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.container_logs import Line
    from kubesim.rest.call import Call


class LogOptions(NamedTuple):
    """What of a log is wanted; ``tail`` and ``limit`` are None for all, ``since`` is an instant (ms)."""

    container: str
    follow: bool
    previous: bool
    timestamps: bool
    since: int
    tail: int | None
    limit: int | None


class LogStream:
    """A container's log, and what comes to it while it is followed."""

    #: The headers of the answer beside its type.
    headers: tuple[tuple[str, str], ...] = ()

    #: The key of the kind whose changes may bring more.
    kind = "Pod"

    def __init__(self, call: Call) -> None:
        call.client.authorize("get", "Pod", call.namespace, call.name, "log")
        pod = call.client.get("Pod", call.namespace, call.name)
        self.options = _options(call, pod)
        self._key = key_of(pod)
        #: Whether the pod has no node yet, which could be asked.
        self.is_nowhere = not pod["spec"].get("nodeName")
        self._written = -1
        self._left = self.options.limit  # bytes that may still be given; None for any number
        #: Whether there will be no more lines.
        self.is_over = False
        #: Whether it is waited for an end that is foreseen.
        self.waits = False
        self.first = self._text(call.client.cluster, pod)

    def more(self, cluster: Cluster) -> bytes:
        """What was printed since."""
        pod = cluster.find(*self._key)
        if pod is None:
            self.is_over = True
            return b""
        try:
            return self._text(cluster, pod)
        except StatusError:  # it is between two lives
            return b""

    def _text(self, cluster: Cluster, pod: Obj) -> bytes:
        asked = self.options
        log = ContainerLog(cluster, pod, asked.container, previous=asked.previous)
        begin = self._written + 1 if self._written >= 0 else asked.since
        lines = [line for line in log.lines() if line.instant >= begin]
        if asked.tail is not None and self._written < 0:
            lines = lines[max(0, len(lines) - asked.tail) :]
        self._written, self.is_over, self.waits = cluster.now, log.is_over, log.ends
        text = _printed(lines, timestamps=asked.timestamps).encode(errors="surrogateescape")
        if self._left is None:
            return text
        text = text[: self._left]
        self._left -= len(text)
        self.is_over |= self._left == 0
        return text


def _printed(lines: Sequence[Line], *, timestamps: bool) -> str:
    stamps = [f"{rfc3339_micro(line.instant)[:-1]}000Z " if timestamps else "" for line in lines]
    return "".join(f"{stamp}{line.text}\n" for stamp, line in zip(stamps, lines, strict=True))


def _options(call: Call, pod: Obj) -> LogOptions:
    """StatusError BadRequest, Invalid for options that are wrong. Mirrors ValidatePodLogOptions."""
    request = call.request
    seconds, since_time = number_of(request, "sinceSeconds"), request.parameter("sinceTime")
    tail, limit = number_of(request, "tailLines"), number_of(request, "limitBytes")
    wrong = []
    if request.parameter("tailLines") and tail < 0:
        wrong.append(("tailLines", f"Invalid value: {tail}: must be greater than or equal to 0"))
    if request.parameter("limitBytes") and limit < 1:
        wrong.append(("limitBytes", f"Invalid value: {limit}: must be greater than 0"))
    if request.parameter("sinceSeconds") and since_time:
        wrong.append(("[]", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"))
    elif request.parameter("sinceSeconds") and seconds < 1:
        wrong.append(("sinceSeconds", f"Invalid value: {seconds}: must be greater than 0"))
    if request.parameter("stream"):  # which a gate keeps closed
        wrong.append(("stream", "Forbidden: may not be specified"))
    if wrong:
        causes = tuple(errors.Cause(f"FieldValue{_sort(message)}", message, field) for field, message in wrong)
        raise errors.invalid("PodLogOptions", "", call.name, causes)
    since = call.client.now - seconds * SECOND if seconds else _instant(since_time)
    return LogOptions(
        container_of(call, pod),
        request.flag("follow"),
        request.flag("previous"),
        request.flag("timestamps"),
        since,
        tail if request.parameter("tailLines") else None,
        limit or None,
    )


def _sort(message: str) -> str:
    return "Forbidden" if message.startswith("Forbidden") else "Invalid"


def _instant(text: str) -> int:
    try:
        return parse_time(text) if text else 0
    except ValueError as error:
        raise errors.bad_request(str(error)) from error
