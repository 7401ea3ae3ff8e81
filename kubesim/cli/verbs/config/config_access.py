"""The kubeconfig that the verbs of ``config`` show and change: the state's, or that of a file. Mirrors ConfigAccess."""

from __future__ import annotations

from kubesim.cli.support import kubeconfig_files
from kubesim.cli.support.config_flags import names_kubeconfig
from kubesim.cli.support.kubeconfig import Kubeconfig
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.startup.context_manager import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cli.command import Invocation


@contextmanager
def changing(inv: Invocation) -> Iterator[Kubeconfig]:
    """The kubeconfig, to be changed and saved.

    It is that of a named file that kubesim wrote, else the state's; UserError for other files, which kubesim does not
    change. Output to the streams is queued until it is saved.
    """
    if names_kubeconfig(inv):
        with kubeconfig_files.changing(inv) as config:
            yield config
        return
    with Session.of_configuration(inv).writing() as life:
        config = Kubeconfig.of(life.cluster.head)
        yield config
        config.keep(life.cluster.head)
        life.cluster.head_changed = True


def read(inv: Invocation) -> Kubeconfig:
    """The kubeconfig of a named file that kubesim wrote, else the state's."""
    named = kubeconfig_files.shown(inv) if names_kubeconfig(inv) else None
    return named or Kubeconfig.of(Session.of_configuration(inv).read().head)


def place(inv: Invocation) -> str:
    """The path of the state, which keeps the kubeconfig."""
    return Session.of_configuration(inv).state.path


def unexpected_args(inv: Invocation) -> UserError:
    """Print the verb's help; the error that follows it. Mirrors config's helpErrorf."""
    from kubesim.cli.help import print_help

    print_help(inv)
    return UserError(f"Unexpected args: [{' '.join(inv.args)}]")
