"""Servers that show a folder: ``python -m http.server`` and busybox's httpd."""

from __future__ import annotations

import html
from urllib.parse import quote

from kubesim.network.http import PHRASES, Request, Response, http_date, length_of
from kubesim.network.sites.pages import type_of, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.sites.site import Page, Site


def is_python_server(argv: tuple[str, ...]) -> bool:
    """Whether a command is Python's own server."""
    name = argv[0].rpartition("/")[2] if argv else ""
    return name.startswith("python") and ("http.server" in argv or "SimpleHTTPServer" in argv)


def python_port(argv: tuple[str, ...]) -> int:
    """The port that such a command names, else 8000."""
    words = argv[max(argv.index(w) for w in argv if w in ("http.server", "SimpleHTTPServer")) + 1 :]
    valued = {index + 1 for index, word in enumerate(words) if word in ("-d", "--directory", "-b", "--bind", "-p")}
    numbers = [word for index, word in enumerate(words) if index not in valued and word.isdigit()]
    return int(numbers[0]) if numbers else 8000


def python_server(site: Site, request: Request) -> Response | None:
    """What ``python -m http.server`` answers."""
    folder = _after(site.argv, "-d", "--directory") or site.folder
    version = site.tag.partition("-")[0] if site.image == "python" else ""
    if request.method not in ("GET", "HEAD"):
        return _python_error(site, version, 501, f"Unsupported method ('{request.method}')")
    if not folder.startswith("/"):
        return None
    page = site.files.read(within(folder, request.bare_path).rstrip("/") or "/")
    if page.exists is None:
        return None
    if not page.exists:
        return _python_error(site, version, 404, "File not found")
    return _python_page(site, request, version, folder, page)


def _python_page(site: Site, request: Request, version: str, folder: str, page: Page) -> Response | None:
    path = request.bare_path
    if not page.is_folder:
        return _python_response(site, version, 200, page.text, type_of(path, "application/octet-stream"))
    if not path.endswith("/"):
        response = _python_response(site, version, 301, "", "")
        return response._replace(headers=(*response.headers, ("Location", f"{path}/")))
    whole = within(folder, path).rstrip("/")
    index = site.files.read(f"{whole}/index.html")
    names = site.files.names(whole or "/")
    if index.exists:
        return _python_response(site, version, 200, index.text, "text/html")
    if index.exists is None or names is None:
        return None
    items = "".join(
        f'<li><a href="{quote(name)}">{html.escape(name)}</a></li>\n' for name in sorted(names, key=str.lower)
    )
    title = f"Directory listing for {path}"
    body = (
        f'<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n{items}</ul>\n<hr>\n</body>\n</html>\n"
    )
    return _python_response(site, version, 200, body, "text/html; charset=utf-8")


def _python_error(site: Site, version: str, status: int, message: str) -> Response:
    explained = {404: "Nothing matches the given URI", 501: "Server does not support this operation"}[status]
    body = (
        '<!DOCTYPE HTML>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n'
        "        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n"
        f"        <p>Error code: {status}</p>\n        <p>Message: {html.escape(message)}.</p>\n"
        f"        <p>Error code explanation: {status} - {explained}.</p>\n    </body>\n</html>\n"
    )
    return _python_response(site, version, status, body, "text/html;charset=utf-8", phrase=message)


def _python_response(site: Site, version: str, status: int, body: str | None, kind: str, phrase: str = "") -> Response:
    whole = version if version.count(".") == 2 else f"{version if version.count('.') == 1 else '3.13'}.5"
    headers = [("Server", f"SimpleHTTP/0.6 Python/{whole}"), ("Date", http_date(site.now))]
    if status >= 400:
        headers.append(("Connection", "close"))
    if kind:
        headers.append(("Content-type" if status < 400 else "Content-Type", kind))
    if body is not None:
        headers.append(("Content-Length", str(length_of(body))))
    return Response(status, tuple(headers), body, version="1.0", phrase=phrase)


def busybox_port(argv: tuple[str, ...]) -> int:
    """The port that busybox's ``httpd`` is given by ``-p``, else 80."""
    given = (_after(argv, "-p") or "80").rpartition(":")[2]
    return int(given) if given.isdigit() else 80


def busybox_server(site: Site, request: Request) -> Response | None:
    """What busybox's ``httpd`` answers: files of its folder; it shows no folders."""
    folder = _after(site.argv, "-h") or site.folder
    if not folder.startswith("/"):
        return None
    path = within(folder, request.bare_path)
    page = site.files.read(path.rstrip("/") or "/")
    if page.is_folder or path.endswith("/"):
        page = site.files.read(f"{path.rstrip('/')}/index.html")
        path = "index.html"
    if page.exists is None:
        return None
    if not page.exists:
        body = (
            "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n"
            "<BODY><H1>404 Not Found</H1>\nThe requested URL was not found\n</BODY></HTML>\n"
        )
        return _busybox_response(site, 404, body, "text/html")
    return _busybox_response(site, 200, page.text, type_of(path, "application/octet-stream"))


def _busybox_response(site: Site, status: int, body: str | None, kind: str) -> Response:
    headers = [("Date", http_date(site.now)), ("Connection", "close"), ("Content-type", kind)]
    if status == 200 and body is not None:
        headers.insert(2, ("Content-length", str(length_of(body))))
        headers += [("Last-Modified", http_date(site.began)), ("Accept-Ranges", "bytes")]
    return Response(status, tuple(headers), body, phrase=PHRASES[status])


def _after(argv: tuple[str, ...], *names: str) -> str:
    """The value of an option: ``-p 80``, ``-p80``, ``--directory=/x``."""
    for index, word in enumerate(argv):
        if word in names:
            return "".join(argv[index + 1 : index + 2])
        for name in names:
            if word.startswith(f"{name}=") or (len(name) == 2 and word.startswith(name) and len(word) > 2):
                return word[len(name) :].removeprefix("=")
    return ""
