"""Kustomizations are built as kubectl 1.36 builds them: what it printed of each overlay lies beside it.

A file of tests/data/kustomize is a sentence, the files of the overlay, and what ``kubectl kustomize`` wrote to its two
streams. ``ROOT`` stands for the folder; the lines that kubectl logs with the time of day are left out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kubesim.errors import UserError
from kubesim.kustomize.build import as_yaml, build

OVERLAYS = Path(__file__).parent.parent / "data" / "kustomize"


def sections(text: str) -> tuple[str, dict[str, str]]:
    head, *parts = re.split(r"(?m)^-- (.+) --\n", text)
    return head, dict(zip(parts[::2], parts[1::2]))


def write_files(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(content) if path.suffix == ".bin" else content.encode())


@pytest.mark.parametrize("name", sorted(path.stem for path in OVERLAYS.iterdir()))
def test_an_overlay_is_built_as_kubectl_builds_it(name: str, tmp_path: Path) -> None:
    head, files = sections((OVERLAYS / f"{name}.txt").read_text(encoding="utf-8"))
    wanted = files.pop("stdout", ""), files.pop("stderr", "")
    write_files(tmp_path, files)
    err: list[str] = []
    try:
        is_restricted = "LoadRestrictionsNone" not in head
        out = as_yaml(build(str(tmp_path), err.append, is_restricted=is_restricted))
    except UserError as error:
        out = ""
        err.append(f"error: {error.message}")
    printed = "".join(f"{line}\n" for line in err).replace(str(tmp_path.resolve()), "ROOT")
    assert (out, printed.replace("\n\n", "\n")) == (wanted[0], wanted[1].replace("\n\n", "\n"))
