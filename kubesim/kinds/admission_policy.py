"""Admission policies, and the bindings that put them in force. Mirrors pkg/registry/admissionregistration."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class _Policy(PlainKind):
    has_generation = True

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_ValidatingAdmissionPolicySpec and SetDefaults_MatchResources."""
        from kubesim.kinds.validation.admission_rules import default_match_resources

        spec = {**(obj.get("spec") or {})}
        spec["failurePolicy"] = spec.get("failurePolicy") or "Fail"
        if spec.get("matchConstraints") is not None:
            spec["matchConstraints"] = default_match_resources(spec["matchConstraints"])
        obj["spec"] = spec


class ValidatingAdmissionPolicy(_Policy):
    has_status = True

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.admission_policies import validate_validating_policy

        return validate_validating_policy(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.admission_policies import validate_validating_policy

        return validate_validating_policy(new, old)


class MutatingAdmissionPolicy(_Policy):
    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.admission_policies import validate_mutating_policy

        return validate_mutating_policy(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.admission_policies import validate_mutating_policy

        return validate_mutating_policy(new, old)


class ValidatingAdmissionPolicyBinding(PlainKind):
    has_generation = True
    is_mutating = False

    def default(self, obj: Obj) -> None:
        from kubesim.kinds.validation.admission_rules import default_match_resources

        spec = obj.get("spec") or {}
        if spec.get("matchResources") is not None:
            obj["spec"] = {**spec, "matchResources": default_match_resources(spec["matchResources"])}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.admission_policies import validate_binding

        return validate_binding(obj, is_mutating=self.is_mutating)


class MutatingAdmissionPolicyBinding(ValidatingAdmissionPolicyBinding):
    is_mutating = True
