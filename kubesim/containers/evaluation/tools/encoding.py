"""Tools that show bytes in other ways: base64, checksums, xxd, od, hexdump."""

from __future__ import annotations

import base64
import binascii
import re

from kubesim.containers.evaluation.found import FileError, bytes_of
from kubesim.containers.evaluation.tools.call import Call, Tool, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


def _base64(call: Call) -> Status:
    word = (call.operands or ["-"])[0]
    try:
        raw = bytes_of(call.text(word))
    except FileError as error:
        return call.refuse(word, error)
    if "d" in call.flags or "D" in call.flags:
        return _decoded(call, raw)
    text = base64.b64encode(raw).decode()
    width = call.number("w", 76)
    lines = [text[at : at + width] for at in range(0, len(text), width)] if width else [text]
    call.write("".join(f"{line}\n" for line in lines) if width else text)
    return 0


def _decoded(call: Call, raw: bytes) -> Status:
    given = re.sub(rb"\s", b"", raw)
    good = re.match(rb"[A-Za-z0-9+/]*={0,2}", given)
    kept = good[0] if good is not None else b""
    is_whole = len(kept) == len(given) and len(kept) % 4 == 0
    data = kept.rstrip(b"=")
    data = data[: len(data) - (len(data) % 4 == 1)]
    try:
        decoded = base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        decoded = b""
    call.write(decoded.decode("utf-8", "surrogateescape"))
    if is_whole:
        return 0
    if call.is_busybox:
        raise Unknown("what base64 says of such an input")
    call.complain("invalid input")
    return 1


def _sum(call: Call) -> Status:
    import hashlib

    if "c" in call.flags:
        return _checked(call)
    status: Status = 0
    for word in call.operands or ["-"]:
        try:
            digest = hashlib.new(call.name.removesuffix("sum"), bytes_of(call.text(word))).hexdigest()
        except FileError as error:
            is_folder = str(error) == "Is a directory"
            status = call.refuse(word, error, "can't open '{}'" if not is_folder else "{}", "{}")
            continue
        call.write(f"{digest}  {word}\n")
    return status


def _checked(call: Call) -> Status:
    import hashlib

    failed = 0
    for line in call.lines((call.operands or ["-"])[0]):
        digest, _, word = line.rstrip("\n").partition("  ")
        found = hashlib.new(call.name.removesuffix("sum"), bytes_of(call.text(word))).hexdigest()
        call.write(f"{word}: {'OK' if found == digest else 'FAILED'}\n" if "s" not in call.flags else "")
        failed += found != digest
    if failed and "s" not in call.flags:
        plural = "s" if failed > 1 else ""
        did = f"{failed} computed checksum{plural} did NOT match"
        call.complain(f"WARNING: {did}")
    return int(failed > 0)


def _hexdump(call: Call) -> Status:
    """``hexdump -C``, ``hd`` and ``xxd``."""
    is_canonical = call.name == "hd" or "C" in call.flags
    if call.name == "hexdump" and not is_canonical:
        raise Unknown("hexdump without -C")
    raw = _bytes(call)
    if call.name == "xxd":
        _xxd(call, raw)
        return 0
    last = None
    is_starred = False
    for at in range(0, len(raw), 16):
        row = raw[at : at + 16]
        if row == last and "v" not in call.flags:
            call.write("" if is_starred else "*\n")
            is_starred = True
            continue
        last, is_starred = row, False
        halves = [" ".join(f"{byte:02x}" for byte in row[start : start + 8]) for start in (0, 8)]
        call.write(f"{at:08x}  {halves[0]:<23}  {halves[1]:<23}  |{_shown(row)}|\n")
    call.write(f"{len(raw):08x}\n" if raw else "")
    return 0


def _bytes(call: Call) -> bytes:
    raw = b"".join(bytes_of(call.text(word)) for word in call.operands or ["-"])
    raw = raw[call.number("s", 0) if "s" in call.flags and call.name != "xxd" else 0 :]
    limit = call.value("n", call.value("l", call.value("N", "")))
    return raw[: int(limit)] if limit.isdigit() else raw


def _shown(row: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)


def _xxd(call: Call, raw: bytes) -> None:
    if "r" in call.flags:
        text = "".join(re.findall(r"[0-9a-fA-F]{2}", raw.decode("latin-1"))) if "p" in call.flags else None
        if text is None:
            raise Unknown("xxd -r without -p")
        call.write(bytes.fromhex(text).decode("utf-8", "surrogateescape"))
        return
    if "p" in call.flags:
        for at in range(0, len(raw), 30):
            call.write(raw[at : at + 30].hex() + "\n")
        return
    for at in range(0, len(raw), 16):
        row = raw[at : at + 16]
        pairs = " ".join(row[start : start + 2].hex() for start in range(0, 16, 2))
        call.write(f"{at:08x}: {pairs:<39}  {_shown(row)}\n")


_NAMED = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}


def _od(call: Call) -> Status:
    """``od -c``, and ``-t x1``; with or without offsets."""
    kind = "c" if "c" in call.flags else call.value("t", "o2")
    if kind not in ("c", "x1", "x1z") or call.value("A", "o") not in ("o", "n", "x", "d"):
        raise Unknown(f"od -t {kind}")
    raw, base = _bytes(call), call.value("A", "o")
    for at in range(0, len(raw), 16):
        row = raw[at : at + 16]
        cells = [_named(byte) if kind == "c" else f" {byte:02x}" for byte in row]
        call.write(_offset(base, at) + "".join(cells) + "\n")
    call.write(_offset(base, len(raw)) + "\n" if base != "n" else "")
    return 0


def _named(byte: int) -> str:
    text = _NAMED.get(byte) or (chr(byte) if 32 <= byte < 127 else f"{byte:03o}")
    return f"{text:>4}"


def _offset(base: str, at: int) -> str:
    return {"o": f"{at:07o}", "n": "", "x": f"{at:06x}", "d": f"{at:07d}"}[base]


_SUM = Tool(_sum, "csbt", "", {"check": "c", "status": "s"})
TOOLS = {
    "base64": Tool(_base64, "dDi", "w", {"decode": "d", "wrap": "w", "ignore-garbage": "i"}),
    **dict.fromkeys(("md5sum", "sha1sum", "sha256sum", "sha512sum"), _SUM),
    "xxd": Tool(_hexdump, "pr", "l"),
    "hexdump": Tool(_hexdump, "Cv", "ns"),
    "hd": Tool(_hexdump, "v", "ns"),
    "od": Tool(_od, "cv", "tANj", {"format": "t", "address-radix": "A"}),
}
