"""``kubesim config set-credentials``. Mirrors kubectl pkg/cmd/config/set_credentials.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.config import plugins
from kubesim.cli.verbs.config.contexts import changing
from kubesim.cli.verbs.config.files import read_embedded, with_file
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

CERTIFICATES = ("client-certificate", "client-key")


def run(inv: Invocation) -> None:
    try:
        name = _complete(inv)
    except UserError:
        inv.show_help()
        raise
    _validate(inv, name)
    embedded = read_embedded(inv, *CERTIFICATES)
    plugins.check_interactive_mode(inv)
    with changing(inv) as config:
        config.users[name] = _changed(inv, config.users.get(name, {}), embedded)
        inv.out.write(f'User "{name}" set.\n')


def _complete(inv: Invocation) -> str:
    """The user's name; UserError for flags and arguments that cannot be understood."""
    if len(inv.args) != 1:
        raise UserError(f"unexpected args: [{' '.join(inv.args)}]")
    plugins.pairs_of(inv, "auth-provider-arg")
    plugins.pairs_of(inv, "exec-env")
    return str(inv.args[0])


def _validate(inv: Invocation, name: str) -> None:
    if not name:
        raise UserError("you must specify a non-empty user name")
    if inv.flag("token") and (inv.flag("username") or inv.flag("password")):
        raise UserError(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password"
        )


def _changed(inv: Invocation, user: Obj, embedded: dict[str, str]) -> Obj:
    """The user with what the flags say; one way to log in takes the place of the other. Mirrors modifyAuthInfo."""
    changed = dict(user)
    for field in CERTIFICATES:
        if inv.changed(field):
            changed = with_file(inv, changed, field, embedded)
    for field in ("token", "username", "password"):
        if inv.changed(field):
            changed[field] = str(inv.flag(field))
    changed = plugins.with_exec(inv, plugins.with_auth_provider(inv, changed))
    has_token, has_name = bool(inv.flag("token")), bool(inv.flag("username") or inv.flag("password"))
    replaced = ("username", "password") if has_token else ("token",) if has_name else ()
    return {field: value for field, value in changed.items() if value and field not in replaced}


COMMAND = Command(
    name="set-credentials",
    use=(
        "config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] "
        "[--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] "
        "[--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] "
        "[--exec-arg=arg] [--exec-env=key=value]"
    ),
    short="Set a user entry",
    long="Change a user of the configuration, or add one. The simulated cluster lets everybody in.",
    examples=(
        ("A user with a token", "config set-credentials anna --token=secret"),
        ("A program that knows the token", "config set-credentials anna --exec-command=login --exec-arg=--token"),
    ),
    flags=(
        Flag("auth-provider", help="The provider that logs the user in."),
        Flag("auth-provider-arg", type="strings", help="A setting of the provider, KEY=VALUE, or KEY- without it."),
        Flag("client-certificate", help="The file of the certificate."),
        Flag("client-key", help="The file of the key."),
        Flag("embed-certs", type=bool, help="Keep the certificate and the key themselves, not where they are."),
        Flag("exec-api-version", help="The version of the API that the program speaks."),
        Flag("exec-arg", type="strings", help="The program's arguments, in the place of those it had."),
        Flag("exec-command", help="The program that logs the user in."),
        Flag("exec-env", type="array", help="A variable of the program's, KEY=VALUE, or KEY- without it."),
        Flag("exec-interactive-mode", help="Whether the program may ask: IfAvailable, Always or Never."),
        Flag("exec-provide-cluster-info", type=bool, help="Tell the program of the cluster."),
        Flag("password", help="The password for basic authentication."),
        Flag("token", help="The bearer token."),
        Flag("username", help="The user name for basic authentication."),
    ),
    run=run,
)
