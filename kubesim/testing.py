"""The pytest plug-in: a simulated cluster for each test that asks for one.

The fixture ``kubesim`` is a ``kubesim.Cluster`` in memory whose seed and clock are fixed, so that a test sees the same
names and instants each time.  The mark of the same name says what cluster it is::

    @pytest.mark.kubesim(nodes=3, profile="kind", at="2026-01-01T00:00:00Z", images={"web:2": "crash"})
    def test_rollout(kubesim): ...

``kubesim_server`` serves the same cluster to clients that speak HTTP, such as the Kubernetes libraries.

When a test fails, its report has the cluster's events, and how the Deployments were rolled out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from kubesim.library.cluster import Cluster
    from kubesim.library.server import Server

FIXTURE = "kubesim"

_CLUSTER = pytest.StashKey["Cluster"]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers",
        "kubesim(*, seed=1, at='2026-01-01T00:00:00Z', profile='kind', nodes=3, images={}): "
        "what the test's simulated cluster is like; images says what images do",
    )


@pytest.fixture
def kubesim(request: pytest.FixtureRequest) -> Cluster:
    """A simulated Kubernetes cluster in memory, this test's own (``kubesim.Cluster``)."""
    from kubesim.errors import StatusError
    from kubesim.library.decorator import cluster_for_test

    try:
        cluster = cluster_for_test(**_options(request.node))
    except (StatusError, TypeError, ValueError) as error:
        raise pytest.fail.Exception(f"@pytest.mark.kubesim: {error}", pytrace=False) from None
    request.node.stash[_CLUSTER] = cluster
    return cluster


@pytest.fixture
def kubesim_server(kubesim: Cluster) -> Generator[Server, None, None]:
    """An API server over the test's cluster: its ``url``, its ``kubeconfig``, and the ``requests`` that it was sent."""
    with kubesim.serve() as server:
        yield server


def _options(node: pytest.Item) -> dict[str, Any]:
    """What the marks of a test say, of its module and class too; the nearest has the last word."""
    options: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers(FIXTURE))):
        if mark.args:
            raise TypeError("it takes keyword arguments alone")
        options |= mark.kwargs
    return options


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a failed test what happened in its cluster."""
    report = yield
    cluster = item.stash.get(_CLUSTER, None)
    if report.failed and cluster is not None:
        report.sections += _sections(cluster)
    return report


def _sections(cluster: Cluster) -> list[tuple[str, str]]:
    """What happened in a cluster: its events, and the timelines of the namespaces that have Deployments."""
    try:
        events = cluster.kubectl("events --all-namespaces").stdout
        deployments = cluster.list("deployments", all_namespaces=True)
        namespaces = sorted({deployment["metadata"]["namespace"] for deployment in deployments})
        drawn = [cluster.kubectl(["sim", "timeline", f"--namespace={namespace}"]).stdout for namespace in namespaces]
    except Exception as error:  # the report of one test must not end the run of all
        return [("kubesim", f"the cluster cannot be asked any more: {type(error).__name__}: {error}")]
    timelines = "\n".join(text for text in drawn if "was rolled out since" not in text)
    return [(f"kubesim {title}", text) for title, text in (("events", events), ("timeline", timelines)) if text.strip()]
