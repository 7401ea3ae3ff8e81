"""Identities that seem random and are derived: uids, name suffixes, digests.

All are pure functions of the state's seed and a serial number, so that the same commands on a fresh state give the
same bytes, and a uid need not be saved where its serial is known.
"""

from __future__ import annotations

from kubesim.startup.function_cache import cache, lru_cache

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"  # of generated names: no vowels, no character that can be taken for another

_MASK64 = (1 << 64) - 1
_MASK32 = (1 << 32) - 1
_ODD = 0x9E3779B1
_ODD_INVERSE = pow(_ODD, -1, 1 << 32)


def _mix64(value: int) -> int:
    """A well-spread 64-bit number of ``value``: the finalizer of SplitMix64."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK64
    return value ^ (value >> 31)


@cache
def _mixed(seed: int) -> int:
    return _mix64(seed & _MASK64)


#: How many identities are kept, since whoever saves a state asks for those of its objects again.
_KEPT = 1 << 15


def _stream(seed: int, serial: int, purpose: int) -> int:
    return _mix64(_mixed(seed) ^ _mix64((serial << 8) | purpose))


#: The serials of the uids that were made last, by seed and uid.
_serials: dict[tuple[int, str], int] = {}


def uid_of(seed: int, serial: int) -> str:
    """The uid with that serial (below 2**32): its first 32 bits are a bijection of the serial."""
    head = ((serial ^ (_mixed(seed) & _MASK32)) * _ODD) & _MASK32
    middle, tail = _stream(seed, serial, 1), _stream(seed, serial, 2)
    uid = (
        f"{head:08x}-{middle & 0xFFFF:04x}-4{(middle >> 16) & 0xFFF:03x}-"
        f"{0x8000 | ((middle >> 32) & 0x3FFF):04x}-{tail & 0xFFFFFFFFFFFF:012x}"
    )
    if len(_serials) >= _KEPT:
        _serials.clear()
    _serials[seed, uid] = serial
    return uid


def serial_of(seed: int, uid: str) -> int | None:
    """The serial of a uid that ``uid_of`` made with that seed; None of any other text."""
    known = _serials.get((seed, uid))
    if known is not None:
        return known
    try:
        head = int(uid[:8], 16)
    except ValueError:
        return None
    serial = ((head * _ODD_INVERSE) & _MASK32) ^ (_mixed(seed) & _MASK32)
    return serial if uid_of(seed, serial) == uid else None


def random_letters(seed: int, serial: int, length: int) -> str:
    """The ending of a generated name, in upstream's alphabet."""
    value = _stream(seed, serial, 3)
    letters = []
    for _ in range(length):
        value, digit = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def hex_digest(seed: int, text: str, digits: int = 64) -> str:
    """Hexadecimal digits that stand for ``text``, such as a container's or an image's id."""
    state = _mix64(seed & _MASK64)
    for byte in text.encode():  # as ``_mix64`` does, without a call a byte
        state = ((state ^ byte) + 0x9E3779B97F4A7C15) & _MASK64
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK64
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK64
        state ^= state >> 31
    words = []
    for _ in range(0, digits, 16):
        state = _mix64(state)
        words.append(f"{state:016x}")
    return "".join(words)[:digits]


CONTAINER_ID_PREFIX = "containerd://"


@lru_cache(_KEPT)
def container_id_of(uid: str, name: str, run: int) -> str:
    """The id of the ``run``-th instance of a container of the pod with that uid."""
    return CONTAINER_ID_PREFIX + hex_digest(int(uid.replace("-", ""), 16), f"{name}{run}")
