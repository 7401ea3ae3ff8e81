"""Watches: the events of a kind's objects, from a version on. Mirrors apiserver's handlers/watch.go and the cacher."""

from __future__ import annotations

from kubesim.api.meta import with_metadata
from kubesim.cluster import Client
from kubesim.errors import bad_request
from kubesim.kinds.versions import Served
from kubesim.rest import rendering
from kubesim.rest.encoding import empty, line_of, ordered
from kubesim.rest.list_options import list_options, version_number
from kubesim.rest.listing import expired, listed_objects, too_large
from kubesim.rest.negotiation import TABLE, watch_form_of
from kubesim.rest.statuses import status_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Change, Cluster
    from kubesim.rest.call import Call

ADDED, MODIFIED, DELETED, BOOKMARK, ERROR = "ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"
_INITIAL_EVENTS_END = "k8s.io/initial-events-end"


class Watch:
    """The events that one request for a watch gets; StatusError where it is refused.

    ``history`` gives the changes since a version, each with its own, or None where they are not kept any more.
    """

    content_type = "application/json"

    def __init__(self, call: Call) -> None:
        call.client.authorize("watch", call.names.key, call.namespace or None, call.name)
        call.client.warn_of_deprecation(call.names.api_version, call.names.kind)
        self._call = call
        self._form = watch_form_of(call.request)
        self._served = Served(call.client.kinds.load(call.names.key).served_as(call.names.api_version), call.names)
        self.options = list_options(call.request, self._served, watch=True)
        self._refuse_other_name()
        self._headers = True
        #: The key of the kind that is watched.
        self.kind = call.names.key
        asked = version_number(self.options.resource_version)
        self._refuse_future(asked)
        self._since = asked

    def _refuse_other_name(self) -> None:
        """StatusError BadRequest where one object is asked for by its path, and another by a selector."""
        names = [term.value for term in self.options.fields.terms if term.field == "metadata.name"]
        if self._call.name and names and names != [self._call.name]:
            raise bad_request("fieldSelector metadata.name doesn't match requested name")

    def _refuse_future(self, asked: int) -> None:
        current = int(self._call.client.head["resourceVersion"])
        if asked > current:
            raise too_large(asked, current)

    @property
    def since(self) -> int:
        """The version after which changes are asked for, 0 for all that is there."""
        return 0 if self.options.sends_initial_events else self._since

    @property
    def waits(self) -> bool:
        """Whether one object is watched, by its name, and by no person: a program waits for something to become of it.

        ``kubectl get --watch`` asks for tables, or begins at the version 0; what ``wait`` and its like do is neither.
        """
        is_of_one = any(term.field == "metadata.name" for term in self.options.fields.terms)
        is_shown = self._form.media_type.converted == TABLE or self.options.resource_version == "0"
        return is_of_one and not is_shown

    def adopt(self, cluster: Cluster) -> None:
        """Go on with a cluster that was opened anew."""
        self._call = self._call._replace(client=Client(cluster, self._call.client.context))

    def begin(self, missed: Sequence[tuple[Change, int]] | None) -> Iterator[bytes]:
        """The first events; ``missed`` are the changes after ``since``, None where they are not kept any more."""
        current = int(self._call.client.head["resourceVersion"])
        if self.since == 0:
            if self.options.sends_initial_events is not False:
                for obj in listed_objects(self._call):
                    yield from self._seen(None, obj)
            if self.options.sends_initial_events and self.options.bookmarks:
                yield self.bookmark(current, ends_initial_events=True)
        elif missed is None:
            yield self._line(ERROR, status_of(expired(f"too old resource version: {self.since} ({current})")))
        else:
            for change, version in missed:
                yield from self.events(change, version)

    def events(self, change: Change, version: int) -> Iterator[bytes]:
        """What a change of a version is for this watch: an event, or nothing."""
        key = change.key
        if key.kind == self.kind and self._call.namespace in ("", key.namespace):
            new = change.new
            old = change.old
            if new is None and old is not None:
                old = with_metadata(old, resourceVersion=str(version))
            yield from self._seen(old, new, version)

    def _seen(self, old: Obj | None, new: Obj | None, version: int = 0) -> Iterator[bytes]:
        """The event for an object that was and is so; one that is picked no longer is deleted for this watch."""
        before, after = self._picked(old), self._picked(new)
        if after is not None:
            yield self._event(ADDED if before is None else MODIFIED, after)
        elif before is not None:
            yield self._event(DELETED, with_metadata(before, resourceVersion=str(version)))

    def _picked(self, obj: Obj | None) -> Obj | None:
        """The object in the version that is asked for, if it is."""
        if obj is None:
            return None
        if self._call.name and obj["metadata"]["name"] != self._call.name:
            return None
        served = self._call.client.kinds.in_version(obj, self._call.names.api_version)
        return served if self.options.picks(self._served, served) else None

    def bookmark(self, version: int, *, ends_initial_events: bool = False) -> bytes:
        """An event that says how far the watch has come."""
        meta: Obj = {"resourceVersion": str(version)}
        if ends_initial_events:
            meta["annotations"] = {_INITIAL_EVENTS_END: "true"}
        mark = {**empty(self._call.names), "metadata": meta}
        if self._form.media_type.converted == TABLE:
            from kubesim.rest.tables import bookmark_table

            kind = self._call.client.kinds.load(self.kind)
            return self._line(BOOKMARK, bookmark_table(kind, mark, self._form.media_type.meta_version))
        return self._line(BOOKMARK, ordered(mark))

    def _event(self, type_: str, obj: Obj) -> bytes:
        shown = rendering.converted(self._call, self._form, obj, headers=self._headers)
        self._headers = False
        return self._line(type_, shown)

    def _line(self, type_: str, obj: Obj) -> bytes:
        return line_of({"type": type_, "object": obj})
