"""How the versions of a definition are converted. Mirrors validateCustomResourceConversion."""

from __future__ import annotations

from kubesim.api.fields import FieldError, forbidden, not_supported, required
from kubesim.kinds.validation.webhook_client import (
    validate_ca_bundle,
    validate_review_versions,
    validate_service,
    validate_url,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_STRATEGIES = ("None", "Webhook")


def validate_conversion(conversion: Obj | None, path: str, *, checks_bundle: bool) -> list[FieldError]:
    """``checks_bundle``: whether the webhook's CA bundle must be one, as it must once the definition is established."""
    if conversion is None:
        return []
    strategy, webhook = conversion.get("strategy", ""), conversion.get("webhook") or {}
    config, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    wrong: list[FieldError] = []
    if not strategy:
        wrong.append(required(f"{path}.strategy"))
    elif strategy not in _STRATEGIES:
        wrong.append(not_supported(f"{path}.strategy", strategy, _STRATEGIES))
    if strategy == "Webhook":
        wrong += _validate_client(config, f"{path}.webhookClientConfig", checks_bundle=checks_bundle)
        return wrong + validate_review_versions(versions, f"{path}.conversionReviewVersions")
    why = "should not be set when strategy is not set to Webhook"
    if config is not None:
        wrong.append(forbidden(f"{path}.webhookClientConfig", why))
    if versions:
        wrong.append(forbidden(f"{path}.conversionReviewVersions", why))
    return wrong


def _validate_client(config: Obj | None, path: str, *, checks_bundle: bool) -> list[FieldError]:
    if config is None:
        return [required(path, "required when strategy is set to Webhook")]
    url, service = config.get("url"), config.get("service")
    wrong: list[FieldError] = []
    if (url is None) == (service is None):
        wrong = [required(path, "exactly one of url or service is required")]
    elif url is not None:
        wrong = validate_url(url, f"{path}.url")
    elif service is not None:
        wrong = validate_service(service, f"{path}.service")
    if checks_bundle and config.get("caBundle"):
        wrong += validate_ca_bundle(config["caBundle"], f"{path}.caBundle")
    return wrong
