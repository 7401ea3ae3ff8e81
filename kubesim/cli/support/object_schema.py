"""What kubectl itself checks of an object before it sends it: that it says what it is.

The server checks the rest. Mirrors kubectl pkg/validation.
"""

from __future__ import annotations

from kubesim.errors import UserError, aggregated
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.cluster import Kinds
    from kubesim.kubectl.printers.style import Output

NO_SUPPORT = "cannot perform warn validation if server-side field validation is unsupported, skipping validation"
TURN_OFF = "if you choose to ignore these errors, turn validation off with --validate=false"


def validate(document: Any, source: str, validation: str, kinds: Kinds, err: Output | None) -> None:
    """Check a document as --validate asks; UserError. Mirrors paramVerifyingSchema.ValidateBytes.

    Of what the server does not patch, and so does not check for kubectl, Warn says on ``err`` that nobody checks it.
    """
    if validation == "Strict":
        check_schema(document, source)
    elif validation == "Warn":
        if wrong := aggregated(_kind_problems(document)):
            raise _invalid(source, wrong)
        names = kinds.names_for(document["apiVersion"], document["kind"])
        if err is not None and (names is None or (names.verbs and "patch" not in names.verbs.split())):
            from kubesim.cli.support import klog

            klog.warning(err, "schema.go:145", NO_SUPPORT)


def check_schema(document: Any, source: str) -> None:
    """UserError where kubectl's own schema check finds no object, or one that does not say what it is.

    Of a List it checks the items as well.
    """
    if wrong := schema_problem(document):
        raise _invalid(source, wrong)


def schema_problem(document: Any) -> str:
    """All that is wrong with a document or with a List's items, as one error says it; empty if nothing is."""
    wrong = _kind_problems(document)
    if not wrong and is_list(document):
        items = document.get("items")
        listed = items if isinstance(items, list) else [None]
        wrong = [problem for item in listed for problem in _kind_problems(item)]
    return aggregated(wrong)


def _invalid(source: str, wrong: str) -> UserError:
    return UserError(f"error validating {quote(source)}: error validating data: {wrong}; {TURN_OFF}")


def is_list(document: Obj) -> bool:
    """Whether it is a List of objects of any kinds."""
    return document.get("apiVersion") == "v1" and document.get("kind") == "List"


def _kind_problems(document: Any) -> list[str]:
    """What a document lacks to say what it is; an empty text will do. Mirrors validation.getObjectKind."""
    if not isinstance(document, dict):
        return ["invalid object to validate"]
    wrong: list[str] = []
    for field in ("apiVersion", "kind"):
        value = document.get(field)
        if value is None:
            wrong.append(f"{field} not set")
        elif not isinstance(value, str):
            wrong.append(f"{field} isn't string type")
        elif field == "apiVersion" and value.count("/") > 1:
            wrong.append(f"unexpected GroupVersion string: {value}")
    return wrong
