"""What curl says of a transfer: its progress, its variables, its trouble with certificates."""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.client import Url
    from kubesim.network.http import Response

CERTIFICATE = """More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above."""

METER = """  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
\r"""


class Transfer(NamedTuple):
    """What is known once a URL was got. Lengths of time are in ms."""

    url: Url
    response: Response | None
    address: str = ""
    port: int = 0
    spent: int = 0
    redirects: int = 0


def meter(size: int, took: int, seconds: int) -> str:
    """A line of the progress meter: ``size`` bytes in ``took`` ms, ``seconds`` after the start."""
    if not size:
        spent = f"{seconds // 3600:2d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if seconds else "--:--:--"
        return f"  0     0    0     0    0     0      0      0 --:--:-- {spent} --:--:--     0"
    speed = _short(size * SECOND // max(took, 1))
    shown = _short(size)
    return f"100 {shown}  100 {shown}    0     0 {speed:>6}      0 --:--:-- --:--:-- --:--:-- {speed:>5}"


def _short(number: int) -> str:
    """A number in five characters. Mirrors max5data."""
    if number < 100_000:
        return f"{number:5d}"
    if number < 10_000 * 1024:
        return f"{number // 1024:4d}k"
    return f"{number / 1024 / 1024:4.1f}M"


def filled_in(text: str, transfer: Transfer, local: tuple[str, int], method: str) -> str:
    """The text of ``-w`` with its variables."""
    response, url = transfer.response, transfer.url
    took = f"{transfer.spent / SECOND:.6f}"
    connected = "0.000000" if response is None else f"{transfer.spent / 2 / SECOND:.6f}"
    values = {
        "http_code": "000" if response is None else f"{response.status:03d}",
        "time_total": took,
        "time_connect": connected,
        "time_namelookup": "0.000500",
        "time_starttransfer": "0.000000" if response is None else took,
        "time_pretransfer": connected,
        "time_appconnect": "0.000000",
        "time_redirect": "0.000000",
        "size_download": str(0 if response is None else len((response.body or "").encode())),
        "remote_ip": transfer.address,
        "remote_port": str(transfer.port),
        "local_ip": "" if response is None else local[0],
        "local_port": str(0 if response is None else local[1]),
        "url_effective": f"{url.scheme}://{url.authority}{url.path}",
        "url": f"{url.scheme}://{url.authority}{url.path}",
        "content_type": "" if response is None else response.header("Content-Type"),
        "num_connects": str(0 if response is None else 1 + transfer.redirects),
        "num_redirects": str(transfer.redirects),
        "http_version": "0" if response is None else response.version,
        "redirect_url": "" if response is None else response.header("Location"),
        "method": method,
        "scheme": url.scheme.upper(),
        "ssl_verify_result": "0",
        "errormsg": "",
        "exitcode": "0",
    }
    values["response_code"] = values["http_code"]
    plain = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")
    return re.sub(r"%\{(\w+)\}", lambda found: values.get(found[1], ""), plain).replace("%%", "%")
