"""The cluster that is served: batches, others' saves, watches, the passing of time, and the ASGI application over it."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import sys
import time
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.api.meta import SECOND, Key
from kubesim.cluster import Change, Cluster
from kubesim.errors import StateError
from kubesim.life.saved_cluster import SavedCluster
from kubesim.rest.api_server import answer
from kubesim.rest.request import Answer, Request
from kubesim.rest.watching import Watch
from kubesim.server import served_cluster
from kubesim.server.access import Access
from kubesim.server.app import App
from kubesim.server.history import COMPACTION, KEPT, History, Past
from kubesim.server.limits import MOST_BODY
from kubesim.server.pacemaker import Pacemaker
from kubesim.server.page import Page
from kubesim.server.served_cluster import ServedCluster, ServerFace
from kubesim.server.serving import Place, keep_place, place_of
from kubesim.sim.clock import StandingClock
from kubesim.store import StateFile
from kubesim.store import file as store_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from command_lines import Shell

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


def ask(method: str, target: str, body: Any = None) -> Request:
    return Request.of_target(method, target, {}, b"" if body is None else json.dumps(body).encode())


def config_map(name: str) -> Request:
    return ask("POST", CONFIG_MAPS, {"metadata": {"name": name}})


@pytest.fixture
def served(shell: Shell) -> ServedCluster:
    """A cluster that is served, on the state of the shell."""
    shell.ok("sim reset --profile bare --seed 1")
    face = ServerFace()
    home = StateFile(str(shell.folder / "state.json"))
    return ServedCluster(SavedCluster(home, face, StandingClock()), face)


def cluster_of(served: ServedCluster) -> Cluster:
    with served.present() as life:
        return life.cluster


def data_of(found: Any) -> Any:
    assert isinstance(found, Answer)
    return json.loads(found.body)


def names_in(found: Any) -> list[str]:
    return [item["metadata"]["name"] for item in data_of(found)["items"]]


def test_what_is_acknowledged_is_in_the_file(shell: Shell, served: ServedCluster) -> None:
    answers = served.write([config_map("a"), config_map("b"), config_map("a")])
    assert [answer.status for answer in answers if isinstance(answer, Answer)] == [201, 201, 409]
    assert shell.ok("get cm -o name") == "configmap/a\nconfigmap/b\nconfigmap/kube-root-ca.crt\n"
    log = shell.ok("sim log")
    assert "POST /api/v1/namespaces/default/configmaps" in log
    assert "has not ended" not in log


def test_what_others_save_is_seen_at_once(shell: Shell, served: ServedCluster) -> None:
    watch = served.read(ask("GET", f"{CONFIG_MAPS}?watch=true"))
    assert isinstance(watch, Watch)
    _, place = served.begin(watch)
    shell.ok("create configmap mine")
    assert "mine" in names_in(served.read(ask("GET", CONFIG_MAPS)))
    changes = served.history.after(place)
    assert changes is not None
    events = [json.loads(line) for change, version in changes for line in watch.events(change, version)]
    assert [(event["type"], event["object"]["metadata"]["name"]) for event in events] == [("ADDED", "mine")]
    served.write([config_map("theirs")])
    assert "configmap/theirs" in shell.ok("get cm -o name")


def test_a_long_life_after_a_write_is_kept_without_the_lock_of_the_write(
    shell: Shell, served: ServedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = {"name": "c", "image": "nginx"}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 3, "selector": {"matchLabels": {"a": "b"}}, "template": template}
    served.write([ask("POST", DEPLOYMENTS, {"metadata": {"name": "web"}, "spec": spec})])
    monkeypatch.setattr("kubesim.life.checkpoints.BETWEEN_SAVES", 0.0)
    monkeypatch.setattr("kubesim.life.checkpoints.SHARE", 0)
    life = served._present()
    life.advance(life.cluster.now + 60 * SECOND)
    assert shell.ok("get pods --field-selector status.phase=Running -o name").count("pod/web-") == 3


def test_a_watch_goes_on_where_a_list_ended(served: ServedCluster) -> None:
    found = served.read(ask("GET", CONFIG_MAPS))
    assert isinstance(found, Answer)
    version = json.loads(found.body)["metadata"]["resourceVersion"]
    served.write([config_map("a")])
    watch = served.read(ask("GET", f"{CONFIG_MAPS}?watch=true&resourceVersion={version}"))
    assert isinstance(watch, Watch)
    lines, _ = served.begin(watch)
    assert [json.loads(line)["object"]["metadata"]["name"] for line in lines] == ["a"]
    old = served.read(ask("GET", f"{CONFIG_MAPS}?watch=true&resourceVersion=1"))
    assert isinstance(old, Watch)
    (line,) = served.begin(old)[0]
    assert json.loads(line)["object"]["code"] == 410


def test_a_bug_in_one_request_changes_nothing_and_harms_no_other(
    served: ServedCluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kubesim.rest import writing

    created = writing.created

    def broken(call: Any, form: Any) -> Answer:
        answer = created(call, form)
        if b'"name":"bad"' in answer.body:
            raise RuntimeError("a bug")
        return answer

    monkeypatch.setattr(writing, "created", broken)
    answers = served.write([config_map("good"), config_map("bad")])
    assert [answer.status for answer in answers if isinstance(answer, Answer)] == [201, 500]
    assert names_in(served.read(ask("GET", CONFIG_MAPS))) == ["good", "kube-root-ca.crt"]
    assert "RuntimeError: a bug" in capsys.readouterr().err


def test_watches_see_what_is_saved_and_nothing_else(
    served: ServedCluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = served.begin(watch_of(served))[1]
    replace, seen = store_file.replace, []

    def replaced(*given: Any) -> None:
        seen.append(served.history.after(place))
        replace(*given)

    def refused(*given: Any) -> None:
        raise StateError("no room")

    monkeypatch.setattr(store_file, "replace", replaced)
    served.write([config_map("a")])
    assert seen[0] == []
    changes = served.history.after(place)
    assert changes is not None
    assert [change.key.name for change, _ in changes] == ["a"]
    monkeypatch.setattr(store_file, "replace", refused)
    (answer,) = served.write([config_map("b")])
    assert isinstance(answer, Answer)
    assert answer.status == 500
    with pytest.raises(StateError):
        served.change(["sim", "advance", "1h"], lambda life: life.advance_by(3600 * SECOND))
    monkeypatch.setattr(store_file, "replace", replace)
    assert names_in(served.read(ask("GET", CONFIG_MAPS))) == ["a", "kube-root-ca.crt"]
    assert served.history.after(place) is None, "the watch is to list again"


def watch_of(served: ServedCluster) -> Watch:
    watch = served.read(ask("GET", f"{CONFIG_MAPS}?watch=true"))
    assert isinstance(watch, Watch)
    return watch


def test_the_clock_jumps_until_the_cluster_is_at_rest_and_further_for_who_waits(served: ServedCluster) -> None:
    spec = {"selector": {"matchLabels": {"a": "b"}}, "replicas": 1}
    pod = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "nginx:does-not-exist"}]}}
    served.write([ask("POST", DEPLOYMENTS, {"metadata": {"name": "web"}, "spec": {**spec, "template": pod}})])
    begin = cluster_of(served).now
    while served.jump(["Deployment"], 0):
        pass
    assert cluster_of(served).now - begin < 60 * SECOND
    while served.jump(["Deployment"], 3600 * SECOND) and cluster_of(served).now - begin < 700 * SECOND:
        pass
    found = served.read(ask("GET", f"{DEPLOYMENTS}/web"))
    assert isinstance(found, Answer)
    assert "ProgressDeadlineExceeded" in found.body.decode()


def test_what_is_on_its_way_is_waited_for_and_what_never_comes_is_not(served: ServedCluster) -> None:
    probe = {"httpGet": {"path": "/", "port": 80}, "initialDelaySeconds": 40}
    for name, image in (("web", "nginx:1.25"), ("never", "nginx:does-not-exist")):
        container = {"name": "c", "image": image, "readinessProbe": probe}
        meta, spec = {"name": name}, {"containers": [container]}
        served.write([ask("POST", "/api/v1/namespaces/default/pods", {"metadata": meta, "spec": spec})])
        before = cluster_of(served).now
        while served.jump(["Pod"], 0):
            pass
        assert served.is_under_way()  # the cluster has come to rest before
        while served.is_under_way() and served.jump(["Pod"], 3600 * SECOND):
            pass
        waited = cluster_of(served).now - before
        assert 40 * SECOND < waited < 60 * SECOND if name == "web" else 500 * SECOND < waited < 800 * SECOND, name


def test_the_history_forgets_what_is_long_past() -> None:
    history = History()
    history.begin(10)
    place = history.end
    for version in range(11, 11 + KEPT + 5):
        history.add(object(), version)  # type: ignore[arg-type]
    history.publish()
    assert history.since(10) is None
    assert history.after(place) is None
    missed = history.since(KEPT + 10)
    assert missed is not None
    assert [version for _, version in missed] == [KEPT + 11, KEPT + 12, KEPT + 13, KEPT + 14, KEPT + 15]


def test_a_place_is_kept_for_the_next_server(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    assert place_of(state) is None
    keep_place(state, Place(1234, "secret"))
    assert place_of(state) == Place(1234, "secret")
    assert (tmp_path / "state.json.server").stat().st_mode & 0o077 == 0


# the application


async def no_upgrade(*_: Any) -> None:
    raise AssertionError("nothing is upgraded here")


class Client:
    """Asks an application as uvicorn does."""

    def __init__(self, served: ServedCluster, access: Access | None = None) -> None:
        self.app = App(served, access or Access("/secret"), no_upgrade, Page(served, "kubesim", has_control=False))

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        leaves: asyncio.Event | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> list[Any]:
        target, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": target,
            "raw_path": target.encode(),
            "query_string": query.encode(),
            "headers": list(headers),
        }
        sent: list[Any] = []
        requests = [{"type": "http.request", "body": body}]

        async def receive() -> Any:
            if requests:
                return requests.pop()
            await (leaves or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)
            if leaves is not None and b'"type":"ADDED"' in message.get("body", b""):
                leaves.set()

        await self.app(scope, receive, send)
        return sent


def test_the_secret_keeps_others_out(served: ServedCluster) -> None:
    async def answers() -> list[list[Any]]:
        client = Client(served)
        paths = ["/secret/healthz", "/secret/../healthz", "/healthz", "/secrethealthz", "/other/healthz"]
        return [await client.ask("GET", path) for path in paths]

    found = asyncio.run(answers())
    assert [sent[0]["status"] for sent in found] == [200, 404, 403, 403, 403]
    assert b"kubesim sim kubeconfig" in found[2][1]["body"]


def test_beside_a_path_that_is_no_secret_there_is_nothing(served: ServedCluster) -> None:
    proxied = Client(served, Access("/custom", is_secret=False))
    assert asyncio.run(proxied.ask("GET", "/healthz"))[0]["status"] == 404
    assert asyncio.run(proxied.ask("GET", "/custom/healthz"))[0]["status"] == 200


def test_a_request_that_is_too_large_is_refused(served: ServedCluster) -> None:
    sent = asyncio.run(Client(served).ask("POST", f"/secret{CONFIG_MAPS}", b"x" * (MOST_BODY + 1)))
    assert sent[0]["status"] == 413


def test_requests_at_the_same_time_have_the_cluster_one_after_another(
    served: ServedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, inside, most = served_cluster.answer, [], []

    def slow(*given: Any) -> Any:
        inside.append(None)
        most.append(len(inside))
        time.sleep(0.002)
        found = answer(*given)
        inside.pop()
        return found

    async def asked() -> list[int]:
        client = Client(served)
        bodies = [json.dumps({"metadata": {"name": f"c{number}"}}).encode() for number in range(10)]
        asks = [("POST", body) for body in bodies] + [("GET", b"")] * 10
        done = await asyncio.gather(*(client.ask(method, f"/secret{CONFIG_MAPS}", body) for method, body in asks))
        return [sent[0]["status"] for sent in done]

    monkeypatch.setattr(served_cluster, "answer", slow)
    assert asyncio.run(asked()) == [201] * 10 + [200] * 10
    assert most == [1] * 20
    assert len(names_in(served.read(ask("GET", CONFIG_MAPS)))) == 11


def test_a_watch_streams_what_happens_until_its_client_leaves(served: ServedCluster) -> None:
    async def watched() -> list[Any]:
        client = Client(served)
        leaves = asyncio.Event()
        path = f"/secret{CONFIG_MAPS}?watch=true&labelSelector=new"
        watching = asyncio.create_task(client.ask("GET", path, leaves=leaves))
        await asyncio.sleep(0.2)
        body = json.dumps({"metadata": {"name": "a", "labels": {"new": "1"}}}).encode()
        await client.ask("POST", f"/secret{CONFIG_MAPS}", body)
        return await asyncio.wait_for(watching, 10)

    sent = asyncio.run(watched())
    assert sent[0]["status"] == 200
    assert b'"name":"a"' in b"".join(message.get("body", b"") for message in sent[1:])


def test_a_watch_of_another_version_is_converted_while_nobody_else_has_the_cluster(
    served: ServedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = {"openAPIV3Schema": {"type": "object"}}
    versions = [{"name": name, "served": True, "storage": name == "v1", "schema": schema} for name in ("v1", "v2")]
    kind = {"plural": "widgets", "singular": "widget", "kind": "Widget"}
    spec = {"group": "example.com", "scope": "Namespaced", "names": kind, "versions": versions}
    definitions, widgets = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "namespaces/default/widgets"
    served.write([ask("POST", definitions, {"metadata": {"name": "widgets.example.com"}, "spec": spec})])

    held, events = [], Watch.events

    def noted(watch: Watch, *given: Any) -> Any:
        if given[0].key.kind == "Widget.example.com":
            held.append(served._guard._is_owned())  # type: ignore[attr-defined]
        return events(watch, *given)

    monkeypatch.setattr(Watch, "events", noted)

    async def watched() -> list[Any]:
        client, leaves = Client(served), asyncio.Event()
        path = f"/secret/apis/example.com/v2/{widgets}?watch=true"
        watching = asyncio.create_task(client.ask("GET", path, leaves=leaves))
        await asyncio.sleep(0.3)
        widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}}
        await client.ask("POST", f"/secret/apis/example.com/v1/{widgets}", json.dumps(widget).encode())
        return await asyncio.wait_for(watching, 5)

    event = json.loads(b"".join(message.get("body", b"") for message in asyncio.run(watched())))
    assert held == [True]
    assert (event["type"], event["object"]["apiVersion"]) == ("ADDED", "example.com/v2")


def test_a_watch_without_bookmarks_sleeps_while_nothing_happens(
    served: ServedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    after = served.history.after

    def counted(place: int, most: int) -> Any:
        looks.append(place)
        return after(place, most)

    monkeypatch.setattr("kubesim.server.app.BOOKMARKS", 0.0)
    monkeypatch.setattr(served.history, "after", counted)
    asyncio.run(Client(served).ask("GET", f"/secret{CONFIG_MAPS}?watch=true&timeoutSeconds=1"))
    assert 0 < len(looks) < 20


@pytest.mark.parametrize(("query", "text"), [("", b"one\ntwo\n"), ("&limitBytes=6", b"one\ntw")])
def test_a_log_is_followed_to_an_end_that_is_foreseen(served: ServedCluster, query: str, text: bytes) -> None:
    async def followed() -> list[Any]:
        client = Client(served)
        pods = "/api/v1/namespaces/default/pods"
        says = {"name": "c", "image": "busybox", "command": ["sh", "-c", "echo one; sleep 30; echo two"]}
        pod = {"metadata": {"name": "says"}, "spec": {"restartPolicy": "Never", "containers": [says]}}
        await client.ask("POST", f"/secret{pods}", json.dumps(pod).encode())
        while served.jump(["Pod"], 0):
            pass
        await client.app.start()
        sent = await asyncio.wait_for(client.ask("GET", f"/secret{pods}/says/log?follow=true{query}"), 10)
        await client.app.stop()
        return sent

    sent = asyncio.run(followed())
    assert b"".join(message.get("body", b"") for message in sent) == text


def test_watches_are_roused_by_what_a_reader_of_the_cluster_has_noted(served: ServedCluster) -> None:
    async def is_roused() -> bool:
        pacemaker = Pacemaker(served)
        pacemaker.start()
        await asyncio.sleep(0.3)
        served.history.add(Change(Key("ConfigMap", "n", "c"), None, {}, 0), 1)
        begin = time.monotonic()
        await pacemaker.wait(5)
        await pacemaker.stop()
        return time.monotonic() - begin < 4

    assert asyncio.run(is_roused())


def test_a_reader_of_the_history_misses_nothing_that_is_noted_meanwhile() -> None:
    history = History()
    history.begin(0)
    place = history.end
    seen: list[int] = []

    def note() -> None:
        for version in range(KEPT):
            history.add(Change(Key("ConfigMap", "n", "c"), None, {}, 0), version)
            history.publish()

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    noting = Thread(target=note)
    noting.start()
    while len(seen) < KEPT:
        changes = history.after(place) or []
        place += len(changes)
        seen += [version for _, version in changes]
    noting.join()
    sys.setswitchinterval(before)
    assert seen == list(range(KEPT))


def test_a_bookmark_is_of_what_a_watch_has_come_to() -> None:
    history = History()
    history.begin(3)
    begin = history.end
    for version in (5, 7):
        history.add(Change(Key("ConfigMap", "n", "c"), None, {}, 0), version)
    history.publish()
    assert [history.version_at(begin + seen) for seen in range(3)] == [3, 5, 7]


# lists in pieces


def test_the_rest_of_a_list_is_of_the_instant_at_which_it_began(served: ServedCluster) -> None:
    served.write([config_map(name) for name in ("a", "b", "c", "d")])
    first = data_of(served.read(ask("GET", f"{CONFIG_MAPS}?limit=2")))
    version = first["metadata"]["resourceVersion"]
    change = {"metadata": {"name": "d"}, "data": {"k": "new"}}
    served.write([ask("DELETE", f"{CONFIG_MAPS}/c"), config_map("bb"), ask("PUT", f"{CONFIG_MAPS}/d", change)])
    rest = data_of(served.read(ask("GET", f"{CONFIG_MAPS}?limit=9&continue={first['metadata']['continue']}")))
    assert [item["metadata"]["name"] for item in rest["items"]] == ["c", "d", "kube-root-ca.crt"]
    assert [item.get("data") for item in rest["items"]][:2] == [None, None]
    assert rest["metadata"] == {"resourceVersion": version}
    for exact in ("&resourceVersionMatch=Exact", "&limit=9"):
        then = served.read(ask("GET", f"{CONFIG_MAPS}?resourceVersion={version}{exact}"))
        assert names_in(then) == ["a", "b", "c", "d", "kube-root-ca.crt"]
    now = served.read(ask("GET", f"{CONFIG_MAPS}?resourceVersion={version}&resourceVersionMatch=NotOlderThan"))
    assert names_in(now) == ["a", "b", "bb", "d", "kube-root-ca.crt"]


def test_a_list_grows_old_though_nothing_changes(
    shell: Shell, served: ServedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(served, "_past", Past(served.history, lambda: clock[0]))
    served.write([config_map(name) for name in "abc"])

    def listed(query: str) -> Any:
        return data_of(served.read(ask("GET", f"{CONFIG_MAPS}?limit=1&{query}")))

    first = listed("")
    clock[0] = COMPACTION + 1
    gone = listed(f"continue={first['metadata']['continue']}")
    rest = listed(f"continue={gone['metadata']['continue']}")
    assert rest["items"][0]["metadata"]["name"] == "b"
    version = int(rest["metadata"]["resourceVersion"])
    assert version == int(first["metadata"]["resourceVersion"]) + 1
    assert listed(f"continue={rest['metadata']['continue']}")["metadata"]["resourceVersion"] == str(version)
    shell.ok("create configmap d")
    assert int(listed("")["metadata"]["resourceVersion"]) == version + 1  # the state has it, too


def test_a_list_whose_version_is_gone_may_go_on_with_the_present(served: ServedCluster) -> None:
    clock = [0.0]
    past = Past(served.history, lambda: clock[0])
    for name in "abcd":
        served.write([config_map(name)])

    def listed(query: str) -> Any:
        return data_of(answer(cluster_of(served), ask("GET", f"{CONFIG_MAPS}?{query}"), None, past))

    first = listed("limit=1")
    clock[0] = COMPACTION
    assert listed(f"limit=1&continue={first['metadata']['continue']}")["items"][0]["metadata"]["name"] == "b"
    clock[0] += 1
    gone = listed(f"limit=1&continue={first['metadata']['continue']}")
    assert (gone["reason"], gone["code"]) == ("Expired", 410)
    served.write([config_map("aa")])
    rest = listed(f"limit=9&continue={gone['metadata']['continue']}")
    assert [item["metadata"]["name"] for item in rest["items"]][:2] == ["aa", "b"]
    assert int(rest["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])
    assert listed("resourceVersion=1&resourceVersionMatch=Exact")["code"] == 410


# what is sent


def test_large_objects_are_compressed_for_whom_takes_it(served: ServedCluster) -> None:
    body = {"metadata": {"name": "large"}, "data": {"k": "x" * 200_000}}
    served.write([ask("POST", CONFIG_MAPS, body)])

    async def answers() -> list[tuple[dict[bytes, bytes], bytes]]:
        client = Client(served)
        asked = [("large", [(b"accept-encoding", b"br, gzip")]), ("large", []), ("kube-root-ca.crt", [])]
        sent = [await client.ask("GET", f"/secret{CONFIG_MAPS}/{name}", headers=given) for name, given in asked]
        return [(dict(start["headers"]), rest["body"]) for start, rest in sent]

    packed, plain, small = asyncio.run(answers())
    assert packed[0][b"content-encoding"] == b"gzip"
    assert int(packed[0][b"content-length"]) == len(packed[1]) < 10_000
    assert gzip.decompress(packed[1]) == plain[1]
    assert b"content-encoding" not in {**plain[0], **small[0]}


def test_an_answer_has_the_number_that_its_client_gave_it_or_one_of_its_own(served: ServedCluster) -> None:
    async def numbers() -> list[bytes]:
        client = Client(served)
        given = [[(b"audit-id", b"mine")], [], []]
        sent = [await client.ask("GET", "/secret/healthz", headers=headers) for headers in given]
        return [dict(start["headers"])[b"audit-id"] for start, *_ in sent]

    first, second, third = asyncio.run(numbers())
    assert first == b"mine"
    assert re.fullmatch(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", second)
    assert second != third


def test_what_leads_elsewhere_keeps_the_path_of_the_server(served: ServedCluster) -> None:
    async def asked() -> list[Any]:
        return await Client(served).ask("GET", "/secret/openapi/v3/api/v1?hash=old")

    start = asyncio.run(asked())[0]
    assert start["status"] == 301
    assert dict(start["headers"])[b"location"].startswith(b"/secret/openapi/v3/api/v1?hash=")
