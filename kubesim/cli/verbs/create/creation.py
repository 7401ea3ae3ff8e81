"""What the sub-commands of ``create`` share: the name, an object made of words, and its request.

Mirrors kubectl pkg/cmd/create's options and CreateSubcommandOptions.Run.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.api.wire import as_sent
from kubesim.cli.options import (
    DryRun,
    FieldManager,
    FilenameOptions,
    PrintFlags,
    Raw,
    Record,
    SaveConfig,
    Selector,
    Validate,
)
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of, validation_of, with_source
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FileOptions
    from kubesim.cluster import Client


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


class CreateFromFileOptions(FilenameOptions, CreateOptions):
    """The flags of ``create`` itself. Mirrors upstream's CreateOptions."""

    selector: Selector = ""
    raw: Raw = ""
    record: Record = False
    edit: Annotated[bool, Option(help="Edit the objects before they are created.")] = False
    windows_line_endings: Annotated[bool, Option(help="With --edit, use Windows' line endings.")] = False


def name_argument(inv: Invocation) -> str:
    """The one NAME of the command line. Mirrors NameFromCommandArgs."""
    count = len(inv.args) if inv.dash is None else inv.dash
    if count != 1:
        raise inv.usage_error(f"exactly one NAME is required, got {count}")
    return str(inv.args[0])


def require_name(name: str) -> None:
    """UserError for the empty name, which some of the sub-commands refuse themselves."""
    if not name:
        raise UserError("name must be specified")


def words_after_dash(inv: Invocation) -> list[str]:
    """The command after ``--``."""
    return [] if inv.dash is None else list(inv.args[inv.dash :])


def new_object(kind: str, name: str, **rest: Any) -> Obj:
    """An object of a kind. ``labels`` and ``annotations``, unless empty, go into its metadata."""
    meta: Obj = {"name": name}
    for field in ("labels", "annotations"):
        if value := rest.pop(field, None):
            meta[field] = value
    return {"apiVersion": built_in(kind).api_version, "kind": kind, "metadata": meta, **rest}


def new_container(name: str, image: str, command: Sequence[str]) -> Obj:
    """A container that runs an image, with a command unless that is empty."""
    container: Obj = {"name": name, "image": image}
    return {**container, "command": list(command)} if command else container


class Creation:
    """Creates objects as the flags ask: as a dry run or not, how strictly validated, reported in which format.

    ``failure`` stands before the API server's refusal (``failed to create job:``), if it is not empty. With
    ``saves_config`` --save-config works in a client's dry run too. UserError for values of flags that are not valid.
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
        """Create the object and report it."""
        with self.cluster(asks=False) as cluster:
            self.create_in(cluster, obj, operation)

    def cluster(self, *, asks: bool = True) -> AbstractContextManager[Client]:
        """The cluster to create in; a dry run's is thrown away.

        Without ``asks``, a client's dry run gets an empty one, because it reads nothing.
        """
        return self.session.acting(dry_run=self.dry_run != NONE, local=self.dry_run == CLIENT and not asks)

    def create_in(self, cluster: Client, obj: Obj, operation: str = "created") -> None:
        """Create the object in an open cluster and report it."""
        self.reporter.report(self.made(cluster, obj), operation)

    def made(self, cluster: Client, obj: Obj) -> Obj:
        """The object as created, or as a client's dry run would send it."""
        obj = self._ready(cluster, obj)
        return obj if self.dry_run == CLIENT else self._sent(cluster, obj)

    def _ready(self, cluster: Client, obj: Obj) -> Obj:
        """The object with the flags' metadata, and with the empty fields that Go's encoder writes."""
        from kubesim.api.encode import encode

        obj = as_sent(encode(obj, obj["apiVersion"], obj["kind"]))
        if self.session.enforce_namespace and built_in(obj["kind"]).namespaced:
            obj = with_metadata(obj, namespace=self.session.namespace(cluster))
        obj = recorded(self._inv, obj, record=self._record)
        is_kept = self._save_config or LAST_APPLIED_CONFIG_ANNOTATION in annotations_of(obj)
        return _with_configuration(obj) if is_kept and self._saves_config else obj

    def _sent(self, cluster: Client, obj: Obj) -> Obj:
        from kubesim.cluster import requests

        if built_in(obj["kind"]).namespaced:
            obj = with_metadata(obj, namespace=self.session.namespace(cluster))
        try:
            created = requests.create(cluster, obj, validation=self._validation)
        except StatusError as error:
            if not self._failure:
                raise
            raise UserError(f"{self._failure} {error.message}") from error
        return with_metadata(created, resourceVersion=None) if self.dry_run == SERVER else created


def create_one(cluster: Client, obj: Obj, source: str, validation: str) -> Obj:
    """Create an object of a file; the StatusError or UserError of a refusal names the file, ``source``."""
    from kubesim.cluster import requests

    try:
        return requests.create(cluster, obj, validation=validation)
    except StatusError as error:
        raise with_source("creating", source, error) from error


def _with_configuration(obj: Obj) -> Obj:
    """The object with its own text in the annotation that ``apply`` reads, in the order of Go's types.

    Mirrors util.CreateOrUpdateAnnotation over objects that are not unstructured.
    """
    from kubesim.api.declared_order import in_declared_order
    from kubesim.golang.json import dumps

    others = {key: value for key, value in annotations_of(obj).items() if key != LAST_APPLIED_CONFIG_ANNOTATION}
    text = dumps(in_declared_order(with_metadata(obj, annotations=others or None)), sort_keys=False)
    return with_metadata(obj, annotations={**others, LAST_APPLIED_CONFIG_ANNOTATION: f"{text}\n"})
