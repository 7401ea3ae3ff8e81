"""The types of files, and paths within a server's root."""

from __future__ import annotations

import posixpath

_TYPES = {
    "html": "text/html",
    "htm": "text/html",
    "css": "text/css",
    "xml": "text/xml",
    "txt": "text/plain",
    "js": "application/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "ico": "image/x-icon",
}


def type_of(path: str, default: str) -> str:
    """The type of a file by the end of its name."""
    return _TYPES.get(path.rpartition("/")[2].rpartition(".")[2].lower() if "." in path else "", default)


def within(root: str, path: str) -> str:
    """The file that a URL's path names below a root, never above it."""
    from urllib.parse import unquote

    inside = posixpath.normpath("/" + unquote(path).lstrip("/"))
    joined = root.rstrip("/") + inside
    return joined + "/" if path.endswith("/") and not joined.endswith("/") else joined
