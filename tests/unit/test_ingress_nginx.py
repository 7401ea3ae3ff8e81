"""The add-on ingress-nginx: what it installs, and what becomes of Ingresses and of requests to them."""

from __future__ import annotations

import json
from pathlib import Path

import kubesim
import pytest

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: web, annotations: {{{notes}}}}}
spec:
  {wanted}
  rules:
  - host: shop.example
    http: {{paths: [{{path: "{path}", pathType: {kind}, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""


@pytest.fixture
def c() -> kubesim.Cluster:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    cluster.kubectl("sim addon ingress-nginx on")
    cluster.kubectl("create deployment web --image=traefik/whoami")
    cluster.kubectl("expose deployment web --port=80")
    cluster.advance("40s")
    return cluster


def applied(
    c: kubesim.Cluster,
    path: str = "/",
    kind: str = "Prefix",
    *,
    notes: str = "",
    wanted: str = "ingressClassName: nginx",
) -> None:
    c.apply(INGRESS.format(path=path, kind=kind, notes=notes, wanted=wanted))


def asked(c: kubesim.Cluster, path: str) -> str:
    """The path that the backend was asked for; the status where it was not asked."""
    said = c.kubectl(f"sim curl -s -i -H 'Host: shop.example' localhost{path}").stdout
    lines = [line.strip() for line in said.splitlines()]
    return next((line.split()[1] for line in lines if line.startswith("GET ")), lines[0].split()[1])


def test_its_controller_runs_behind_its_jobs_and_has_a_class(c: kubesim.Cluster) -> None:
    pods = c.kubectl("get pods -n ingress-nginx --no-headers").stdout
    assert [line.split()[1:3] for line in pods.splitlines()] == [["0/1", "Completed"]] * 2 + [["1/1", "Running"]]
    assert "k8s.io/ingress-nginx" in c.kubectl("get ingressclass nginx --no-headers").stdout
    assert c.kubectl("sim addon").stdout.splitlines()[1].split()[:2] == ["ingress-nginx", "running"]


@pytest.mark.parametrize("wanted", ["ingressClassName: nginx", "", "ingressClassName: other"])
def test_an_ingress_of_its_class_or_of_none_gets_an_address_within_a_minute(c: kubesim.Cluster, wanted: str) -> None:
    applied(c, wanted=wanted)
    before = c.kubectl("get ingress web -o jsonpath={.status}").stdout
    c.advance("60s")
    after = json.loads(c.kubectl("get ingress web -o jsonpath={.status.loadBalancer}").stdout)
    events = c.kubectl("get events --field-selector involvedObject.kind=Ingress -o jsonpath={.items[*].message}").stdout
    assert before == '{"loadBalancer":{}}'
    if wanted.endswith("other"):
        assert (after, events) == ({}, "")
    else:
        assert after == {"ingress": [{"hostname": "localhost"}]}
        assert events == "Scheduled for sync"


def test_the_address_goes_with_the_controller(c: kubesim.Cluster) -> None:
    applied(c)
    c.advance("60s")
    c.kubectl("sim addon ingress-nginx off")
    c.advance("10s")
    assert c.kubectl("get ingress web -o jsonpath={.status}").stdout == '{"loadBalancer":{}}'


@pytest.mark.parametrize(
    ("path", "kind", "asked_for", "got"),
    [
        ("/a", "Prefix", "/a/b", "/a/b"),
        ("/a", "Prefix", "/ab", "404"),
        ("/a", "Exact", "/a", "/a"),
        ("/a", "Exact", "/a/b", "404"),
        ("/a", "ImplementationSpecific", "/ab", "/ab"),
    ],
)
def test_a_rule_matches_paths_by_its_type(c: kubesim.Cluster, path: str, kind: str, asked_for: str, got: str) -> None:
    applied(c, path, kind)
    assert asked(c, asked_for) == got


@pytest.mark.parametrize(
    ("path", "target", "asked_for", "got"),
    [
        ("/shop(/|$)(.*)", "/$2", "/shop/new?x=1", "/new?x=1"),
        ("/shop(/|$)(.*)", "/$2", "/SHOP", "/"),
        ("/shop(/|$)(.*)", "/$2", "/shopping", "404"),
        ("/api", "/", "/api/v1", "/"),
        ("/api/(v[0-9]+)/.*", "/version/$1", "/api/v2/x", "/version/v2"),
    ],
)
def test_a_path_is_rewritten(c: kubesim.Cluster, path: str, target: str, asked_for: str, got: str) -> None:
    applied(c, path, "ImplementationSpecific", notes=f'nginx.ingress.kubernetes.io/rewrite-target: "{target}"')
    assert asked(c, asked_for) == got


def test_what_no_ingress_is_for_is_not_found_by_nginx(c: kubesim.Cluster) -> None:
    said = c.kubectl("sim curl -s localhost").stdout
    assert said.splitlines()[-3:] == ["<hr><center>nginx</center>", "</body>", "</html>"]


def test_a_host_with_a_certificate_is_asked_over_tls(c: kubesim.Cluster, tmp_path: Path) -> None:
    (tmp_path / "shop.crt").write_text(CERTIFICATE)
    c.apply(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "shop"},
            "type": "kubernetes.io/tls",
            "stringData": {"tls.crt": CERTIFICATE, "tls.key": "-"},
        }
    )
    applied(c, wanted="ingressClassName: nginx\n  tls: [{hosts: [shop.example], secretName: shop}]")
    plain = c.kubectl("sim curl -s -i -H 'Host: shop.example' localhost/x").stdout.splitlines()
    assert plain[0] == "HTTP/1.1 308 Permanent Redirect"
    assert "Location: https://shop.example/x" in plain
    to = "--resolve shop.example:443:127.0.0.1 --resolve other.example:443:127.0.0.1"
    assert c.kubectl(f"sim curl -s {to} https://shop.example/x").code == 60
    trusting = f"sim curl -sS {to} --cacert {tmp_path}/shop.crt"
    assert "GET /x HTTP/1.1" in c.kubectl(f"{trusting} https://shop.example/x").stdout
    refused = c.kubectl(f"{trusting} https://other.example/")
    assert refused.stderr.startswith("curl: (60) SSL certificate problem: self-signed certificate\n")


# of shop.example and all below it, by itself
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBnzCCAUSgAwIBAgIULLsrGUkm7HPi4aa5h7Brl4+rw3EwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAeFw0yNjExMjkyMjA4NTVaFw0yNzExMjkyMjA4NTVaMAwx
CjAIBgNVBAMMAXgwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATsDCAKC87Uci4I
bV/5br9R5rblHW6kBWjfLdWpjGx/DhsZ5uNo1COl0ItpPI3ZjHEb3CeQkRHhH1kw
DUmp2s9Lo4GDMIGAMB0GA1UdDgQWBBQkTi5EedRZeSg4UjE3XTOpVUSqsjAfBgNV
HSMEGDAWgBQkTi5EedRZeSg4UjE3XTOpVUSqsjAPBgNVHRMBAf8EBTADAQH/MC0G
A1UdEQQmMCSCDHNob3AuZXhhbXBsZYIOKi5zaG9wLmV4YW1wbGWHBAoBAgMwCgYI
KoZIzj0EAwIDSQAwRgIhAP7aYiy4Cs36KD6lCRHzp4slrJtY5GnJgRSxzW7wjtB6
AiEAwFPWjTB5TOdCKca2P3m8vE3c+PKOYoUs0/Pf0Sk4MYU=
-----END CERTIFICATE-----
"""
