"""A kubeconfig: clusters, users, contexts, and the name of the current context. The head of the state keeps one.

Mirrors client-go tools/clientcmd/api. Nothing in it leads to a real cluster; only the namespaces of contexts matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.api.meta import Obj, copy_of
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Head

    Entries = dict[str, Obj]

CONTEXT = "kubernetes-admin@kubernetes"
CLUSTER = "kubernetes"
USER = "kubernetes-admin"
SERVER = "https://172.30.1.2:6443"

# Base64 of "kubesim", in the place of a certificate.
DATA = "a3ViZXNpbQ=="

STRING, BOOL, BYTES, STRINGS, OBJECT = "string", "bool", "bytes", "strings", "object"

# The fields of each sort of entry, in the order of Go's declarations.
FIELDS: dict[str, dict[str, str]] = {
    "clusters": {
        "server": STRING,
        "tls-server-name": STRING,
        "insecure-skip-tls-verify": BOOL,
        "certificate-authority": STRING,
        "certificate-authority-data": BYTES,
        "proxy-url": STRING,
        "disable-compression": BOOL,
    },
    "users": {
        "client-certificate": STRING,
        "client-certificate-data": BYTES,
        "client-key": STRING,
        "client-key-data": BYTES,
        "token": STRING,
        "tokenFile": STRING,
        "as": STRING,
        "as-uid": STRING,
        "as-groups": STRINGS,
        "username": STRING,
        "password": STRING,
        "auth-provider": OBJECT,
        "exec": OBJECT,
    },
    "contexts": {"cluster": STRING, "user": STRING, "namespace": STRING},
}
# Those that are printed even if they are empty.
_ALWAYS = {"clusters": ("server",), "users": (), "contexts": ("cluster", "user")}
_SECRETS = {BYTES: "DATA+OMITTED", "token": "REDACTED", "password": "REDACTED"}


@dataclass
class Kubeconfig:
    """Entries by name, each a dict of the fields that are set."""

    clusters: Entries
    users: Entries
    contexts: Entries
    current: str

    @classmethod
    def of(cls, head: Head) -> Kubeconfig:
        """A copy of the kubeconfig in the state; kubeadm's, if the state has none."""
        kept: Obj = head.get("config") or {}
        cluster = {"server": SERVER, "certificate-authority-data": DATA}
        user = {"client-certificate-data": DATA, "client-key-data": DATA}
        return cls(
            clusters=copy_of(kept.get("clusters", {CLUSTER: cluster})),
            users=copy_of(kept.get("users", {USER: user})),
            contexts=copy_of(contexts_of(head)),
            current=current_of(head),
        )

    def keep(self, head: Head) -> None:
        """Keep it in the head of the state."""
        head["config"] = {
            "clusters": self.clusters,
            "users": self.users,
            "contexts": self.contexts,
            "current": self.current,
        }

    def entries(self, sort: str) -> Entries:
        """The clusters, users or contexts."""
        entries: Entries = getattr(self, sort)
        return entries

    def minified(self) -> Kubeconfig:
        """The current context with its cluster and user alone; UserError if one is missing. Mirrors MinifyConfig."""
        if not self.current:
            raise UserError("current-context must exist in order to minify")
        context = self.contexts.get(self.current)
        if context is None:
            raise UserError(f"cannot locate context {self.current}")
        used = {}
        for sort in ("users", "clusters"):
            name = context.get(singular_of(sort), "")
            if name and name not in self.entries(sort):
                raise UserError(f"cannot locate {singular_of(sort)} {name}")
            used[sort] = {name: self.entries(sort)[name]} if name else {}
        return Kubeconfig(used["clusters"], used["users"], {self.current: context}, self.current)

    def document(self, *, secrets: bool) -> Obj:
        """The content of a kubeconfig file, in Go's order; secrets are masked unless ``secrets``."""
        whole: Obj = {"kind": "Config", "apiVersion": "v1"}
        for sort in FIELDS:
            entries = self.entries(sort)
            singular = singular_of(sort)
            listed = [{"name": name, singular: _shown(sort, entries[name], secrets)} for name in sorted(entries)]
            whole[sort] = listed or None
        return {**whole, "current-context": self.current}


def singular_of(sort: str) -> str:
    """``cluster`` for ``clusters``."""
    return sort.removesuffix("s")


def _shown(sort: str, entry: Obj, secrets: bool) -> Obj:
    shown: dict[str, Any] = {}
    for field, type_ in FIELDS[sort].items():
        if field not in entry and field not in _ALWAYS[sort]:
            continue
        mask = _SECRETS.get(type_) or _SECRETS.get(field)
        shown[field] = mask if mask and not secrets else entry.get(field, "")
    return shown


def contexts_of(head: Head) -> Entries:
    """The contexts by name, each with its cluster, user and, where it has one, namespace."""
    kept: Obj = head.get("config") or {}
    contexts: Entries = kept.get("contexts", {CONTEXT: {"cluster": CLUSTER, "user": USER}})
    return contexts


def current_of(head: Head) -> str:
    """The name of the current context; empty if there is none."""
    return str((head.get("config") or {}).get("current", CONTEXT))


def check_flags(config: Kubeconfig, context: str, cluster: str, user: str, *, lacks_name: bool) -> None:
    """UserError if an entry of --context, --cluster or --user does not exist, or a user to act as lacks a name.

    Mirrors clientcmd's ConfirmUsable.
    """
    if context and context not in config.contexts:
        missing = f"context was not found for specified context: {context}"
        raise UserError(f"Error in configuration: {missing}", bare=True)
    if user and user not in config.users:
        raise UserError(f'auth info "{user}" does not exist')
    if cluster and cluster not in config.clusters:
        raise UserError(f'no server found for cluster "{cluster}"')
    if lacks_name:
        name = user or config.contexts.get(context or config.current, {}).get("user", "")
        wrong = f"requesting uid, groups or user-extra for {name} without impersonating a user"
        raise UserError(wrong)


def parse_request_timeout(text: str) -> int:
    """A number of seconds or a duration in ms; UserError for another text. Mirrors clientcmd's ParseTimeout."""
    from kubesim.golang.durations import parse_duration

    if text.isdecimal():
        return int(text) * 1000
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UserError(
            "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a "
            "corresponding time unit (e.g. 1s | 2m | 3h)"
        ) from error
