"""``--raw``: a path of the API server's own. There is no server, so it is refused, once the command line is sound.

Mirrors what CreateOptions.Validate and ReplaceOptions.Validate say of it.
"""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.options import FileOptions

NO_SERVER = "--raw asks an API server, and kubesim has none"
URLS = ("http://", "https://")


def refuse(path: str, files: FileOptions, *, edit: bool = False, selector: str = "", output: str = "") -> None:
    """UserError where --raw was given along with -f: the first thing that is wrong with it."""
    if not path:
        return
    filenames = files.filename
    if edit:
        raise UserError("--raw and --edit are mutually exclusive")
    if len(filenames) != 1:
        raise UserError("--raw can only use a single local file or stdin")
    if filenames[0].startswith(URLS):
        raise UserError("--raw cannot read from a url")
    for given, flag in ((files.recursive, "--recursive"), (selector, "--selector (-l)"), (output, "--output")):
        if given:
            raise UserError(f"--raw and {flag} are mutually exclusive")
    check_path(path)
    raise UserError(NO_SERVER)


def check_path(path: str) -> None:
    """UserError for a path that no request can be made for."""
    if not path.startswith(("/", *URLS)):
        raise UserError(f"--raw must be a valid URL path: parse {quote(path)}: invalid URI for request")
