"""gzip, gunzip and zcat. What is compressed is real; its bytes are zlib's, which gzip's own are not always."""

from __future__ import annotations

import zlib

from kubesim.containers.evaluation.found import FileError, bytes_of
from kubesim.containers.evaluation.tools.call import Call, Tool, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"  # deflated, without a name and a time, on Unix
_MAGIC = _HEAD[:2]
_SUFFIX = ".gz"
_GZIP = 16 + zlib.MAX_WBITS  # what zlib wants to hear for gzip's form


class _NotCompressed(Exception):  # noqa: N818 - the user's mistake, of which each family has its own words
    """What is to be unpacked was never packed."""


def _run(call: Call) -> Status:
    if call.name in ("gunzip", "zcat"):
        call.flags.add("d")
    if call.name == "zcat":
        call.flags.add("c")
    status: Status = 0
    for word in call.operands or ["-"]:
        try:
            failed = _one(call, word)
        except FileError as error:
            if str(error) != "No such file or directory":
                raise Unknown(f"what {call.name} says of {word}") from None
            _complain(call, f"{word}: {error}")
            failed = 1
        status = failed or status
    return status


def _one(call: Call, word: str) -> int:
    """Pack or unpack one file, or the input; the status."""
    target = "" if word == "-" or call.flags & {"c", "t"} else _target(call, word)
    if target is None:
        return 1 if call.is_busybox else 2
    raw = bytes_of(call.text(word))
    try:
        made = _unpacked(raw) if "d" in call.flags or "t" in call.flags else _packed(raw, call)
    except _NotCompressed:
        shown = "stdin" if word == "-" else word
        magic = "no gzip/bzip2/xz magic" if call.name == "zcat" else "invalid magic"
        _complain(call, magic if call.is_busybox else f"{shown}: not in gzip format", is_late=True)
        return 1
    text = made.decode("utf-8", "surrogateescape")
    if not target:
        call.write("" if "t" in call.flags else text)
        return 0
    files = call.machine.files
    files.write(call.path(target), call.at, text)
    if "k" not in call.flags:
        files.remove(call.path(word), call.at)
    return 0


def _target(call: Call, word: str) -> str | None:
    """The name of the file that is made of another; None, with a complaint, if none is made."""
    found = call.machine.files.look(call.path(word), call.at)
    if found.exists is None:
        raise Unknown(f"whether there is {word}")
    unpacks = "d" in call.flags
    if unpacks != word.endswith(_SUFFIX):
        if not unpacks and call.is_busybox:
            return word + _SUFFIX
        why = "unknown suffix" if unpacks else f"already has {_SUFFIX} suffix"
        end = "ignored" if unpacks else "unchanged"
        colon = ":" if unpacks else ""
        _complain(call, f"{word}{colon} {why} {'-' if call.is_busybox else '--'} {end}")
        return None
    target = word.removesuffix(_SUFFIX) if unpacks else word + _SUFFIX
    if "f" not in call.flags and call.machine.files.find(call.path(target), call.at).exists:
        busybox, others = f"can't open '{target}': File exists", f"{target} already exists;\tnot overwritten"
        _complain(call, busybox if call.is_busybox else others)
        return None
    return target


def _complain(call: Call, text: str, *, is_late: bool = False) -> None:
    """Complain by the name of the program; GNU's gunzip and zcat are gzip, which begins a line where it has begun."""
    if call.is_busybox:
        call.complain(text)
    else:
        call.machine.complain(f"{chr(10) if is_late else ''}gzip: {text}")


def _packed(raw: bytes, call: Call) -> bytes:
    level = next((int(flag) for flag in sorted(call.flags) if flag.isdigit()), 6)
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    size = len(raw) & 0xFFFFFFFF
    end = zlib.crc32(raw).to_bytes(4, "little") + size.to_bytes(4, "little")
    return _HEAD + packer.compress(raw) + packer.flush() + end


def _unpacked(raw: bytes) -> bytes:
    """What was packed, in one piece or in several."""
    made = b""
    while raw:
        if not raw.startswith(_MAGIC):
            raise _NotCompressed
        unpacker = zlib.decompressobj(_GZIP)
        try:
            made += unpacker.decompress(raw)
        except zlib.error:
            raise Unknown("what is in a file that is damaged") from None
        if not unpacker.eof:
            raise Unknown("what is in a file that is cut off")
        raw = unpacker.unused_data
    return made


_LONG = {"stdout": "c", "to-stdout": "c", "decompress": "d", "uncompress": "d", "force": "f", "keep": "k"}
_LONG |= {"test": "t", "quiet": "q", "no-name": "n", "fast": "1", "best": "9"}
TOOLS = {name: Tool(_run, "cdfkntq123456789", "", _LONG) for name in ("gzip", "gunzip", "zcat")}
