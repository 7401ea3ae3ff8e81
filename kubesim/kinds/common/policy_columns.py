"""The columns of admission policies and their bindings. Mirrors printValidatingAdmissionPolicy and its kin."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig


def param_kind(obj: Obj) -> str:
    """The kind of a policy's parameters."""
    kind = dig(obj, "spec", "paramKind")
    return f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else "<unset>"


def param_ref(obj: Obj) -> str:
    """The parameters that a binding refers to."""
    reference = dig(obj, "spec", "paramRef")
    if not reference:
        return "<unset>"
    if reference.get("name"):
        return f"{reference.get('namespace') or '*'}/{reference['name']}"
    return _go_selector(reference["selector"]) if "selector" in reference else "<unset>"


def _go_selector(selector: Obj) -> str:
    """A label selector as Go's generated String prints it."""
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{one.get('key', '')},Operator:{one.get('operator', '')},"
        f"Values:[{' '.join(one.get('values') or ())}],}},"
        for one in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
