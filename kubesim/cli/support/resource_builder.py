"""Resources that a command line names: TYPE/NAME, TYPE NAME..., TYPE with a selector, or files.

Mirrors cli-runtime pkg/resource (Builder, Result): what may be combined, and the errors for what may not.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj
from kubesim.cli.command import PROGRAM
from kubesim.errors import UserError, aggregated, raise_all
from kubesim.kinds.versions import Served
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kubesim.api.field_selectors import FieldSelector
    from kubesim.api.selectors import Selector
    from kubesim.cli.support.manifests import Files
    from kubesim.cluster import Client, Kinds
    from kubesim.kinds import Names

PROVIDE_RESOURCES = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""

COMBINED = (
    "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
    f"(e.g. '{PROGRAM} get resource/<resource_name>' instead of '{PROGRAM} get resource resource/<resource_name>'"
)

NAMELESS = "resource name may not be empty"


class Info(NamedTuple):
    """One resource that was named. ``obj`` is what a file or a list gave of it; ``source`` is the file."""

    names: Names
    namespace: str
    name: str
    obj: Obj | None = None
    source: str = ""

    def live(self, cluster: Client) -> Obj:
        """The object as the cluster has it; StatusError NotFound."""
        return fetch(cluster, self.names, self.namespace, self.name)

    @property
    def object_name(self) -> str:
        """``deployment.apps/web``, as commands call what they changed."""
        return object_name(self.names, self.name)


def object_name(names: Names, name: str) -> str:
    """``deployment.apps/web``: a resource's singular, group and name. Mirrors NamePrinter."""
    return f"{names.singular}.{names.group}/{name}" if names.group else f"{names.singular}/{name}"


def fetch(cluster: Client, names: Names, namespace: str, name: str) -> Obj:
    """The object of that name; StatusError NotFound, of its namespace where that is what is missing.

    StatusError Forbidden for a user without the right to get it; UserError without a name, for which no
    request can be made.  Mirrors Info.Get.
    """
    try:
        return find(cluster, names, namespace, name)
    except errors.StatusError as error:
        if error.reason == "NotFound" and names.namespaced:
            cluster.get("Namespace", "", namespace)
        raise


def find(cluster: Client, names: Names, namespace: str, name: str, verb: str = "get") -> Obj:
    """What ``fetch`` gives, for a request that does not check that the namespace is there."""
    if not name:
        raise UserError(NAMELESS)
    _require_served(names, verb, name)
    require_verb(names, verb)
    cluster.authorize(verb, names.key, namespace, name)
    cluster.warn_of_deprecation(names.api_version, names.kind)
    found = cluster.find(names.key, namespace, name)
    if found is not None:
        return cluster.kinds.in_version(found, names.api_version) if names.is_custom else found
    raise errors.not_found(names.plural, names.group, name)


def _require_served(names: Names, verb: str, name: str = "") -> None:
    """StatusError NotFound for a version that kubectl remembers and the API server does not serve any more."""
    if not names.is_served:
        from kubesim.cluster.remembered import not_served

        raise not_served(names, verb, name)


def require_verb(names: Names, verb: str) -> None:
    """StatusError MethodNotAllowed for what is not done with a type's objects, as discovery says."""
    if names.verbs and verb not in names.verbs.split():
        why = "the server does not allow this method on the requested resource"
        raise errors.StatusError("MethodNotAllowed", why, 405)


class Request(NamedTuple):
    """What a command line asks for. ``everything`` lets a bare TYPE mean all of that type."""

    args: Sequence[str] = ()
    files: Files | None = None
    namespace: str = "default"
    all_namespaces: bool = False
    selector: str = ""
    field_selector: str = ""
    all: bool = False
    everything: bool = False
    single_type: bool = False

    def resolve(self, cluster: Client) -> Result:
        """What is named, unfetched where it was named by name; UserError for what cannot be combined."""
        if self.all and (self.selector or self.field_selector):
            raise UserError("setting 'all' parameter but found a non empty selector. ")
        tuples, types, names = self._words(cluster.kinds)
        _warn_of_short_names(cluster, [*types, *(word for word, _ in tuples)])
        if self.files is not None:
            self._refuse_words_with_files(tuples, types, names)
            return self._from_files()
        if self.selector or self.field_selector or self.all or (types and not names and self.everything):
            return self._by_selector(cluster, tuples, types, names)
        if tuples:
            return Result(self._by_tuple(cluster.kinds, tuples), len(tuples) == 1, single_items=True)
        if names:
            return Result(self._by_name(cluster.kinds, types, names), len(names) == 1, single_items=True)
        if types:
            for word in types:
                mapping(cluster.kinds, word)
            raise UserError("resource(s) were provided, but no name was specified")
        raise UserError(PROVIDE_RESOURCES)

    def matches(self, kinds: Kinds, obj: Obj) -> bool:
        """Whether an object is one that the selectors pick."""
        if self.field_selector and not _field_selector(self.field_selector).matches(kinds.of(obj), obj):
            return False
        return self._matcher()(obj)

    def _words(self, kinds: Kinds) -> tuple[list[tuple[str, str]], list[str], list[str]]:
        """The arguments as (TYPE/NAME tuples, types, names)."""
        args = _distributed(list(self.args))
        slashes = sum("/" in arg for arg in args)
        if slashes and slashes != len(args):
            raise UserError(COMBINED)
        if slashes:
            return [_split(arg) for arg in args], [], []
        if not args:
            return [], [], []
        return [], _expand_categories(kinds, args[0].split(",")), args[1:]

    @staticmethod
    def _refuse_words_with_files(tuples: list[tuple[str, str]], types: list[str], names: list[str]) -> None:
        if types:
            raise UserError(
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
            )
        if names:
            raise UserError("name cannot be provided when a path is specified")
        if tuples:
            raise UserError("resource/name arguments cannot be provided when a path is specified")

    def _from_files(self) -> Result:
        from kubesim.cli.support.manifests import Manifest

        assert self.files is not None
        found: list[Info | Exception] = []
        matches = self._matcher()
        for item in self.files.read():
            if not isinstance(item, Manifest):
                found.append(item)
            elif matches(item.obj):
                namespace = item.namespace if item.names.namespaced else ""
                found.append(Info(item.names, namespace, item.name, item.obj, item.source))
        return Result(found, self.files.input.name_one_file, single_items=True)

    def _matcher(self) -> Callable[[Obj], bool]:
        if not self.selector:
            return lambda obj: True
        selector = _label_selector(self.selector)
        return lambda obj: selector.matches((obj.get("metadata") or {}).get("labels") or {})

    def _by_selector(
        self, cluster: Client, tuples: list[tuple[str, str]], types: list[str], names: list[str]
    ) -> Result:
        if names:
            raise UserError("name cannot be provided when a selector is specified")
        if tuples:
            raise UserError("selectors and the all flag cannot be used when passing resource/name arguments")
        if not types:
            raise UserError("at least one resource must be specified to use a selector")
        found: list[Info | Exception] = []
        listed: list[Names] = []
        for names_of_type in self._types(cluster.kinds, types):
            namespace = None if self.all_namespaces or not names_of_type.namespaced else self.namespace
            try:
                selector, fields = self._selectors(names_of_type)
                objects = select(cluster, names_of_type, namespace, selector, fields)
            except errors.StatusError as error:
                found.append(error)
                continue
            listed.append(names_of_type)
            found += [_info(names_of_type, obj) for obj in objects]
        return Result(found, single=False, single_items=False, types=tuple(listed))

    def _selectors(self, names: Names) -> tuple[Selector | None, FieldSelector | None]:
        """Both selectors; StatusError for one that the API server does not understand."""
        if not (self.selector or self.field_selector):
            return None, None
        from kubesim.api.field_selectors import unable_to_find
        from kubesim.api.selectors import SelectorError

        try:
            return (
                _label_selector(self.selector) if self.selector else None,
                _field_selector(self.field_selector) if self.field_selector else None,
            )
        except SelectorError as error:
            raise unable_to_find(names, self.selector, self.field_selector, error.message) from error

    def _types(self, kinds: Kinds, words: list[str]) -> list[Names]:
        """The types of comma-separated words, each once."""
        if len(words) > 1 and self.single_type:
            raise UserError("you may only specify a single resource type")
        return list({names.key: names for names in (mapping(kinds, word) for word in words)}.values())

    def _by_tuple(self, kinds: Kinds, tuples: list[tuple[str, str]]) -> list[Info | Exception]:
        found = [(mapping(kinds, word), name) for word, name in tuples]
        if self.single_type and len({names.key for names, _ in found}) > 1:
            raise UserError("you may only specify a single resource type")
        return [Info(names, self._namespace_of(names), name) for names, name in found]

    def _by_name(self, kinds: Kinds, types: list[str], names: list[str]) -> list[Info | Exception]:
        if len(types) > 1:
            raise UserError("you must specify only one resource")
        names_of_type = mapping(kinds, types[0])
        return [Info(names_of_type, self._namespace_of(names_of_type), name) for name in names]

    def _namespace_of(self, names: Names) -> str:
        if not names.namespaced:
            return ""
        if self.all_namespaces:
            raise UserError("a resource cannot be retrieved by name across all namespaces")
        return self.namespace


class Result:
    """What was named, in order, with what could not be read among it.

    ``single`` says that one object was asked for and not a list; ``single_items`` that each was named; ``types`` are
    the types that were listed whole.
    """

    __slots__ = ("items", "single", "single_items", "types")

    def __init__(
        self, items: list[Info | Exception], single: bool, single_items: bool, types: tuple[Names, ...] = ()
    ) -> None:
        self.items = items
        self.single = single
        self.single_items = single_items
        self.types = types

    def infos(self) -> list[Info]:
        """All of it; the first that could not be read is raised."""
        for item in self.items:
            if isinstance(item, Exception):
                raise item
        return [item for item in self.items if isinstance(item, Info)]

    def visit(self, act: Callable[[Info], None], *, reads_first: bool = False) -> int:
        """Do ``act`` to each; what goes wrong with one does not hold up the others, and is raised at the end.

        What could not be read is reported after it as one error, or before it if all is read before anything is done
        (``reads_first``). Returns how many succeeded. Mirrors ContinueOnError.
        """
        wrong: list[Exception] = []
        done = 0
        for item in self.items:
            if isinstance(item, Exception):
                continue
            try:
                act(item)
                done += 1
            except (UserError, errors.StatusError) as error:
                wrong.append(error)
        unread = [item for item in self.items if isinstance(item, Exception)]
        if wrong and unread:
            unread = [_as_one(unread)]
        failures = [*unread, *wrong] if reads_first else [*wrong, *unread]
        raise_all(failures)
        return done

    def __iter__(self) -> Iterator[Info]:
        return iter(self.infos())


def _as_one(several: list[Exception]) -> Exception:
    """Errors within an error among others. Mirrors Aggregate.Error."""
    messages = set(map(str, several))
    return UserError(aggregated(map(str, several))) if len(messages) > 1 else several[0]


def select(
    cluster: Client,
    names: Names,
    namespace: str | None,
    selector: Selector | None = None,
    fields: FieldSelector | None = None,
) -> list[Obj]:
    """The objects of a type that match; StatusError for a field that the type is not selected by."""
    _require_served(names, "list")
    kind = Served(cluster.kinds.load(names.key), names)
    require_verb(names, "list")
    cluster.authorize("list", names.key, namespace, fields=str(fields or ""))
    if fields is not None:
        fields.check(kind, str(selector or ""))
    cluster.warn_of_deprecation(names.api_version, names.kind)
    found = cluster.list(names.key, namespace)
    if names.is_custom:
        found = [cluster.kinds.in_version(obj, names.api_version) for obj in found]
    if selector is not None:
        found = [obj for obj in found if selector.matches(obj["metadata"].get("labels") or {})]
    if fields is not None:
        found = [obj for obj in found if fields.matches(kind, obj)]
    return found


def mapping(kinds: Kinds, word: str) -> Names:
    """The type that a word means; UserError where there is none."""
    names = kinds.resolve(word)
    if names is None:
        raise UserError(f'the server doesn\'t have a resource type "{word.partition(".")[0]}"')
    return names


def _warn_of_short_names(cluster: Client, words: Iterable[str]) -> None:
    for word in words:
        for names in cluster.kinds.shadowed(word):
            cluster.warn(f'short name "{word}" could also match lower priority resource {names.qualified}')


def _info(names: Names, obj: Obj) -> Info:
    meta = obj["metadata"]
    return Info(names, meta.get("namespace", ""), meta["name"], obj)


def _label_selector(text: str) -> Selector:
    from kubesim.api.selector_parser import parse_selector

    return parse_selector(text)


def _field_selector(text: str) -> FieldSelector:
    from kubesim.api.field_selectors import parse_field_selector

    return parse_field_selector(text)


def _distributed(args: list[str]) -> list[str]:
    """``a,b x`` as ``a/x b/x``. Mirrors normalizeMultipleResourcesArgs."""
    types = args[0].split(",") if len(args) > 1 else []
    if len(types) < 2:
        return args
    return [f"{word}/{name}" for word in types for name in args[1:]]


def _split(arg: str) -> tuple[str, str]:
    parts = arg.split("/")
    if len(parts) != 2:
        raise UserError("arguments in resource/name form may not have more than one slash")
    word, name = parts
    if not word or not name or "," in word:
        raise UserError("arguments in resource/name form must have a single resource and name")
    return word, name


def _expand_categories(kinds: Kinds, words: list[str]) -> list[str]:
    """``all`` as the resources of that category."""
    expanded: list[str] = []
    for word in words:
        members = kinds.in_category(word)
        expanded += [names.qualified for names in members] or [word]
    return expanded
