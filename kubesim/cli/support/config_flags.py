"""The flags by which every verb reaches the cluster, and the user and the options of its requests."""

from __future__ import annotations

import os

from kubesim.cluster import RequestContext
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.options import GlobalOptions
    from kubesim.cli.support.kubeconfig import Kubeconfig
    from kubesim.cli.support.output_queue import Streams
    from kubesim.cluster import Head
    from kubesim.cluster.identity import Identity


class ConfigFlags(NamedTuple):
    """The flags by which every verb reaches the cluster. Mirrors genericclioptions.ConfigFlags.

    ``context``, ``cluster`` and ``user`` are names in the kubeconfig; ``kubeconfig`` is a file's, used in place of the
    state's.  ``lacks_name`` is whether a user is impersonated without a name.  ``request_timeout`` is how long (ms) a
    request may take, None for ever.  Output to ``streams`` is queued until
    the state is saved.  ``request`` is the context of the command's requests.
    """

    context: str = ""
    cluster: str = ""
    user: str = ""
    lacks_name: bool = False
    request_timeout: int | None = None
    kubeconfig: Kubeconfig | None = None
    streams: Streams | None = None
    request: RequestContext = RequestContext()

    @classmethod
    def of(cls, inv: Invocation, manager: str = "") -> ConfigFlags:
        """The flags of a command line; ``manager`` owns the changed fields, if a flag names one."""
        asked = inv.globals
        return cls(
            context=asked.context,
            cluster=asked.cluster,
            user=asked.user,
            lacks_name=not asked.as_ and bool(asked.as_group or asked.as_uid or asked.as_user_extra),
            request_timeout=_request_timeout(asked.request_timeout),
            kubeconfig=_kubeconfig(inv),
            streams=inv.streams,
            request=RequestContext(_user(asked), manager or inv.default_field_manager, warn=inv.warn),
        )

    @property
    def names_configuration(self) -> bool:
        """Whether there is something for ``check`` to check."""
        return bool(self.context or self.cluster or self.user or self.lacks_name)

    def check(self, head: Head) -> None:
        """UserError for a part of the configuration that is not there, or one that leads to no cluster."""
        if self.kubeconfig is not None and not self.kubeconfig.clusters:
            from kubesim.cli.support.kubeconfig_files import REFUSED

            raise UserError(REFUSED, bare=True)
        if self.names_configuration:
            from kubesim.cli.support.kubeconfig import check_flags

            check_flags(self.configuration(head), self.context, self.cluster, self.user, lacks_name=self.lacks_name)

    def configuration(self, head: Head) -> Kubeconfig:
        """The kubeconfig that the command uses."""
        from kubesim.cli.support.kubeconfig import Kubeconfig

        return self.kubeconfig or Kubeconfig.of(head)

    def namespace(self, head: Head) -> str:
        """The namespace of the context that is used, empty if it has none."""
        if self.kubeconfig is not None:
            contexts, current = self.kubeconfig.contexts, self.kubeconfig.current
        else:
            kept = head.get("config") or {}
            contexts, current = kept.get("contexts") or {}, kept.get("current", "")
        return str(contexts.get(self.context or current, {}).get("namespace") or "")


def _request_timeout(text: str) -> int | None:
    if text in ("", "0"):
        return None
    from kubesim.cli.support.kubeconfig import parse_request_timeout

    timeout = parse_request_timeout(text)
    return timeout if timeout > 0 else None


def names_kubeconfig(inv: Invocation) -> bool:
    """Whether the command line names a kubeconfig file, or the environment, if that names the cluster as well."""
    return bool(inv.globals.kubeconfig or (inv.home is None and os.environ.get("KUBECONFIG")))


def _kubeconfig(inv: Invocation) -> Kubeconfig | None:
    """The file's, if one is named that kubesim wrote."""
    if not names_kubeconfig(inv):
        return None
    from kubesim.cli.support.kubeconfig_files import used

    return used(inv)


def _user(asked: GlobalOptions) -> Identity | None:
    """The user whom ``--as`` impersonates, if any."""
    if not asked.as_:
        return None
    from kubesim.cluster.identity import impersonated

    return impersonated(asked.as_, asked.as_group, asked.as_uid, asked.as_user_extra)
