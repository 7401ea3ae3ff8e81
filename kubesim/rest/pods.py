"""What is done to pods beside reading and writing them: binding and eviction. Mirrors pkg/registry/core/pod/storage."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import key_of
from kubesim.rest import rendering
from kubesim.rest.bodies import object_in
from kubesim.rest.deleting import require_preconditions
from kubesim.rest.options import check_write_options
from kubesim.rest.statuses import other_namespace, success

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call
    from kubesim.rest.negotiation import Form
    from kubesim.rest.request import Answer


def bound(call: Call, form: Form) -> Answer:
    """Assign a pod to a node. Mirrors BindingREST."""
    from kubesim.cluster.bindings import bind

    check_write_options(call.request, "CreateOptions")
    binding = object_in(call.request, "v1", "Binding")
    given = str((binding.get("metadata") or {}).get("name") or "")
    name = call.name or given
    if given != name:
        raise errors.bad_request("name in URL does not match name in Binding object")
    call.client.authorize("create", "Pod", call.namespace, name, "binding")
    bind(call.client, call.namespace, name, binding)
    return rendering.status(form, success(code=201), 201)


def _eviction_in(call: Call) -> Obj:
    """The Eviction in a body, of either of its versions."""
    try:
        return object_in(call.request, "policy/v1", "Eviction")
    except errors.StatusError as error:
        try:
            return object_in(call.request, "policy/v1beta1", "Eviction")
        except errors.StatusError:
            raise error from None


def evicted(call: Call, form: Form) -> Answer:
    """Delete a pod as far as its budget allows. Mirrors EvictionREST."""
    from kubesim.cluster.eviction import evict

    check_write_options(call.request, "CreateOptions")
    eviction = _eviction_in(call)
    meta = eviction.get("metadata") or {}
    if meta.get("namespace") not in (None, "", call.namespace):
        raise other_namespace()
    if meta.get("name") != call.name:
        raise errors.bad_request("name in URL does not match name in Eviction object")
    call.client.authorize("create", "Pod", call.namespace, call.name, "eviction")
    options = eviction.get("deleteOptions") or {}
    pod = call.client.get("Pod", call.namespace, call.name)
    preconditions = options.get("preconditions") or {}
    uid, version = preconditions.get("uid") or "", preconditions.get("resourceVersion") or ""
    require_preconditions("Pod", "", pod["metadata"], uid, version)
    if not options.get("dryRun") and not call.client.dry_run:
        evict(call.client, call.client.get(*key_of(pod)), options.get("gracePeriodSeconds"))
    return rendering.status(form, success(code=201), 201)


def token(call: Call, form: Form) -> Answer:
    """A token of a service account. Mirrors TokenREST."""
    from kubesim.cluster.token_requests import answered

    check_write_options(call.request, "CreateOptions")
    asked = object_in(call.request, "authentication.k8s.io/v1", "TokenRequest")
    call.client.authorize("create", "ServiceAccount", call.namespace, call.name, "token")
    made = answered(call.client, call.namespace, call.name, asked.get("spec") or {})
    return rendering.one(call, form, made, 201)
