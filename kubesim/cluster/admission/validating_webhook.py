"""The plugin ValidatingAdmissionWebhook. Mirrors apiserver's pkg/admission/plugin/webhook/validating."""

from __future__ import annotations

from kubesim.cluster.admission.webhooks import called

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def validate(attributes: Attributes, client: Client) -> None:
    """Let the webhooks judge the request; StatusError where one denies it, InternalError where one cannot be called."""
    for _ in called("ValidatingWebhookConfiguration", attributes, client):
        pass
