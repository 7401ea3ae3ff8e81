"""A custom resource: the behaviour of a kind that a CustomResourceDefinition made, in one of its versions.

What a schema asks is in ``api/structural``; here is what becomes of an object around it.  Mirrors
apiextensions-apiserver's pkg/registry/customresource and the schemaCoercers of its customresource_handler.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj, dig
from kubesim.kinds.base import Column, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.decode import Decoded
    from kubesim.api.fields import FieldError
    from kubesim.api.managed_fields.schema_types import ResourceType
    from kubesim.kinds import Names
    from kubesim.kinds.base import Admission
    from kubesim.kinds.common.printer_columns import PrinterColumn

#: What a webhook may change of metadata.
_CONVERTED = ("annotations", "labels")
#: What is shown of a resource of which the definition says nothing.
_COLUMN = "Custom resource definition column (in JSONPath format)"
DEFAULT_COLUMNS = ({"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},)


class CustomResource(Kind):
    """A kind as ``names.version`` serves it; ``find_definition`` gives its definition as it is at that moment.

    ``convert`` gives what a conversion's webhook makes of an object for a version (``g/v``), or why it fails.
    """

    has_generation = True

    def __init__(
        self,
        names: Names,
        find_definition: Callable[[], Obj],
        convert: Callable[[Obj, Obj, str], Obj | str] = lambda _, obj, version: {**obj, "apiVersion": version},
    ) -> None:
        super().__init__(names)
        self._find_definition = find_definition
        self._convert = convert
        self._others: dict[str, CustomResource] = {}
        self._definition: Obj = {}
        self._version: Obj = {}
        self._columns: list[PrinterColumn] | None = None

    def served_as(self, api_version: str) -> CustomResource:
        version = api_version.rpartition("/")[2]
        if version == self.names.version:
            return self
        if version not in self._others:
            names = self.names._replace(version=version)
            self._others[version] = CustomResource(names, self._find_definition, self._convert)
        return self._others[version]

    # the definition

    @property
    def version(self) -> Obj:
        """The definition's entry of this version; an empty one once the definition has none."""
        definition = self._find_definition()
        if definition is not self._definition:
            self._definition, self._columns = definition, None
            versions = definition["spec"]["versions"]
            self._version = next((entry for entry in versions if entry["name"] == self.names.version), {})
        return self._version

    @property
    def schema(self) -> Obj | None:
        """The version's openAPIV3Schema."""
        return dig(self.version, "schema", "openAPIV3Schema")  # type: ignore[no-any-return]

    @property
    def has_status_subresource(self) -> bool:
        return dig(self.version, "subresources", "status") is not None

    @property
    def scale(self) -> Obj | None:
        """The paths of the scale subresource; None without one."""
        return dig(self.version, "subresources", "scale")  # type: ignore[no-any-return]

    def schema_type(self, api_version: str) -> ResourceType | None:
        from kubesim.api.managed_fields.schema_types import ResourceType

        kind = self.served_as(api_version)
        return ResourceType(kind.schema, has_status=kind.has_status_subresource)

    # reading

    def decoded(self, obj: Obj, strict: str) -> Decoded:
        """A client's object, pruned and with its defaults; DecodeError in the decoder's words.

        Mirrors schemaCoercingDecoder over unstructuredDefaulter.
        """
        from kubesim.api.decode import read_object_meta, settle
        from kubesim.api.structural.decoding import coerce
        from kubesim.api.structural.defaulting import default

        unknown: list[str] = []
        if "metadata" in obj:
            metadata, dropped = read_object_meta(obj["metadata"])
            obj, unknown = {**obj, "metadata": metadata}, [f"metadata.{field}" for field in dropped]
        read, pruned = coerce(obj, self.schema, preserve=self._preserves)
        found = [f'unknown field "{path}"' for path in (*unknown, *pruned)]
        return settle(default(read, self.schema), found, strict)

    @property
    def _preserves(self) -> bool:
        return bool(dig(self._find_definition(), "spec", "preserveUnknownFields"))

    def wrong_type(self, obj: Obj) -> errors.StatusError:
        """The refusal of an object that calls itself otherwise. Mirrors validateTypeMeta."""
        from kubesim.api.fields import invalid

        expected = (("kind", self.names.kind), ("apiVersion", self.names.api_version))
        wrong = [invalid(field, obj[field], f"must be {given}") for field, given in expected if obj[field] != given]
        group = obj["apiVersion"].rpartition("/")[0]
        causes = tuple(error.cause() for error in wrong)
        return errors.invalid(obj["kind"], group, obj["metadata"].get("name", ""), causes)

    def read(self, obj: Obj) -> Obj:
        """A stored object as this version has it, with the defaults of the version that it is stored in.

        No schema is needed as long as the definition never changed, for what was stored went through it.
        """
        names = self.names
        if obj["apiVersion"] == names.api_version and (not names.is_revised or names.version != names.storage):
            return obj  # it is as it was stored, or was read before
        from kubesim.api.structural.defaulting import default

        return self.pruned(default(obj, self.served_as(obj["apiVersion"]).schema))

    def pruned(self, obj: Obj) -> Obj:
        """An object of another version in this one, without what this one does not know.

        Mirrors schemaCoercingConverter.
        """
        from kubesim.api.structural.decoding import coerce

        return coerce(self._converted(obj), self.schema, preserve=self._preserves).obj

    def _converted(self, obj: Obj) -> Obj:
        """The object in this version; StatusError where a webhook should convert it, and does not.

        Of its metadata a webhook changes labels and annotations alone. Mirrors webhook_converter.go.
        """
        version = self.names.api_version
        conversion = dig(self._find_definition(), "spec", "conversion", default={})
        if conversion.get("strategy") != "Webhook" or obj["apiVersion"] == version:
            return {**obj, "apiVersion": version}
        found = self._convert(conversion["webhook"], obj, version)
        if isinstance(found, str):
            what = f"conversion webhook for {obj['apiVersion']}, Kind={obj['kind']} failed"
            raise errors.StatusError("", f"{what}: {found}", 500)
        given = found.get("metadata") or {}
        meta = {key: value for key, value in obj["metadata"].items() if key not in _CONVERTED}
        return {**found, "metadata": {**meta, **{key: given[key] for key in _CONVERTED if given.get(key)}}}

    # writing

    def admit(self, obj: Obj, admission: Admission) -> None:  # noqa: ARG002
        """Nothing is created once the definition is being deleted. Mirrors forbidCreateAdmission."""
        if "create" not in self.names.verbs:
            names, name = self.names, obj["metadata"].get("name", "")
            why = "create not allowed while custom resource definition is terminating"
            raise errors.forbidden(names.plural, names.group, name, why)

    def prepare_for_create(self, obj: Obj) -> None:
        if self.has_status_subresource:
            obj.pop("status", None)

    def prepare_for_update(self, new: Obj, old: Obj) -> None:
        if not self.has_status_subresource:
            return
        before = self.read(old)
        if "status" in before:
            new["status"] = before["status"]
        else:
            new.pop("status", None)

    def changes_generation(self, new: Obj, old: Obj) -> bool:
        """Any change counts but one of metadata."""
        return _content(new) != _content(self.read(old))

    def with_status(self, old: Obj, new: Obj) -> Obj:
        """The status is all that is written of an object's status subresource."""
        without = {field: value for field, value in old.items() if field != "status"}
        return {**without, "status": new["status"]} if "status" in new else without

    def read_back(self, obj: Obj) -> Obj:
        """With the status that the stored version's schema gives to what was created without one."""
        schema = self.served_as(obj["apiVersion"]).schema
        if "status" in obj or dig(schema or {}, "properties", "status", "default") is None:
            return obj
        from kubesim.api.structural.defaulting import default

        return default(obj, schema)  # type: ignore[no-any-return]

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.api.metadata_validation import validate_metadata
        from kubesim.api.structural.validation import validate

        return validate(self._sent(obj), self.schema, scale=self.scale, found=validate_metadata(obj, self))

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.api.metadata_validation import validate_metadata_update
        from kubesim.api.structural.validation import validate

        found = validate_metadata_update(new, old, self)
        return validate(self._sent(new), self.schema, self.read(old), scale=self.scale, found=found)

    def validate_status_update(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:  # noqa: ARG002
        from kubesim.api.structural.validation import validate_status

        return validate_status(self._sent(new), self.schema, self.read(old), scale=self.scale)

    def _sent(self, obj: Obj) -> Obj:
        return {**obj, "apiVersion": self.names.api_version}

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        found: list[str] = []
        if new["metadata"].get("finalizers"):
            from kubesim.kinds.warnings.custom_resource import finalizer_warnings

            found += finalizer_warnings(new, old)
        if old is not None:
            from kubesim.api.structural.validation import rule_warnings

            found += rule_warnings(self._sent(new), self.schema, self.read(old))
        return found

    # printing and selecting

    @property
    def columns(self) -> Sequence[Column]:
        return (Column("NAME"), *(column.header for column in self._printer_columns()))

    def row(self, obj: Obj, now: int) -> list[str]:
        return [obj["metadata"]["name"], *(column.cell(obj, now) for column in self._printer_columns())]

    def described_columns(self) -> Sequence[Obj]:
        """The columns of the definition as a Table describes them. Mirrors tableconvertor.New."""
        columns: Sequence[Obj] = self.version.get("additionalPrinterColumns") or ()
        return [
            {
                "name": column["name"],
                "type": column["type"],
                "format": column.get("format", ""),
                "description": column.get("description") or f"{_COLUMN}: {column['jsonPath']}",
                "priority": column.get("priority", 0),
            }
            for column, _ in zip(columns, self._printer_columns(), strict=False)
        ]

    def _printer_columns(self) -> list[PrinterColumn]:
        version = self.version
        if self._columns is None:
            from kubesim.kinds.common.printer_columns import printer_columns

            self._columns = printer_columns(version.get("additionalPrinterColumns") or DEFAULT_COLUMNS)
        return self._columns

    def field(self, obj: Obj, path: str) -> str | None:
        known = super().field(obj, path)
        if known is not None:
            return known
        for selectable in self.version.get("selectableFields") or ():
            if selectable["jsonPath"].removeprefix(".") == path:
                from kubesim.kinds.common.printer_columns import selected

                return selected(obj, selectable["jsonPath"])
        return None


def _content(obj: Obj) -> Obj:
    return {field: value for field, value in obj.items() if field not in ("apiVersion", "metadata")}
