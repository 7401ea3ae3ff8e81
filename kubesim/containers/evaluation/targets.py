"""What programs wait for and try to reach: hosts with their ports, and conditions of objects."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple


class Target(NamedTuple):
    """A host that a program tries to reach, and its port; without ``connects`` it only resolves the name."""

    host: str
    port: int | None
    connects: bool

    @property
    def text(self) -> str:
        """``host``, or ``host:port`` if the program connects; port 0 means none."""
        return f"{self.host}:{self.port or 0}" if self.connects else self.host

    @classmethod
    def of(cls, text: str) -> Target:
        """The target written as ``text``."""
        host, colon, port = text.partition(":")
        return cls(host, int(port or 0) or None, bool(colon))


class Wish(NamedTuple):
    """What a program asks the API for: a condition of objects of a kind, of one name or with some labels."""

    kind: str
    namespace: str
    name: str
    selector: str
    condition: str

    @property
    def text(self) -> str:
        """The five words, with a dash for an empty one."""
        return " ".join(word or "-" for word in self)


Aim = Target | Wish


def aim_of(text: str) -> Aim:
    """The target or wish written as a text."""
    if " " not in text:
        return Target.of(text)
    return Wish(*("" if word == "-" else word for word in text.split(" ")))
