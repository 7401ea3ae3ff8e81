"""No bad input hurts: whatever is thrown at a cluster works or is refused in words; nothing hangs, nothing is a bug.

Hypothesis makes the input: the short form runs with the other tests, ``KUBESIM_STRESS=1`` (``make stress``) the long one.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.bench import Bench
from tests.fuzz.command_lines import COLUMNS, JSONPATHS, PATCHES, SELECTORS, TEMPLATES, command_lines
from tests.fuzz.documents import OBJECTS, changed, objects, trees
from tests.fuzz.seeds import SEEDS

if TYPE_CHECKING:
    from collections.abc import Iterator

STRESS = bool(os.environ.get("KUBESIM_STRESS"))


def fuzz(short: int, long: int) -> Any:
    """So many examples in the short form and in the long one, the short form's always the same."""
    examples = long if STRESS else short
    return settings(
        max_examples=examples, deadline=None, derandomize=not STRESS, suppress_health_check=list(HealthCheck)
    )


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("bench")).open() as opened:
        yield opened


@fuzz(20, 4000)
@given(obj=objects())
def test_a_manifest_with_anything_wrong_in_it(bench: Bench, obj: Any) -> None:
    bench.clean()
    bench.write("x.json", json.dumps(obj))
    bench.throw("apply", "-f", "x.json", "--dry-run=server", "-o", "yaml")
    if bench.throw("apply", "-f", "x.json").status == 0:
        bench.throw("sim", "advance", "90s")
        bench.throw("get", "-f", "x.json", "-o", "wide")
        bench.throw("describe", "-f", "x.json")
    bench.throw("apply", "-f", "x.json", "--server-side", "--force-conflicts")
    if bench.throw("replace", "--force", "-f", "x.json").status == 0:
        bench.throw("sim", "settle")
        bench.throw("get", "-f", "x.json", "-o", "wide")
        bench.throw("describe", "-f", "x.json")
    bench.throw("delete", "-f", "x.json")


@st.composite
def spoiled(draw: st.DrawFn, text: str) -> str:
    """A text with pieces of it cut out, doubled, moved, or replaced by something else."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 20)))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.text(max_size=6), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text


PIECES = (
    *(
        "",
        " ",
        "\n",
        "\t",
        ":",
        ": ",
        "- ",
        "---\n",
        "...\n",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        "|\n",
        ">-\n",
        "#",
        "&a ",
        "*a",
        "<<: *a",
    ),
    *(
        "!!binary ",
        "!!python/object/apply:os.system ",
        "!!int ",
        "? ",
        "%YAML 1.1\n",
        "\ufeff",
        "\0",
        "\x85",
        "\u2028",
        "\\ud800",
        "@",
        "`",
    ),
    *(
        "1e999",
        "0x",
        ".inf",
        "~",
        "=",
        "0o9",
        "1:30",
        "2026-01-01",
        "yes",
        "{{.x}}",
        "apiVersion: v1\n",
        "kind: List\nitems:\n",
    ),
)
streams = st.one_of(
    st.sampled_from(sorted(SEEDS)).flatmap(lambda kind: spoiled(SEEDS[kind])),
    st.sampled_from(sorted(SEEDS)).flatmap(lambda kind: spoiled(json.dumps(OBJECTS[kind]))),
    st.text(),
    st.lists(st.sampled_from(PIECES)).map("".join),
    trees.map(json.dumps),
)


@fuzz(60, 10_000)
@given(data=st.one_of(streams.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary()))
def test_text_and_bytes_that_are_no_manifest(bench: Bench, data: bytes) -> None:
    bench.clean()
    bench.write("x.yml", data)
    bench.throw("create", "-f", "x.yml")
    bench.throw("apply", "-f", "x.yml", "--validate=false")
    bench.throw("delete", "-f", "x.yml", "--wait=false")


@fuzz(150, 20_000)
@given(argv=command_lines())
def test_a_command_line_of_any_verb(bench: Bench, monkeypatch: pytest.MonkeyPatch, argv: list[str]) -> None:
    bench.clean()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SEEDS["ConfigMap"].encode())))
    bench.throw(*argv, stdin="y\n")


@fuzz(25, 6000)
@given(patch=st.one_of(st.sampled_from(PATCHES).flatmap(spoiled), trees.map(json.dumps), st.text()), data=st.data())
def test_patches_of_the_three_sorts(bench: Bench, patch: str, data: st.DataObject) -> None:
    bench.clean()
    kind = data.draw(st.sampled_from(("deployment", "pod", "service", "configmap", "ingress", "runtimeclass")))
    for sort in ("strategic", "merge", "json"):
        bench.throw("patch", kind, kind, f"--type={sort}", f"--patch={patch}")
    bench.throw("get", kind, "-o", "wide")
    bench.throw("describe", kind)


@fuzz(25, 6000)
@given(data=st.data())
def test_a_patch_that_changes_the_object_itself(bench: Bench, data: st.DataObject) -> None:
    bench.clean()
    kind = data.draw(st.sampled_from(sorted(OBJECTS)))
    patch = json.dumps(data.draw(changed(OBJECTS[kind])))
    name = OBJECTS[kind]["metadata"]["name"]
    for sort in ("merge", "strategic"):
        bench.throw("patch", kind, name, f"--type={sort}", f"--patch={patch}")
        bench.throw("sim", "advance", "30s")
        bench.throw("describe", kind, name)


expressions = st.one_of(
    st.sampled_from(JSONPATHS).flatmap(spoiled).map("jsonpath={}".format),
    st.sampled_from(TEMPLATES).flatmap(spoiled).map("go-template={}".format),
    st.sampled_from(COLUMNS).flatmap(spoiled).map("custom-columns={}".format),
)


@fuzz(150, 20_000)
@given(
    expression=expressions,
    words=st.sampled_from((("deploy,svc,pods",), ("pod", "pod"), ("nodes",), ("cm", "configmap"))),
)
def test_expressions_that_pick_from_objects(bench: Bench, expression: str, words: tuple[str, ...]) -> None:
    bench.throw("get", *words, "-o", expression)


@fuzz(60, 10_000)
@given(text=st.one_of(st.sampled_from(SELECTORS).flatmap(spoiled), st.text("ab=!,()<> \\.innot", max_size=15)))
def test_selectors(bench: Bench, text: str) -> None:
    bench.throw("get", "pods,deploy", f"--selector={text}")
    bench.throw("get", "pods", f"--field-selector={text}")
    bench.throw("get", "events", f"--field-selector={text}")
    bench.throw("get", "pods", f"--sort-by={text}")


# State files


@st.composite
def garbled(draw: st.DrawFn, data: bytes) -> bytes:
    """A saved state that was cut short, overwritten in places, or had some of it cut out."""
    how = draw(st.sampled_from(("cut", "bytes", "drop", "double")))
    start = draw(st.integers(0, len(data) - 1))
    end = min(len(data), start + draw(st.integers(1, 400)))
    if how == "cut":
        return data[:start]
    if how == "bytes":
        return data[:start] + draw(st.binary(min_size=1, max_size=8)) + data[start + 1 :]
    return data[:start] + (b"" if how == "drop" else data[start:end] * 2) + data[end:]


@fuzz(25, 8000)
@given(data=st.data())
def test_a_garbled_state_is_told_of_and_left_as_it_was(bench: Bench, data: st.DataObject) -> None:
    bench.clean()
    spoilt = data.draw(garbled(bench.state.read_bytes()))
    bench.state.write_bytes(spoilt)
    for argv in (("get", "all", "-A"), ("scale", "deploy", "deployment", "--replicas=5"), ("describe", "pods")):
        answer = bench.throw(*argv)
        if answer.status == 0:
            assert bench.state.read_bytes() != spoilt or argv[0] != "scale"
            continue
        assert answer.status == 1
        assert str(bench.state) in answer.err
        assert bench.state.read_bytes() == spoilt


@fuzz(25, 8000)
@given(data=st.data())
def test_a_state_of_the_right_form_with_anything_in_it(bench: Bench, data: st.DataObject) -> None:
    """Reformatted by hand, a state has no checksums that tell: what is in it is looked at all the same."""
    bench.clean()
    document = json.loads(bench.state.read_bytes())
    part = data.draw(st.sampled_from(sorted(document)))
    document[part] = data.draw(changed(document[part]))
    bench.state.write_text(json.dumps(document, indent=1))
    for argv in (
        ("get", "all,cm,events", "-A", "-o", "wide"),
        ("scale", "deploy", "deployment", "--replicas=5"),
        ("sim", "settle"),
    ):
        bench.throw(*argv)
