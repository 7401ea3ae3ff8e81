"""grep: the lines of files in which an expression is found."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.endings import Exited
from kubesim.containers.evaluation.found import FOLDER, FileError
from kubesim.containers.evaluation.tools.call import MOST_WORK, Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.regular import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.evaluation.endings import Status

_WORD = r"[A-Za-z0-9_]"


def _grep(call: Call) -> Status:
    search = _Search(call, _expressions(call))
    status = 2
    words = call.operands or (["."] if search.is_recursive else ["-"])
    search.has_names = ("H" in call.flags or len(words) > 1 or search.is_recursive) and "h" not in call.flags
    is_found = is_failed = False
    for word in words:
        for path in search.files(word):
            try:
                is_found = search.of(path) or is_found
            except FileError as error:
                is_failed = True
                if "s" not in call.flags:
                    call.complain(f"{path}: {error}")
            if is_found and "q" in call.flags:
                return 0
    status = 0 if is_found else 1
    return 2 if (is_failed or search.is_failed) and not (is_found and "q" in call.flags) else status


def _expressions(call: Call) -> list[str]:
    """The expressions that are sought: of ``-e``, ``-f``, or the first operand."""
    texts = list(call.values.get("e", ()))
    texts += [call.text(word).removesuffix("\n") for word in call.values.get("f", ())]
    if not texts and "f" not in call.flags:
        if not call.operands:
            raise _usage(call)
        texts = [call.operands.pop(0)]
    return [line for text in texts for line in text.split("\n")]


def _usage(call: Call) -> Misused:
    if not call.is_busybox:
        call.machine.complain("Usage: grep [OPTION]... PATTERNS [FILE]...")
        call.machine.complain("Try 'grep --help' for more information.")
        raise Exited(2)
    return Misused("it is given no pattern", 1, is_usage=True)


class _Search:
    def __init__(self, call: Call, expressions: list[str]) -> None:
        self._call = call
        flags = call.flags
        is_extended = call.name == "egrep" or "E" in flags
        is_fixed = call.name == "fgrep" or "F" in flags
        if "P" in flags:
            raise Unknown("grep -P")
        self._patterns = [self._pattern(text, is_extended, is_fixed) for text in expressions]
        self.is_recursive = bool(flags & {"r", "R"})
        self.has_names = False
        self.is_failed = False
        self._before = call.number("B", call.number("C", 0))
        self._after = call.number("A", call.number("C", 0))
        self._most = call.number("m", MOST_WORK)
        self._has_printed = False

    def _pattern(self, text: str, is_extended: bool, is_fixed: bool) -> re.Pattern[str]:
        flags = self._call.flags
        pattern = (
            re.compile(re.escape(text), re.IGNORECASE if flags & {"i", "y"} else 0)
            if is_fixed
            else compiled(text, is_extended=is_extended, ignores_case=bool(flags & {"i", "y"}))
        )
        source = pattern.pattern
        if "w" in flags:
            source = rf"(?<!{_WORD})(?:{source})(?!{_WORD})"
        return re.compile(rf"(?:{source})\Z" if "x" in flags else source, pattern.flags)

    def files(self, word: str) -> Iterator[str]:
        """The files that an operand means."""
        call = self._call
        if word == "-" or not self.is_recursive:
            yield word
            return
        found = call.machine.files.find(call.path(word), call.at)
        if not found.exists or found.kind != FOLDER:
            yield word
            return
        listing = call.machine.files.listing(call.path(word), call.at)
        if not listing.is_whole:
            raise Unknown(f"which files are in {word}")
        for name in listing.names:
            inner = name if word == "." and not call.operands else f"{word.rstrip('/')}/{name}"
            is_link = call.machine.files.find(call.path(inner), call.at, follows=False).kind == "link"
            if not is_link or "R" in call.flags:
                yield from self.files(inner)

    def of(self, word: str) -> bool:
        """Search a file and print what is found; whether anything is."""
        call, flags = self._call, self._call.flags
        if word != "-" and call.machine.files.look(call.path(word), call.at).kind == FOLDER:
            self._complain_of_folder(word)
            return False
        shown = "(standard input)" if word == "-" else word
        count = 0
        kept: list[tuple[int, str]] = []  # lines before a match, that may be printed with it
        left = last = 0
        for number, line in enumerate(call.lines(word), 1):
            text = line.rstrip("\n")
            if self._matches(text):
                count += 1
                if flags & {"q", "l", "L"}:
                    break
                if "c" not in flags:
                    self._separate(last, kept[0][0] if kept else number)
                    for earlier, other in kept:
                        self._print(shown, earlier, other, "-")
                    self._print_match(shown, number, text)
                    last, left, kept = number, self._after, []
                if count >= self._most:
                    break
            elif left and "c" not in flags:
                left -= 1
                last = number
                self._print(shown, number, text, "-")
            elif self._before:
                kept = [*kept, (number, text)][-self._before :]
        self._sum_up(shown, count)
        return count > 0 if "L" not in flags else count == 0

    def _complain_of_folder(self, word: str) -> None:
        call = self._call
        if "s" not in call.flags and not call.is_busybox:
            call.complain(f"{word}: Is a directory")
        self.is_failed = self.is_failed or not call.is_busybox

    def _separate(self, last: int, begin: int) -> None:
        has_context = self._before or self._after
        if has_context and self._has_printed and (not last or begin > last + 1) and "o" not in self._call.flags:
            self._call.write("--\n")

    def _matches(self, text: str) -> bool:
        is_whole = "x" in self._call.flags
        found = any((p.match(text) if is_whole else p.search(text)) is not None for p in self._patterns)
        return found != ("v" in self._call.flags)

    def _print_match(self, word: str, number: int, text: str) -> None:
        if "o" not in self._call.flags:
            self._print(word, number, text, ":")
            return
        if "v" in self._call.flags:
            return
        at = 0
        while at <= len(text):
            matches = [found for p in self._patterns if (found := p.search(text, at)) is not None and found[0]]
            if not matches:
                return
            best = min(matches, key=lambda found: (found.start(), -found.end()))
            self._print(word, number, best[0], ":")
            at = best.end()

    def _print(self, word: str, number: int, text: str, mark: str) -> None:
        self._has_printed = True
        start = f"{word}{mark}" if self.has_names else ""
        start += f"{number}{mark}" if "n" in self._call.flags else ""
        self._call.write(f"{start}{text}\n")

    def _sum_up(self, word: str, count: int) -> None:
        flags = self._call.flags
        if "q" in flags:
            return
        if "c" in flags and not flags & {"l", "L"}:
            self._call.write(f"{word}:{count}\n" if self.has_names else f"{count}\n")
        if ("l" in flags and count) or ("L" in flags and not count):
            self._call.write(f"{word}\n")


_LONG = {
    "ignore-case": "i",
    "invert-match": "v",
    "line-number": "n",
    "count": "c",
    "files-with-matches": "l",
    "only-matching": "o",
    "word-regexp": "w",
    "line-regexp": "x",
    "quiet": "q",
    "silent": "q",
    "no-messages": "s",
    "recursive": "r",
    "extended-regexp": "E",
    "fixed-strings": "F",
    "after-context": "A",
    "before-context": "B",
    "context": "C",
    "regexp": "e",
    "no-filename": "h",
    "with-filename": "H",
    "file": "f",
    "max-count": "m",
    "files-without-match": "L",
    "basic-regexp": "G",
    "perl-regexp": "P",
    "color": "k",
    "colour": "k",
    "line-buffered": "u",
}
TOOLS = dict.fromkeys(("grep", "egrep", "fgrep"), Tool(_grep, "ivnclLowxqsrREFhHyGPuka", "ABCefm", _LONG))
