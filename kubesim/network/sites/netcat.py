"""A listening nc that answers HTTP requests with whatever it is given."""

from __future__ import annotations

from kubesim.network.http import Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.sites.site import Site


def ports(site: Site) -> tuple[int, ...] | None:
    """The port that it listens on."""
    return None if site.netcat is None else (site.netcat.port,)


def answer(site: Site, _request: Request) -> Response | None:
    """What the program behind ``-e`` prints, or what is piped into it, read as an answer."""
    if site.netcat is None:
        return None
    program = site.netcat.program or ("sh", "-c", site.netcat.script)
    text = site.output(program) if any(program) and program[-1] else ""
    return None if text is None else read(text)


def read(text: str) -> Response:
    """The response that a text is; one that is none is old HTTP's, which has only a body."""
    head, _, rest = text.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    words = first.split(" ", 2)
    if not first.startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
        return Response(200, (), text, version="0.9")
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    phrase = words[2] if len(words) > 2 else ""
    return Response(int(words[1]), headers, rest, words[0][5:], phrase)
