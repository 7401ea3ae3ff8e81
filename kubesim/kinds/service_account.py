"""A ServiceAccount: who a pod is to the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.kinds.base import Kind

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Look


class ServiceAccount(Kind):
    """Mirrors pkg/registry/core/serviceaccount."""

    def describe(self, obj: Obj, look: Look, now: int, *, show_events: bool = True) -> str:
        from kubesim.kinds.description.configuration import describe_service_account

        return describe_service_account(obj, look, now, show_events=show_events)
