"""A kustomization and those below it, accumulated. Mirrors api/internal/target."""

from __future__ import annotations

import posixpath

from kubesim.kustomize import origins
from kubesim.kustomize.configuration import Configuration, load_configuration
from kubesim.kustomize.errors import BuildError, UnsupportedError, within
from kubesim.kustomize.fields import transformers_of
from kubesim.kustomize.files import resources_in_file, resources_in_text
from kubesim.kustomize.generators import generated, generated_account, with_options
from kubesim.kustomize.kustomization import COMPONENT, load_kustomization
from kubesim.kustomize.nodes import plain
from kubesim.kustomize.resource import ResMap, Resource
from kubesim.kustomize.schema import Schema, builtin_schema, schema_of_document
from kubesim.kustomize.structs import GENERATOR_PLUGINS, decoded
from kubesim.kustomize.transformers.plugin import Helpers
from kubesim.kustomize.transformers.registry import configured_transformer, is_transformer, made_transformer
from kubesim.kustomize.transformers.variables import Variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.kustomize.loader import Loader
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.transformers.plugin import Transform

    Warn = Callable[[str], object]

_GENERATORS = {"ConfigMapGenerator": "ConfigMap", "SecretGenerator": "Secret"}
_ACCOUNT_GENERATOR = "IAMPolicyGenerator"


class Accumulator:
    """Resources, the configuration that came with them, and variables. Mirrors ResAccumulator."""

    def __init__(self) -> None:
        self.resources = ResMap()
        self.configuration = Configuration()
        self.variables = Variables()

    def merge(self, other: Accumulator) -> None:
        self.resources.append_all(other.resources.resources)
        self.configuration = self.configuration.merged(other.configuration)
        self.variables.add_all(other.variables)


class Shared:
    """What all kustomizations of a build have in common: where warnings go, and the schema that the first one names.

    ``build_metadata`` is that of the kustomization which is built.
    """

    def __init__(self, warn: Warn, *, allows_charts: bool = False) -> None:
        self.warn = warn
        self.allows_charts = allows_charts
        self.build_metadata: list[str] = []
        self._schema: Schema | None = None

    @property
    def schema(self) -> Schema:
        return self._schema or builtin_schema()

    def name_schema(self, fields: Obj, loader: Loader) -> None:
        """Take the schema that ``openapi`` names, unless there is one."""
        from kubesim.golang.yaml.reader import load_document

        named = fields.get("openapi", {})
        if self._schema is not None or not named:
            return
        if "path" in named:
            document = load_document(loader.load_text(named["path"]))
            if "version" in named:
                raise BuildError("builtin version and custom schema provided, cannot use both")
            self._schema = schema_of_document(document)
        elif named.get("version", "") not in ("", "v1.21.2"):
            raise BuildError("the specified OpenAPI version is not built in")


class Target:
    """A kustomization in its folder; ``folder`` is where it is, seen from the one that is built."""

    def __init__(self, loader: Loader, shared: Shared, folder: str = "") -> None:
        self._loader = loader
        self._shared = shared
        self._folder = folder
        self.file, self.fields = load_kustomization(loader, shared.warn)

    # accumulating

    def accumulate(self, into: Accumulator) -> Accumulator:
        """What the kustomization comes to, names not fixed yet; ``into`` is empty unless this is a component."""
        fields = self.fields
        with within("accumulating resources"):
            into = self._accumulate_paths(into, fields.get("resources", []))
        into.configuration = into.configuration.merged(
            load_configuration(self._loader, fields.get("configurations", []))
        )
        if crds := fields.get("crds"):
            from kubesim.kustomize.crds import load_crds

            with within(f"loading CRDs [{' '.join(crds)}]"):
                into.configuration = into.configuration.merged(load_crds(self._loader, crds))
        self._generate(into)
        with within("accumulating components"):
            into = self._accumulate_components(into)
        self._transform(into)
        for variable in fields.get("vars", ()):
            with within("merging vars"):
                into.variables.declare(variable, into.resources)
        return into

    def _accumulate_paths(self, into: Accumulator, paths: list[str]) -> Accumulator:
        for path in paths:
            try:
                self._accumulate_file(into, path)
            except BuildError as error:
                into = self._accumulate_folder_instead(into, path, error)
        return into

    def _accumulate_file(self, into: Accumulator, path: str) -> None:
        with within(f"accumulating resources from '{path}'"):
            found = ResMap(resources_in_file(self._loader, path))
        if self._shared.build_metadata:
            for resource in found.resources:
                origins.set_origin(resource, origins.path_origin(self._folder, path))
        with within(f"merging resources from '{path}'"):
            into.resources.append_all(found.resources)

    def _accumulate_folder_instead(self, into: Accumulator, path: str, no_file: BuildError) -> Accumulator:
        """Take a path that is no file for a folder."""
        try:
            loader = self._loader.of(path)
        except BuildError as error:
            if no_file.is_malformed:
                raise no_file from None
            raise BuildError(f"accumulation err='{no_file.message}': {error.message}") from None
        with within(f"accumulation err='{no_file.message}'"):
            return self._accumulate_folder(into, loader, path, is_component=False)

    def _accumulate_components(self, into: Accumulator) -> Accumulator:
        from kubesim.golang.quoting import quote

        for path in self.fields.get("components", ()):
            try:
                loader = self._loader.of(path)
            except BuildError as error:
                raise BuildError(f"loader.New {quote(error.message)}") from None
            try:
                into = self._accumulate_folder(into, loader, path, is_component=True)
            except BuildError as error:
                raise BuildError(f"accumulateDirectory: {quote(error.message)}") from None
        return into

    def _accumulate_folder(self, into: Accumulator, loader: Loader, path: str, *, is_component: bool) -> Accumulator:
        with within(f"couldn't make target for path '{loader.root}'"):
            below = Target(loader, self._shared, posixpath.normpath(posixpath.join(self._folder, path)))
        self._shared.name_schema(below.fields, loader)
        kind = below.fields["kind"]
        if is_component and kind != COMPONENT:
            raise BuildError(f"expected kind '{COMPONENT}' for path '{loader.root}' but got '{kind}'")
        if not is_component and kind == COMPONENT:
            raise BuildError(f"expected kind != '{COMPONENT}' for path '{loader.root}'")
        with within(f"recursed accumulation of path '{loader.root}'"):
            found = below.accumulate(into if is_component else Accumulator())
        if is_component:
            return found
        with within(f"recursed merging from path '{loader.root}'"):
            into.merge(found)
        return into

    # generating

    def _generate(self, into: Accumulator) -> None:
        """Add what is generated, once all generators are configured."""
        if charts := self.fields.get("helmCharts"):
            self._refuse_chart(charts[0])
        configured = [(self._generator(config), self._origin_of_config(config)) for config in self._generator_configs()]
        for kind, made in _GENERATORS.items():
            for args in self.fields.get(f"{made[0].lower()}{made[1:]}Generator", ()):
                completed = with_options(args, self.fields.get("generatorOptions"))
                self._absorb(into, generated(made, completed, self._loader), self._origin_of_builtin(kind))
        for generate, origin in configured:
            self._absorb(into, generate(), origin)

    def _refuse_chart(self, chart: Obj) -> None:
        from kubesim.golang.yaml.emitter import dump

        if self._shared.allows_charts:
            raise UnsupportedError(
                "kubesim inflates no Helm charts; name the manifests that helm template makes of them"
            )
        inherited = {"namespace": self.fields["namespace"]} if self.fields.get("namespace") else {}
        config = {**self.fields.get("helmGlobals", {}), **inherited, **chart}
        raise BuildError(
            "trouble configuring builtin HelmChartInflationGenerator with config: "
            f"`\n{dump(config)}`: must specify --enable-helm"
        )

    def _absorb(self, into: Accumulator, resource: Resource, origin: str) -> None:
        if origin:
            origins.set_origin_if_none(resource, origin)
        # Upstream prints where the generator and its origin lie in memory.
        with within(f"merging from generator &{{0xc000180000 {'0xc000180040' if origin else '<nil>'}}}"):
            into.resources.absorb(resource)

    def _generator_configs(self) -> list[Resource]:
        with within("loading generator plugins"):
            return self._configs("generators").resources

    def _generator(self, config: Resource) -> Callable[[], Resource]:
        with within("loading generator plugins: failed to load generator"):
            kind = _builtin_kind(config)
            with within(f"plugin {config.original_id} fails configuration"):
                args = self._generator_args(kind, config)
            if is_transformer(kind):
                raise BuildError(f"plugin {config.original_id} not a generator")
        if kind == _ACCOUNT_GENERATOR:
            return lambda: generated_account(args)
        return lambda: generated(_GENERATORS[kind], args, self._loader)

    def _generator_args(self, kind: str, config: Resource) -> Obj:
        args: Obj = plain(config.obj)
        if is_transformer(kind):
            configured_transformer(kind, args, Helpers(self._loader, self._shared.schema))
        if kind in GENERATOR_PLUGINS:
            named = {"name": config.name, "namespace": config.namespace}
            return {**named, **decoded(args, GENERATOR_PLUGINS[kind])}
        return args

    # transforming

    def _transform(self, into: Accumulator) -> None:
        helpers = Helpers(self._loader, self._shared.schema)
        made = [
            (made_transformer(kind, config, helpers), self._origin_of_builtin(kind))
            for kind, config in transformers_of(self.fields, into.configuration)
        ]
        made += self._configured_transformers("transformers", helpers)
        self._run(into.resources, made)
        for validate, _ in self._configured_transformers("validators", helpers):
            before = [resource.as_json() for resource in into.resources.resources]
            validate(into.resources)
            if [resource.as_json() for resource in into.resources.resources] != before:
                raise BuildError("validator shouldn't modify the resource map")

    def _run(self, resources: ResMap, transformers: list[tuple[Transform, str]]) -> None:
        for transform, origin in transformers:
            transform(resources)
            if origin:
                for resource in resources.resources:
                    origins.add_transformation(resource, origin)
            resources.drop_empty()

    def _configured_transformers(self, field: str, helpers: Helpers) -> list[tuple[Transform, str]]:
        made = []
        for config in self._configs(field).resources:
            kind = _builtin_kind(config)
            if not is_transformer(kind):
                raise BuildError(f"plugin {config.original_id} not a transformer")
            with within(f"plugin {config.original_id} fails configuration"):
                transform = configured_transformer(kind, plain(config.obj), helpers)
            made.append((transform, self._origin_of_config(config)))
        return made

    def _configs(self, field: str) -> ResMap:
        """The configurations under ``generators``, ``transformers`` or ``validators``: texts, files, folders."""
        into = Accumulator()
        paths = []
        for entry in self.fields.get(field, ()):
            try:
                found = resources_in_text(entry)
            except BuildError:
                paths.append(entry)
                continue
            if self._shared.build_metadata:
                for resource in found:
                    origins.set_origin(resource, origins.path_origin(self._folder, self.file))
            into.resources.append_all(found)
        return self._accumulate_paths(into, paths).resources

    # origins

    def _origin_of_builtin(self, kind: str) -> str:
        """What a field's generator or transformer is noted as; empty where nothing is noted."""
        if not self._shared.build_metadata:
            return ""
        file = posixpath.join(self._folder, self.file)
        return origins.configured_origin(file, origins.Configured(origins.BUILTIN, kind))

    def _origin_of_config(self, config: Resource) -> str:
        origin = config.texts("annotations").get(origins.ORIGIN, "")
        if not origin:
            return ""
        by = origins.Configured(config.gvk.api_version, config.kind, config.name, config.namespace)
        return origins.configured_origin(origin.removeprefix("path: ").strip(), by)


def _builtin_kind(config: Resource) -> str:
    """The kind of a configuration; BuildError for that of an external plugin."""
    gvk = config.gvk
    if (gvk.group, gvk.version) != ("", origins.BUILTIN):
        raise BuildError(f"external plugins disabled; unable to load external plugin '{gvk.kind}'")
    if gvk.kind not in (*_GENERATORS, _ACCOUNT_GENERATOR) and not is_transformer(gvk.kind):
        raise BuildError(f"unable to load builtin {gvk}")
    return gvk.kind
