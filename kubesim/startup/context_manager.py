"""``contextmanager`` and ``suppress`` as ``contextlib`` has them, without its import, which brings in much else.

Type checkers see contextlib's.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import contextmanager as contextmanager
    from contextlib import suppress as suppress
else:

    def contextmanager(function):
        """Make of a generator function what makes context managers: what is before its yield enters, the rest exits."""

        def made(*args, **kwargs):
            return _Generated(function(*args, **kwargs))

        made.__name__, made.__doc__, made.__wrapped__ = function.__name__, function.__doc__, function
        return made

    class _Generated:
        def __init__(self, generator):
            self._generator = generator

        def __enter__(self):
            return next(self._generator)

        def __exit__(self, kind, error, traceback):
            if error is not None:
                return self._throw(error, traceback)
            if next(self._generator, self) is not self:
                raise RuntimeError("generator didn't stop")
            return False

        def _throw(self, error, traceback):
            """Raise an error at the yield; whether the generator has dealt with it."""
            try:
                self._generator.throw(error)
            except StopIteration as end:
                return end is not error
            except BaseException as raised:
                is_wrapped = isinstance(error, StopIteration) and raised.__cause__ is error
                if raised is not error and not is_wrapped:
                    raise
                error.__traceback__ = traceback
                return False
            raise RuntimeError("generator didn't stop after throw()")

    class suppress:  # noqa: N801 (contextlib's name)
        """Go on behind the block where one of these errors is raised in it."""

        def __init__(self, *errors):
            self._errors = errors

        def __enter__(self):
            return None

        def __exit__(self, kind, error, traceback):
            return kind is not None and issubclass(kind, self._errors)
