"""The provisioner rancher.io/local-path: makes a folder of a node into a volume, and gives it up again.

It works where one of its pods is ready, as kind's clusters have one.  Mirrors rancher/local-path-provisioner and the
library that it is built on, sigs.k8s.io/sig-storage-lib-external-provisioner.
"""

from __future__ import annotations

from kubesim.controllers.local_path_provisioner.controller import Deleter, Provisioner

__all__ = ["Deleter", "Provisioner"]
