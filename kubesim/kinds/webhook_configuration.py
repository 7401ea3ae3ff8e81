"""Configurations of webhooks: who is asked about which requests."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class ValidatingWebhookConfiguration(PlainKind):
    """Mirrors pkg/registry/admissionregistration/validatingwebhookconfiguration."""

    has_generation = True

    def changes_generation(self, new: Obj, old: Obj) -> bool:
        return new.get("webhooks") != old.get("webhooks")

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_ValidatingWebhook."""
        for hook in obj.get("webhooks") or ():
            hook.setdefault("failurePolicy", "Fail")
            hook.setdefault("matchPolicy", "Equivalent")
            hook.setdefault("namespaceSelector", {})
            hook.setdefault("objectSelector", {})
            hook.setdefault("timeoutSeconds", 10)
            for rule in hook.get("rules") or ():
                rule.setdefault("scope", "*")
            service = (hook.get("clientConfig") or {}).get("service")
            if service is not None:
                service.setdefault("port", 443)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.webhook_configuration import validate_webhooks

        return validate_webhooks(obj.get("webhooks") or ())


class MutatingWebhookConfiguration(ValidatingWebhookConfiguration):
    """Mirrors pkg/registry/admissionregistration/mutatingwebhookconfiguration."""

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_MutatingWebhook."""
        super().default(obj)
        for hook in obj.get("webhooks") or ():
            hook.setdefault("reinvocationPolicy", "Never")
