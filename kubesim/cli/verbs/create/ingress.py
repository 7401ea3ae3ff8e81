"""``kubesim create ingress``. Mirrors kubectl pkg/cmd/create/create_ingress.go."""

from __future__ import annotations

import re

from kubesim.api.int_or_percent import from_text
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, StringArray
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

NOT_ENOUGH = (
    "not enough information provided: every ingress has to either specify a default-backend (which catches all "
    "traffic) or a list of rules (which catch specific paths)"
)

_RULE = re.compile(r"[\w*\-.]*/.*=[\w\-]+:[\w\-]+", re.ASCII)


class Rule(NamedTuple):
    """``HOST/PATH=SERVICE:PORT[,tls[=SECRET]]``.

    ``secret`` is None without TLS, "" with TLS but no secret.
    """

    host: str
    path: str
    backend: str
    secret: str | None

    @classmethod
    def parse(cls, text: str) -> Rule:
        """The parts of a well-formed rule."""
        target, *rest = text.split(",")
        host, _, behind = target.partition("/")
        path, backend = behind.split("=")[:2]
        secret = [*rest[0].split("="), ""][1] if len(rest) == 1 else None
        return cls(host, f"/{path}", backend, secret)


class IngressOptions(CreateOptions):
    """The flags. Mirrors CreateIngressOptions."""

    annotation: Annotated[StringArray, Option(help="An annotation, as KEY=VALUE; may be repeated.")]
    class_: Annotated[str, Option(help="The class of the ingress.")] = ""
    default_backend: Annotated[str, Option(help="Where all goes that no rule is for: SERVICE:PORT.")] = ""
    rule: Annotated[StringArray, Option(help="A rule, as HOST/PATH=SERVICE:PORT[,tls[=SECRET]]; may be repeated.")]


def run(inv: Invocation, *, options: IngressOptions) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create ingress:")
    _validate(options)
    creation.create(_ingress(name, options))


def _validate(options: IngressOptions) -> None:
    backend = options.default_backend
    if not options.rule and not backend:
        raise UserError(NOT_ENOUGH)
    for rule in options.rule:
        if not _RULE.match(rule) or ":" not in Rule.parse(rule).backend:
            form = "host/path=svcname:svcport[,tls[=secret]]"
            raise UserError(f"rule {rule} is invalid and should be in format {form}")
    for annotation in options.annotation:
        if "=" not in annotation:
            raise UserError(f"annotation {annotation} is invalid and should be in format key=[value]")
    if backend and backend.count(":") != 1:
        raise UserError("default-backend should be in format servicename:serviceport")


def _ingress(name: str, options: IngressOptions) -> Obj:
    annotations = dict(annotation.split("=", 1) for annotation in options.annotation)
    rules = [Rule.parse(text) for text in options.rule]
    spec: Obj = {"rules": _rules(rules), "tls": _tls(rules)}
    if options.class_:
        spec["ingressClassName"] = options.class_
    if options.default_backend:
        spec["defaultBackend"] = _backend(options.default_backend)
    return new_object("Ingress", name, annotations=annotations, spec=spec)


def _rules(rules: Sequence[Rule]) -> list[Obj]:
    """One rule for each host, with all of its paths."""
    paths: dict[str, list[Obj]] = {}
    for rule in rules:
        paths.setdefault(rule.host, []).append(_path(rule))
    return [{"host": host, "http": {"paths": of_host}} for host, of_host in paths.items()]


def _path(rule: Rule) -> Obj:
    """The path of a rule; one that ends in * matches all paths that begin with it."""
    kind = "Prefix" if rule.path.endswith("*") else "Exact"
    path = rule.path[:-1] if kind == "Prefix" else rule.path
    return {"path": path, "pathType": kind, "backend": _backend(rule.backend)}


def _backend(text: str) -> Obj:
    service, port = text.split(":")[:2]
    number = from_text(port)
    return {"service": {"name": service, "port": {"number" if isinstance(number, int) else "name": number}}}


def _tls(rules: Sequence[Rule]) -> list[Obj]:
    """The hosts of each secret; a host counts for the first secret only."""
    hosts: dict[str, list[str]] = {}
    seen: set[str] = set()
    for rule in rules:
        if rule.secret is None or rule.host in seen:
            continue
        seen.add(rule.host)
        if rule.secret in hosts:
            hosts[rule.secret].append(rule.host)
        elif rule.host or rule.secret:
            hosts[rule.secret] = [rule.host] if rule.host else []
    return [{"hosts": of_secret, "secretName": secret} for secret, of_secret in hosts.items()]


COMMAND = Command(
    name="ingress",
    use="create ingress NAME --rule=host/path=service:port[,tls[=secret]] ",
    short="Create an ingress with the specified name",
    long=(
        "Create an ingress: which host and path leads to which port of which service.\n\n"
        "A path that ends in * stands for all paths that begin with it. tls asks for TLS on the host, with the "
        "certificate of a secret if one is named."
    ),
    examples=(
        ("One path, with a certificate", "create ingress web --rule=foo.com/bar=web:8080,tls=web-cert"),
        ("Every host, and a class", "create ingress web --class=nginx --rule=/path=web:http"),
        ("Two paths of a host", "create ingress web --rule=foo.com/=web:80 --rule='foo.com/admin*=admin:80'"),
        ("A service for all the rest", "create ingress web --default-backend=web:http --rule='foo.com/*=web:8080'"),
        ("An annotation", "create ingress web --rule=foo.com/=web:80 --annotation=example.com/owner=me"),
    ),
    run=run,
)
