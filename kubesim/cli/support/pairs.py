"""Arguments of the form RESOURCES... KEY=VALUE... KEY-... Mirrors kubectl's GetResourcesAndPairs and ParsePairs."""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Pairs(NamedTuple):
    """What is to be set, and what is to go."""

    new: dict[str, str]
    removed: list[str]


def split(args: Sequence[str], what: str) -> tuple[list[str], list[str]]:
    """The resources, and the pairs after them; UserError for a resource after a pair. ``what`` names the pairs."""
    resources: list[str] = []
    pairs: list[str] = []
    for arg in args:
        if _is_pair(arg):
            pairs.append(arg)
        elif pairs:
            raise UserError(f"all resources must be specified before {what} changes: {arg}")
        else:
            resources.append(arg)
    return resources, pairs


def _is_pair(arg: str) -> bool:
    return ("=" in arg and arg[0] != "=") or (arg.endswith("-") and arg != "-")


def parse(args: Sequence[str], what: str, *, removes: bool) -> Pairs:
    """KEY=VALUE and, where ``removes``, KEY- arguments; UserError for any others."""
    pairs = Pairs({}, [])
    odd: list[str] = []
    for arg in args:
        if "=" in arg and arg[0] != "=":
            key, _, value = arg.partition("=")
            pairs.new[key] = value
        elif removes and arg.endswith("-") and arg != "-":
            pairs.removed.append(arg[:-1])
        else:
            odd.append(arg)
    if odd:
        raise UserError(f"invalid {what} format: {', '.join(odd)}")
    return pairs
