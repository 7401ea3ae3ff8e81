"""``cp``: files into containers and out of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import kubesim
import pytest

if TYPE_CHECKING:
    from pathlib import Path

REMOVING = "tar: removing leading '/' from member names\n"


@pytest.fixture
def c() -> kubesim.Cluster:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    cluster.kubectl("run web --image=busybox:1.36 -- sleep 1000")
    cluster.wait("pod/web", "condition=Ready")
    return cluster


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "deep").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "index.html").write_text("hello\n")
    (folder / "deep" / "bytes").write_bytes(b"\x00\xff\n\x01\r\n")
    (folder / "link").symlink_to("/etc/passwd")
    return folder


def test_a_folder_goes_in_with_its_links_and_comes_out_without(c: kubesim.Cluster, site: Path, tmp_path: Path) -> None:
    assert c.kubectl(["cp", str(site), "web:/tmp"]) == ("", "", 0)
    assert c.kubectl("exec web -- cat /tmp/site/index.html").stdout == "hello\n"
    assert c.kubectl("exec web -- readlink /tmp/site/link").stdout == "/etc/passwd\n"
    assert c.kubectl("exec web -- ls /tmp/site").stdout.split() == ["deep", "empty", "index.html", "link"]
    out = tmp_path / "out"
    result = c.kubectl(["cp", "web:/tmp/site", str(out)])
    assert (result.stdout, result.code) == (REMOVING, 0)
    assert result.stderr.startswith(f'warning: skipping symlink: "{out}/link" -> "/etc/passwd" (consider using ')
    assert (out / "deep" / "bytes").read_bytes() == b"\x00\xff\n\x01\r\n"
    assert sorted(each.name for each in out.iterdir()) == ["deep", "empty", "index.html"]


def test_a_file_takes_the_name_that_it_is_given(c: kubesim.Cluster, site: Path, tmp_path: Path) -> None:
    assert c.kubectl(["cp", str(site / "index.html"), "default/web:/tmp/other"]).code == 0
    assert c.kubectl("exec web -- cat /tmp/other").stdout == "hello\n"
    assert c.kubectl(["cp", "web:tmp/other", str(tmp_path / "x" / "y")]) == ("", "", 0)
    assert (tmp_path / "x" / "y").read_text() == "hello\n"
    refused = c.kubectl(["cp", "web:/tmp/other", str(tmp_path)])
    assert refused == (REMOVING, f"error: open {tmp_path}: is a directory\n", 1)


def test_what_was_copied_is_gone_with_the_container(c: kubesim.Cluster, site: Path) -> None:
    c.kubectl(["cp", str(site), "web:/tmp"])
    c.kubectl("sim fault kill web")
    c.advance("30s")
    assert c.kubectl("exec web -- cat /tmp/site/index.html").code == 1


def test_a_link_on_the_host_leads_nowhere_out(c: kubesim.Cluster, site: Path, tmp_path: Path) -> None:
    c.kubectl(["cp", str(site), "web:/tmp"])
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "deep").symlink_to(elsewhere)
    result = c.kubectl(["cp", "web:/tmp/site", str(out)])
    assert f'warning: file "{out}/deep/bytes" is outside target destination, skipping\n' in result.stderr
    assert not list(elsewhere.iterdir())


def test_what_is_not_there_is_said_by_tar(c: kubesim.Cluster, tmp_path: Path) -> None:
    result = c.kubectl(["cp", "web:/tmp/nosuch", str(tmp_path / "x")])
    told = "tar: /tmp/nosuch: No such file or directory\ntar: error exit delayed from previous errors\n"
    assert result == (told, "command terminated with exit code 1\n", 1)
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_not_there_takes_nothing(c: kubesim.Cluster, site: Path) -> None:
    result = c.kubectl(["cp", str(site), "web:/no/such"])
    told = "tar: can't change directory to '/no': No such file or directory\ncommand terminated with exit code 1\n"
    assert result == ("", told, 1)


def test_an_image_without_tar_has_nothing_to_copy_with(c: kubesim.Cluster, site: Path) -> None:
    c.kubectl("run pause --image=registry.k8s.io/pause:3.10")
    c.wait("pod/pause", "condition=Ready")
    result = c.kubectl(["cp", str(site), "pause:/x"])
    assert 'exec: "tar": executable file not found in $PATH' in result.stderr
    assert result.code == 1


def test_too_much_and_what_is_no_file_is_refused(c: kubesim.Cluster, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * ((1 << 20) + 1))
    assert "kubesim keeps 1048576 bytes at most" in c.kubectl(["cp", str(tmp_path / "big"), "web:/tmp"]).stderr
    os.mkfifo(tmp_path / "pipe")
    refused = c.kubectl(["cp", str(tmp_path / "pipe"), "web:/tmp"]).stderr
    assert refused == f"error: {tmp_path}/pipe is neither a file nor a folder\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("cp a", "error: source and destination are required\n"),
        ("cp a:/b c:/d", "error: one of src or dest must be a local file specification\n"),
        ("cp a b", "error: one of src or dest must be a remote file specification\n"),
        ("cp web: b", "error: filepath can not be empty\n"),
        ("cp :/a b", "error: filespec must match the canonical format: [[namespace/]pod:]file/path\n"),
        ("cp /nosuch/file web:/b", "error: /nosuch/file doesn't exist in local filesystem\n"),
        ("cp web:/a b -c nosuch", "error: container nosuch is not valid for pod web out of: web\n"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(c: kubesim.Cluster, line: str, message: str) -> None:
    assert c.kubectl(line) == ("", message, 1)
