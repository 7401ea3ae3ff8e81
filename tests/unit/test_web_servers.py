"""What the servers of well-known images answer over HTTP, as their sources and their documentation have it."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.network.http import Failure, Request, Response
from kubesim.network.sites import catalogue, nginx
from kubesim.network.sites.commands import server_command
from kubesim.network.sites.netcat import read
from kubesim.network.sites.site import Page, Site

NOW = 1_767_225_630_000


class Texts:
    """Files that are known by their texts; nothing else is there in folders that have some."""

    def __init__(self, **texts: str) -> None:
        self.texts = {name.replace("__", "/"): text for name, text in texts.items()}

    def read(self, path: str) -> Page:
        if path in self.texts:
            return Page(True, self.texts[path])
        if any(name.startswith(path.rstrip("/") + "/") for name in self.texts):
            return Page(True, None, is_folder=True)
        root = "/" + path.split("/")[1] + "/"
        return Page(False if any(name.startswith(root) for name in self.texts) else None)

    def names(self, folder: str) -> tuple[str, ...] | None:
        start = folder.rstrip("/") + "/"
        inside = [name[len(start) :].partition("/") for name in self.texts if name.startswith(start)]
        return tuple(dict.fromkeys(name + slash for name, slash, _ in inside)) if inside else None


def site(image: str, *argv: str, files: dict[str, str] | None = None, port: int = 80, **fields: Any) -> Site:
    repository, _, tag = image.partition(":")
    texts = Texts()
    texts.texts = files or {}
    command = server_command(argv, fields.get("environment", {}))
    known: dict[str, Any] = {
        "repository": repository if "/" in repository else f"docker.io/library/{repository}",
        "tag": tag or "latest",
        "host_name": "web-1",
        "address": "10.244.1.5",
        "port": port,
        "client": "10.244.2.3",
        "client_port": 41234,
        "now": NOW,
        "began": NOW - 30_000,
        "argv": command.argv,
        "environment": {},
        "folder": command.folder or "/",
        "files": texts,
        "forward": lambda url, request: Response(200, (("Content-Type", "text/plain"),), f"{url} {request.path}\n"),
        "output": lambda argv: " ".join(argv) + "\n",
        "netcat": command.netcat,
    }
    return Site(**{**known, **fields})


def get(of: Site, path: str = "/", **fields: Any) -> Response:
    headers = (("User-Agent", "curl/8.5.0"), ("Accept", "*/*"))
    return catalogue.answer(of, Request(path=path, host="web", headers=headers, **fields), "pod-1")


def nginx_with(configuration: str, **files: str) -> Site:
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    return site("nginx:1.27", files={"/etc/nginx/conf.d/default.conf": configuration, **named})


# nginx


@pytest.mark.parametrize(
    ("tag", "version", "size"),
    [
        ("1.14.2", "1.14.2", 612),
        ("1.25.3-alpine", "1.25.3", 615),
        ("1.25", "1.25.5", 615),
        ("latest", "1.29.4", 615),
        ("stable", "1.28.1", 615),
    ],
)
def test_a_new_nginx_welcomes(tag: str, version: str, size: int) -> None:
    found = get(site(f"nginx:{tag}"))
    assert (found.status, found.header("Server")) == (200, f"nginx/{version}")
    assert found.header("Content-Length") == str(size)
    assert "<h1>Welcome to nginx!</h1>" in (found.body or "")


def test_what_is_not_there_is_a_page_of_153_bytes() -> None:
    found = get(site("nginx:1.25.3"), "/missing")
    assert (found.status_line, found.header("Content-Length")) == ("HTTP/1.1 404 Not Found", "153")
    assert (found.body or "").endswith("<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n")


def test_only_getting_is_allowed() -> None:
    assert get(site("nginx:1.25"), method="POST").status_line == "HTTP/1.1 405 Not Allowed"


def test_a_page_that_did_not_change_is_not_sent_again() -> None:
    tag = get(site("nginx:1.25.3")).header("ETag")
    assert tag == '"6537cac7-267"'
    again = Request(host="web", headers=(("If-None-Match", tag),))
    assert catalogue.answer(site("nginx:1.25.3"), again, "pod").status_line == "HTTP/1.1 304 Not Modified"


def test_files_are_served_as_they_are_in_the_container() -> None:
    files = {"/usr/share/nginx/html/index.html": "mine\n", "/usr/share/nginx/html/docs/a.txt": "text"}
    of = site("nginx:1.25", files=files)
    assert get(of).body == "mine\n"
    assert get(of, "/docs/a.txt").header("Content-Type") == "text/plain"
    assert get(of, "/docs").header("Location") == "http://web/docs/"
    assert get(of, "/docs/").status == 403
    assert get(of, "/../../etc/passwd").status == 404


@pytest.mark.parametrize(
    ("configuration", "path", "status", "body"),
    [
        ('server { listen 80; location / { return 200 "hi $hostname\\n"; } }', "/", 200, "hi web-1\n"),
        ("server { listen 80; return 301 https://$host$request_uri; }", "/x?y", 301, None),
        ("server { location = /a { return 204; } location /a { return 403; } }", "/a", 204, None),
        ("server { location = /a { return 204; } location /a { return 403; } }", "/ab", 403, None),
        ("server { location ~ \\.php$ { return 410; } location / { return 204; } }", "/x.php", 410, None),
        ("server { location ^~ /x { return 204; } location ~ \\.php$ { return 410; } }", "/x.php", 204, None),
        ("server { location /api/ { proxy_pass http://back:90/; } }", "/api/v1", 200, "http://back:90 /v1\n"),
        ("server { location /api { proxy_pass http://back; } }", "/api/v1", 200, "http://back /api/v1\n"),
        ("upstream b { server one:80; } server { location / { proxy_pass http://b; } }", "/", 200, "http://one:80 /\n"),
        ("server { root /www; try_files $uri /app.html; }", "/deep/link", 200, "app"),
        ("server { root /www; try_files $uri =404; }", "/deep/link", 404, None),
        ("server { root /www; location / { error_page 404 /app.html; try_files $uri =404; } }", "/no", 404, "app"),
    ],
)
def test_nginx_does_what_its_configuration_says(configuration: str, path: str, status: int, body: str | None) -> None:
    found = get(nginx_with(configuration, __www__app_dot_html="app"), path)
    assert found.status == status
    assert body is None or found.body == body


def test_a_server_is_chosen_by_its_name() -> None:
    text = 'server { return 200 "first"; } server { server_name web; return 200 "second"; }'
    assert get(nginx_with(text)).body == "second"


def test_nginx_listens_where_its_configuration_says() -> None:
    assert nginx.ports(nginx_with("server { listen 8080; } server { listen [::]:81 default_server; }")) == (81, 8080)
    assert nginx.ports(site("nginx:1.25")) == (80,)


def test_a_configuration_that_is_not_followed_gives_no_answer_of_its_own() -> None:
    text = get(nginx_with("server { if ($host) { return 403; } }")).body
    assert text == "kubesim: image nginx:1.27 in pod pod-1 answers here\n"


def test_a_server_that_cannot_be_reached_is_a_bad_gateway() -> None:
    text = "server { location / { proxy_pass http://back; } }"
    of = nginx_with(text)._replace(forward=lambda _url, _request: Failure("refused"))
    assert get(of).status_line == "HTTP/1.1 502 Bad Gateway"


def test_nginx_logs_in_the_format_of_its_image() -> None:
    of, request = site("nginx:1.25.3"), Request(path="/x", host="web", headers=(("User-Agent", "curl/8.5.0"),))
    line = '10.244.2.3 - - [01/Jan/2026:00:00:30 +0000] "GET /x HTTP/1.1" 404 153 "-" "curl/8.5.0" "-"'
    assert catalogue.log_line(of, request, catalogue.answer(of, request, "pod")) == line


# others


def test_apache_works() -> None:
    found = get(site("httpd:2.4.58"))
    assert found.body == "<html><body><h1>It works!</h1></body></html>\n"
    assert found.header("Last-Modified") == "Mon, 11 Jun 2007 18:53:14 GMT"
    assert found.header("ETag") == '"2d-432a5e4a73a80"'
    assert get(site("httpd:2.4"), "/x").header("Content-Length") == "196"


@pytest.mark.parametrize(
    ("image", "argv", "path", "body"),
    [
        (
            "gcr.io/google-samples/kubernetes-bootcamp:v1",
            (),
            "/",
            "Hello Kubernetes bootcamp! | Running on: web-1 | v=1\n",
        ),
        ("jocatalin/kubernetes-bootcamp:v2", (), "/", "Hello Kubernetes bootcamp! | Running on: web-1 | v=2\n"),
        ("gcr.io/google-samples/hello-app:2.0", (), "/", "Hello, world!\nVersion: 2.0.0\nHostname: web-1\n"),
        ("hashicorp/http-echo:1.0", ("-text=apple",), "/any", "apple\n"),
        ("hashicorp/http-echo", ("-text", "pear", "-listen=:90"), "/", "pear\n"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.53", ("netexec",), "/hostname", "web-1"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.53", ("netexec",), "/echo?msg=hi%20you", "hi you"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.53", ("netexec",), "/clientip", "10.244.2.3:41234"),
        ("registry.k8s.io/e2e-test-images/agnhost:2.53", ("/agnhost", "serve-hostname"), "/", "web-1"),
        ("registry.k8s.io/hpa-example", (), "/", "OK!"),
        ("team/app:v1", (), "/", "kubesim: image team/app:v1 in pod pod-1 answers here\n"),
    ],
)
def test_servers_that_say_who_they_are(image: str, argv: tuple[str, ...], path: str, body: str) -> None:
    whole = image if image.partition("/")[0].count(".") else f"docker.io/{image}"
    assert get(site(whole, *argv), path).body == body


def test_whoami_shows_the_request() -> None:
    expected = (
        "Hostname: web-1\nIP: 127.0.0.1\nIP: ::1\nIP: 10.244.1.5\nRemoteAddr: 10.244.2.3:41234\n"
        "GET /x HTTP/1.1\r\nHost: web\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n"
    )
    assert get(site("docker.io/traefik/whoami:v1.10"), "/x").body == expected


def test_python_shows_a_folder() -> None:
    of = site("python:3.12", "sh", "-c", "cd /srv && python3 -m http.server 8000", files={"/srv/a.txt": "hi\n"})
    assert '<li><a href="a.txt">a.txt</a></li>' in (get(of).body or "")
    assert get(of, "/a.txt").body == "hi\n"
    assert get(of, "/b.txt").status_line == "HTTP/1.0 404 File not found"


def test_busybox_serves_a_folder() -> None:
    of = site("busybox", "httpd", "-f", "-p", "8080", "-h", "/www", files={"/www/index.html": "<h1>hi</h1>\n"})
    assert get(of).body == "<h1>hi</h1>\n"
    assert get(of, "/no").status == 404


def test_agnhost_serves_the_files_of_its_container() -> None:
    files = {"/localhost.crt": "-----BEGIN", "/a/b.html": "<p>"}
    of = site("registry.k8s.io/e2e-test-images/agnhost:2.53", "/agnhost", "test-webserver", files=files)
    assert get(of, "/localhost.crt").body == "-----BEGIN"
    assert ("Content-Type", "text/html; charset=utf-8") in get(of, "/a/b.html").headers
    assert (get(of, "/a/c").status, get(of, "/a/c").body) == (404, "404 page not found\n")


@pytest.mark.parametrize(
    ("script", "port", "said"),
    [
        ('while true; do echo -e "HTTP/1.1 200 OK\\n\\nhi" | nc -l -p 8080; done', 8080, 'echo -e "HTTP/1.1 200'),
        ("while true; do { echo; date; } | nc -l 81; done", 81, "{ echo; date; }"),
        ("nc -lk -p 82 -e echo hello", 82, "echo hello"),
    ],
)
def test_a_listening_nc_answers_with_what_it_is_given(script: str, port: int, said: str) -> None:
    of = site("busybox", "sh", "-c", script)
    assert of.netcat is not None
    assert of.netcat.port == port
    assert said in (get(of).body or "")


def test_what_nc_is_given_is_read_as_an_answer() -> None:
    found = read("HTTP/1.1 404 Gone\r\nX-A: b\r\n\r\nbody\n")
    assert (found.status_line, found.headers, found.body) == ("HTTP/1.1 404 Gone", (("X-A", "b"),), "body\n")
    assert read("hello\n").version == "0.9"
