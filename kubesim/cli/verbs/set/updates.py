"""What the sub-commands of ``set`` have in common: objects are found, changes worked out, then sent or printed.

Mirrors kubectl's set/helper.go (CalculatePatches) and what the Run of each sub-command does with its patches.
"""

from __future__ import annotations

from kubesim.api.encode import encode
from kubesim.api.meta import key_of, with_metadata
from kubesim.cli import options
from kubesim.cli.options import DryRun, FieldManager, PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.support.resources import Request, fetch
from kubesim.cli.support.session import Session
from kubesim.cli.support.typed_objects import typed
from kubesim.errors import Aggregate, StatusError, UserError
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FileOptions
    from kubesim.cli.support.resources import Info
    from kubesim.cluster import Cluster

Containers = Annotated[str, Option("c", help="The containers to change; a pattern such as nginx* may be given.")]
FLAGS = (
    *options.PRINT,
    options.DRY_RUN,
    options.field_manager("kubectl-set"),
    Flag("all", type=bool, help="Change every object of the named types."),
    Flag("local", type=bool, help="Change what is in the files and print it, without asking the cluster."),
)
CONTAINERS = Flag(
    "containers", "c", default="*", help="The containers to change; a pattern such as nginx* may be given."
)

NO_RESOURCES = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
LOCAL_SERVER = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
ALL_AND_SELECTOR = "cannot set --all and --selector at the same time"
LOCAL_RESOURCES = (
    "error: you must specify resources by --filename when --local is set.\n"
    "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'"
)


class SetOptions(PrintFlags):
    """The flags that all of them have; each has others for its files, and may have a selector."""

    dry_run: DryRun = NONE
    field_manager: FieldManager = "kubectl-set"
    all_: Annotated[bool, Option(help="Change every object of the named types.")] = False
    local: Annotated[bool, Option(help="Change what is in the files and print it, without asking the cluster.")] = False


class Target(NamedTuple):
    """One object that is to be changed, as the cluster has it or, with ``--local``, the file."""

    info: Info
    obj: Obj
    local: bool

    @property
    def name(self) -> str:
        """How errors call it; of a file's object, with the line's end that upstream has there. Mirrors ObjectName."""
        names = self.info.names
        if not self.local:
            return f"{names.plural}/{self.info.name}"
        kind = names.kind.lower()
        return f"{kind}.{names.group}/{self.info.name}\n" if names.group else f"{kind}/{self.info.name}"


class Update(NamedTuple):
    """What is to become of each object.

    ``change`` gives the new object, the very same to leave it alone; what it raises is told of the object.
    ``complaints`` are told at the end, whatever comes of the object. ``operation`` says what was done; ``failure``
    stands before the API server's refusal. Objects that stay as they were are not spoken of, unless
    ``tells_unchanged``.
    """

    change: Callable[[Target], Obj]
    operation: str
    failure: str
    complaints: Callable[[Target], Sequence[str]] = lambda target: ()
    tells_unchanged: bool = False


class Updating:
    """One command line's objects under change: ``find`` them, then ``apply`` an update. To be used in a ``with``."""

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
        self.cluster: Cluster = self._acting.__enter__()
        return self

    def __exit__(self, *error: object) -> bool | None:
        return self._acting.__exit__(*error)  # type: ignore[arg-type]

    def find(self, resources: Sequence[str]) -> list[Target]:
        """The objects that are named; if any of them cannot be had, that is all there is to say."""
        found: list[Target] = []
        self.request(resources).resolve(self.cluster).visit(lambda info: found.append(self.target(info)))
        return found

    def request(self, resources: Sequence[str]) -> Request:
        """What the command line asks for; with ``--local``, words and selectors are not looked at."""
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
        """One object that was named; StatusError NotFound."""
        if self.local and info.obj:
            return Target(info, typed(info, info.obj), local=True)
        return Target(info, fetch(self.cluster, info.names, info.namespace, info.name), local=False)

    def refuse_mixture(self) -> None:
        """UserError for flags that contradict each other."""
        if self.local and self.dry_run == SERVER:
            raise UserError(LOCAL_SERVER)
        if self._all and self._selector:
            raise UserError(ALL_AND_SELECTOR)

    def apply(self, targets: Sequence[Target], update: Update) -> None:
        """Change all that can be changed, and then tell what went wrong."""
        wrong: list[Exception] = []
        changes = [(target, self._attempt(target, update, wrong)) for target in targets]
        for target, new in changes:
            try:
                if isinstance(new, UserError):
                    raise UserError(f"error: {target.name} {new}\n")
                if new != target.obj or update.tells_unchanged:
                    self.reporter.tell(self._sent(new, update.failure), update.operation)
            except UserError as error:
                wrong.append(error)
        raise_all(wrong)

    def _attempt(self, target: Target, update: Update, wrong: list[Exception]) -> Obj | UserError:
        """The new object, with the command line if that is to be recorded of objects that are changed."""
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
        """The object as it was stored; of a client's dry run, as it would be sent."""
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


def raise_all(wrong: Sequence[str | Exception]) -> None:
    """Raise what is wrong, be it one thing or several; nothing if nothing is."""
    if wrong:
        raise Aggregate([UserError(one) if isinstance(one, str) else one for one in wrong])


def refuse_local_words(options: SetOptions, resources: Sequence[str]) -> None:
    """UserError for objects that are named by words, of which ``--local`` can know nothing."""
    if options.local and resources:
        raise UserError(LOCAL_RESOURCES)
