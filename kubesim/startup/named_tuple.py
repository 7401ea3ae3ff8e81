"""``NamedTuple`` as ``typing`` has it, for a tenth of the time that declaring one takes.

typing's own compiles the annotation of every field and a constructor for every class, and a command line declares some
fifty classes before it does anything.  Here annotations are not evaluated, and a constructor is compiled once so many
tuples of its class are made that it pays.  Type checkers see typing's.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    try:
        from _collections import _tuplegetter
    except ImportError:  # not the Python that is written in C
        from operator import itemgetter

        def _tuplegetter(index, doc):
            return property(itemgetter(index), doc=doc)

    _FEW = 16  # tuples of a class; making these without a compiled constructor takes less than compiling it

    class _Named(tuple):
        """What all named tuples can do."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012 (nobody changes it)
        _count = 0

        def __new__(cls, /, *values, **named):
            """Make one of the first tuples of a class; then a compiled constructor takes this one's place."""
            declared = next(base for base in cls.__mro__ if "_fields" in base.__dict__)
            declared._count += 1
            arranged = _arranged(declared, values, named) if declared._count <= _FEW else None
            if arranged is not None:
                return tuple.__new__(cls, arranged)
            constructor = _constructor_of(declared)
            declared.__new__ = staticmethod(constructor)
            return constructor(cls, *values, **named)

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            shown = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({shown})"

        def __getnewargs__(self):
            return tuple(self)

    def _arranged(declared, values, named):
        """The values of all fields in order; None where some are missing or too many, which a constructor tells of."""
        left = declared._fields[len(values) :]
        given = {**declared._field_defaults, **named}
        if len(values) > len(declared._fields) or not named.keys() <= set(left) or not given.keys() >= set(left):
            return None
        return (*values, *[given[field] for field in left]) if left else values

    def _constructor_of(declared):
        fields = ", ".join(declared._fields)
        made = eval(f"lambda _cls, {fields}: _new(_cls, ({fields},))", {"_new": tuple.__new__, "__builtins__": {}})
        made.__defaults__ = tuple(declared._field_defaults.values())
        made.__name__, made.__qualname__ = "__new__", f"{declared.__name__}.__new__"
        return made

    class _Declaration(type):
        """Turns the body of a class into a named tuple with its fields, defaults, and all else that is in it."""

        def __new__(cls, name, bases, body):  # noqa: ARG004
            fields = tuple(body.pop("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            getters = {field: _tuplegetter(index, None) for index, field in enumerate(fields)}
            own = {"__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            return type(name, (_Named,), {"__doc__": f"{name}({', '.join(fields)})", **own, **getters, **body})

    NamedTuple = type.__new__(_Declaration, "NamedTuple", (), {})
