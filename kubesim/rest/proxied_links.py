"""Links in what a proxied server answers: they lead back through the proxy.

Mirrors Transport of apimachinery's pkg/util/proxy, and how golang.org/x/net/html writes the tags of a page.
"""

from __future__ import annotations

import posixpath
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: The attributes of tags that are URLs.
_LINKS = {
    "a": "href",
    "applet": "codebase",
    "area": "href",
    "audio": "src",
    "base": "href",
    "blockquote": "cite",
    "body": "background",
    "button": "formaction",
    "command": "icon",
    "del": "cite",
    "embed": "src",
    "form": "action",
    "frame": "longdesc src",
    "head": "profile",
    "html": "manifest",
    "iframe": "longdesc src",
    "img": "longdesc src usemap",
    "input": "src usemap formaction",
    "ins": "cite",
    "link": "href",
    "object": "classid codebase data usemap",
    "q": "cite",
    "script": "src",
    "source": "src",
    "video": "poster src",
}
_ATTRIBUTE = r"""[\s/]+|[^\s/>=][^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"'][^\s>]*)?)?"""
#: A comment or a declaration; the content of an element that has no tags in it; a tag that begins an element.
_PIECE = re.compile(
    rf"<!--.*?-->|<[!?][^>]*>|<([a-zA-Z][^\s/>]*)((?:{_ATTRIBUTE})*)>",
    re.DOTALL,
)
_ONE = re.compile(r"""([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?""")
#: Elements whose content is no markup.
_RAW = ("iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp")
_ESCAPES = {"&": "&amp;", "'": "&#39;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "\r": "&#13;"}


def rewritten(link: str, prefix: str, hosts: Sequence[str]) -> str:
    """A link that leads through the proxy, if it is an absolute path at one of the ``hosts``: the server, the proxy."""
    from urllib.parse import urlsplit

    try:
        url = urlsplit(link)
    except ValueError:
        return link
    if url.netloc not in ("", *hosts) or not url.path.startswith("/"):
        return link
    if not url.netloc or url.netloc != hosts[1]:
        url = url._replace(scheme="", netloc="")
    if not url.path.startswith(prefix):
        path = posixpath.normpath(f"{prefix}/{url.path}")
        url = url._replace(path=f"{path}/" if url.path.endswith("/") and path != "/" else path)
    return url.geturl()


def with_links_rewritten(page: str, prefix: str, hosts: Sequence[str]) -> str:
    """A page whose links lead through the proxy; its tags are written in Go's way."""
    found, at = [], 0
    while matched := _PIECE.search(page, at):
        found.append(page[at : matched.start()])
        at = matched.end()
        name = (matched[1] or "").lower()
        found.append(_tag(name, matched[2], prefix, hosts) if name else matched[0])
        if name in _RAW:
            end = re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE).search(page, at)
            stop = len(page) if end is None or name == "plaintext" else end.start()
            found.append(page[at:stop])
            at = stop
    return "".join((*found, page[at:]))


def _tag(name: str, attributes: str, prefix: str, hosts: Sequence[str]) -> str:
    from html import unescape

    links = _LINKS.get(name, "").split()
    words = [name]
    for given, *values in _ONE.findall(attributes):
        key, value = given.lower(), unescape("".join(values))
        value = rewritten(value, prefix, hosts) if key in links else value
        words.append(f'{key}="{"".join(_ESCAPES.get(c, c) for c in value)}"')
    return f"<{' '.join(words)}{'/' if attributes.endswith('/') else ''}>"
