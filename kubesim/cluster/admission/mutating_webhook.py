"""The plugin MutatingAdmissionWebhook. Mirrors apiserver's pkg/admission/plugin/webhook/mutating."""

from __future__ import annotations

from kubesim.cluster.admission.webhooks import called

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:
    """Warn of each webhook that would change the request; StatusError InternalError where one cannot be reached."""
    for name in called("MutatingWebhookConfiguration", attributes, client):
        client.warn(f'kubesim does not know what the mutating webhook "{name}" changes, and lets it change nothing')
