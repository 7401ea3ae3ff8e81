"""Where the picture of a timeline goes: to a terminal, through a pipe, or into a file."""

from __future__ import annotations

import shutil
import sys

from kubesim.errors import UserError
from kubesim.kubectl.printers.style import wants_colour
from kubesim.views.timeline.terminal.glyphs import ASCII, BLOCKS
from kubesim.views.timeline.verdict import verdict_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cli.command import Invocation
    from kubesim.views.timeline.model import Timeline
    from kubesim.views.timeline.terminal.glyphs import Glyphs

#: The formats of ``-o``, and how the name of a file of that format ends.
FORMATS = {"svg": ".svg", "png": ".png", "json": ".json", "csv": ".csv", "trace": ".json"}
STANDARD_OUTPUT = "-"
PNG_WIDTH = 2  # pixels of a PNG for each of the SVG


def is_file(word: str, output: str) -> bool:
    """Whether a word of the command line is the FILE, and no workload."""
    return output in FORMATS and (word == STANDARD_OUTPUT or word.lower().endswith(FORMATS[output]))


class Output:
    """Writes timelines in a format, empty for text, to standard output or a ``file``."""

    def __init__(self, inv: Invocation, output: str, file: str) -> None:
        if output and output not in FORMATS:
            raise UserError(f"unable to match a format {output!r}, allowed formats are: {','.join(FORMATS)}")
        if output == "png" and file in ("", STANDARD_OUTPUT):
            raise UserError("a PNG goes into a file: give its name after -o png, such as rollout.png")
        self._inv, self._format, self._file = inv, output, file

    def show(self, timelines: Sequence[Timeline], *, beside: bool) -> None:
        """Write them, ``beside`` each other or below each other."""
        if not self._format:
            self._print(timelines, beside)
        elif self._file in ("", STANDARD_OUTPUT):
            self._inv.out.write_data(_rendered(self._format, timelines))
        else:
            self._write(timelines)

    def _print(self, timelines: Sequence[Timeline], beside: bool) -> None:
        from kubesim.views.timeline.terminal import render

        width = shutil.get_terminal_size().columns
        pages = [timelines] if beside else [[timeline] for timeline in timelines]
        colour = wants_colour(self._inv.out)
        texts = [render(page, width, colour=colour, glyphs=_glyphs()) for page in pages]
        self._inv.out.write_data("\n".join(texts))

    def _write(self, timelines: Sequence[Timeline]) -> None:
        """Write the file, and print what it shows in a line for each timeline."""
        text = _rendered("svg" if self._format == "png" else self._format, timelines)
        content = _png(text) if self._format == "png" else text.encode()
        try:
            with open(self._file, "wb") as file:
                file.write(content)
        except OSError as error:
            raise UserError(f"{self._file}: {error.strerror}") from error
        for timeline in timelines:
            self._inv.out.write(f"{timeline.title}: {verdict_of(timeline).sentence}\n")


def _rendered(output: str, timelines: Sequence[Timeline]) -> str:
    from kubesim.views.timeline import svg, tables, trace

    renderers = {"svg": svg.render, "json": tables.as_json, "csv": tables.as_csv, "trace": trace.as_trace}
    return renderers[output](timelines)


def _png(svg: str) -> bytes:
    try:
        import resvg_py
    except ImportError as error:
        raise UserError("-o png needs resvg-py: pip install 'kubesim[png]'") from error
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=PNG_WIDTH))


def _glyphs() -> Glyphs:
    """Block characters, unless standard output cannot have them."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        (BLOCKS.below_floor + BLOCKS.ready_new).encode(encoding)
    except UnicodeEncodeError:
        return ASCII
    return BLOCKS
