"""The usual files of images, as whoever looks into a container finds them."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.containers.evaluation.live import NotSimulated, run_live
from kubesim.containers.evaluation.origins import Mount
from kubesim.containers.evaluation.setting import Setting, first_files
from kubesim.containers.image_files import files_of, folder_of
from kubesim.network.sites.nginx_pages import welcome_page
from kubesim.sim.images.installed_programs import tools_of
from tests.unit.outside import Memory


def printed(image: str, line: str, **changes: Any) -> str:
    """What a command prints in a container of an image."""
    setting = Setting(tools=tools_of(image), is_whole=True, image=image, folder="/", user="0", epoch=1_790_000_000_000)
    setting = setting._replace(**changes)
    outside = Memory()
    run_live(["sh", "-c", line], setting, first_files(setting), outside, 0)
    return "".join(text for _, _, text in outside.events)


def test_root_folders_look_right() -> None:
    assert printed("alpine:3.20.3", "ls -1 / | tr '\n' ' '") == (
        "bin dev etc home lib media mnt opt proc root run sbin srv sys tmp usr var "
    )
    assert printed("nginx:1.27", "ls / | tr '\n' ' '") == (
        "bin boot dev docker-entrypoint.d docker-entrypoint.sh etc home lib lib64 media mnt opt proc root run sbin srv "
        "sys tmp usr var "
    )
    listed = printed("busybox:1.36", "ls -l / | cut -c1-10,57-")
    assert "drwxrwxrwt tmp\n" in listed
    assert "lrwxrwxrwx lib64 -> lib\n" in listed
    assert "drwx------ root\n" in listed


@pytest.mark.parametrize(("image", "size"), [("nginx:1.7.1", 612), ("nginx:1.17.3-alpine", 612), ("nginx:1.21.4", 615)])
def test_nginx_of_every_version_has_its_page(image: str, size: int) -> None:
    page = printed(image, "cat /usr/share/nginx/html/index.html")
    assert "<title>Welcome to nginx!</title>" in page
    assert len(page) == size


@pytest.mark.parametrize("image", ["nginx", "nginx:1.27", "nginx:1.25.3-alpine"])
def test_nginx_has_its_pages_and_settings(image: str) -> None:
    assert printed(image, "cat /usr/share/nginx/html/index.html") == welcome_page("1.27")
    assert printed(image, "ls /usr/share/nginx/html /etc/nginx/conf.d") == (
        "/etc/nginx/conf.d:\ndefault.conf\n\n/usr/share/nginx/html:\n50x.html\nindex.html\n"
    )
    assert printed(image, "readlink /var/log/nginx/access.log") == "/dev/stdout\n"
    assert "listen       80;" in printed(image, "grep listen /etc/nginx/conf.d/default.conf")


def test_a_changed_page_is_what_is_served_from_then_on() -> None:
    line = "echo hi > /usr/share/nginx/html/index.html; cat /usr/share/nginx/html/index.html"
    assert printed("nginx", line) == "hi\n"


@pytest.mark.parametrize(
    ("image", "line", "text"),
    [
        ("busybox:1.36", "id", "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n"),
        ("nginx:1.27", "id", "uid=0(root) gid=0(root) groups=0(root)\n"),
        ("ubuntu:24.04", "id", "uid=0(root) gid=0(root) groups=0(root)\n"),
        ("nginx:1.27", "grep nginx /etc/passwd", "nginx:x:101:101:nginx user:/nonexistent:/bin/false\n"),
        ("nginx:1.27-alpine", "tail -n 1 /etc/passwd", "nginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin\n"),
        ("debian:12", "grep PRETTY /etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
        ("debian:bookworm-slim", ". /etc/os-release; echo $VERSION_ID", "12\n"),
        ("alpine:3.20.3", "grep VERSION_ID /etc/os-release", "VERSION_ID=3.20.3\n"),
        ("busybox:1.36", "cat /etc/os-release", "cat: can't open '/etc/os-release': No such file or directory\n"),
        ("nginx", "which curl nginx ls", "/usr/bin/curl\n/usr/sbin/nginx\n/usr/bin/ls\n"),
        ("alpine:3.20", "which ls find ifconfig", "/bin/ls\n/usr/bin/find\n/sbin/ifconfig\n"),
        ("busybox:1.36", "which find; which bash || echo none", "/bin/find\nnone\n"),
        ("nginx:1.25", "ls -l /etc/nginx | awk '{print $5, $9}' | grep conf", "4096 conf.d\n648 nginx.conf\n"),
        ("curlimages/curl", "which bash || echo none; ls -d /root", "none\n/root\n"),
        ("nginxinc/nginx-unprivileged:1.27", "which nginx", "/usr/sbin/nginx\n"),
        ("public.ecr.aws/nginx/nginx:1.27", "ls /usr/share/nginx/html", "50x.html\nindex.html\n"),
        ("python:3.12-slim", "which python3 pip", "/usr/local/bin/python3\n/usr/local/bin/pip\n"),
        ("golang:1.22", "pwd; which go", "/go\n/usr/local/go/bin/go\n"),
        ("node:20-alpine", "grep node /etc/passwd", "node:x:1000:1000:Linux User,,,:/home/node:/bin/sh\n"),
        ("ubuntu:20.04", "grep ^VERSION= /etc/os-release", 'VERSION="20.04.6 LTS (Focal Fossa)"\n'),
        ("busybox:1.36", "ls /bin | head -n 3", "[\n[[\nacpid\n"),
        ("debian:12", "ls /bin | wc -l; ls /usr/sbin/nologin", "270\n/usr/sbin/nologin\n"),
        ("mysql:8.0", "ls -d /var/lib/mysql /etc/my.cnf", "/etc/my.cnf\n/var/lib/mysql\n"),
        ("debian:12", "TZ=Europe/Berlin date -d @1790000000", "Mon Sep 21 16:13:20 CEST 2026\n"),
        ("debian:12", "TZ=America/New_York date -R -d @0", "Wed, 31 Dec 1969 19:00:00 -0500\n"),
        (
            "debian:12",
            "stat /bin | head -n 2",
            "  File: /bin -> usr/bin\n  Size: 7         \tBlocks: 0          IO Block: 4096   symbolic link\n",
        ),
        (
            "busybox:1.36",
            "stat /tmp | sed -n '1p;4p'",
            "  File: /tmp\nAccess: (1777/drwxrwxrwt)  Uid: (    0/    root)   Gid: (    0/    root)\n",
        ),
        ("httpd", "cat htdocs/index.html", "<html><body><h1>It works!</h1></body></html>\n"),
    ],
)
def test_what_images_have(image: str, line: str, text: str) -> None:
    assert printed(image, line, folder=folder_of(image)) == text


@pytest.mark.parametrize(
    ("image", "line"),
    [
        ("nginx:1.14.2", "cat /etc/nginx/conf.d/default.conf"),
        ("alpine:edge", "cat /etc/os-release"),
        ("nginx", "ls /usr/lib"),
        ("bitnami/redis:7.2", "cat /opt/bitnami/scripts/libos.sh"),
        ("ubuntu:24.04", "cat /etc/passwd"),
        ("nicolaka/netshoot", "cat /etc/passwd"),
        ("busybox:1.36", "TZ=Europe/Berlin date"),
    ],
)
def test_what_is_not_known_is_not_made_up(image: str, line: str) -> None:
    with pytest.raises(NotSimulated):
        printed(image, line)


def test_who_is_not_root_may_not_change_the_image() -> None:
    line = "touch /etc/x; touch /tmp/x && ls -ln /tmp | tail -n 1 | cut -c1-30; ls /root; echo x > /etc/passwd"
    assert printed("busybox:1.36", line, user="1000", group="2000") == (
        "touch: /etc/x: Permission denied\n-rw-r--r--    1 1000     2000 \nls: can't open '/root': Permission denied\n"
        "sh: can't create /etc/passwd: Permission denied\n"
    )
    assert printed("busybox:1.36", "touch /tmp/x", is_read_only=True) == "touch: /tmp/x: Read-only file system\n"


@pytest.mark.parametrize(
    ("image", "line", "text"),
    [
        ("busybox:1.36", "id -g; id", "3000\nuid=1000 gid=3000 groups=2000,3000\n"),
        ("nginx:1.27", "id -G; id", "3000 2000\nuid=1000 gid=3000 groups=3000,2000\n"),
        ("curlimages/curl:8.10.1", "id -g", "3000\n"),
        ("busybox:1.36", "touch /tmp/x; stat -c %g /tmp/x", "3000\n"),
    ],
)
def test_a_user_has_the_group_of_the_security_context(image: str, line: str, text: str) -> None:
    assert printed(image, line, user="1000", group="3000", groups=(2000,)) == text


def test_a_user_who_is_in_no_list_is_of_the_group_of_root() -> None:
    assert printed("busybox:1.36", "id -g", user="1000", groups=(2000,)) == "0\n"
    assert printed("nginx:1.27", "id -g; touch /tmp/x; stat -c %g /tmp/x", user="101") == "101\n101\n"


def test_what_is_made_in_a_volume_is_of_its_group() -> None:
    mounts = (Mount("/data", is_empty=True, group=2000, folder_mode=0o2777),)
    line = "ls -ld /data | cut -c1-10; touch /data/x; mkdir /data/y; stat -c %g /data/x /data/y"
    assert printed("busybox:1.36", line, user="1000", group="3000", groups=(2000,), mounts=mounts) == (
        "drwxrwsrwx\n2000\n2000\n"
    )


def test_what_the_kubelet_gives_is_there() -> None:
    given = (("/etc/hostname", "web-0\n"), ("/proc/1/cmdline", "sleep\x003600\x00"))
    assert printed("busybox:1.36", "cat /etc/hostname", given=given) == "web-0\n"
    assert printed("busybox:1.36", "tr '\\0' ' ' < /proc/1/cmdline", given=given) == "sleep 3600 "
    assert files_of("example.com/own:1", given).find("/etc/hostname").content == "web-0\n"
