"""Where files of a kustomization are read: from its folder and below. Mirrors api/internal/loader and kyaml/filesys."""

from __future__ import annotations

import os

from kubesim.errors import reason_of
from kubesim.golang.yaml.encoding import decoded
from kubesim.kustomize.errors import BuildError, UnsupportedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HOSTS = ("github.com/", "github.com:", "www.github.com/", "git@", "git::", "ssh://", "org-", "file://")


class Loader:
    """Reads files under ``root``, an absolute path without links; ``referrers`` are the roots that led here.

    ``is_restricted``: nothing outside of the root is read.
    """

    def __init__(self, root: str, referrers: tuple[str, ...] = (), *, is_restricted: bool = True) -> None:
        self.root = root
        self._referrers = referrers
        self._is_restricted = is_restricted

    @classmethod
    def at(cls, path: str, *, is_restricted: bool = True) -> Loader:
        """The loader of the folder that is to be built."""
        _refuse_remote(path)
        return cls(_confirmed_folder(path, path), is_restricted=is_restricted)

    def of(self, path: str) -> Loader:
        """The loader of a base or component."""
        if not path:
            raise BuildError("new root cannot be empty")
        _refuse_remote(path)
        if os.path.isabs(path):
            raise BuildError(f"new root '{path}' cannot be absolute")
        joined = self._joined(path)
        root = _confirmed_folder(joined, joined)
        for visited in (self.root, *self._referrers):
            if _is_within(visited, root):
                raise BuildError(f"cycle detected: candidate root '{root}' contains visited root '{visited}'")
        return Loader(root, (self.root, *self._referrers), is_restricted=self._is_restricted)

    def _joined(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.root, path))

    def load(self, path: str) -> bytes:
        """The bytes of a file."""
        _refuse_url(path)
        joined = self._joined(path)
        if self._is_restricted:
            joined = self._confirmed_file(joined)
        try:
            with open(joined, "rb") as file:
                return file.read()
        except IsADirectoryError:
            raise BuildError(f"read {joined}: is a directory") from None
        except OSError as error:
            raise BuildError(f"open {joined}: {reason_of(error)}") from None

    def load_text(self, path: str) -> str:
        """The text of a file, with a surrogate for each byte that is no UTF-8: YAML's reader refuses that."""
        return decoded(self.load(path), "surrogateescape")

    def _confirmed_file(self, path: str) -> str:
        real = _real(path, path)
        if os.path.isdir(real):
            raise BuildError(f"'{path}' must resolve to a file")
        if not _is_within(os.path.dirname(real), self.root):
            raise BuildError(f"security; file '{path}' is not in or below '{self.root}'")
        return real


def _is_within(folder: str, root: str) -> bool:
    return root in (os.sep, folder) or folder.startswith(root + os.sep)


def _confirmed_folder(path: str, shown: str) -> str:
    """The real path of a folder. Mirrors ConfirmDir."""
    if not path:
        raise BuildError("must build at directory: directory path cannot be empty")
    try:
        real = _real(os.path.abspath(path), shown)
    except BuildError as error:
        raise BuildError(f"must build at directory: not a valid directory: {error.message}") from None
    if not os.path.isdir(real):
        raise BuildError(f"must build at directory: '{shown}': file is not directory")
    return real


def _real(path: str, shown: str) -> str:
    """A path without links; BuildError for one that leads nowhere, with the step that is missing."""
    step = ""
    for part in path.split(os.sep)[1:]:
        step = f"{step}{os.sep}{part}"
        try:
            os.stat(step)
        except NotADirectoryError:
            raise BuildError(f"evalsymlink failure on '{shown}' : not a directory") from None
        except OSError as error:
            raise BuildError(f"evalsymlink failure on '{shown}' : lstat {step}: {reason_of(error)}") from None
    return os.path.realpath(path)


def _refuse_url(path: str) -> None:
    if path.startswith(("http://", "https://")):
        raise UnsupportedError(f"kubesim fetches nothing, and {path} is on another host; name a copy of it instead")


def _refuse_remote(path: Any) -> None:
    """Refuse what kustomize would clone with git."""
    _refuse_url(path)
    is_repository = path.startswith(_HOSTS) and not os.path.exists(path)
    if is_repository or (":" in path and path.partition(":")[2].partition("?")[0].endswith(".git")):
        raise UnsupportedError(f"kubesim fetches nothing, and {path} is a Git repository; name a clone of it instead")
