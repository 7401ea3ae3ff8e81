"""The error boundary and the finding of verbs: what is said on which stream, and the exit status."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from kubesim.cli import lazy, main
from kubesim.cli.command import Command, Group, Invocation
from kubesim.cli.main import error_text
from kubesim.cli.options import FieldManager
from kubesim.cli.signature import Annotated, Option
from kubesim.errors import Aggregate, Cause, StatusError, UserError, bad_request, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Callable


def answer(line: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main.answer(line.split(), io.StringIO(), out, err), out.getvalue(), err.getvalue()


def verb(run: Callable[[Invocation], int | None], **fields: object) -> Command:
    return Command("get", "get", "", "", run, **fields)  # type: ignore[arg-type]


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts another verb in the place of get."""

    def put(run: Callable[[Invocation], int | None], **fields: object) -> None:
        command = verb(run, **fields)
        real = lazy.Row.load
        monkeypatch.setattr(lazy.Row, "load", lambda row: command if row.path == "get" else real(row))

    return put


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("gt deploy", 'error: unknown command "gt" for "kubesim"\n\nDid you mean this?\n\tset\n\tget\n\tcp\n'),
        ("nosuch --flag", 'error: unknown command "nosuch" for "kubesim"\n'),
        ("ls", 'error: unknown command "ls" for "kubesim"\n\nDid you mean this?\n\tget\n\tlogs\n\tcp\n'),
        ("con", 'error: unknown command "con" for "kubesim"\n\nDid you mean this?\n\trun\n\ttop\n\tcp\n\tconfig\n'),
        ("hlp", 'error: unknown command "hlp" for "kubesim"\n\nDid you mean this?\n\ttop\n\tcp\n'),
        ("-n x gt", "Error: flags cannot be placed before plugin name: -n\n"),
        ("-h get pods", "Error: flags cannot be placed before plugin name: -h\n"),
        ("--nosuch version", "error: unknown flag: --nosuch\nSee 'kubesim --help' for usage.\n"),
        ("-n", "error: flag needs an argument: 'n' in -n\nSee 'kubesim --help' for usage.\n"),
        ("version -z", "error: unknown shorthand flag: 'z' in -z\nSee 'kubesim version --help' for usage.\n"),
        ("-z version", "error: unknown shorthand flag: 'z' in -z\nSee 'kubesim --help' for usage.\n"),
        ("version -h --nosuch", "error: unknown flag: --nosuch\nSee 'kubesim version --help' for usage.\n"),
        ("version foo", "error: extra arguments: [foo]\n"),
        ("version -o foo", "error: --output must be 'yaml' or 'json'\n"),
        ("completion", "error: Shell not specified.\nSee 'kubesim completion -h' for help and examples\n"),
        ("completion x", "error: Unsupported shell type \"x\".\nSee 'kubesim completion -h' for help and examples\n"),
        ("rollout undoo x", "error: unknown command \"undoo x\"\nSee 'kubesim rollout -h' for help and examples\n"),
        ("rollout --nosuch undo", "error: unknown flag: --nosuch\nSee 'kubesim rollout --help' for usage.\n"),
        ("rollout undo --nosuch", "error: unknown flag: --nosuch\nSee 'kubesim rollout undo --help' for usage.\n"),
    ],
)
def test_a_line_that_is_not_quite_right_is_told_so_on_standard_error(line: str, message: str) -> None:
    assert answer(line) == (1, "", message)


def test_a_server_says_with_which_versions_it_is_compatible() -> None:
    versions = json.loads(answer("version -o json")[1])
    server = versions["serverVersion"]
    assert (server["minor"], server["minCompatibilityMinor"]) == ("36", "35")
    assert "minCompatibilityMinor" not in versions["clientVersion"]


@pytest.mark.parametrize(
    "line", ["version", "-n prod version", "version -n prod", "--v=2 version -nprod", "version --v 2"]
)
def test_flags_that_every_verb_takes_may_stand_anywhere(line: str) -> None:
    assert answer(line) == (
        0,
        "Client Version: v1.36.2\nKustomize Version: v5.8.1\nServer Version: v1.36.2\n",
        "",
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (UserError("no such thing"), "error: no such thing"),
        (UserError("error: no such thing"), "error: no such thing"),
        (UserError("as it stands", bare=True), "as it stands"),
        (not_found("deployments", "apps", "web"), 'Error from server (NotFound): deployments.apps "web" not found'),
        (bad_request("what?"), "Error from server (BadRequest): what?"),
        (StatusError("", "odd", 500), "Error from server: odd"),
        (StatusError("Unauthorized", "who?", 401), "error: You must be logged in to the server (who?)"),
        (
            invalid("Deployment", "", "web", (Cause("FieldValueRequired", "Required value", "spec.selector"),)),
            'The Deployment "web" is invalid: spec.selector: Required value\n',
        ),
        (
            invalid("Deployment", "", "web", (Cause("", "Required value", "a"), Cause("", "Invalid", "b"))),
            'The Deployment "web" is invalid: \n* a: Required value\n* b: Invalid\n',
        ),
        (
            invalid("Deployment", "", "web", (Cause("", "Required value", "a"), Cause("", "Required value", "a"))),
            'The Deployment "web" is invalid: a: Required value\n',
        ),
        (StatusError("Invalid", "no", 422, kind="Pod", name="x"), 'The Pod "x" is invalid'),
        (StatusError("Invalid", "no", 422), "The request is invalid: no"),
        (Aggregate([UserError("one")]), "error: one"),
        (
            Aggregate([not_found("pods", "", "a"), UserError("two")]),
            'Error from server (NotFound): pods "a" not found\ntwo\n',
        ),
    ],
)
def test_an_error_is_told_as_kubectl_tells_it(error: Exception, text: str) -> None:
    assert error_text(error) == text


def test_what_a_verb_raises_gives_its_exit_status(get: Callable[..., None]) -> None:
    def run(_inv: Invocation) -> int:
        raise UserError("differs", status=2)

    get(run)
    assert answer("get") == (2, "", "error: differs\n")


def test_what_a_verb_returns_is_the_exit_status(get: Callable[..., None]) -> None:
    get(lambda inv: 3 if inv.args else None)
    assert (answer("get")[0], answer("get pods")[0]) == (0, 3)


def test_notices_come_before_required_flags_are_asked_for(get: Callable[..., None]) -> None:
    def run(
        inv: Invocation,
        *,
        max_: Annotated[str, Option(required=True)] = "",
        record: Annotated[bool, Option(deprecated="gone soon")] = False,
    ) -> None:
        """Never called."""

    get(run)
    notice = "Flag --record has been deprecated, gone soon\n"
    assert answer("get --record") == (1, "", f'{notice}error: required flag(s) "max" not set\n')


def test_an_invocation_knows_its_place_and_what_every_verb_takes(get: Callable[..., None]) -> None:
    seen: list[tuple[Invocation, str, int]] = []

    def run(inv: Invocation, *, field_manager: FieldManager = "", replicas: Annotated[int, Option()] = 1) -> None:
        seen.append((inv, field_manager, replicas))

    get(run)
    answer("-n prod get web --replicas 1 -- x")
    inv, field_manager, replicas = seen[0]
    assert (inv.path, inv.args, inv.dash) == ("get", ["web", "x"], 1)
    assert (inv.globals.namespace, inv.globals.as_group, field_manager, replicas) == ("prod", [], "", 1)
    assert (inv.changed("replicas"), inv.changed("field-manager")) == (True, False)
    assert inv.default_field_manager == "kubectl-get"
    assert inv.usage_error("no").message == "no\nSee 'kubesim get -h' for help and examples"


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, BrokenPipeError])
def test_an_interrupt_and_a_closed_pipe_are_silent(
    get: Callable[..., None], capsys: pytest.CaptureFixture[str], wrong: type[BaseException]
) -> None:
    def run(_inv: Invocation) -> int:
        raise wrong

    get(run)
    assert main.main(["get"]) == {KeyboardInterrupt: 130, BrokenPipeError: 141}[wrong]
    assert capsys.readouterr() == ("", "")


def test_a_bug_shows_where_it_is_and_asks_for_a_report(
    get: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    get(lambda inv: {}["nosuch"])
    assert main.main(["get"]) == 70
    err = capsys.readouterr().err
    assert "KeyError: 'nosuch'" in err
    assert "report" in err.splitlines()[-1]


def process(*argv: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "kubesim", *argv], capture_output=True, check=False, timeout=30)


def test_a_process_of_its_own_answers_in_full_and_gives_the_status() -> None:
    done = process("version", "\udcff", "--client=false")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"error: extra arguments: [\xff]\n"


@pytest.mark.parametrize(
    ("redirection", "status"), [(">&-", 0), ("| true", 141), (">/dev/full", 1), ("2>&-", 0), ("<&-", 0)]
)
def test_an_output_that_nobody_takes_is_no_bug(redirection: str, status: int) -> None:
    line = f'{{ sleep 0.05; "$0" -m kubesim options; echo $? >&3; }} 3>&2 {redirection}'
    done = subprocess.run(["sh", "-c", line, sys.executable], capture_output=True, check=False, text=True, timeout=30)
    *said, told_status = done.stderr.splitlines()
    assert int(told_status) == status
    assert said == (["error: write /dev/stdout: no space left on device"] if "full" in redirection else [])


def test_typer_and_rich_are_not_imported_to_run_a_verb() -> None:
    heavy = {
        "typer",
        "rich",
        "click",
        "yaml",
        "platformdirs",
        "subprocess",
        "kubesim.cli.help",
        "kubesim.cli.verbs.get",
    }
    code = (
        f"import sys; from kubesim.cli.main import main; main(['version']); print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=30)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("row", lazy.VERBS, ids=lambda row: row.path)
def test_a_row_says_of_its_verb_what_the_verb_says(row: lazy.Row) -> None:
    command = row.load()
    assert (command.name, command.short) == (row.name, row.short)
    assert command.use.startswith(row.path)
    assert isinstance(command, (Command, Group))
