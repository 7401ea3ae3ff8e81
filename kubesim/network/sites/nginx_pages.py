"""The pages that come with nginx, by its version."""

from __future__ import annotations

# The latest versions of series, and those that tags without a number mean.
_LATEST = {"1.14": 2, "1.15": 12, "1.16": 1, "1.17": 10, "1.18": 0, "1.19": 10, "1.20": 2, "1.21": 6, "1.22": 1}
_LATEST |= {"1.23": 4, "1.24": 0, "1.25": 5, "1.26": 3, "1.27": 5, "1.28": 1, "1.29": 4}
_STABLE, _MAINLINE = "1.28.1", "1.29.4"

_STYLE = """html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
"""
_ERROR = """<!DOCTYPE html>
<html>
<head>
<title>Error</title>
<style>
{style}</style>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
<p>If you are the system administrator of this resource then you should check
the error log for details.</p>
<p><em>Faithfully yours, nginx.</em></p>
</body>
</html>
"""
_OLD_STYLE = """    body {
        width: 35em;
        margin: 0 auto;
        font-family: Tahoma, Verdana, Arial, sans-serif;
    }
"""
_WELCOME = """<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
{style}</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
"""


def version_of(tag: str) -> str:
    """The version that a tag of nginx's images means, such as ``1.25.5`` for ``1.25-alpine``."""
    head = tag.partition("-")[0]
    numbers = head.split(".")
    if not all(part.isdigit() for part in numbers):
        return _STABLE if head == "stable" else _MAINLINE
    if len(numbers) == 1:
        return _MAINLINE
    return head if len(numbers) > 2 else f"{head}.{_LATEST.get(head, 0)}"


def welcome_page(tag: str) -> str:
    """The page of a new server of that version."""
    return _WELCOME.format(style=_style_of(tag))


def error_page(tag: str) -> str:
    """The page of its own errors that comes with that version."""
    return _ERROR.format(style=_style_of(tag))


def _style_of(tag: str) -> str:
    return _STYLE if [int(part) for part in version_of(tag).split(".")] >= [1, 21, 4] else _OLD_STYLE
