"""awk: programs of patterns and what is done with the lines that match them."""

from __future__ import annotations

from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown
from kubesim.containers.evaluation.tools.pattern_parser import Parser
from kubesim.containers.evaluation.tools.pattern_run import Left, Run
from kubesim.containers.evaluation.tools.pattern_tokens import unescaped
from kubesim.containers.evaluation.tools.pattern_values import Read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status


def _awk(call: Call) -> Status:
    sources = [call.text(word) for word in call.values.get("f", ())]
    if not sources:
        if not call.operands:
            raise Misused("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]", 2)
        sources = [call.operands.pop(0)]
    try:
        program = Parser("\n".join(sources)).parse()
    except Misused as error:
        if call.is_busybox:
            raise Misused("cmd. line:1: Unexpected token") from None
        raise Unknown(f"awk's words for this: {error}") from None
    except RecursionError:
        raise Unknown("so deep a program of awk") from None
    run = Run(call, program.functions)
    if "F" in call.flags:
        given = unescaped(call.value("F"))
        run.variables["FS"] = "\t" if given == "t" else given
    for assignment in call.values.get("v", ()):
        name, has_value, value = assignment.partition("=")
        if not has_value or not name.isidentifier():
            raise Misused(f"improper assignment: -v {assignment}", 2)
        run.variables[name] = Read(unescaped(value))
    try:
        return run.walk(program.begins, program.rules, program.ends)
    except RecursionError:
        raise Unknown("so deep a run of awk") from None
    except Left:
        raise Misused("break, continue, next or return outside of what they leave", 2) from None


TOOLS = dict.fromkeys(("awk", "gawk", "mawk", "nawk"), Tool(_awk, "", "Fvf", {}, leads=True))
