"""``cache``, ``lru_cache`` and ``cmp_to_key`` as ``functools`` has them, without its import, which brings in much else.

What keeps the results is functools' own, written in C. Type checkers see functools'.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import cache as cache
    from functools import cmp_to_key as cmp_to_key
    from functools import lru_cache as lru_cache
else:
    try:
        from _functools import _lru_cache_wrapper
        from _functools import cmp_to_key as cmp_to_key

        _lru_cache_wrapper(len, 1, False, tuple)
    except (ImportError, TypeError):  # another Python keeps it elsewhere
        from functools import cache, lru_cache
    else:

        def lru_cache(maxsize=128):
            """Keep the results of the last ``maxsize`` calls, or of all if it is None."""

            def decorated(function):
                cached = _lru_cache_wrapper(function, maxsize, False, lambda *counts: counts)
                for name in ("__module__", "__name__", "__qualname__", "__doc__"):
                    setattr(cached, name, getattr(function, name))
                cached.__wrapped__ = function
                return cached

            return decorated

        cache = lru_cache(None)
