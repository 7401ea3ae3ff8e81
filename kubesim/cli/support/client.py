"""Who works with the cluster, as a command line says it."""

from __future__ import annotations

import os
from functools import partial

from kubesim.errors import UserError
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.output_queue import Streams
    from kubesim.cli.verbs.config.contexts import Kubeconfig
    from kubesim.cluster import Cluster, Head


class Client(NamedTuple):
    """Who works with the cluster: what flags name of the configuration, who owns what is written, and who asks.

    ``warn`` is told what the API server warns of, and what is written to ``streams`` is said once it is saved.
    ``lacks_name`` is whether somebody is impersonated, and not who. ``kubeconfig`` is a file's, used in place of the
    state's.
    """

    context: str = ""
    cluster: str = ""
    user: str = ""
    manager: str = "kubectl"
    lacks_name: bool = False
    kubeconfig: Kubeconfig | None = None
    streams: Streams | None = None
    warn: Callable[[str], None] | None = None
    requestor: Callable[[Cluster], Obj] | None = None
    authorizer: Callable[..., None] | None = None

    @classmethod
    def of(cls, inv: Invocation, manager: str = "") -> Client:
        """The client of a command line; ``manager`` is who owns the changed fields, if a flag says so."""
        asked = inv.globals
        timeout = asked.request_timeout
        if timeout not in ("", "0"):
            from kubesim.cli.verbs.config.contexts import check_request_timeout

            check_request_timeout(timeout)
        return cls(
            context=asked.context,
            cluster=asked.cluster,
            user=asked.user,
            manager=manager or inv.field_manager,
            lacks_name=not asked.as_ and bool(asked.as_group or asked.as_uid or asked.as_user_extra),
            kubeconfig=_kubeconfig(inv),
            streams=inv.streams,
            warn=inv.warn,
            requestor=partial(_requestor, inv),
            authorizer=partial(_authorize, inv) if asked.as_ else None,
        )

    @property
    def names_configuration(self) -> bool:
        """Whether there is something for ``check`` to check."""
        return bool(self.context or self.cluster or self.user or self.lacks_name)

    def check(self, head: Head) -> None:
        """UserError for a part of the configuration that is not there, or one that leads to no cluster."""
        if self.kubeconfig is not None and not self.kubeconfig.clusters:
            from kubesim.cli.verbs.config.kubeconfig import REFUSED

            raise UserError(REFUSED, bare=True)
        if self.names_configuration:
            from kubesim.cli.verbs.config.contexts import check_flags

            check_flags(self.configuration(head), self.context, self.cluster, self.user, lacks_name=self.lacks_name)

    def configuration(self, head: Head) -> Kubeconfig:
        """The kubeconfig that the client goes by."""
        from kubesim.cli.verbs.config.contexts import Kubeconfig

        return self.kubeconfig or Kubeconfig.of(head)

    def namespace(self, head: Head) -> str:
        """The namespace of the context that is used, empty if it has none."""
        if self.kubeconfig is not None:
            contexts, current = self.kubeconfig.contexts, self.kubeconfig.current
        else:
            kept = head.get("config") or {}
            contexts, current = kept.get("contexts") or {}, kept.get("current", "")
        return str(contexts.get(self.context or current, {}).get("namespace") or "")

    def introduce(self, cluster: Cluster) -> None:
        """Tell the cluster who it is."""
        cluster.field_manager = self.manager
        if self.warn is not None:
            cluster.warn = self.warn
        if self.requestor is not None:
            cluster.requestor = partial(self.requestor, cluster)
        if self.authorizer is not None:
            cluster.authorize = partial(self.authorizer, cluster)


def names_kubeconfig(inv: Invocation) -> bool:
    """Whether the command line or the environment names a kubeconfig file."""
    return bool(inv.globals.kubeconfig or os.environ.get("KUBECONFIG"))


def _kubeconfig(inv: Invocation) -> Kubeconfig | None:
    """The file's, if one is named that kubesim wrote."""
    if not names_kubeconfig(inv):
        return None
    from kubesim.cli.verbs.config.kubeconfig import used

    return used(inv)


def _authorize(
    inv: Invocation,
    cluster: Cluster,
    verb: str,
    kind: str,
    namespace: str | None,
    name: str = "",
    subresource: str = "",
) -> None:
    """StatusError Forbidden unless whom --as names may do something."""
    from kubesim.cli.verbs.auth.identity import identity_of
    from kubesim.cluster.rbac import require

    require(cluster, identity_of(inv, cluster), verb, kind, namespace, name, subresource)


def _requestor(inv: Invocation, cluster: Cluster) -> Obj:
    """Who asks, for those kinds that keep it."""
    from kubesim.cli.verbs.auth.identity import identity_of, user_info

    return user_info(identity_of(inv, cluster))
