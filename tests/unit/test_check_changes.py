"""``sim check`` on changes of the documentation's examples: bad ones are named by their cause, good ones pass."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cli import main
from tests.unit.manifest_changes import ManifestChange, changes

if TYPE_CHECKING:
    from pathlib import Path

BAD, GOOD = changes("bad-changes.txt"), changes("good-changes.txt")


def check(folder: Path, change: ManifestChange) -> tuple[int, dict[str, Any]]:
    for name, text in (("old.yaml", change.old), ("new.yaml", change.new)):
        (folder / name).write_text(text)
    out, err = io.StringIO(), io.StringIO()
    line = ["sim", "check", str(folder / "old.yaml"), str(folder / "new.yaml"), "-o", "json", *change.bounds]
    status = main.answer(line, io.StringIO(), out, err)
    assert err.getvalue() == ""
    found: dict[str, Any] = json.loads(out.getvalue())
    return status, found


def errors(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [finding for finding in report["findings"] if finding["level"] == "error"]


def name_of(key: dict[str, str]) -> str:
    kind = {"PodDisruptionBudget": "pdb", "PersistentVolumeClaim": "pvc"}.get(key["kind"], key["kind"].lower())
    return f"{kind}/{key['name']}"


def test_there_are_enough_of_them() -> None:
    assert len(BAD) >= 100
    assert len(GOOD) >= 100
    assert len({tuple(change.examples) for change in BAD}) == len(BAD)


@pytest.mark.parametrize("change", BAD, ids=lambda change: change.name)
def test_a_bad_change_is_named_by_its_cause(tmp_path: Path, change: ManifestChange) -> None:
    status, report = check(tmp_path, change)
    found = errors(report)
    assert [(name_of(one["object"]), one["code"]) for one in found] == [(e.object, e.code) for e in change.expected]
    for finding, expected in zip(found, change.expected, strict=True):
        assert expected.words in finding["message"]
        assert finding["place"]["file"] == str(tmp_path / "new.yaml")
        assert finding["place"]["line"] in change.changed
    assert status == 1


@pytest.mark.parametrize("change", GOOD, ids=lambda change: change.name)
def test_a_good_change_passes(tmp_path: Path, change: ManifestChange) -> None:
    status, report = check(tmp_path, change)
    assert errors(report) == []
    assert status == 0
