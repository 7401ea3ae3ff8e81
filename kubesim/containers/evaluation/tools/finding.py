"""find and xargs: files that fit a description, and commands that are run on what is read."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from kubesim.containers.evaluation.finding import is_there
from kubesim.containers.evaluation.found import FOLDER, LINK, FileError, Found
from kubesim.containers.evaluation.tools.call import MOST_WORK, Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.names import mode_of, now_of, seconds_of, size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.containers.evaluation.endings import Status

    Test = Callable[[str, str, Found], bool]

_NOT_FOUND = 127
_MOST_RUNS = 1000  # commands that one tool runs
_PAGE = {"c": 1, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30, "b": 512, "": 512, "w": 2}


class _Finder:
    """An expression of ``find``, as a function of a file's name as shown, its path, and what lies there."""

    def __init__(self, call: Call, words: list[str]) -> None:
        self._call = call
        self._words = words
        self.deepest = MOST_WORK
        self.shallowest = 0
        self.is_deep = "-depth" in words or "-delete" in words
        self._acts = False
        self._prunes = False
        self._batches: list[tuple[list[str], list[str]]] = []
        self._runs = 0
        self.status = 0

    def test(self) -> Test:
        if not self._words:
            return self._print
        test = self._any()
        if self._words:
            raise Misused(
                f"unrecognized: {self._words[0]}" if self._call.is_busybox else f"unknown predicate `{self._words[0]}'"
            )
        return (
            test if self._acts else lambda name, path, found: test(name, path, found) and self._print(name, path, found)
        )

    def _any(self) -> Test:
        tests = [self._all()]
        while self._words[:1] in (["-o"], ["-or"]):
            self._words.pop(0)
            tests.append(self._all())
        return lambda name, path, found: any(test(name, path, found) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._words and self._words[0] not in ("-o", "-or", ")"):
            if self._words[0] in ("-a", "-and"):
                self._words.pop(0)
            tests.append(self._one())
        return lambda name, path, found: all(test(name, path, found) for test in tests)

    def _one(self) -> Test:
        word = self._words.pop(0) if self._words else ""
        if word in ("!", "-not"):
            inner = self._one()
            return lambda name, path, found: not inner(name, path, found)
        if word == "(":
            inner = self._any()
            if self._words[:1] != [")"]:
                raise Misused(
                    "unmatched '('" if self._call.is_busybox else "invalid expression; I was expecting to find a ')'"
                )
            self._words.pop(0)
            return inner
        if word in ("-exec", "-ok"):
            return self._exec()
        if word in _PLAIN:
            self._acts = self._acts or (
                word in ("-print", "-print0", "-delete", "-prune", "-quit") and word != "-prune"
            )
            return getattr(self, _PLAIN[word])  # type: ignore[no-any-return]
        if word in _VALUED:
            if not self._words:
                is_busybox = self._call.is_busybox
                raise Misused(f"{word} requires an argument" if is_busybox else f"missing argument to `{word}'")
            made: Test = getattr(self, _VALUED[word])(word, self._words.pop(0))
            return made
        raise Unknown(f"find {word}") if re.match(r"-\w", word) else Misused(f"unrecognized: {word}")

    # tests

    def _name(self, word: str, value: str) -> Test:
        ignores = word in ("-iname", "-ipath")
        pattern = value.lower() if ignores else value

        def test(name: str, path: str, found: Found) -> bool:
            text = name if "path" in word else (name.rstrip("/").rpartition("/")[2] or name)
            return fnmatchcase(text.lower() if ignores else text, pattern)

        return test

    def _type(self, word: str, value: str) -> Test:
        kinds = [{"f": "file", "d": FOLDER, "l": LINK, "c": "device"}.get(letter, "") for letter in value.split(",")]
        return lambda name, path, found: found.kind in kinds

    def _size(self, word: str, value: str) -> Test:
        match = re.fullmatch(r"([-+]?)(\d+)([ckMGbw]?)", value)
        if match is None:
            raise Misused(f"invalid number '{value}'")
        unit = _PAGE[match[3]]

        def test(name: str, path: str, found: Found) -> bool:
            count = -(-size_of(found) // unit)
            return _compared(count, match[1], int(match[2]))

        return test

    def _age(self, word: str, value: str) -> Test:
        match = re.fullmatch(r"([-+]?)(\d+)", value)
        if match is None:
            raise Misused(f"invalid number '{value}'")
        unit = 60 if word.endswith("min") else 86400

        def test(name: str, path: str, found: Found) -> bool:
            return _compared((now_of(self._call) - seconds_of(self._call, path)) // unit, match[1], int(match[2]))

        return test

    def _newer(self, word: str, value: str) -> Test:
        call = self._call
        call.machine.files.look(call.path(value), call.at)
        limit = seconds_of(call, call.path(value))
        return lambda name, path, found: seconds_of(call, path) > limit

    def _perm(self, word: str, value: str) -> Test:
        match = re.fullmatch(r"([-/]?)([0-7]+)", value)
        if match is None:
            raise Unknown(f"find -perm {value}")
        wanted = int(match[2], 8)
        tests: dict[str, Callable[[int], bool]] = {
            "": lambda mode: mode == wanted,
            "-": lambda mode: mode & wanted == wanted,
            "/": lambda mode: bool(mode & wanted) or not wanted,
        }
        return lambda name, path, found: tests[match[1]](mode_of(found))

    def _depth(self, word: str, value: str) -> Test:
        if word == "-maxdepth":
            self.deepest = int(value)
        else:
            self.shallowest = int(value)
        return self._true

    def _user(self, word: str, value: str) -> Test:
        number = 0 if value == "root" else int(value) if value.isdigit() else -1
        if number < 0:
            raise Unknown(f"find {word} {value}")
        return lambda name, path, found: (found.owner if word == "-user" else found.group) == number

    def _true(self, name: str, path: str, found: Found) -> bool:
        return True

    def _empty(self, name: str, path: str, found: Found) -> bool:
        if found.kind == FOLDER:
            return not self._call.machine.files.listing(path, self._call.at).names
        return found.kind == "file" and size_of(found) == 0

    def _prune(self, name: str, path: str, found: Found) -> bool:
        self._prunes = True
        return True

    # acts

    def _print(self, name: str, path: str, found: Found) -> bool:
        self._call.write(name + "\n")
        return True

    def _print0(self, name: str, path: str, found: Found) -> bool:
        self._call.write(name + "\0")
        return True

    def _delete(self, name: str, path: str, found: Found) -> bool:
        files = self._call.machine.files
        try:
            if found.kind == FOLDER:
                files.remove_folder(path, self._call.at)
            else:
                files.remove(path, self._call.at)
        except FileError as error:
            self.status = self._call.refuse(name, error, "{}", "cannot delete ‘{}’")
            return False
        return True

    def _exec(self) -> Test:
        self._acts = True
        command: list[str] = []
        while self._words and self._words[0] != ";" and not (self._words[0] == "+" and command[-1:] == ["{}"]):
            command.append(self._words.pop(0))
        if not self._words:
            raise Misused("-exec requires an argument" if self._call.is_busybox else "missing argument to `-exec'")
        if self._words.pop(0) == "+":
            batch: list[str] = []
            self._batches.append((command[:-1], batch))
            return lambda name, path, found: not batch.append(name)  # type: ignore[func-returns-value]

        def run(name: str, path: str, found: Found) -> bool:
            return self._run([word.replace("{}", name) for word in command]) == 0

        return run

    def _run(self, command: list[str]) -> Status:
        self._runs += 1
        if self._runs > _MOST_RUNS:
            raise Unknown("so many commands of find")
        return run_command(self._call, command)

    def finish(self) -> None:
        for command, batch in self._batches:
            if batch and self._run([*command, *batch]) != 0:
                self.status = 1

    # the walk

    def walk(self, name: str, path: str, depth: int, test: Test) -> None:
        """Test a file, and what is in it if it is a folder."""
        call = self._call
        files = call.machine.files
        found = files.find(path, call.at, follows="L" in call.flags or ("H" in call.flags and depth == 0))
        self._prunes = False
        if depth >= self.shallowest and not self.is_deep:
            test(name, path, found)
        if found.kind == FOLDER and depth < self.deepest and not self._prunes:
            for inner in self._names_in(name, path):
                self.walk(
                    f"{name.rstrip('/') if name != '/' else ''}/{inner}", f"{path.rstrip('/')}/{inner}", depth + 1, test
                )
        if depth >= self.shallowest and self.is_deep:
            test(name, path, found)

    def _names_in(self, name: str, path: str) -> Iterator[str]:
        call = self._call
        try:
            listing = call.machine.files.listing(path, call.at)
        except FileError as error:
            self.status = call.refuse(name, error, "{}", "‘{}’")
            return
        if not listing.is_whole:
            raise Unknown(f"which files are in {name}")
        yield from listing.names


_PLAIN = {
    "-true": "_true",
    "-print": "_print",
    "-print0": "_print0",
    "-delete": "_delete",
    "-empty": "_empty",
    "-depth": "_true",
    "-prune": "_prune",
    "-xdev": "_true",
    "-mount": "_true",
    "-daystart": "_true",
    "-follow": "_true",
}
_VALUED = {
    "-name": "_name",
    "-iname": "_name",
    "-path": "_name",
    "-ipath": "_name",
    "-wholename": "_name",
    "-type": "_type",
    "-size": "_size",
    "-mtime": "_age",
    "-mmin": "_age",
    "-ctime": "_age",
    "-cmin": "_age",
    "-newer": "_newer",
    "-perm": "_perm",
    "-maxdepth": "_depth",
    "-mindepth": "_depth",
    "-user": "_user",
    "-group": "_user",
}


def _compared(count: int, sign: str, wanted: int) -> bool:
    return count > wanted if sign == "+" else count < wanted if sign == "-" else count == wanted


def _find(call: Call) -> Status:
    words = list(call.operands)
    while words and words[0] in ("-L", "-H", "-P"):
        call.flags.add(words.pop(0)[1])
    starts = []
    while words and not words[0].startswith("-") and words[0] not in ("!", "("):
        starts.append(words.pop(0))
    finder = _Finder(call, words)
    test = finder.test()
    for word in starts or ["."]:
        try:
            found = call.machine.files.look(call.path(word), call.at, follows=False)
            if found.exists is None:
                raise Unknown(f"whether there is {word}")
        except FileError as error:
            finder.status = call.refuse(word, error, "{}", "‘{}’")
            continue
        finder.walk(word, call.path(word), 0, test)
    finder.finish()
    return finder.status


def run_command(call: Call, command: list[str]) -> Status:
    """Run a command as a process of its own; Unknown: what it comes to is not known."""
    machine = call.machine
    if not is_there(machine, command[0]):
        shown = command[0] if call.name == "xargs" else f"‘{command[0]}’"
        call.complain(f"{shown}: No such file or directory")
        return _NOT_FOUND
    child = machine.fork()
    status = machine.shared.evaluator.run_program(child, [*command], is_last=False)
    machine.clock = max(machine.clock, child.clock)
    if status is None:
        raise Unknown(f"what {command[0]} comes to")
    return status


def _xargs(call: Call) -> Status:
    text = call.text(call.value("a", "-"))
    command = call.operands or ["echo"]
    if "I" in call.flags:
        mark = call.value("I")
        runs = [[w.replace(mark, line.strip()) for w in command] for line in text.split("\n") if line.strip()]
    else:
        words = _words(call, text)
        most = call.number("n", call.number("L", 0)) or len(words) or 1
        groups = [words[at : at + most] for at in range(0, len(words), most)]
        runs = [[*command, *group] for group in groups] or ([] if "r" in call.flags else [command])
    if len(runs) > _MOST_RUNS:
        raise Unknown("so many commands of xargs")
    status: Status = 0
    for argv in runs:
        if "t" in call.flags:
            call.machine.complain(" ".join(argv))
        code = run_command(call, argv)
        if code in (126, 127):
            return code
        status = 123 if code else status
    return status


def _words(call: Call, text: str) -> list[str]:
    if "0" in call.flags:
        return [word for word in text.split("\0") if word]
    if "d" in call.flags:
        mark = call.value("d").replace("\\n", "\n").replace("\\t", "\t")
        return text.removesuffix("\n" if mark != "\n" else mark).split(mark)
    if "L" in call.flags:
        return [line for line in text.split("\n") if line.strip()]
    words = re.findall(r"""(?:"[^"\n]*"|'[^'\n]*'|\\.|[^\s"'\\])+|["']""", text)
    if any(word in ("'", '"') for word in words):
        raise Misused("unmatched single quote; by default quotes are special to xargs unless you use the -0 option")
    return [re.sub(r"""["']([^"']*)["']|\\(.)""", lambda found: found[1] or found[2] or "", word) for word in words]


TOOLS = {
    "find": Tool(_find, is_plain=True),
    "xargs": Tool(
        _xargs, "0rt", "nILdPas", {"null": "0", "no-run-if-empty": "r", "max-args": "n", "replace": "I"}, leads=True
    ),
}
