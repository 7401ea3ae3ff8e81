"""What is wrong with a path of files, and of ports, wherever in a pod they are."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each


def validate_no_backsteps(target: str, path: str) -> list[FieldError]:
    """Mirrors validatePathNoBacksteps."""
    return [invalid(path, target, "must not contain '..'")] if ".." in target.split("/") else []


def validate_descending(target: str, path: str) -> list[FieldError]:
    """Mirrors validateLocalDescendingPath."""
    wrong = [invalid(path, target, "must be a relative path")] if target.startswith("/") else []
    return wrong + validate_no_backsteps(target, path)


def validate_not_reserved(target: str, path: str) -> list[FieldError]:
    """Mirrors ValidateLocalNonReservedPath."""
    wrong = validate_descending(target, path)
    if target.startswith("..") and not target.startswith("../"):
        wrong.append(invalid(path, target, "must not start with '..'"))
    return wrong


def validate_file_mode(mode: int | None, path: str) -> list[FieldError]:
    if mode is None or 0 <= mode <= 0o777:
        return []
    return [invalid(path, mode, "must be a number between 0 and 0777 (octal), both inclusive")]


def validate_port(port: int | str, path: str) -> list[FieldError]:
    """A port by number or by name. Mirrors ValidatePortNumOrName."""
    wrong = names.is_port_number(port) if isinstance(port, int) else names.is_port_name(port)
    return invalid_for_each(path, port, wrong)
