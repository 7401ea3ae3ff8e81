"""An API server over the cluster of a program, for clients that speak HTTP."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kubesim.errors import UserError
from kubesim.startup.context_manager import contextmanager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.server.app import App
    from kubesim.server.background import AskedRequest, Mount
    from kubesim.sim.clock import Clock
    from kubesim.store.home import Home


class Server:
    """A server of the Kubernetes API on this machine.

    ``url`` has a secret in its path, which keeps others out; ``kubeconfig`` is the path of a file that leads there.
    """

    def __init__(self, mount: Mount, kubeconfig: str) -> None:
        self._mount = mount
        self.url = mount.url
        self.kubeconfig = kubeconfig

    @property
    def requests(self) -> list[AskedRequest]:
        """What it was sent so far, in order: the method and the path of each request."""
        return list(self._mount.requests)


@contextmanager
def serving(home: Home, clock: Clock) -> Iterator[Server]:
    """Serve the cluster in a home meanwhile; ImportError without what ``kubesim[serve]`` brings."""
    from kubesim.cli.support.served_app import served_app
    from kubesim.golang.yaml.emitter import dump
    from kubesim.server.kubeconfig import kubeconfig_of

    try:
        from kubesim.server.access import Access
        from kubesim.server.background import background_server

        server = background_server()
    except UserError as error:
        raise ImportError(str(error)) from error

    def make(secret: str) -> App:
        return served_app(home, clock, Access(f"/{secret}"), has_control=True)

    with server.serving(make) as mount, TemporaryDirectory() as folder:
        path = os.path.join(folder, "kubeconfig")
        with open(path, "w", encoding="utf-8") as file:
            file.write(dump(kubeconfig_of(mount.url)))
        yield Server(mount, path)
