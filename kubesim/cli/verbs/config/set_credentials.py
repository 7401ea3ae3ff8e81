"""``kubesim config set-credentials``. Mirrors kubectl pkg/cmd/config/set_credentials.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.config.certificate_files import given_paths, read_embedded, with_file
from kubesim.cli.verbs.config.config_access import changing
from kubesim.cli.verbs.config.credential_plugins import (
    PluginOptions,
    check_interactive_mode,
    program_variables,
    provider_settings,
    with_auth_provider,
    with_exec,
)
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


class SetCredentialsOptions(PluginOptions):
    """The flags. Mirrors setCredentialsOptions."""

    client_certificate: Annotated[str, Option(help="The file of the certificate.")] = ""
    client_key: Annotated[str, Option(help="The file of the key.")] = ""
    embed_certs: Annotated[bool, Option(help="Keep the certificate and the key themselves, not where they are.")] = (
        False
    )
    password: Annotated[str, Option(help="The password for basic authentication.")] = ""
    token: Annotated[str, Option(help="The bearer token.")] = ""
    username: Annotated[str, Option(help="The user name for basic authentication.")] = ""


def run(inv: Invocation, *, options: SetCredentialsOptions) -> None:
    try:
        if len(inv.args) != 1:
            raise UserError(f"unexpected args: [{' '.join(inv.args)}]")
        settings, variables = provider_settings(options), program_variables(options)
    except UserError:
        from kubesim.cli.help import print_help

        print_help(inv)
        raise
    name = inv.args[0]
    _validate(options, name)
    paths = given_paths(inv, {"client-certificate": options.client_certificate, "client-key": options.client_key})
    embedded = read_embedded(("client-certificate", "client-key"), paths) if options.embed_certs else {}
    check_interactive_mode(inv, options)
    with changing(inv) as config:
        user = dict(config.users.get(name, {}))
        for field, path in paths.items():
            user = with_file(user, field, path, embedded)
        user = _with_login(inv, options, user)
        user = with_exec(inv, options, variables, with_auth_provider(inv, options, settings, user))
        config.users[name] = {field: value for field, value in user.items() if value}
        inv.out.write(f'User "{name}" set.\n')


def _validate(options: SetCredentialsOptions, name: str) -> None:
    if not name:
        raise UserError("you must specify a non-empty user name")
    if options.token and (options.username or options.password):
        raise UserError(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password"
        )


def _with_login(inv: Invocation, options: SetCredentialsOptions, user: Obj) -> Obj:
    """The user with the token or the password of the flags; one replaces the other. Mirrors modifyAuthInfo."""
    login = {"token": options.token, "username": options.username, "password": options.password}
    changed = {**user, **{field: value for field, value in login.items() if inv.changed(field)}}
    replaced: tuple[str, ...] = ()
    if options.token:
        replaced = ("username", "password")
    elif options.username or options.password:
        replaced = ("token",)
    return {field: value for field, value in changed.items() if field not in replaced}


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
    run=run,
)
