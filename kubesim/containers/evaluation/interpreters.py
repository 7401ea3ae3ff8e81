"""Interpreters that are given their program on the command line: ``python -c``, ``perl -e``, ``node -e``.

Of such a program only is read what everybody writes there: how long it sleeps, what it ends with, whether it goes on
for ever.
"""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND
from kubesim.containers import plausible
from kubesim.containers.evaluation.tools.call import run_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.files import Value
    from kubesim.containers.evaluation.machine import Machine

INTERPRETERS = re.compile(r"python[\d.]*|node|nodejs|perl|ruby|php|lua")

_CODE_OPTION = re.compile(r"-\w*[ceErp]|--eval|--print")
_ENDLESS = re.compile(r"while[ (]*(?:True|true|1)\b|serve_forever|\.listen\(|setInterval|loop *\{|loop do|app\.run\(")
_SLEEP = re.compile(r"sleep[ (]+(\d+(?:\.\d+)?)")
_EXIT = re.compile(r"exit[ (]+(\d+)")


def code_of(argv: list[Value]) -> Value:
    """The program on an interpreter's command line; empty if it reads its input, None if it is in a file."""
    if len(argv) == 1:
        return ""
    for index, word in enumerate(argv[1:], 1):
        if word is None or not word.startswith("-"):
            return None
        if _CODE_OPTION.fullmatch(word):
            return argv[index + 1] if index + 1 < len(argv) else None
        if word in ("--version", "-V", "-v"):
            return "print(version)"
    return None


def run_code(machine: Machine, argv: list[Value], code: str) -> Status:
    """Run such a program."""
    if not code:
        return run_on(machine) if machine.shared.setting.reads_input else 0
    if (argv[0] or "").rpartition("/")[2].startswith("python"):
        from kubesim.containers.evaluation import one_liners

        body = one_liners.plain(code)
        if body is not None:
            return one_liners.Follower(machine, is_unbuffered=one_liners.is_unbuffered(machine, argv)).run(body)
    text = _printed(argv, code)
    if text is not None:
        machine.advance(plausible.MOMENT)
        machine.write(text)
        return 0
    machine.write(None)
    if _ENDLESS.search(code):
        return run_on(machine)
    naps = [round(float(nap) * SECOND) for nap in _SLEEP.findall(code)]
    is_asked = machine.shared.setting.purpose == plausible.ASKS
    machine.advance(sum(naps) if naps or is_asked else plausible.MOMENT)
    ends = _EXIT.findall(code)
    return int(ends[-1]) & 255 if ends else None


def _printed(argv: list[Value], code: str) -> str | None:
    """What a program prints that is known by heart."""
    if (argv[0] or "").rpartition("/")[2] != "perl" or "bpi" not in code:
        return None
    from kubesim.containers.evaluation import pi

    return pi.printed([word for word in argv[1:] if word is not None], code)
