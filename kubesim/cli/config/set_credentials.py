"""``kubesim config set-credentials``. Mirrors kubectl pkg/cmd/config/set_credentials.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.config.contexts import changing
from kubesim.cli.config.files import with_file
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    if len(inv.args) != 1:
        from kubesim.cli.main import show_help

        show_help(inv.path, inv.out)
        raise UserError(f"unexpected args: [{' '.join(inv.args)}]")
    name = inv.args[0]
    if not name:
        raise UserError("you must specify a non-empty user name")
    if inv.flag("token") and (inv.flag("username") or inv.flag("password")):
        raise UserError(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password"
        )
    with changing() as config:
        config.users[name] = _changed(inv, config.users.get(name, {}))
    inv.out.write(f'User "{name}" set.\n')


def _changed(inv: Invocation, user: Obj) -> Obj:
    """The user with what the flags say; one way to log in takes the place of the other. Mirrors modifyAuthInfo."""
    changed = dict(user)
    for field in ("client-certificate", "client-key"):
        if inv.changed(field):
            changed = with_file(inv, changed, field)
    for field in ("token", "username", "password"):
        if inv.changed(field):
            changed[field] = str(inv.flag(field))
    has_token, has_name = bool(inv.flag("token")), bool(inv.flag("username") or inv.flag("password"))
    replaced = ("username", "password") if has_token else ("token",) if has_name else ()
    return {field: value for field, value in changed.items() if value and field not in replaced}


COMMAND = Command(
    name="set-credentials",
    use=(
        "config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] "
        "[--token=bearer_token] [--username=basic_user] [--password=basic_password]"
    ),
    short="Set a user entry",
    long="Change a user of the configuration, or add one. The simulated cluster lets everybody in.",
    examples=(("A user with a token", "config set-credentials anna --token=secret"),),
    flags=(Flag("embed-certs", type=bool, help="Keep the certificate and the key themselves, not where they are."),),
    run=run,
)
