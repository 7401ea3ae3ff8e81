"""ASN.1 in DER: elements of a tag, a length and a content. Mirrors what encoding/asn1 reads and writes."""

from __future__ import annotations

import time

from kubesim.startup.named_tuple import NamedTuple

INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8_STRING, PRINTABLE_STRING = 0x02, 0x03, 0x04, 0x06, 0x0C, 0x13
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31

_TRUNCATED = "asn1: syntax error: data truncated"


class Element(NamedTuple):
    """One element; ``raw`` is all of it, with its tag and length."""

    tag: int
    content: bytes
    raw: bytes

    @property
    def children(self) -> list[Element]:
        """The elements that it is made of; ValueError if it is not."""
        return read_all(self.content)


def read(data: bytes) -> Element:
    """The element at the beginning of ``data``; ValueError in Go's words if there is none."""
    if len(data) < 2:
        raise ValueError(_TRUNCATED)
    length, start = data[1], 2
    if length & 0x80:
        size = length & 0x7F
        start += size
        if not 0 < size <= 4 or len(data) < start:
            raise ValueError(_TRUNCATED)
        length = int.from_bytes(data[2:start], "big")
    end = start + length
    if len(data) < end:
        raise ValueError(_TRUNCATED)
    return Element(data[0], data[start:end], data[:end])


def read_all(data: bytes) -> list[Element]:
    """The elements that follow one another in ``data``."""
    found = []
    while data:
        found.append(read(data))
        data = data[len(found[-1].raw) :]
    return found


def write(tag: int, *parts: bytes) -> bytes:
    """An element that holds the parts."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: int) -> bytes:
    """A number that is not negative."""
    return write(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def bit_string(content: bytes, unused: int = 0) -> bytes:
    """``unused`` is how many of the last bits are none."""
    return write(BIT_STRING, bytes((unused,)), content)


def oid(dotted: str) -> bytes:
    """An object identifier: ``2.5.4.3``."""
    first, second, *rest = map(int, dotted.split("."))
    return write(OID, *map(_base_128, (first * 40 + second, *rest)))


def _base_128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


def read_oid(content: bytes) -> str:
    """The dotted form of an identifier's content."""
    numbers, number = [], 0
    for byte in content:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    head = min(numbers[0] // 40, 2) if numbers else 0
    return ".".join(map(str, (head, numbers[0] - 40 * head, *numbers[1:]))) if numbers else ""


def text(value: str) -> bytes:
    """A string, in the plainest type that has its letters. Mirrors asn1.Marshal of a string."""
    is_plain = value.isascii() and all(char.isalnum() or char in " '()+,-./:=?" for char in value)
    return write(PRINTABLE_STRING if is_plain else UTF8_STRING, value.encode())


def instant(milliseconds: int) -> bytes:
    """A time since the epoch."""
    digits = time.strftime("%Y%m%d%H%M%S", time.gmtime(milliseconds // 1000))
    if "1950" <= digits[:4] < "2050":
        return write(UTC_TIME, f"{digits[2:]}Z".encode())
    return write(GENERALIZED_TIME, f"{digits}Z".encode())
