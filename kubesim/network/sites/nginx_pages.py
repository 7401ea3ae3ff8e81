"""The pages that come with nginx, by its version."""

from __future__ import annotations

from kubesim.sim.images.versions import nginx_version

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


def welcome_page(tag: str) -> str:
    """The page of a new server of that version."""
    return _WELCOME.format(style=_style_of(tag))


def error_page(tag: str) -> str:
    """The page of its own errors that comes with that version."""
    return _ERROR.format(style=_style_of(tag))


def _style_of(tag: str) -> str:
    return _STYLE if [int(part) for part in nginx_version(tag).split(".")] >= [1, 21, 4] else _OLD_STYLE
