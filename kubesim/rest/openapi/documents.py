"""Whole documents: the paths of resources, and the schemas that they speak of."""

from __future__ import annotations

from kubesim.api.meta import api_version_of
from kubesim.rest.openapi.schemas import Schemas, group_version_kind
from kubesim.rest.subresources import subresources_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Client
    from kubesim.kinds import Names

_INFO = {"title": "Kubernetes", "version": "v1.36.2"}
_PATCH_TYPES = ("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json")
_STRATEGIC = "application/strategic-merge-patch+json"
#: The methods of each verb of discovery, on all objects of a place and on one.
_ON_ALL = {"list": "get", "create": "post", "deletecollection": "delete"}
_ON_ONE = {"get": "get", "update": "put", "patch": "patch", "delete": "delete"}
_WRITES = ("post", "put", "patch")


def served_kinds(client: Client) -> dict[str, list[Names]]:
    """The kinds of every group's version, by their place: ``apis/apps/v1``."""
    found: dict[str, list[Names]] = {}
    for names in client.kinds.all():
        for version in names.served:
            api_version = api_version_of(names.group, version)
            exact = client.kinds.names_for(api_version, names.kind)
            if exact is not None:
                found.setdefault(f"apis/{api_version}" if names.group else f"api/{version}", []).append(exact)
    return found


def document(client: Client, kinds: Sequence[Names]) -> Obj:
    """The OpenAPI 3 document of a group's version."""
    schemas = Schemas()
    definitions = {names.kind: _add(client, schemas, names) for names in kinds}
    paths: Obj = {}
    for names in kinds:
        definition = definitions[names.kind]
        reference = schemas.named(definition) if definition else {}
        paths.update(_paths(client, names, reference, is_swagger=False))
    return {
        "openapi": "3.0.0",
        "info": _INFO,
        "paths": paths,
        "components": {"schemas": {name: schemas.made[name] for name in sorted(schemas.made)}},
    }


def swagger(client: Client) -> Obj:
    """The OpenAPI 2 document of all groups."""
    schemas = Schemas(swagger=True)
    paths: Obj = {}
    for kinds in served_kinds(client).values():
        for names in kinds:
            definition = _add(client, schemas, names)
            reference = schemas.named(definition) if definition else {}
            paths.update(_paths(client, names, reference, is_swagger=True))
    return {
        "swagger": "2.0",
        "info": _INFO,
        "paths": {path: paths[path] for path in sorted(paths)},
        "definitions": {name: schemas.made[name] for name in sorted(schemas.made)},
    }


def _add(client: Client, schemas: Schemas, names: Names) -> str:
    if "." not in names.key:
        return schemas.of_kind(names)
    from kubesim.rest.openapi.custom_resources import add

    return add(client, schemas, names)


def _paths(client: Client, names: Names, reference: Obj, *, is_swagger: bool) -> Obj:
    """The paths of a resource and its parts."""
    root = f"/apis/{names.api_version}" if names.group else f"/api/{names.version}"
    place = f"{root}/namespaces/{{namespace}}/{names.plural}" if names.namespaced else f"{root}/{names.plural}"
    verbs = names.verbs.split()
    found = {
        place: _methods(names, names.kind, _chosen(_ON_ALL, verbs), reference, is_swagger=is_swagger),
        f"{place}/{{name}}": _methods(names, names.kind, _chosen(_ON_ONE, verbs), reference, is_swagger=is_swagger),
    }
    if names.namespaced and "list" in verbs:
        listing = _methods(names, names.kind, ["get"], reference, is_swagger=is_swagger)
        found[f"{root}/{names.plural}"] = listing
    for part, (kind, api_version, part_verbs) in subresources_of(client, names).items():
        methods = _chosen({**_ON_ONE, "create": "post"}, part_verbs.split())
        group, _, version = api_version.rpartition("/")
        of_part = names._replace(group=group, version=version) if api_version else names
        content = reference if kind == names.kind else {}
        found[f"{place}/{{name}}/{part}"] = _methods(of_part, kind, methods, content, is_swagger=is_swagger)
    return {path: methods for path, methods in found.items() if methods}


def _chosen(methods: dict[str, str], verbs: Iterable[str]) -> list[str]:
    return [methods[verb] for verb in verbs if verb in methods]


def _methods(names: Names, kind: str, methods: Iterable[str], reference: Obj, *, is_swagger: bool) -> Obj:
    return {method: _operation(names, kind, method, reference, is_swagger=is_swagger) for method in sorted(methods)}


def _operation(names: Names, kind: str, method: str, reference: Obj, *, is_swagger: bool) -> Obj:
    operation: Obj = {
        "responses": {"200": _response(reference, is_swagger=is_swagger), "401": {"description": "Unauthorized"}},
        "x-kubernetes-group-version-kind": group_version_kind(names, kind),
    }
    if method in _WRITES:
        operation["parameters"] = [
            _parameter(name, is_swagger=is_swagger) for name in ("dryRun", "fieldManager", "fieldValidation")
        ]
        if not is_swagger:
            patch_types = _PATCH_TYPES if "." in names.key else (*_PATCH_TYPES, _STRATEGIC)
            types = patch_types if method == "patch" else ("*/*",)
            content = {"schema": reference or {"type": "object"}}
            operation["requestBody"] = {"content": dict.fromkeys(types, content)}
    return operation


def _response(reference: Obj, *, is_swagger: bool) -> Obj:
    response: Obj = {"description": "OK"}
    if not reference:
        return response
    if is_swagger:
        return {**response, "schema": reference}
    return {**response, "content": {"application/json": {"schema": reference}}}


def _parameter(name: str, *, is_swagger: bool) -> Obj:
    schema = {"type": "string", "uniqueItems": True}
    return {"name": name, "in": "query", **(schema if is_swagger else {"schema": schema})}
