"""The files of a container: folders, links, permissions, mounts, at any instant."""

from __future__ import annotations

import json

import pytest
from kubesim.containers.evaluation.files import FileError, Files, Found, Mount
from kubesim.containers.evaluation.found import FOLDER, LINK, MOST_WRITTEN

CONFIG = Mount("/etc/config", (("app.conf", "a=1\n"), ("sub/b", "2")), stamp="..2026_01_02", is_read_only=True)


def why(files: Files, name: str, *given: object, **named: object) -> str:
    """The kernel's words for what cannot be done; empty if it can."""
    try:
        getattr(files, name)(*given, **named)
    except FileError as error:
        return str(error)
    return ""


def test_folders_are_made_listed_and_removed() -> None:
    files = Files()
    assert why(files, "make_folder", "/tmp/a/b", 5) == "No such file or directory"
    assert why(files, "make_folder", "/tmp/a/b", 5, with_parents=True) == ""
    assert why(files, "make_folder", "/tmp/a/b", 5, with_parents=True) == ""
    assert why(files, "make_folder", "/tmp/a", 5) == "File exists"
    files.write("/tmp/a/x", 6, "text")
    assert files.listing("/tmp/a", 6) == (["b", "x"], True)
    assert files.listing("/tmp/a", 5) == (["b"], True)
    assert why(files, "remove_folder", "/tmp/a", 7) == "Directory not empty"
    assert why(files, "remove_folder", "/tmp/a/x", 7) == "Not a directory"
    assert why(files, "remove", "/tmp/a", 7) == "Is a directory"
    assert why(files, "write", "/tmp/a", 7, "") == "Is a directory"
    assert why(files, "write", "/tmp/a/x/y", 7, "") == "Not a directory"
    files.remove("/tmp/a", 8, recursive=True)
    assert files.find("/tmp/a/b", 8).exists is False
    assert files.find("/tmp/a/b", 7).kind == FOLDER


def test_folders_of_unknown_images_exist_once_something_is_in_them() -> None:
    files = Files([Mount("/srv/data/deep", is_empty=True)])
    assert files.find("/srv", 0).kind == files.find("/srv/data", 0).kind == FOLDER
    assert files.find("/app", 0).exists is None
    files.write("/app/log", 3, "x")
    assert files.find("/app", 3) == Found(True, kind=FOLDER, mode=0o755)
    assert files.listing("/app", 3) == (["log"], False)
    assert why(files, "remove", "/srv/data/deep", 4, recursive=True) == "Device or resource busy"


def test_what_was_in_a_removed_folder_is_gone() -> None:
    files = Files()
    files.remove("/opt/x", 3, recursive=True)
    assert (files.find("/opt/x/y", 2).exists, files.find("/opt/x/y", 3).exists) == (None, False)
    files.make_folder("/opt/x", 4)
    assert files.find("/opt/x/y", 5).exists is False


def test_links_are_followed() -> None:
    files = Files([CONFIG])
    assert files.find("/etc/config/app.conf", 0).content == "a=1\n"
    assert files.find("/etc/config/app.conf", 0, follows=False) == Found(True, "..data/app.conf", LINK, 0o777)
    assert files.resolve("/etc/config/sub/b", 0) == "/etc/config/..2026_01_02/sub/b"
    assert files.listing("/etc/config", 0) == (["..2026_01_02", "..data", "app.conf", "sub"], True)
    assert why(files, "write", "/etc/config/app.conf", 0, "") == "Read-only file system"
    assert why(files, "remove", "/etc/config/app.conf", 0) == "Read-only file system"
    files.link("/tmp/l", 1, "/etc/config")
    assert files.read("/tmp/l/../config/app.conf", 1) == "a=1\n"
    files.link("/tmp/p", 1, "q")
    files.link("/tmp/q", 1, "p")
    assert why(files, "read", "/tmp/p", 1) == "Too many levels of symbolic links"
    assert files.find("/tmp/p", 1).exists is False
    files.remove("/tmp/l", 2)
    assert files.read("/etc/config/app.conf", 2) == "a=1\n"


def test_who_is_not_root_is_refused() -> None:
    files = Files([Mount("/data", is_empty=True, folder_mode=0o2775, group=2000)])
    files.make_folder("/tmp/mine", 0)
    files.write("/tmp/secret", 0, "s")
    files.change("/tmp/secret", 0, mode=0o600)
    files.run_as(1000, 0, (2000,), 0)
    assert why(files, "write", "/tmp/mine/x", 1, "") == "Permission denied"
    assert why(files, "read", "/tmp/secret", 1) == "Permission denied"
    assert why(files, "change", "/tmp/secret", 1, mode=0o777) == "Operation not permitted"
    assert why(files, "write", "/data/x", 1, "") == ""
    assert (files.find("/data/x", 1).owner, files.find("/data/x", 1).group) == (1000, 2000)


def test_a_read_only_root_lets_only_mounts_be_written() -> None:
    files = Files([Mount("/data", is_empty=True)])
    files.is_read_only = True
    assert why(files, "touch", "/tmp/x", 0) == "Read-only file system"
    assert why(files, "touch", "/data/x", 0) == ""
    assert why(files, "write", "/dev/null", 0, "gone") == ""


def test_a_device_is_full_when_too_much_is_written() -> None:
    files = Files()
    for number in range(MOST_WRITTEN >> 16):
        files.write(f"/tmp/{number}", 0, "x" * (1 << 16))
    assert why(files, "write", "/tmp/more", 0, "x") == "No space left on device"
    files.remove("/tmp/3", 1)
    assert why(files, "write", "/tmp/more", 1, "x") == ""


def test_a_move_takes_all_that_is_in_a_folder_along() -> None:
    files = Files()
    files.make_folder("/tmp/a/b", 0, with_parents=True)
    files.write("/tmp/a/b/c", 0, "text")
    files.move("/tmp/a", "/tmp/z", 2)
    assert files.under("/tmp", 2) == ["/tmp/z", "/tmp/z/b", "/tmp/z/b/c"]
    assert files.read("/tmp/z/b/c", 2) == "text"
    assert files.under("/tmp", 1) == ["/tmp/a", "/tmp/a/b", "/tmp/a/b/c"]


def test_times_of_modification_are_no_changes() -> None:
    files = Files()
    files.make_folder("/tmp/a", 1)
    files.write("/tmp/a/x", 2, "same")
    before = files.version()
    files.write("/tmp/a/x", 8, "same")
    files.touch("/tmp/a/x", 9)
    assert files.version() == before
    assert [files.modified("/tmp/a/x", at) for at in (1, 2, 8, 20)] == [None, 2, 8, 9]
    assert files.modified("/tmp/a", 20) == 2
    assert files.modified("/etc", 20) is None


@pytest.mark.parametrize("text", ["plain", "\udcff\udcfe bytes", None])
def test_what_a_copy_changed_can_be_kept_as_json_and_taken_in_again(text: str | None) -> None:
    files = Files()
    files.make_folder("/tmp/a", 1)
    files.write("/tmp/a/old", 1, "old")
    copied = files.copy()
    copied.remove("/tmp/a", 5, recursive=True)
    copied.make_folder("/tmp/a", 6, 0o700)
    copied.write("/tmp/a/new", 7, text)
    copied.write("/tmp/a/new", 8, text, appends=True)
    copied.link("/tmp/l", 8, "a/new")
    other = Files()
    other.make_folder("/tmp/a", 1)
    other.write("/tmp/a/old", 1, "old")
    other.take(json.loads(json.dumps(copied.rows())))
    for path in ("/tmp/a", "/tmp/a/old", "/tmp/a/new", "/tmp/l"):
        assert other.find(path, 9) == copied.find(path, 9)
        assert other.find(path, 4) == files.find(path, 4)
    assert other.copy().rows() == []
    assert other.modified("/tmp/a/new", 9) == 8


def test_what_others_add_to_a_file_is_found_by_those_who_may_not_write_it() -> None:
    writer = Files([Mount("/data", is_empty=True)]).copy()
    writer.write("/data/log", 1, "old\n")
    added = writer.copy()
    added.write("/data/log", 2, "new\n", appends=True)
    reader = Files([Mount("/data", is_empty=True, is_read_only=True)])
    reader.user = 1000
    reader.take(json.loads(json.dumps([*writer.changes(), *added.changes()])))
    assert reader.find("/data/log", 3).content == "old\nnew\n"
    assert why(reader, "write", "/data/log", 3, "") == "Read-only file system"


def test_a_path_or_a_name_that_is_too_long_is_refused_and_a_deep_one_is_not() -> None:
    files = Files()
    files.make_folder("/tmp" + "/a" * 300, 1, with_parents=True)
    files.write("/tmp" + "/a" * 300 + "/file", 2, "text")
    assert files.read("/tmp" + "/a" * 300 + "/file", 3) == "text"
    for path in ("/tmp" + "/a" * 2100, "/tmp/" + "é" * 128):
        with pytest.raises(FileError, match="File name too long"):
            files.make_folder(path, 4, with_parents=True)
        with pytest.raises(FileError, match="File name too long"):
            files.write(path, 4, "text")
