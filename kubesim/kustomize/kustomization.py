"""The kustomization file: found, read, its deprecated fields moved. Mirrors api/types/kustomization.go."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError, within
from kubesim.kustomize.structs import KUSTOMIZATION, read_struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.kustomize.loader import Loader
    from kubesim.kustomize.nodes import Obj

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
COMPONENT = "Component"
_FIX = "Run 'kustomize edit fix' to update your Kustomization automatically."
_DEPRECATED = {
    "bases": "resources",
    "commonLabels": "labels",
    "imageTags": "images",
    "patchesJson6902": "patches",
    "patchesStrategicMerge": "patches",
    "vars": "replacements",
}


def load_kustomization(loader: Loader, warn: Callable[[str], object]) -> tuple[str, Obj]:
    """The name of a folder's kustomization file, and its fields; ``warn`` takes a line for each deprecated one."""
    found = {}
    for name in NAMES:
        try:
            found[name] = loader.load_text(name)
        except BuildError:
            continue
    if not found:
        *first, last = (f"'{name}'" for name in NAMES)
        raise BuildError(f"unable to find one of {', '.join(first)} or {last} in directory '{loader.root}'")
    if len(found) > 1:
        raise BuildError(f"Found multiple kustomization files under: {loader.root}\n")
    ((name, text),) = found.items()
    with within("invalid Kustomization"):
        fields = read_struct(text, KUSTOMIZATION)
    for field, instead in _DEPRECATED.items():
        if field in fields:
            experimental = "[EXPERIMENTAL] " if field == "vars" else ""
            warn(f"# Warning: '{field}' is deprecated. Please use '{instead}' instead. {experimental}{_FIX}")
    _check_not_empty(fields)
    _move_deprecated(fields)
    _check_type(fields, loader.root)
    return name, fields


def _check_not_empty(fields: Obj) -> None:
    if not any(value != "" for name, value in fields.items() if name not in ("apiVersion", "kind")):
        raise BuildError("kustomization.yaml is empty")


def _move_deprecated(fields: Obj) -> None:
    for old, new in (("bases", "resources"), ("imageTags", "images")):
        if old in fields:
            fields[new] = [*fields.get(new, ()), *fields.pop(old)]
    _move_charts(fields)
    for generator in ("configMapGenerator", "secretGenerator"):
        for args in fields.get(generator, ()):
            if env := args.pop("env", ""):
                args["envs"] = [*args.get("envs", ()), env]


def _move_charts(fields: Obj) -> None:
    """The older form of helmCharts, as far as an error shows it."""
    names = {"chartName": "name", "chartVersion": "version", "chartRepoUrl": "repo", "values": "valuesFile"}
    for chart in fields.pop("helmChartInflationGenerator", ()):
        moved = {names.get(name, name): value for name, value in chart.items()}
        fields.setdefault("helmCharts", []).append(moved)


def _check_type(fields: Obj, root: str) -> None:
    kind = fields.get("kind") or "Kustomization"
    fields["kind"] = kind
    version = "v1alpha1" if kind == COMPONENT else "v1beta1"
    wrong = [] if kind in ("Kustomization", COMPONENT) else ["kind should be Kustomization or Component"]
    required = f"kustomize.config.k8s.io/{version}"
    if fields.get("apiVersion", "") not in ("", required):
        wrong.append(f"apiVersion for {kind} should be {required}")
    if wrong:
        listed = "\n".join(wrong)
        raise BuildError(f"Failed to read kustomization file under {root}:\n{listed}")
