"""Which names, keys and values are well formed, and the errors of those that are not.

Every ``is_...`` gives the list of what is wrong with a text, empty where nothing is. Mirrors apimachinery's
pkg/util/validation/validation.go and pkg/api/validate/content.
"""

from __future__ import annotations

LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = LABEL + r"(\." + LABEL + ")*"
_UNDERSCORED_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
UNDERSCORED_SUBDOMAIN = _UNDERSCORED_LABEL + r"(\." + _UNDERSCORED_LABEL + ")*"
QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
LABEL_VALUE = f"({QUALIFIED})?"
CONFIG_KEY = "[-._a-zA-Z0-9]+"
ENV_VAR = "[-._a-zA-Z][-._a-zA-Z0-9]*"
HTTP_HEADER = "[-A-Za-z0-9]+"
PERCENT = "[0-9]+%"
WILDCARD_SUBDOMAIN = r"\*\." + SUBDOMAIN
HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"

_DIGITS = "0123456789"
_SMALL = f"abcdefghijklmnopqrstuvwxyz{_DIGITS}"
_ALPHANUMERIC = f"{_SMALL}ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_AND_ENDS = "and must start and end with an alphanumeric character"
_LABEL_RULE = f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', {_AND_ENDS}"
_LABEL_1035_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character"
)
_SUBDOMAIN_RULE = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', {_AND_ENDS}"
)
_UNDERSCORED_RULE = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', {_AND_ENDS}"
)
_QUALIFIED_RULE = f"must consist of alphanumeric characters, '-', '_' or '.', {_AND_ENDS}"
_LABEL_VALUE_RULE = (
    f"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', {_AND_ENDS}"
)
_ENV_RULE = "a valid environment variable name must consist only of printable ASCII characters other than '='"
_STRICT_ENV_RULE = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', "
    "and must not start with a digit"
)
_CONFIG_KEY_RULE = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
_HTTP_HEADER_RULE = "a valid HTTP header must consist of alphanumeric characters or '-'"
_PERCENT_RULE = "a valid percent string must be a numeric string followed by an ending '%'"

_WILDCARD_RULE = (
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
    "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
)


# Whether texts match the forms above: regular expressions say so to people, and take longer to compile than all else.


def _consists(value: str, letters: str, ends: str = "") -> bool:
    """Whether a text that is not empty has only such letters, and ``ends`` at its ends."""
    if not value or value.strip(letters):
        return False
    return not ends or (value[0] in ends and value[-1] in ends)


def _is_label(value: str) -> bool:
    return _consists(value, f"{_SMALL}-", _SMALL)


def _is_subdomain(value: str) -> bool:
    return all(map(_is_label, value.split(".")))


def _is_underscored_label(value: str) -> bool:
    return _consists(value.removeprefix("_"), f"{_SMALL}-_", _SMALL)


def _is_qualified(value: str) -> bool:
    return _consists(value, f"{_ALPHANUMERIC}-_.", _ALPHANUMERIC)


def is_dns_1123_label(value: str) -> list[str]:
    wrong = _longer_than(value, 63)
    if not _is_label(value):
        # A good subdomain that is no label can only have dots in it.
        dots = _is_subdomain(value)
        wrong.append("must not contain dots" if dots else pattern(_LABEL_RULE, LABEL, "my-name", "123-abc"))
    return wrong


def is_dns_1035_label(value: str) -> list[str]:
    """A label that begins with a letter."""
    wrong = _longer_than(value, 63)
    if not _is_label(value) or value[0] in _DIGITS:
        wrong.append(pattern(_LABEL_1035_RULE, LABEL_1035, "my-name", "abc-123"))
    return wrong


def is_dns_1123_subdomain(value: str) -> list[str]:
    wrong = _longer_than(value, 253)
    if not _is_subdomain(value):
        wrong.append(pattern(_SUBDOMAIN_RULE, SUBDOMAIN, "example.com"))
    return wrong


def is_wildcard_subdomain(value: str) -> list[str]:
    wrong = _longer_than(value, 253)
    if not value.startswith("*.") or not _is_subdomain(value[2:]):
        wrong.append(pattern(_WILDCARD_RULE, WILDCARD_SUBDOMAIN, "*.example.com"))
    return wrong


def is_http_path(value: str) -> list[str]:
    return [] if _consists(value, f"{_ALPHANUMERIC}/-._~%!$&'()*+,;=:") else [pattern("Invalid path", HTTP_PATH)]


def is_underscored_subdomain(value: str) -> list[str]:
    """A subdomain of labels that may begin with an underscore, as the domains of a DNS search may."""
    wrong = _longer_than(value, 253)
    if not all(map(_is_underscored_label, value.split("."))):
        wrong.append(pattern(_UNDERSCORED_RULE, UNDERSCORED_SUBDOMAIN, "example.com"))
    return wrong


def is_qualified_name(value: str) -> list[str]:
    """The keys of labels and annotations, finalizers, resources: ``name`` or ``prefix/name``."""
    parts = value.split("/")
    if len(parts) > 2:
        rule = pattern(_QUALIFIED_RULE, QUALIFIED, "MyName", "my.name", "123-abc")
        return [f"a valid label key {rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    wrong = [f"prefix part {message}" for message in _prefix(parts[0])] if len(parts) == 2 else []
    name = parts[-1]
    if not name:
        wrong.append("name part must be non-empty")
    elif _size(name) > 63:
        wrong.append("name part must be no more than 63 bytes")
    if not _is_qualified(name):
        wrong.append("name part " + pattern(_QUALIFIED_RULE, QUALIFIED, "MyName", "my.name", "123-abc"))
    return wrong


def _prefix(value: str) -> list[str]:
    if not value:
        return ["must be non-empty"]
    wrong = ["must be no more than 253 bytes"] if _size(value) > 253 else []
    if not _is_subdomain(value):
        wrong.append(pattern(_SUBDOMAIN_RULE, SUBDOMAIN, "example.com"))
    return wrong


def is_label_value(value: str) -> list[str]:
    wrong = ["must be no more than 63 bytes"] if _size(value) > 63 else []
    if value and not _is_qualified(value):
        wrong.append(pattern(_LABEL_VALUE_RULE, LABEL_VALUE, "MyValue", "my_value", "12345"))
    return wrong


def without_trailing_dash(prefix: str) -> str:
    """A prefix of a name, which may end in the dash that a suffix will follow. Mirrors maskTrailingDash."""
    return prefix[:-2] + "a" if len(prefix) > 1 and prefix.endswith("-") else prefix


def is_path_segment(value: str) -> list[str]:
    """Names that a URL can hold, which is all that is asked of RBAC's objects."""
    if value in (".", ".."):
        return [f"may not be '{value}'"]
    return [f"may not contain '{char}'" for char in "/%" if char in value]


def is_anything(value: str) -> list[str]:  # noqa: ARG001
    """Names of which a kind has no rule, or one of its own."""
    return []


def is_env_var_name(value: str) -> list[str]:
    """Mirrors IsRelaxedEnvVarName: any printable ASCII but ``=``."""
    if not value:
        return ["environment variable name must be non-empty"]
    return [] if all(" " <= char <= "~" and char != "=" for char in value) else [_ENV_RULE]


def is_strict_env_var_name(value: str) -> list[str]:
    """What kubectl asks of the names it is given, though the API server takes others. Mirrors IsEnvVarName."""
    examples = ("my.env-name", "MY_ENV.NAME", "MyEnvName1")
    is_formed = _consists(value, f"{_ALPHANUMERIC}-._") and value[0] not in _DIGITS
    wrong = [] if is_formed else [pattern(_STRICT_ENV_RULE, ENV_VAR, *examples)]
    return wrong + _climbs(value)


def is_config_map_key(value: str) -> list[str]:
    wrong = _longer_than(value, 253)
    if not _consists(value, f"{_ALPHANUMERIC}-._"):
        wrong.append(pattern(_CONFIG_KEY_RULE, CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    return wrong + _climbs(value)


def _climbs(value: str) -> list[str]:
    """What is wrong with a file's name that leads out of its folder. Mirrors hasChDirPrefix."""
    if value in (".", ".."):
        return [f"must not be '{value}'"]
    return ["must not start with '..'"] if value.startswith("..") else []


def is_http_header_name(value: str) -> list[str]:
    return [] if _consists(value, f"{_ALPHANUMERIC}-") else [pattern(_HTTP_HEADER_RULE, HTTP_HEADER, "X-Header-Name")]


def is_percent(value: str) -> list[str]:
    is_formed = value.endswith("%") and _consists(value[:-1], _DIGITS)
    return [] if is_formed else [pattern(_PERCENT_RULE, PERCENT, "1%", "93%")]


def is_port_number(value: int) -> list[str]:
    return in_range(value, 1, 65535)


def is_port_name(value: str) -> list[str]:
    wrong = _longer_than(value, 15)
    if not _consists(value, f"{_SMALL}-"):
        wrong.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not any("a" <= letter <= "z" for letter in value):
        wrong.append("must contain at least one letter (a-z)")
    if "--" in value:
        wrong.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        wrong.append("must not begin or end with a hyphen")
    return wrong


def is_user_or_group_id(value: int) -> list[str]:
    return in_range(value, 0, 2**31 - 1)


def in_range(value: int, low: int, high: int) -> list[str]:
    return [] if low <= value <= high else [f"must be between {low} and {high}, inclusive"]


def pattern(rule: str, form: str, *examples: str) -> str:
    """A rule with its examples and its regular expression. Mirrors RegexError."""
    if not examples:
        return f"{rule} (regex used for validation is '{form}')"
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{form}')"


def _longer_than(value: str, limit: int) -> list[str]:
    return [f"must be no more than {limit} characters"] if _size(value) > limit else []


def _size(value: str) -> int:
    """Bytes, as Go's len counts them."""
    return len(value.encode(errors="surrogateescape"))
