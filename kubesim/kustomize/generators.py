"""ConfigMaps and Secrets out of files, env files and literals.

Mirrors api/internal/generators, api/kv and the hash of api/hasher.
"""

from __future__ import annotations

import posixpath

from kubesim.golang import fmt
from kubesim.kustomize.errors import BuildError, within
from kubesim.kustomize.nodes import field, plain
from kubesim.kustomize.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.kustomize.loader import Loader
    from kubesim.kustomize.nodes import Obj

    Pair = tuple[str, bytes]


def generated(kind: str, args: Obj, loader: Loader) -> Resource:
    """The ConfigMap or Secret that a generator's arguments ask for."""
    if not args.get("name"):
        raise BuildError("a configmap must have a name")
    meta: Obj = {"name": args["name"]}
    if args.get("namespace"):
        meta["namespace"] = args["namespace"]
    obj: Obj = {"apiVersion": "v1", "kind": kind, "metadata": meta}
    if kind == "Secret":
        obj["type"] = args.get("type") or "Opaque"
        obj["data"] = {}
    for key, value in sorted(_data(args, loader).items()):
        _put(obj, key, value)
    options = args.get("options") or {}
    for name in ("labels", "annotations"):
        if options.get(name):
            meta[name] = dict(options[name])
    if options.get("immutable"):
        obj["immutable"] = True
    behavior = args.get("behavior")
    behavior = behavior if behavior in ("create", "replace", "merge") else "unspecified"
    return Resource(obj, behavior, needs_hash=not options.get("disableNameSuffixHash"))


def generated_account(args: Obj) -> Resource:
    """The ServiceAccount that an IAMPolicyGenerator asks for."""
    if args.get("cloud") != "gke":
        raise BuildError(f"cloud provider {args.get('cloud', '')} not supported yet")
    account, service = args.get("serviceAccount") or {}, args.get("kubernetesService") or {}
    address = f"{account.get('name', '')}@{account.get('projectId', '')}.iam.gserviceaccount.com"
    meta: Obj = {"annotations": {"iam.gke.io/gcp-service-account": address}, "name": service.get("name", "")}
    if service.get("namespace"):
        meta["namespace"] = service["namespace"]
    return Resource({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta})


def with_options(args: Obj, general: Obj | None) -> Obj:
    """A generator's arguments with ``generatorOptions`` where they say nothing of their own."""
    if general is None:
        return args
    own = args.get("options") or {}
    options: Obj = {
        name: merged
        for name in ("labels", "annotations")
        if (merged := {**(general.get(name) or {}), **(own.get(name) or {})})
    }
    for name in ("disableNameSuffixHash", "immutable"):
        options[name] = bool(own.get(name) or general.get(name))
    return {**args, "options": options}


def _put(obj: Obj, key: str, value: bytes) -> None:
    if obj["kind"] == "Secret":
        obj["data"][key] = _base64(value)
        return
    try:
        obj.setdefault("data", {})[key] = value.decode()
    except UnicodeDecodeError:
        obj.setdefault("binaryData", {})[key] = _base64(value)


def _base64(data: bytes) -> str:
    """Base64 in lines of 70 characters, if it is longer than one."""
    import base64

    text = base64.b64encode(data).decode()
    if len(text) < 70:
        return text
    return "".join(f"{text[start : start + 70]}\n" for start in range(0, len(text), 70))


def _data(args: Obj, loader: Loader) -> dict[str, bytes]:
    data: dict[str, bytes] = {}
    with within("loading KV pairs"):
        pairs = list(_pairs(args, loader))
    for key, value in pairs:
        if key in data:
            raise BuildError(f"configmap {args['name']} illegally repeats the key `{key}`")
        data[key] = value
    return data


def _pairs(args: Obj, loader: Loader) -> Iterator[Pair]:
    envs, literals, files = (args.get(name) or [] for name in ("envs", "literals", "files"))
    with within(f"env source files: {fmt.text(envs)}"):
        for path in envs:
            yield from _pairs_of_lines(loader.load(path))
    with within(f"literal sources {fmt.text(literals)}"):
        for literal in literals:
            yield _pair_of_literal(literal)
    with within(f"file sources: {fmt.text(files)}"):
        for source in files:
            key, path = _file_source(source)
            yield key, loader.load(path)


def _pairs_of_lines(content: bytes) -> Iterator[Pair]:
    for number, raw in enumerate(content.split(b"\n")):
        line = raw.removesuffix(b"\r")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            shown = line.decode("utf-8", "replace")
            raise BuildError(f"line {fmt.text(list(map(str, line)))} has invalid utf8 bytes : {shown}") from None
        text = (text.removeprefix("\ufeff") if number == 0 else text).lstrip()
        key, _, value = text.partition("=")
        if key and not text.startswith("#"):
            yield key, value.encode()


def _pair_of_literal(literal: str) -> Pair:
    key, equals, value = literal.partition("=")
    if not key or not equals:
        raise BuildError(f"invalid literal source {literal}, expected key=value")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return key, value.encode()


def _file_source(source: str) -> tuple[str, str]:
    """The key and the path of ``[KEY=]PATH``."""
    from kubesim.golang.quoting import quote

    key, equals, path = source.partition("=")
    if not equals:
        return posixpath.basename(source.rstrip("/")) or source, source
    if "=" in path:
        raise BuildError(f"source {quote(source)} key name or file path contains '='")
    if not key:
        raise BuildError(f"missing key name for file path {quote(path)} in source {quote(source)}")
    if not path:
        raise BuildError(f"missing file path for key name {quote(key)} in source {quote(source)}")
    return key, path


def hash_of(resource: Resource) -> str:
    """What is appended to the name of a generated resource."""
    import hashlib

    from kubesim.golang.json import dumps

    obj = plain(resource.obj)
    data = field(obj, "data")
    content: Obj = {"kind": resource.kind, "name": "", "data": "" if data is None else data}
    if resource.kind == "Secret":
        content["type"] = field(obj, "type") or ""
    extra = "stringData" if resource.kind == "Secret" else "binaryData"
    if isinstance(field(obj, extra), dict):
        content[extra] = obj[extra]
    digest = hashlib.sha256(dumps(content).encode()).hexdigest()
    return digest[:10].translate(str.maketrans("013ae", "ghkmt"))
