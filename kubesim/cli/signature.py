"""A verb's flags, read from the signature of its ``run``: the one declaration that parsing, help and typer share.

A keyword-only parameter is a flag, or a group of flags that arrives as one object::

    def run(
        inv: Invocation,
        *,
        watch: Annotated[bool, Option("w", help="Show every change.")] = False,
        selector: Selector = "",
        files: FilenameOptions,
        printing: Annotated[PrintFlags, Defaults(output="yaml")],
        all_: Annotated[bool, Option(help="All of them.")] = False,
        _chunk_size: ChunkSize = 500,
    ) -> None:

The flag has the parameter's name with ``-`` for ``_``; underscores at its ends are for Python (``all_``), or say that
the flag is taken and not used (``_chunk_size``). Its default is the parameter's, or the type's zero. ``Option`` has
what pflag knows of a flag besides.

Annotations are text (``from __future__ import annotations``) and evaluated here in the verb's module, with a small
``Annotated`` in place of typing's: neither typing nor inspect is imported for a command line that just works.
"""

from __future__ import annotations

import sys

from kubesim.cli.pflag import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Annotated as Annotated
    from typing import Any

    from typing_extensions import dataclass_transform

    from kubesim.cli.pflag import FlagType
else:

    class Annotated:
        """What ``Annotated[type, ...]`` is at run time: the type, what the flag is read as, and the metadata."""

        __slots__ = ("defaults", "option", "read_as", "type")

        def __class_getitem__(cls, parts):
            """Declare more of a type, or of one that is annotated already."""
            declared, *metadata = parts
            made = object.__new__(cls)
            is_nested = isinstance(declared, cls)
            made.type = declared.type if is_nested else declared
            made.read_as = declared.read_as if is_nested else declared
            made.option = declared.option if is_nested else _PLAIN
            made.defaults = declared.defaults if is_nested else {}
            for each in metadata:
                if isinstance(each, str):
                    made.read_as = each
                elif isinstance(each, Option):
                    made.option = each
                else:
                    made.defaults = each.values
            return made

    def dataclass_transform(**_kwargs):
        """Nothing to do at run time: it has type checkers know what a group's constructor takes."""
        return lambda cls: cls


class Option:
    """What pflag knows of a flag beside its name, type and default; see ``kubesim.cli.pflag.Flag``."""

    __slots__ = ("choices", "deprecated", "help", "hidden", "no_option_default", "required", "short")

    def __init__(
        self,
        short: str = "",
        *,
        help: str = "",  # noqa: A002
        no_option_default: str = "",
        hidden: bool = False,
        deprecated: str = "",
        required: bool = False,
        choices: tuple[str, ...] = (),
    ) -> None:
        self.short = short
        self.help = help
        self.no_option_default = no_option_default
        self.hidden = hidden
        self.deprecated = deprecated
        self.required = required
        self.choices = choices

    def flag(self, parameter: str, read_as: FlagType, default: Any) -> Flag:
        """The flag of a parameter."""
        return Flag(
            flag_name(parameter), self.short, read_as, default, self.help, self.no_option_default, self.hidden,
            self.deprecated, self.required, self.choices,
        )  # fmt: skip


_PLAIN = Option()


class Defaults:
    """Other defaults for the flags of a group: ``Annotated[PrintFlags, Defaults(output="yaml")]``."""

    __slots__ = ("values",)

    def __init__(self, **values: object) -> None:
        self.values = values


# The types of values that are one type in Python. What each reads is in ``kubesim.cli.pflag``.
Int32 = Annotated[int, "int32"]
Duration = Annotated[int, "duration"]  # milliseconds
GoDuration = Annotated[int, "go duration"]  # milliseconds, of a flag that came from Go's own flag package
StringSlice = Annotated[list[str], "strings"]
StringArray = Annotated[list[str], "array"]
StringMap = Annotated[dict[str, str], "map"]
MapStringString = Annotated[dict[str, str], "pairs"]
Vmodule = Annotated[str, "vmodule"]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class OptionGroup:
    """Flags that go together: each annotated name of a subclass declares one, and an instance has their values.

    As kubectl's FilenameOptions and PrintFlags. Instances do not change.
    """

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    if not TYPE_CHECKING:

        def __setattr__(self, name, value):
            raise AttributeError(f"{type(self).__name__} is frozen")


class Parameter:
    """A parameter that is one flag, or a group with several as its fields."""

    __slots__ = ("fields", "group", "name")

    def __init__(self, name: str, group: type[OptionGroup] | None, fields: tuple[tuple[str, Flag], ...]) -> None:
        self.name = name
        self.group = group
        self.fields = fields


class Signature:
    """The flags of a function, and the way back: what the function takes, of the values that were read."""

    __slots__ = ("flags", "parameters")

    def __init__(self, function: Callable[..., object]) -> None:
        self.parameters = tuple(_parameters(function))
        self.flags = tuple(flag for parameter in self.parameters for _, flag in parameter.fields)

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The keyword arguments of the function; ``values`` are those of the flags, by name."""
        arguments = {}
        for parameter in self.parameters:
            read = {field: values[flag.name] for field, flag in parameter.fields}
            arguments[parameter.name] = read[parameter.name] if parameter.group is None else parameter.group(**read)
        return arguments


def fields_of(group: type[OptionGroup], defaults: Mapping[str, object] = {}) -> tuple[tuple[str, Flag], ...]:
    """The flags of a group by the name of their field, those of the classes that it extends first."""
    fields = {}
    for cls in reversed(group.__mro__):
        space = sys.modules[cls.__module__].__dict__
        for name, text in cls.__annotations__.items() if cls is not object else ():
            default = defaults[name] if name in defaults else getattr(group, name, None)
            fields[name] = _flag(name, _evaluated(text, space), default)
    assert defaults.keys() <= fields.keys(), f"{group.__name__} has no {defaults.keys() - fields.keys()}"
    return tuple(fields.items())


def flag_name(parameter: str) -> str:
    """The name of a parameter's flag."""
    return parameter.strip("_").replace("_", "-")


def _parameters(function: Callable[..., object]) -> Iterator[Parameter]:
    code: Any = function.__code__
    defaults: dict[str, object] = function.__kwdefaults__ or {}
    for name in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        declared = _evaluated(function.__annotations__[name], function.__globals__)
        group = getattr(declared, "type", declared)
        if isinstance(group, type) and issubclass(group, OptionGroup):
            yield Parameter(name, group, fields_of(group, getattr(declared, "defaults", {})))
        else:
            yield Parameter(name, None, ((name, _flag(name, declared, defaults.get(name))),))


def _evaluated(annotation: object, space: dict[str, Any]) -> Any:
    """What an annotation means in its module; one that is no text means itself."""
    if not isinstance(annotation, str):
        return annotation
    return space[annotation] if annotation in space else eval(annotation, space)


def _flag(parameter: str, declared: Any, default: object) -> Flag:
    if isinstance(declared, type):
        return _PLAIN.flag(parameter, declared, default)
    flag: Flag = declared.option.flag(parameter, declared.read_as, default)
    return flag
