"""One record of comma separated values, as Go's encoding/csv reads it."""

from __future__ import annotations


def split_csv(text: str) -> list[str]:
    """One record of comma separated values, ``"`` quoting. Mirrors pflag's readAsCSV over Go's encoding/csv."""
    line = text.partition("\n")[0].removesuffix("\r") if '"' not in text else text
    if '"' not in line:
        return line.split(",") if line else []
    fields: list[str] = []
    position = 0
    while True:
        if line[position : position + 1] == '"':
            field, position = _quoted_field(line, position + 1)
        else:
            end = line.find(",", position)
            field, start, position = line[position : None if end < 0 else end], position, len(line) if end < 0 else end
            if '"' in field:
                column = len(line[: start + field.index('"')].encode(errors="surrogateescape")) + 1
                raise ValueError(f'parse error on line 1, column {column}: bare " in non-quoted-field')
        fields.append(field)
        if position >= len(line):
            return fields
        position += 1


def _quoted_field(line: str, position: int) -> tuple[str, int]:
    """The field with its opening quote before ``position``, and where it ends."""
    field = ""
    while True:
        end = line.find('"', position)
        if end < 0:
            column = len(line.encode(errors="surrogateescape")) + 1
            raise ValueError(f'parse error on line 1, column {column}: extraneous or missing " in quoted-field')
        field += line[position:end]
        after = line[end + 1 : end + 2]
        if after in ("", ","):
            return field, end + 1
        if after != '"':
            column = len(line[:end].encode(errors="surrogateescape")) + 1
            raise ValueError(f'parse error on line 1, column {column}: extraneous or missing " in quoted-field')
        field += '"'
        position = end + 2
