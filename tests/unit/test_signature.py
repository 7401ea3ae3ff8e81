"""Flags read from a signature: their names, types and defaults, groups, and the way back to the function."""

from __future__ import annotations

import pytest
from kubesim.cli import pflag
from kubesim.cli.options import FilenameOptions, PrintFlags, Selector
from kubesim.cli.pflag import Flag, FlagSet
from kubesim.cli.signature import (
    Annotated,
    Defaults,
    Duration,
    Int32,
    Option,
    OptionGroup,
    Signature,
    StringMap,
    StringSlice,
    fields_of,
)


class Pair(OptionGroup):
    """Two flags that go together."""

    left: Annotated[Int32, Option("l", help="The left one.")] = 1
    right: bool = False
    neither = "no flag"


class Triple(Pair):
    """And one more; the right one has other words."""

    right: Annotated[bool, Option(help="The right one.")] = True
    third: StringSlice


def run(
    inv: object,
    *,
    watch: Annotated[bool, Option("w", help="Follow.")] = False,
    all_: bool = True,
    timeout: Annotated[Duration, Option(help="How long.", hidden=True)] = 1000,
    to_revision: int = 0,
    labels: Annotated[StringMap, Option(required=True)],
    _unused: Annotated[str, Option(no_option_default="x", choices=("x", "y"), deprecated="gone")] = "",
    pair: Annotated[Pair, Defaults(left=7)],
) -> None:
    """Something to read flags from."""


def test_a_keyword_is_a_flag_with_what_its_annotation_says() -> None:
    assert Signature(run).flags == (
        Flag("watch", "w", bool, False, "Follow."),
        Flag("all", "", bool, True),
        Flag("timeout", "", "duration", 1000, "How long.", hidden=True),
        Flag("to-revision", "", int, 0),
        Flag("labels", "", "map", None, required=True),
        Flag("unused", "", str, "", no_option_default="x", deprecated="gone", choices=("x", "y")),
        Flag("left", "l", "int32", 7, "The left one."),
        Flag("right", "", bool, False),
    )


def test_values_come_back_as_keywords_and_groups() -> None:
    signature = Signature(run)
    argv = ["-w", "--all=false", "--timeout=2s", "--labels=a=b", "--right", "--unused"]
    arguments = signature.arguments(pflag.parse(argv, FlagSet(signature.flags)).values)
    pair = arguments.pop("pair")
    assert arguments == {
        "watch": True,
        "all_": False,
        "timeout": 2000,
        "to_revision": 0,
        "labels": {"a": "b"},
        "_unused": "x",
    }
    assert (pair.left, pair.right, pair.neither) == (7, True, "no flag")


def test_a_group_extends_another_and_may_say_more_of_its_flags() -> None:
    assert dict(fields_of(Triple)) == {
        "left": Flag("left", "l", "int32", 1, "The left one."),
        "right": Flag("right", "", bool, True, "The right one."),
        "third": Flag("third", "", "strings", None),
    }


def test_a_group_is_frozen() -> None:
    pair = Pair(left=3)
    with pytest.raises(AttributeError, match="Pair is frozen"):
        pair.left = 4  # type: ignore[misc]
    assert (pair.left, pair.right) == (3, False)


def test_names_may_come_from_where_the_function_is() -> None:
    def picks(inv: object, *, selector: Selector = "", files: FilenameOptions, printing: PrintFlags) -> None:
        """Something whose annotations are names."""

    names = [flag.name for flag in Signature(picks).flags]
    assert names[:4] == ["selector", "filename", "recursive", "kustomize"]
    assert names[4:] == ["allow-missing-template-keys", "output", "show-managed-fields", "template"]
