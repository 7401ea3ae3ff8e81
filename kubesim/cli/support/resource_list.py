"""Amounts of resources as flags give them: ``cpu=200m,memory=512Mi``. Mirrors populateResourceListV1."""

from __future__ import annotations

from kubesim.errors import UserError


def parse_resource_list(text: str) -> dict[str, str]:
    """The amounts by resource, in canonical form; UserError for what is none."""
    from kubesim.api.quantity import canonical

    amounts: dict[str, str] = {}
    for part in text.split(",") if text else ():
        name, found, amount = part.partition("=")
        if not found or "=" in amount:
            raise UserError(f"Invalid argument syntax {part}, expected <resource>=<value>")
        try:
            amounts[name] = canonical(amount)
        except ValueError as error:
            raise UserError(str(error)) from error
    return amounts
