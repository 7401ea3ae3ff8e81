"""The state file's text: what a command may rely on, and how damage is noticed."""

from __future__ import annotations

import json
from binascii import crc32
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.cluster.drawers import Drawer, DrawerName
from kubesim.errors import StateError
from kubesim.store import migrations
from kubesim.store.format import Snapshot, parse, render

PATH = "/somewhere/state.json"
HEAD = {"seed": 7, "serial": 12, "resourceVersion": 40, "clock": {"sim": 5, "wall": 6, "speed": 1}, "notes": {}}
DEPLOYMENTS = DrawerName("Deployment", "default", "")
PODS = DrawerName("Pod", "default", "web-854998db69")
NODES = DrawerName("Node", "", "")


def named(name: str, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, **fields}


def drawers() -> dict[DrawerName, Drawer | None]:
    pods = {name: named(name, spec={"image": "nginx", "at": n}) for n, name in enumerate(["web-a", "web-b", "web-c"])}
    return {
        DEPLOYMENTS: Drawer({"web": named("web", é="\u2028")}, {}, 1795400541000),
        PODS: Drawer(pods, {"web-a": {"since": 1}}, None),
        NODES: Drawer({"node-1": named("node-1")}, {}, 17),
    }


def text() -> bytes:
    return b"".join(render(HEAD, None, drawers(), {}))


def inside(drawer: Drawer | None) -> list[Any]:
    assert drawer is not None
    return [drawer.objects, drawer.memory, drawer.wake]


def content(snapshot: Snapshot) -> str:
    loaded = {"/".join(name): snapshot.load(name) for name in snapshot.drawers()}
    parts = {name: inside(drawer) for name, drawer in sorted(loaded.items())}
    return json.dumps([snapshot.head, parts])


WHOLE = content(parse(PATH, text()))


def test_what_was_saved_is_read() -> None:
    snapshot = parse(PATH, text())
    assert snapshot.head == HEAD
    assert {name: inside(snapshot.load(name)) for name in snapshot.drawers()} == {
        name: inside(drawer) for name, drawer in drawers().items()
    }
    assert snapshot.wake(NODES) == 17


def test_the_file_is_one_json_object_a_drawer_a_line() -> None:
    lines = text().decode("ascii").splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        '{"kubesim"',
        '"Deployment/default"',
        '"Node"',
        '"Pod/default/web-854998db69"',
        '"end"',
    ]
    document = json.loads(text())
    assert document["kubesim"]["schema"] == migrations.SCHEMA
    assert document["Deployment/default"]["objects"]["web"]["é"] == "\u2028"


def test_a_drawer_that_did_not_change_is_copied_as_it_is_without_being_parsed() -> None:
    garbled = text().replace(b'"nginx"', b'"xnign"')
    before = parse(PATH, garbled)
    after = b"".join(render({**HEAD, "serial": 13}, before, {NODES: None}, {}))
    line = next(line for line in garbled.splitlines() if line.startswith(b'"Pod'))
    assert line in after.splitlines()
    with pytest.raises(StateError, match="Pod/default/web-854998db69 is garbled"):
        parse(PATH, after).load(PODS)


def test_changed_drawers_are_replaced_and_removed_and_added() -> None:
    services = DrawerName("Service", "default", "")
    changes = {
        NODES: None,
        DEPLOYMENTS: Drawer({"api": named("api")}, {}, 3),
        services: Drawer({"web": named("web")}),
    }
    after = parse(PATH, b"".join(render({**HEAD, "serial": 13}, parse(PATH, text()), changes, {})))
    assert after.head["serial"] == 13
    assert list(after.drawers()) == [DEPLOYMENTS, PODS, services]
    assert inside(after.load(DEPLOYMENTS)) == inside(changes[DEPLOYMENTS])
    assert inside(after.load(PODS)) == inside(drawers()[PODS])


def test_a_wake_up_changes_without_its_drawer_being_written() -> None:
    before = parse(PATH, text())
    after = parse(PATH, b"".join(render(HEAD, before, {}, {PODS: 99, NODES: None})))
    assert [after.wake(name) for name in (DEPLOYMENTS, PODS, NODES)] == [1795400541000, 99, None]
    assert after.line(PODS) == before.line(PODS)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_reformatted_file_is_read_and_saved_in_our_layout_again(indent: int | None) -> None:
    reformatted = json.dumps(json.loads(text()), indent=indent, ensure_ascii=False).encode()
    assert content(parse(PATH, reformatted)) == WHOLE
    assert b"".join(render(HEAD, parse(PATH, reformatted), {}, {})) == text()


@pytest.mark.parametrize("indent", [None, 2])
def test_what_was_edited_by_hand_is_refused_and_stays_so_when_the_rest_is_saved(indent: int | None) -> None:
    edited = json.dumps(json.loads(text().replace(b'"node-1"', b'"node-one"')), indent=indent).encode()
    for snapshot in (parse(PATH, edited), parse(PATH, b"".join(render(HEAD, parse(PATH, edited), {}, {})))):
        assert list(snapshot.load(DEPLOYMENTS).objects) == ["web"]
        with pytest.raises(StateError, match=r"state\.json is damaged: Node is"):
            snapshot.load(NODES)
    with pytest.raises(StateError, match="its head is not as it was saved"):
        parse(PATH, json.dumps(json.loads(text().replace(b'"seed":7', b'"seed":8')), indent=indent).encode())


def test_an_older_schema_is_migrated_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def rename_seed(document: dict[str, Any]) -> dict[str, Any]:
        head = {**document["kubesim"]}
        return {**document, "kubesim": {"seed": head.pop("sed"), **head}}

    older = text().replace(b'"schema":1', b'"schema":0').replace(b'"seed"', b'"sed"')
    monkeypatch.setitem(migrations.MIGRATIONS, 0, rename_seed)  # type: ignore[arg-type]
    snapshot = parse(PATH, older)
    assert snapshot.head == HEAD
    assert b"".join(render(snapshot.head, snapshot, {}, {})) == text()


def test_migrations_go_one_version_at_a_time() -> None:
    steps = {version: lambda document, v=version: {"was": [*document["was"], v]} for version in (1, 2, 3)}
    assert migrations.migrate({"was": []}, 1, target=4, migrations=steps) == {"was": [1, 2, 3]}
    assert migrations.migrate({"was": []}, 3, target=4, migrations=steps) == {"was": [3]}


# Damage


def rows(shape: Any, columns: list[Any], values: list[Any]) -> dict[str, Any]:
    return {"shapes": [{"of": shape, "columns": columns}], "rows": values}


@pytest.mark.parametrize(
    ("why", "data", "says"),
    [
        ("an empty file", b"", "it is empty"),
        ("nothing but white space", b" \n", "it is empty"),
        ("zeros", b"\0" * 4096, "garbled or was cut short"),
        ("not text", b'{"kubesim":\xff\xfe\x00\x80', "garbled or was cut short"),
        ("half of it", text()[: len(text()) // 2], "garbled or was cut short"),
        ("nested too deeply", b'{"kubesim":' + b"[" * 200_000, "is damaged"),
        ("no schema", b'{"kubesim":{},"end":0}', "no schema version"),
        ("a version from before the first", text().replace(b'"schema":1', b'"schema":-1'), "makes no sense"),
        ("no index", b'{"kubesim":{"schema":1},"end":0}', "makes no sense"),
        ("a drawer too few", b'{"kubesim":{"schema":1,"drawers":{"Node":[1,2,3]}},"end":0}', "head tells of"),
        ("a drawer too many", b'{"kubesim":{"schema":1,"drawers":{}},"Node":{},"end":0}', "head tells of"),
    ],
)
def test_damage_is_told_with_the_path_and_what_to_do(why: str, data: bytes, says: str) -> None:
    with pytest.raises(StateError) as refusal:
        parse(PATH, data)
    message = refusal.value.message
    assert says in message, why
    assert PATH in message
    assert "kubesim sim reset" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"5",
        b"null",
        b'{"apiVersion":"v1","kind":"List"}',
        b'{"kubesim":5}',
        b"hello\n",
        b"kind: List\n",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a_foreign_file_is_refused(data: bytes) -> None:
    with pytest.raises(StateError, match=f"{PATH} is not a state of kubesim"):
        parse(PATH, data)


def test_a_newer_schema_is_refused() -> None:
    with pytest.raises(StateError, match=rf"{PATH} was written by a newer kubesim \(schema 99, this one knows 1\)"):
        parse(PATH, text().replace(b'"schema":1', b'"schema":99'))


def test_a_file_cut_short_anywhere_is_never_read() -> None:
    for size in range(len(text()) - 1):
        with pytest.raises(StateError):
            parse(PATH, text()[:size])


@given(st.integers(0, len(text()) - 1), st.integers(1, 255))
def test_a_garbled_byte_is_noticed_or_does_no_harm(position: int, change: int) -> None:
    data = bytearray(text())
    data[position] ^= change
    try:
        found = content(parse(PATH, bytes(data)))
    except StateError:
        return
    assert found == WHOLE


@pytest.mark.parametrize(
    ("why", "stored"),
    [
        ("nothing", {}),
        ("a list", []),
        ("a number", 5),
        ("objects that are none", {"objects": {"a": 5}}),
        ("an object without a name", {"objects": {"a": {"metadata": {}}}}),
        ("an object in another's place", {"objects": {"a": named("b")}}),
        ("a record that is none", {"objects": {}, "memory": {"a": 5}}),
        ("a row of a shape that is not there", {"shapes": [], "rows": [[0, 1]]}),
        ("a row that is too short", rows([{"=": 0}, {}, None], [["row"]], [[0]])),
        ("a row that is too long", rows([{"=": 0}, {}, None], [["row"]], [[0, 1, 2]])),
        ("rows of two lengths", rows([{"=": 0}, {}, None], [["row"]], [[0, 1], [0]])),
        ("a recipe that is unknown", rows(["a", {}, None], [["magic"]], [[0]])),
        ("a recipe with too little", rows(["a", {}, None], [["time"]], [[0, 1]])),
        ("a time out of this world", rows(["a", {}, None], [["time", 10**30]], [[0, 1]])),
        ("a hole without a column", rows([{"=": 9}, {}, None], [], [[0]])),
        ("a shape of nothing", rows(5, [], [[0]])),
    ],
)
def test_a_drawer_that_makes_no_sense(why: str, stored: Any) -> None:
    line = b'"Node":%s,\n' % json.dumps(stored, separators=(",", ":")).encode()
    head = {"schema": 1, "drawers": {"Node": [len(line), crc32(line), None]}}
    first = b'{"kubesim":%s,\n' % json.dumps(head, separators=(",", ":")).encode()
    snapshot = parse(PATH, first + line + b'"end":%d}\n' % crc32(first))
    with pytest.raises(StateError, match=r"state\.json is damaged") as refusal:
        snapshot.load(NODES)
    assert "Node" in refusal.value.message or "object" in refusal.value.message, why
