"""tar: archives that are written to the output, or read from the input, as ``kubectl cp`` does."""

from __future__ import annotations

import io
import posixpath
import tarfile

from kubesim.containers.evaluation.found import FOLDER, LINK, FileError, bytes_of
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.names import mode_of, seconds_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


def _tar(call: Call) -> Status:
    words = list(call.operands)
    if words and not words[0].startswith("-"):
        words[0] = "-" + words[0]
    call.operands = words
    call.parse(
        Tool(
            _tar,
            "cxtvmpohkOz",
            "fCX",
            {
                "create": "c",
                "extract": "x",
                "list": "t",
                "file": "f",
                "directory": "C",
                "no-same-owner": "o",
                "no-same-permissions": "k",
                "touch": "m",
                "verbose": "v",
            },
        )
    )
    if "z" in call.flags:
        raise Unknown("compressed archives")
    if {"t", "v"} <= call.flags:
        raise Unknown("tar -tv")
    if "C" in call.flags:
        try:
            folder = call.machine.files.look(call.path(call.value("C")), call.at)
        except FileError as error:
            return _refuse_folder(call, error)
        if folder.exists is None and call.machine.shared.outside is not None:
            raise Unknown(f"whether there is {call.value('C')}")
    if "c" in call.flags:
        return _create(call)
    if call.flags & {"x", "t"}:
        return _extract(call)
    raise Misused("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2)


def _refuse_folder(call: Call, error: FileError) -> Status:
    if call.is_busybox:
        call.complain(f"can't change directory to '{call.value('C')}': {error}")
        return 1
    call.complain(f"{call.value('C')}: Cannot open: {error}")
    call.complain("Error is not recoverable: exiting now")
    return 2


def _base(call: Call) -> str:
    return call.path(call.value("C")) if "C" in call.flags else call.path(".")


def _create(call: Call) -> Status:
    packed = io.BytesIO()
    status: Status = 0
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for word in call.operands:
            try:
                path = posixpath.normpath(posixpath.join(_base(call), word))
                call.machine.files.look(path, call.at, follows=False)
                if word.startswith("/"):
                    call.complain(
                        "removing leading '/' from member names"
                        if call.is_busybox
                        else "Removing leading `/' from member names"
                    )
                _add(call, archive, path, word.lstrip("/"))
            except FileError as error:
                call.complain(f"{word}: {error}" if call.is_busybox else f"{word}: Cannot stat: {error}")
                status = 1 if call.is_busybox else 2
    if status:
        more = "error exit delayed from" if call.is_busybox else "Exiting with failure status due to"
        call.complain(f"{more} previous errors")
    text = packed.getvalue().decode("utf-8", "surrogateescape")
    target = call.value("f", "-")
    if target == "-":
        call.write(text)
    else:
        call.machine.files.write(call.path(target), call.at, text)
    return status


def _add(call: Call, archive: tarfile.TarFile, path: str, name: str) -> None:
    files = call.machine.files
    found = files.find(path, call.at, follows="h" in call.flags)
    if found.exists is None or (found.kind == "file" and found.content is None):
        raise Unknown(f"what is in {path}")
    entry = tarfile.TarInfo(name)
    entry.mode, entry.uid, entry.gid = mode_of(found), found.owner, found.group
    entry.mtime = seconds_of(call, path)
    if found.kind == FOLDER:
        entry.type = tarfile.DIRTYPE
        archive.addfile(entry)
        listing = files.listing(path, call.at)
        if not listing.is_whole:
            raise Unknown(f"which files are in {path}")
        for inner in listing.names:
            _add(call, archive, f"{path}/{inner}", f"{name.rstrip('/')}/{inner}")
        return
    if found.kind == LINK:
        entry.type, entry.linkname = tarfile.SYMTYPE, found.content or ""
        archive.addfile(entry)
        return
    raw = bytes_of(found.content or "")
    entry.size = len(raw)
    archive.addfile(entry, io.BytesIO(raw))


def _extract(call: Call) -> Status:
    word = call.value("f", "-")
    try:
        raw = bytes_of(call.text(word))
    except FileError as error:
        if call.is_busybox:
            return call.refuse(word, error, "can't open '{}'")
        call.complain(f"{word}: Cannot open: {error}")
        call.complain("Error is not recoverable: exiting now")
        return 2
    wanted = set(call.operands)
    status: Status = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
            for entry in archive:
                if wanted and not any(
                    entry.name == word or entry.name.startswith(word.rstrip("/") + "/") for word in wanted
                ):
                    continue
                if call.flags & {"t", "v"}:
                    call.write(entry.name + ("/" if entry.isdir() else "") + "\n")
                if "x" in call.flags:
                    status = _unpack(call, archive, entry) or status
    except tarfile.TarError:
        raise Misused(
            "short read" if call.is_busybox else "This does not look like a tar archive", 1 if call.is_busybox else 2
        ) from None
    return status


def _unpack(call: Call, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Status:
    files = call.machine.files
    path = posixpath.normpath(posixpath.join(_base(call), entry.name.lstrip("/")))
    try:
        if entry.isdir():
            files.make_folder(path, call.at, entry.mode & 0o755, with_parents=True)
            return 0
        files.make_folder(posixpath.dirname(path), call.at, with_parents=True)
        if files.find(path, call.at, follows=False).exists:
            files.remove(path, call.at)
        if entry.issym():
            files.link(path, call.at, entry.linkname)
            return 0
        opened = archive.extractfile(entry)
        content = (opened.read() if opened is not None else b"").decode("utf-8", "surrogateescape")
        files.write(path, call.at, content)
        files.change(path, call.at, mode=entry.mode & 0o755)
    except FileError as error:
        call.complain(
            f"can't open '{entry.name}': {error}" if call.is_busybox else f"{entry.name}: Cannot open: {error}"
        )
        return 1 if call.is_busybox else 2
    return 0


TOOLS = {"tar": Tool(_tar, is_plain=True)}
