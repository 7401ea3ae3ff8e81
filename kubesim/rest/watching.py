"""Watches: the events of a kind's objects, from a version on. Mirrors apiserver's handlers/watch.go and the cacher."""

from __future__ import annotations

from kubesim.api.meta import with_metadata
from kubesim.cluster import Client
from kubesim.errors import bad_request
from kubesim.golang.json import dumps
from kubesim.kinds.versions import Served
from kubesim.rest import rendering
from kubesim.rest.encoding import empty, line_of_text, ordered
from kubesim.rest.list_options import list_options, version_number
from kubesim.rest.listing import expired, listed_objects, too_large
from kubesim.rest.negotiation import PARTIAL_LIST, TABLE, form_of
from kubesim.rest.statuses import status_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Change, Cluster
    from kubesim.rest.call import Call

ADDED, MODIFIED, DELETED, BOOKMARK, ERROR = "ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"
_MOST_EVENTS = 100  # that are kept for other watches
_INITIAL_EVENTS_END = "k8s.io/initial-events-end"


class Watch:
    """The events that one request for a watch gets; StatusError where it is refused.

    ``history`` gives the changes since a version, each with its own, or None where they are not kept any more.
    """

    content_type = "application/json"
    #: The headers of the answer beside it.
    headers: tuple[tuple[str, str], ...] = ()

    def __init__(self, call: Call) -> None:
        call.client.authorize("watch", call.names.key, call.namespace or None, call.name)
        call.client.warn_of_deprecation(call.names.api_version, call.names.kind)
        self._call = call
        self._form = form_of(call.request, streams=True)
        if self._form.media_type.converted == PARTIAL_LIST:
            raise rendering.no_list(call)
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

    @property
    def converts(self) -> bool:
        """Whether a webhook may be asked, through the cluster, for the version of objects that is watched."""
        return self._call.names.is_custom and len(self._call.names.served) > 1

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
            too_old = expired(f"too old resource version: {self.since} ({current})")
            yield _line(ERROR, dumps(status_of(too_old), sort_keys=False))
        else:
            for change, version in missed:
                yield from self.events(change, version)

    def events(self, change: Change, version: int) -> Iterator[bytes]:
        """What a change of a version is for this watch: an event, or nothing."""
        key = change.key
        if key.kind == self.kind and self._call.namespace in ("", key.namespace):
            yield from self._seen(change.old, change.new, version)

    def _seen(self, old: Obj | None, new: Obj | None, version: int = 0) -> Iterator[bytes]:
        """The event for an object that was and is so; one that is picked no longer is deleted for this watch."""
        before, after = self._picked(old), self._picked(new)
        if after is not None:
            yield self._event(ADDED if before is None else MODIFIED, after)
        elif before is not None:
            yield self._event(DELETED, before, version)

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
            return _line(
                BOOKMARK, dumps(bookmark_table(kind, mark, self._form.media_type.meta_version), sort_keys=False)
            )
        return _line(BOOKMARK, dumps(ordered(mark), sort_keys=False))

    def _event(self, type_: str, obj: Obj, version: int = 0) -> bytes:
        """An event that shows an object, as of a version if it is given; many watches may get the same one."""
        media_type = self._form.media_type
        if media_type.converted == TABLE:
            return self._written(type_, obj, version)
        lines: dict[tuple[object, ...], tuple[Obj, bytes]] = self._call.client.cluster.caches.setdefault("events", {})
        key = (type_, id(obj), version, media_type.converted, media_type.meta_version)
        source, line = lines.get(key, (None, b""))
        if source is not obj:
            if len(lines) >= _MOST_EVENTS:
                lines.clear()
            line = self._written(type_, obj, version)
            lines[key] = obj, line  # as long as the object is kept, nothing else has its id
        return line

    def _written(self, type_: str, obj: Obj, version: int) -> bytes:
        shown = with_metadata(obj, resourceVersion=str(version)) if version else obj
        text = rendering.text_of(self._call, self._form, shown, headers=self._headers)
        self._headers = False
        return _line(type_, text)


def _line(type_: str, text: str) -> bytes:
    """An event that shows something of which the JSON text is given."""
    return line_of_text(f'{{"type":"{type_}","object":{text}}}')
