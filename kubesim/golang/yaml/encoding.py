"""The encodings that a manifest may have. Mirrors golang.org/x/text/encoding/unicode's BOMOverride."""

from __future__ import annotations

# With its byte order mark UTF-8 is passed on as it is, what is no UTF-8 in it included.
_MARKS = (
    (b"\xff\xfe", "utf-16-le", "replace"),
    (b"\xfe\xff", "utf-16-be", "replace"),
    (b"\xef\xbb\xbf", "utf-8", "surrogateescape"),
)


def decoded(data: bytes, errors: str = "replace") -> str:
    """The text of a file: UTF-8, or what its byte order mark says.

    What cannot be decoded is U+FFFD, but after the mark of UTF-8 a surrogate for each byte.  ``errors`` is Python's
    word for what becomes of it where there is no mark.
    """
    for mark, encoding, errors_after_mark in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors_after_mark)
    return data.decode("utf-8", errors)
