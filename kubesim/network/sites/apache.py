"""The Apache HTTP Server, as its image configures it."""

from __future__ import annotations

from kubesim.network.http import PHRASES, Request, Response, http_date, length_of, log_date
from kubesim.network.sites.pages import type_of, within
from kubesim.sim.images.versions import httpd_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.http import Headers
    from kubesim.network.sites.site import Page, Site

ROOT = "/usr/local/apache2/htdocs"
CONFIGURATION = "/usr/local/apache2/conf"
_WELCOME = "<html><body><h1>It works!</h1></body></html>\n"
_WRITTEN = 1181587994  # when that page was written (s since the epoch)
_REASONS = {
    403: "You don't have permission to access this resource.",
    404: "The requested URL was not found on this server.",
}


def answer(site: Site, request: Request) -> Response | None:
    """What it answers; None where it depends on what is not known."""
    if site.files.read(f"{CONFIGURATION}/httpd.conf").text is not None:
        return None  # it is not followed
    if request.method == "POST":
        request = request._replace(method="GET")
    if request.method not in ("GET", "HEAD"):
        return _error(site, 405, f"The requested method {request.method} is not allowed for this URL.")
    path = request.bare_path
    file = within(ROOT, path)
    page = _page(site, file.rstrip("/"))
    if page.is_folder and not path.endswith("/"):
        url = f"http://{request.host}{path}/"
        text = f'The document has moved <a href="{url}">here</a>.'
        return _error(site, 301, text, (("Location", url),))
    if page.is_folder:
        return _index(site, file, path)
    if page.exists is None:
        return None
    return _file(site, file, page) if page.exists and not path.endswith("/") else _error(site, 404, _REASONS[404])


def _index(site: Site, folder: str, path: str) -> Response | None:
    page = _page(site, f"{folder.rstrip('/')}/index.html")
    if page.exists:
        return _file(site, "index.html", page)
    names = site.files.names(folder.rstrip("/"))
    if page.exists is None or names is None:
        return None
    lines = [f'<li><a href="{name}"> {name}</a></li>\n' for name in sorted(names)]
    if path != "/":
        lines.insert(0, f'<li><a href="{path.rstrip("/").rpartition("/")[0]}/"> Parent Directory</a></li>\n')
    title = f"Index of {path.rstrip('/') or '/'}"
    start = '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n'
    end = f"<h1>{title}</h1>\n<ul>{''.join(lines)}</ul>\n</body></html>\n"
    body = f"{start}  <title>{title}</title>\n </head>\n <body>\n{end}"
    return _response(site, 200, body, "text/html;charset=ISO-8859-1")


def _page(site: Site, path: str) -> Page:
    """A file as the container has it, or as it comes with the image."""
    found = site.files.read(path)
    if found.exists is None and path == f"{ROOT}/index.html":
        return found._replace(exists=True, text=_WELCOME)
    if found.exists is None and path == ROOT:
        return found._replace(exists=True, is_folder=True)
    return found._replace(exists=False) if found.exists is None and path.startswith(ROOT) else found


def _file(site: Site, path: str, page: Page) -> Response:
    if page.text is None:
        return _response(site, 200, None, type_of(path, ""))
    written = _WRITTEN if page.text == _WELCOME else site.began // 1000
    size = length_of(page.text)
    more = (
        ("Last-Modified", http_date(written * 1000)),
        ("ETag", f'"{size:x}-{written * 1_000_000:x}"'),
        ("Accept-Ranges", "bytes"),
    )
    return _response(site, 200, page.text, type_of(path, ""), more)


def _error(site: Site, status: int, text: str, more: Headers = ()) -> Response:
    title = f"{status} {PHRASES[status]}"
    body = (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>{title}</title>\n</head><body>\n<h1>{PHRASES[status]}</h1>\n<p>{text}</p>\n</body></html>\n"
    )
    return _response(site, status, body, "text/html; charset=iso-8859-1", more)


def _response(site: Site, status: int, body: str | None, kind: str, more: Headers = ()) -> Response:
    headers = (
        ("Date", http_date(site.now)),
        ("Server", f"Apache/{httpd_version(site.tag)} (Unix)"),
        *more,
        *(() if body is None else (("Content-Length", str(length_of(body))),)),
        *((("Content-Type", kind),) if kind else ()),
    )
    return Response(status, headers, body)


def log_line(site: Site, request: Request, response: Response) -> str:
    """What it logs of a request: the common format."""
    size = length_of(response.body or "") if request.method != "HEAD" else 0
    asked = f"{request.method} {request.path} HTTP/{request.version}"
    return f'{site.client} - - [{log_date(site.now)}] "{asked}" {response.status} {size or "-"}'
