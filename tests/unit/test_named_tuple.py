"""Our NamedTuple is typing's, but for the time it takes to declare one."""

from __future__ import annotations

import typing

import pytest
from kubesim.startup import named_tuple


class Ours(named_tuple.NamedTuple):
    """A place."""

    namespace: str
    name: str = "web"
    labels: Unheard[of] = ()  # type: ignore[name-defined]  # noqa: F821

    @property
    def path(self) -> str:
        return f"{self.namespace}/{self.name}"


class Typings(typing.NamedTuple):
    """A place."""

    namespace: str
    name: str = "web"
    labels: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"{self.namespace}/{self.name}"


def test_it_is_the_tuple_that_typing_declares() -> None:
    ours, typings = Ours("default", labels=("a",)), Typings("default", labels=("a",))
    assert ours == typings == ("default", "web", ("a",))
    assert ours.path == typings.path == "default/web"
    assert repr(ours) == repr(typings).replace("Typings", "Ours")
    assert ours._replace(name="api") == ("default", "api", ("a",))


@pytest.mark.parametrize("attribute", ["_fields", "_field_defaults", "__doc__", "__module__"])
def test_it_tells_of_itself_what_typings_does(attribute: str) -> None:
    assert getattr(Ours, attribute) == getattr(Typings, attribute)


def test_what_has_no_default_must_be_given() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'namespace'"):
        Ours()  # type: ignore[call-arg]


def test_one_may_be_derived_from_another() -> None:
    class Nowhere(Ours):
        @property
        def path(self) -> str:
            return "nowhere"

    assert Nowhere("default").path == "nowhere"
    assert isinstance(Nowhere("default"), Ours)
