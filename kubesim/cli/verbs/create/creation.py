"""What the sub-commands of ``create`` have in common: a name, an object made from words, and how it is sent.

Mirrors kubectl pkg/cmd/create's options and CreateSubcommandOptions.Run.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.api.wire import as_sent
from kubesim.cli import options
from kubesim.cli.options import DryRun, FieldManager, PrintFlags, SaveConfig, Validate
from kubesim.cli.pflag import Flag
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of, validation_of
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError
from kubesim.kinds import names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FileOptions
    from kubesim.cluster import Cluster


class CreationOptions(PrintFlags):
    """The flags of a verb that makes an object of words, and creates it."""

    dry_run: DryRun = NONE
    field_manager: FieldManager
    save_config: SaveConfig = False
    validate = "strict"


class CreateOptions(CreationOptions):
    """The flags that all sub-commands of ``create`` have."""

    field_manager: FieldManager = "kubectl-create"
    validate: Validate = "strict"


FLAGS: tuple[Flag, ...] = (
    *options.PRINT,
    options.DRY_RUN,
    options.field_manager("kubectl-create"),
    options.SAVE_CONFIG,
    options.VALIDATE,
)


def name_argument(inv: Invocation) -> str:
    """The one NAME of the command line. Mirrors NameFromCommandArgs."""
    count = len(inv.args) if inv.dash is None else inv.dash
    if count != 1:
        raise inv.usage_error(f"exactly one NAME is required, got {count}")
    return str(inv.args[0])


def require_name(name: str) -> None:
    """UserError for the empty name, which some of the sub-commands refuse by themselves."""
    if not name:
        raise UserError("name must be specified")


def words_after_dash(inv: Invocation) -> list[str]:
    """The command after ``--``."""
    return [] if inv.dash is None else list(inv.args[inv.dash :])


def new_object(kind: str, name: str, **rest: Any) -> Obj:
    """An object of a kind with a name; ``labels`` and ``annotations`` that are not empty go into its metadata."""
    meta: Obj = {"name": name}
    for field in ("labels", "annotations"):
        if value := rest.pop(field, None):
            meta[field] = value
    return {"apiVersion": names_of(kind).api_version, "kind": kind, "metadata": meta, **rest}


def new_container(name: str, image: str, command: Sequence[str]) -> Obj:
    """A container that runs an image, with its command if there is one."""
    container: Obj = {"name": name, "image": image}
    return {**container, "command": list(command)} if command else container


class Creation:
    """How a command line has objects created: as a dry run or not, checked how strictly, told of in which form.

    ``failure`` stands before the API server's refusal (``failed to create job:``); without it the refusal stands
    alone. ``saves_config`` is whether a client's dry run keeps the configuration, too, where --save-config asks for it.
    UserError for flags that cannot be understood.
    """

    def __init__(
        self,
        inv: Invocation,
        options: CreationOptions,
        failure: str = "",
        *,
        saves_config: bool = True,
        record: bool = False,
        files: FileOptions | None = None,
    ) -> None:
        self._inv = inv
        self._failure = failure
        self.dry_run = dry_run_of(inv, options.dry_run)
        self.reporter = Reporter(inv, options, self.dry_run, typed=True)
        self._validation = validation_of(options.validate)
        self._save_config = options.save_config
        self._saves_config = saves_config or self.dry_run != CLIENT
        self._record = record
        self.session = Session.of(inv, files, options.field_manager)

    def create(self, obj: Obj, operation: str = "created") -> None:
        """Create the object and tell of it."""
        with self.cluster(asks=False) as cluster:
            self.create_in(cluster, obj, operation)

    def cluster(self, *, asks: bool = True) -> AbstractContextManager[Cluster]:
        """The cluster to create in; a dry run's is thrown away.

        ``asks`` is whether it matters to a client's dry run what there is.
        """
        return self.session.acting(dry_run=self.dry_run != NONE, local=self.dry_run == CLIENT and not asks)

    def create_in(self, cluster: Cluster, obj: Obj, operation: str = "created") -> None:
        """Create the object in a cluster that is open and tell of it."""
        self.reporter.tell(self.made(cluster, obj), operation)

    def made(self, cluster: Cluster, obj: Obj) -> Obj:
        """The object as it was created or, of a client's dry run, as it would be sent."""
        obj = self._ready(cluster, obj)
        return obj if self.dry_run == CLIENT else self._sent(cluster, obj)

    def _ready(self, cluster: Cluster, obj: Obj) -> Obj:
        """The object with what flags put into its metadata; the empty fields that Go does not leave out are there."""
        from kubesim.api.encode import encode

        obj = as_sent(encode(obj, obj["apiVersion"], obj["kind"]))
        if self.session.enforce_namespace and names_of(obj["kind"]).namespaced:
            obj = with_metadata(obj, namespace=self.session.namespace(cluster))
        obj = recorded(self._inv, obj, record=self._record)
        is_kept = self._save_config or LAST_APPLIED_CONFIG_ANNOTATION in annotations_of(obj)
        return _with_configuration(obj) if is_kept and self._saves_config else obj

    def _sent(self, cluster: Cluster, obj: Obj) -> Obj:
        from kubesim.cluster import requests

        if names_of(obj["kind"]).namespaced:
            obj = with_metadata(obj, namespace=self.session.namespace(cluster))
        try:
            created = requests.create(cluster, obj, validation=self._validation)
        except StatusError as error:
            if not self._failure:
                raise
            raise UserError(f"{self._failure} {error.message}") from error
        return with_metadata(created, resourceVersion=None) if self.dry_run == SERVER else created


def _with_configuration(obj: Obj) -> Obj:
    """The object with itself in the annotation that ``apply`` reads, in the order of Go's types.

    Mirrors util.CreateOrUpdateAnnotation over objects that are not unstructured.
    """
    from kubesim.api.declared_order import in_declared_order
    from kubesim.golang.json import dumps

    others = {key: value for key, value in annotations_of(obj).items() if key != LAST_APPLIED_CONFIG_ANNOTATION}
    text = dumps(in_declared_order(with_metadata(obj, annotations=others or None)), sort_keys=False)
    return with_metadata(obj, annotations={**others, LAST_APPLIED_CONFIG_ANNOTATION: f"{text}\n"})
