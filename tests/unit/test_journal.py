"""The journal beside a state: what is kept, for how long, and what becomes of it where something is in its way."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from kubesim.cluster.drawers import Drawer, DrawerName
from kubesim.errors import StateError
from kubesim.store import StateFile
from kubesim.store import journal as journal_module
from kubesim.store.format import parse
from kubesim.store.journal import BATCH, STATES, name_of
from kubesim.store.memory import MemoryState

if TYPE_CHECKING:
    from kubesim.store.home import Home

PODS = DrawerName("Pod", "default", "web")


@pytest.fixture(params=["memory", "file"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    return MemoryState() if request.param == "memory" else StateFile(str(tmp_path / "state.json"))


def save(home: Home, number: int, size: int = 10) -> None:
    """Save a state, of which the number is in the head and in every pod; what it replaces is kept."""
    pods = {f"web-{n}": {"metadata": {"name": f"web-{n}"}, "spec": {"number": number, "n": n}} for n in range(size)}
    with home.locked() as transaction:
        kept_as = name_of(transaction.snapshot) if transaction.snapshot else None
        transaction.commit({"seed": 7, "origin": {"number": number}}, {PODS: Drawer(pods)}, kept_as=kept_as)


def name_now(home: Home) -> str:
    snapshot = home.read()
    assert snapshot is not None
    return name_of(snapshot)


def names_of(home: Home, count: int, size: int = 10, begin: int = 1) -> list[str]:
    """Save so many states; what they are called."""
    names = []
    for number in range(begin, begin + count):
        save(home, number, size)
        names.append(name_now(home))
    return names


def number_in(home: Home, name: str) -> int | None:
    """The number that a state has in every part of it; None if it is not kept."""
    content = home.journal.find(name)
    if content is None:
        return None
    snapshot = parse(name, content)
    (number,) = {obj["spec"]["number"] for obj in snapshot.load(PODS).objects.values()}
    assert snapshot.head["origin"]["number"] == number
    return int(number)


def folder_of(home: Home) -> Path:
    return Path(home.path + ".journal")


def test_every_state_that_was_replaced_is_kept(home: Home) -> None:
    names = names_of(home, 3 * BATCH + 2)
    assert [number_in(home, name) for name in names[:-1]] == list(range(1, len(names)))
    assert home.journal.find(names[-1]) is None, "it is in its place"


def test_what_is_replaced_without_a_name_is_not_kept(home: Home) -> None:
    names = names_of(home, 2)
    with home.locked() as transaction:
        transaction.commit({"seed": 7}, {})
    assert home.journal.find(names[-1]) is None
    assert number_in(home, names[0]) == 1


def test_the_oldest_go_when_there_are_too_many(home: Home) -> None:
    names = names_of(home, STATES + 3 * BATCH)
    kept = [name for name in names[:-1] if home.journal.find(name)]
    assert STATES <= len(kept) < STATES + 2 * BATCH
    assert kept == names[-1 - len(kept) : -1]


def test_the_oldest_go_when_they_are_too_large(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LARGE", 1000)
    monkeypatch.setattr(journal_module, "BYTES", 200_000)
    names = names_of(home, 60, size=300)
    kept = [name for name in names[:-1] if home.journal.find(name)]
    assert kept == names[-1 - len(kept) : -1]
    assert 1 < sum(len(home.journal.find(name) or b"") for name in kept) <= 200_000
    monkeypatch.setattr(journal_module, "BYTES", 10)
    names += names_of(home, 2, size=300, begin=61)
    assert [name for name in names[:-1] if home.journal.find(name)] == names[-2:-1], "the last one is kept all the same"


def test_alike_states_take_up_little_room(tmp_path: Path) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    for number in range(4 * BATCH + 1):
        with home.locked() as transaction:
            kept_as = name_of(transaction.snapshot) if transaction.snapshot else None
            large = Drawer({f"c{n}": {"metadata": {"name": f"c{n}"}, "data": {"a": f"{n}" * 50}} for n in range(200)})
            changes = {PODS: Drawer({"a": {"metadata": {"name": "a"}, "spec": {"number": number}}})}
            if not number:
                changes[DrawerName("ConfigMap", "default", "")] = large
            transaction.commit({"seed": 7, "origin": {"number": number}}, changes, kept_as=kept_as)
    sizes = [path.stat().st_size for path in folder_of(home).iterdir()]
    assert len(sizes) == 4
    assert sum(sizes) < os.path.getsize(home.path)


# what is in its way


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    names_of(home, BATCH + 3)
    home.journal.note_status(1, 0)
    home.journal.lead_back("1-a", 5)
    assert stat.S_IMODE(folder_of(home).stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder_of(home).iterdir()} == {0o600}


def test_a_state_is_kept_by_a_link_and_by_a_copy_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    save(home, 1)
    file, first = os.stat(home.path).st_ino, name_now(home)
    save(home, 2)
    assert os.stat(folder_of(home) / f"{first}.json").st_ino == file

    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    second = name_now(home)
    save(home, 3)
    assert [number_in(home, name) for name in (first, second)] == [1, 2]
    monkeypatch.delattr(os, "link")
    third = name_now(home)
    save(home, 4)
    assert number_in(home, third) == 3


def test_a_command_works_where_no_journal_can_be_kept(tmp_path: Path) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    folder_of(home).write_text("a file in the folder's place")
    names = names_of(home, BATCH + 2)
    home.journal.note_status(1, 0)
    home.journal.lead_back(names[0], 0)
    assert [home.journal.find(name) for name in names] == [None] * len(names)
    assert home.journal.statuses() == {}
    assert home.journal.way_back() is None
    assert name_now(home) == names[-1]


@pytest.mark.parametrize(
    "name", ["notes.json", ".json", "-5.json", "a-b.json", "3-x.pack", "3-9.pack", "3.pack", "1-2.x.pack"]
)
def test_what_else_lies_in_its_folder_is_left_alone(tmp_path: Path, name: str) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    names = names_of(home, 2)
    stray = folder_of(home) / name
    stray.write_text("not ours")
    names += names_of(home, 2 * BATCH, begin=3)
    assert [number_in(home, name) for name in names[:-1]] == list(range(1, len(names)))
    assert home.journal.give_up()
    assert stray.read_text() == "not ours"


def test_without_a_journal_nothing_is_kept(tmp_path: Path) -> None:
    home = StateFile(str(tmp_path / "state.json"), keeps_journal=False)
    names_of(home, 3)
    assert home.read() is not None
    assert not folder_of(home).exists()


def test_a_full_disk_has_no_room_for_a_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    names = names_of(home, 4)
    real = os.fsync

    def full(descriptor: int) -> None:
        if len(os.listdir(folder_of(home))) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    save(home, 5)
    assert name_now(home).startswith("5-")
    assert [number_in(home, name) for name in names] == [None, None, None, 4]

    def fuller(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fuller)
    with pytest.raises(StateError, match="No space left on device; it was left as it was"):
        save(home, 6)
    assert name_now(home).startswith("5-")


@pytest.mark.parametrize("damage", [b"", b"{", b"garbage\nmore", b'{"states":{},"checksum":1}\nx'])
def test_a_damaged_pack_has_no_states(tmp_path: Path, damage: bytes) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    names = names_of(home, BATCH + 2)
    (pack,) = folder_of(home).glob("*.pack")
    pack.write_bytes(damage)
    assert [number_in(StateFile(home.path), name) for name in names[:-1]] == [None] * BATCH + [BATCH + 1]
    pack.write_bytes(pack.read_bytes()[:-1])
    assert number_in(StateFile(home.path), names[0]) is None


def test_a_pack_that_was_garbled_is_noticed(tmp_path: Path) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    names = names_of(home, BATCH + 2)
    (pack,) = folder_of(home).glob("*.pack")
    content = bytearray(pack.read_bytes())
    content[-5] ^= 1
    pack.write_bytes(content)
    assert number_in(home, names[0]) is None


def test_a_reformatted_state_is_kept_to_the_byte(tmp_path: Path) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    save(home, 1)
    text = Path(home.path).read_bytes().replace(b"},", b"},\r\n  ")
    Path(home.path).write_bytes(text)
    name = name_now(home)
    for number in range(2, BATCH + 3):
        save(home, number)
    assert list(folder_of(home).glob("*.pack"))
    assert home.journal.find(name) == text


# how commands ended, and where a redo leads


def test_exit_statuses_are_noted_and_the_oldest_forgotten(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.journal.statuses() == {}
    names_of(home, 2)
    home.journal.note_status(5, 0)
    home.journal.note_status(7, 1)
    assert home.journal.statuses() == {5: 0, 7: 1}
    monkeypatch.setattr(journal_module, "MOST_STATUSES", 100)
    for entry in range(100, 150):
        home.journal.note_status(entry, 0)
    names_of(home, BATCH, begin=3)
    statuses = home.journal.statuses()
    assert 10 < len(statuses) < 40
    assert max(statuses) == 149


def test_a_status_that_was_cut_short_is_passed_over(tmp_path: Path) -> None:
    home = StateFile(str(tmp_path / "state.json"))
    names_of(home, 2)
    home.journal.note_status(5, 0)
    with open(folder_of(home) / "statuses", "ab") as statuses:
        statuses.write(b"6")
    assert home.journal.statuses() == {5: 0}


def test_the_way_back_is_what_was_noted_last(home: Home) -> None:
    assert home.journal.way_back() is None
    home.journal.lead_back("1-a", 5)
    home.journal.lead_back("2-b", -7)
    assert home.journal.way_back() == ("2-b", -7)
