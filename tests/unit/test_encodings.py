"""The encodings and the escapes of manifests, from files and from standard input."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from kubesim.golang.yaml.encoding import decoded
from kubesim.golang.yaml.reader import load_document

if TYPE_CHECKING:
    from command_lines import Shell

YAML = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nm}\ndata: {a: "é€😀"}\n'
JSON = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"nm"},"data":{"a":"é€😀"}}\n'
MARKED = "\ufeff"


class Stdin:
    """Standard input that gives bytes, as the process's own does."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [YAML, JSON, YAML.replace("\n", "\r\n"), f"---\n{YAML}---\n"])
def test_a_byte_order_mark_says_how_a_manifest_is_encoded(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, text: str, encoding: str
) -> None:
    data = (MARKED + text).encode(encoding)
    (shell.folder / "x.yml").write_bytes(data)
    monkeypatch.setattr("sys.stdin", Stdin(data))
    for source in ("x.yml", "-"):
        assert shell.made(f"create -f {source}")["data"] == {"a": "é€😀"}


@pytest.mark.parametrize("data", [YAML.encode("utf-16-le"), YAML.encode("utf-32-be"), YAML.encode("utf-32")])
def test_without_a_mark_that_kubectl_knows_a_manifest_is_utf_8(shell: Shell, data: bytes) -> None:
    (shell.folder / "x.yml").write_bytes(data)
    problem = "error converting YAML to JSON: yaml: control characters are not allowed"
    assert shell.refused("create -f x.yml --dry-run=client") == f"error: error parsing x.yml: {problem}\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xff\xfe", ""),
        (b"\xff", "\ufffd"),
        (b"a\xe2\x82b\xff", "a\ufffdb\ufffd"),
        (b"\xff\xfea\x00#", "a\ufffd"),
        (b"\xfe\xff\x00a\xd8\x00\x00b", "a\ufffdb"),
        (b"\xef\xbb\xbfa\xff", "a\udcff"),
        ("\ufeff\ufeffa".encode("utf-16-be"), "\ufeffa"),
    ],
)
def test_what_bytes_are_as_text(data: bytes, text: str) -> None:
    assert decoded(data) == text


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        (r'"p\'q"', "p'q"),
        (r'"\'a\' \\\'b\\\\"', "'a' \\'b\\\\"),
        ('"one\n  two \\\n  it\\\'s"', "one two it's"),
        (r"'a\/b'", r"a\/b"),
        (r"it\'s a\/b", r"it\'s a\/b"),
        ("|\n  sed 's/\\'/x/'\n  \"\\/\"\n", "sed 's/\\'/x/'\n\"\\/\"\n"),
        (r'"\0\a\b\t\n\v\f\r\e\ \"\\\N\_\L\P"', '\0\a\b\t\n\v\f\r\x1b "\\\x85\xa0\u2028\u2029'),
        (r'"\x41\u00e9\U0001F600"', "Aé😀"),
    ],
)
def test_escapes_are_go_yamls(scalar: str, value: str) -> None:
    assert load_document(f"a: {scalar}\n") == {"a": value}


def test_json_with_octets_that_are_no_utf_8_has_replacement_characters(shell: Shell) -> None:
    (shell.folder / "x.json").write_bytes(b"\xef\xbb\xbf" + JSON.encode().replace("é".encode(), b"\xff"))
    assert shell.made("create -f x.json")["data"] == {"a": "\ufffd€😀"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_patch_file_is_decoded_as_go_yaml_does(shell: Shell, encoding: str) -> None:
    (shell.folder / "x.yml").write_text(YAML)
    (shell.folder / "patch.yml").write_bytes((MARKED + "data: {a: ü}\n").encode(encoding))
    assert shell.locally("patch -f x.yml --patch-file patch.yml")["data"] == {"a": "ü"}


def test_a_patch_file_of_octets_that_are_no_utf_8_is_refused(shell: Shell) -> None:
    (shell.folder / "x.yml").write_text(YAML)
    (shell.folder / "patch.yml").write_bytes(b'data: {a: "\xff"}\n')
    refusal = 'error: unable to parse "": yaml: invalid leading UTF-8 octet\n'
    assert shell.refused("patch -f x.yml --local --patch-file patch.yml") == refusal
