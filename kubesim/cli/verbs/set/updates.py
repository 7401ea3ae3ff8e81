"""What the sub-commands of ``set`` share: they find objects, work out the changes, then send or print them.

Mirrors kubectl's set/helper.go (CalculatePatches) and what the Run of each sub-command does with its patches.
"""

from __future__ import annotations

from kubesim.api.encode import encode
from kubesim.api.meta import key_of, with_metadata
from kubesim.cli.options import DryRun, FieldManager, PrintFlags
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.session import Session
from kubesim.cli.support.typed_objects import typed
from kubesim.errors import StatusError, UserError, raise_all
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FileOptions
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client

#: The names of containers; by default ``*``, all of them.
Containers = Annotated[str, Option("c", help="The containers to change; a pattern such as nginx* may be given.")]
NO_RESOURCES = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
LOCAL_SERVER = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
ALL_AND_SELECTOR = "cannot set --all and --selector at the same time"
LOCAL_RESOURCES = (
    "error: you must specify resources by --filename when --local is set.\n"
    "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'"
)


class SetOptions(PrintFlags):
    """The flags that all sub-commands have; each adds its own for files, and some add a selector."""

    dry_run: DryRun = NONE
    field_manager: FieldManager = "kubectl-set"
    all_: Annotated[bool, Option(help="Change every object of the named types.")] = False
    local: Annotated[bool, Option(help="Change what is in the files and print it, without asking the cluster.")] = False


class Target(NamedTuple):
    """One object to change, as the cluster has it, or as the file has it with ``--local``."""

    info: Info
    obj: Obj
    local: bool

    @property
    def name(self) -> str:
        """The object's name in errors. A file's object has a line's end in it, as upstream's. Mirrors ObjectName."""
        names = self.info.names
        if not self.local:
            return f"{names.plural}/{self.info.name}"
        kind = names.kind.lower()
        return f"{kind}.{names.group}/{self.info.name}\n" if names.group else f"{kind}/{self.info.name}"


class Update(NamedTuple):
    """How each object changes.

    ``change`` returns the new object, or the very same one to leave it alone; errors name the object.
    ``complaints`` are reported at the end, whatever becomes of the object. ``operation`` is the word for what was
    done; ``failure`` stands before the API server's refusal. An object that stays as it was is not reported, unless
    ``reports_unchanged``.
    """

    change: Callable[[Target], Obj]
    operation: str
    failure: str
    complaints: Callable[[Target], Sequence[str]] = lambda target: ()
    reports_unchanged: bool = False


class Updating:
    """A command line's objects: ``find`` them, then ``apply`` an update, within a ``with``."""

    def __init__(
        self, inv: Invocation, options: SetOptions, files: FileOptions, *, selector: str = "", record: bool = False
    ) -> None:
        self.inv = inv
        self.local = options.local
        self.dry_run = dry_run_of(inv, options.dry_run)
        self.reporter = Reporter(inv, options, self.dry_run, typed=True)
        self.session = Session.of(inv, files, options.field_manager)
        self._all = options.all_
        self._selector = selector
        self._record = record
        self._acting = self.session.acting(dry_run=self.dry_run != NONE, local=self.local)

    def __enter__(self) -> Updating:
        self.cluster: Client = self._acting.__enter__()
        return self

    def __exit__(self, *error: object) -> bool | None:
        return self._acting.__exit__(*error)  # type: ignore[arg-type]

    def find(self, resources: Sequence[str]) -> list[Target]:
        """The objects that are named; errors for those that cannot be found or read."""
        found: list[Target] = []
        self.request(resources).resolve(self.cluster).visit(lambda info: found.append(self.target(info)))
        return found

    def request(self, resources: Sequence[str]) -> Request:
        """What the command line asks for; ``--local`` ignores words and selectors."""
        files = self.session.files(self.cluster, typed=True, local=self.local)
        if self.local:
            return Request(files=files)
        return Request(
            args=resources,
            files=files,
            namespace=self.session.namespace(self.cluster),
            selector=self._selector,
            everything=self._all,
        )

    def target(self, info: Info) -> Target:
        """One object that is named; StatusError NotFound."""
        if self.local and info.obj:
            return Target(info, typed(info.obj, info.source), local=True)
        return Target(info, fetch(self.cluster, info.names, info.namespace, info.name), local=False)

    def refuse_mixture(self) -> None:
        """UserError for flags that contradict each other."""
        if self.local and self.dry_run == SERVER:
            raise UserError(LOCAL_SERVER)
        if self._all and self._selector:
            raise UserError(ALL_AND_SELECTOR)

    def apply(self, targets: Sequence[Target], update: Update) -> None:
        """Change every object that can be changed, then raise the errors of the others."""
        wrong: list[Exception] = []
        changes = [(target, self._attempt(target, update, wrong)) for target in targets]
        for target, new in changes:
            try:
                if isinstance(new, UserError):
                    raise UserError(f"error: {target.name} {new}\n")
                if new != target.obj or update.reports_unchanged:
                    self.reporter.report(self._sent(new, update.failure), update.operation)
            except UserError as error:
                wrong.append(error)
        raise_all(wrong)

    def _attempt(self, target: Target, update: Update, wrong: list[Exception]) -> Obj | UserError:
        """The new object, with the command line as its change cause if ``--record`` asks for that."""
        try:
            wrong += [UserError(f"error: {complaint}") for complaint in update.complaints(target)]
            new = update.change(target)
        except UserError as error:
            return error
        if new is target.obj:
            return new
        new = encode(new, new["apiVersion"], new["kind"])
        return recorded(self.inv, new, record=self._record)

    def _sent(self, new: Obj, failure: str) -> Obj:
        """The object as the cluster stored it, or as it would be sent in a client's dry run."""
        if self.local or self.dry_run == CLIENT:
            return new
        version = self.cluster.get(*key_of(new))["metadata"]["resourceVersion"]
        try:
            stored = self.cluster.update(new)
        except StatusError as error:
            if not failure:
                raise
            raise UserError(f"{failure} {error.message}") from error
        return with_metadata(stored, resourceVersion=version) if self.dry_run == SERVER else stored


def refuse_local_words(options: SetOptions, resources: Sequence[str]) -> None:
    """UserError for objects named by words: ``--local`` knows only files."""
    if options.local and resources:
        raise UserError(LOCAL_RESOURCES)
