"""``NamedTuple`` as ``typing`` has it, for a sixth of the time: what fields are annotated with is not looked at.

typing's own compiles the annotation of every field of every class, and a command line declares some fifty classes
before it does anything.  Type checkers see typing's.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    class _Declaration(type):
        """Turns the body of a class into a named tuple with its fields, defaults, and all else that is in it."""

        def __new__(cls, name, bases, body):  # noqa: ARG004
            fields = body.pop("__annotations__", {})
            defaults = [body.pop(field) for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body.pop("__module__"))
            for attribute, value in body.items():
                setattr(made, attribute, value)
            return made

    NamedTuple = type.__new__(_Declaration, "NamedTuple", (), {})
