"""``sim check``: its command line, its bounds, what it takes for granted, and its formats."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from command_lines import DEPLOYMENT, Shell

if TYPE_CHECKING:
    pass

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 4
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: nginx:1.25
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""
BAD = WEB.replace("1.25", "1.2555")
NEWER = WEB.replace("1.25", "1.26")


class Checker:
    """Checks texts that are written into files first."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def __call__(self, old: str, new: str, *flags: str) -> tuple[int, str]:
        status, out, err = self._shell("sim", "check", *self._files(old, new), *flags)
        assert err == ""
        return status, out.replace(f"{self._shell.folder}/", "")

    def data(self, old: str, new: str, *flags: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self(old, new, *flags, "-o", "json")[1])
        return found

    def findings(self, old: str, new: str, *flags: str) -> list[tuple[str, str, str]]:
        """The level, code and message of each finding."""
        return [(one["level"], one["code"], one["message"]) for one in self.data(old, new, *flags)["findings"]]

    def _files(self, old: str, new: str) -> list[str]:
        texts = {"old.yaml": old, "new.yaml": new}
        return [self._shell.write(name, text) for name, text in texts.items() if text]


@pytest.fixture
def check(shell: Shell) -> Checker:
    return Checker(shell)


# the page


def test_a_rollout_that_works(check: Checker) -> None:
    assert check(f"{WEB}---\n{SERVICE}", f"{NEWER}---\n{SERVICE}") == (
        0,
        "deployment/web rolls out and keeps its selector (new.yaml:1)\n"
        "  spec.template.spec.containers[nginx].image: nginx:1.25 -> nginx:1.26\n"
        "  3 of 4 pods available at least, 5 pods at most, done after 4.4 s\n"
        "\n"
        "1 object is unchanged.\n"
        "The change passes.\n",
    )


def test_a_rollout_that_is_stuck(check: Checker) -> None:
    assert check(WEB, BAD) == (
        1,
        "deployment/web rolls out and keeps its selector (new.yaml:1)\n"
        "  spec.template.spec.containers[nginx].image: nginx:1.25 -> nginx:1.2555\n"
        "  3 of 4 pods available at least, 5 pods at most, not done\n"
        "  error: nginx has no tag 1.2555 (2 pods) (new.yaml:15)\n"
        "\n"
        "The change does not pass: 1 error.\n",
    )


def test_what_is_new_alone(check: Checker) -> None:
    assert check("", f"{WEB}---\n{SERVICE}") == (
        0,
        "deployment/web is created (new.yaml:1)\n"
        "  4 pods at most, done after 1 s\n"
        "\n"
        "service/web is created (new.yaml:17)\n"
        "The change passes.\n",
    )


def test_the_same_change_gives_the_same_bytes(check: Checker) -> None:
    assert check(WEB, BAD, "-o", "json") == check(WEB, BAD, "-o", "json")


def test_an_object_of_another_namespace_has_it_in_its_name(check: Checker) -> None:
    prod = WEB.replace("  name: web", "  name: web\n  namespace: prod")
    _, text = check(prod, prod.replace("1.25", "1.26"))
    assert text.startswith("prod/deployment/web rolls out")
    assert "Taken to be there, since the old side needs it: namespace/prod." in text


def test_a_terminal_gets_rows_that_fit(check: Checker) -> None:
    from kubesim.views.check.model import Aspect, Finding, Level, Place, Report
    from kubesim.views.check.page import Page

    finding = Finding(Level.ERROR, Aspect.WORKS, "X", "word " * 30 + "end", None, Place("folder/web.yaml", 7))
    text = Page(Report((), (finding,), ()), lambda text, _: f"<{text}>", "default", 60).text()
    rows = text.splitlines()
    assert rows[0].startswith("<error:> word")
    assert all(len(row) <= 62 for row in rows)
    assert rows[-3].endswith("<(folder/web.yaml:7)>")


# which side is which


def test_sides(shell: Shell) -> None:
    for name, text in (("a.yaml", WEB), ("b.yaml", SERVICE), ("c.yaml", BAD)):
        shell.write(name, text)
    a, b, c = (str(shell.folder / name) for name in ("a.yaml", "b.yaml", "c.yaml"))
    stuck = shell("sim", "check", a, c)
    assert stuck[0] == 1
    for line in (["--old", a, c], ["--new", c, a], ["--old", a, "--new", c], [a, "--", c], ["--", a, c][1:]):
        assert shell("sim", "check", *line) == stuck
    status, out, _ = shell("sim", "check", a, b, "--", c, b)
    assert (status, "1 object is unchanged" in out) == (1, True)
    assert shell("sim", "check", "--old", a, "--old", b, "--new", c, "--new", b) == (status, out, "")
    assert shell("sim", "check", "--old", a, b, c)[0] == 1


def test_a_side_from_standard_input(shell: Shell) -> None:
    new = shell.write("new.yaml", BAD)
    status, out, _ = shell("sim", "check", "-", new, stdin=WEB)
    assert (status, "nginx has no tag 1.2555" in out) == (1, True)
    status, out, _ = shell("sim", "check", new, "-", stdin=WEB)
    assert (status, out.partition("\n")[0]) == (0, "deployment/web rolls out and keeps its selector (STDIN:1)")


def test_folders(shell: Shell) -> None:
    for path, text in (("old/web.yaml", WEB), ("old/more/svc.yaml", SERVICE), ("new/web.yaml", NEWER)):
        os.makedirs((shell.folder / path).parent, exist_ok=True)
        shell.write(path, text)
    old, new = str(shell.folder / "old"), str(shell.folder / "new")
    assert "on the old side alone" not in shell("sim", "check", old, new)[1]
    assert "1 object on the old side alone stays." in shell("sim", "check", "-R", old, new)[1]
    assert "service/web is deleted" in shell("sim", "check", "-R", old, new, "--prune")[1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("sim check", "at least one file or folder of the new side is required"),
        ("sim check a b c", "which files are old?"),
        ("sim check --old a --new b c", "with --old and --new, no other files are expected"),
        ("sim check - -", "standard input can be read once only"),
        ("sim check nothing.yaml", 'the path "nothing.yaml" does not exist'),
        ("sim check a -o xml", 'unknown output format "xml"'),
        ("sim check a --min-available most", 'invalid --min-available "most"'),
        ("sim check a --max-surge=-1", 'invalid --max-surge "-1"'),
        ("sim check a --within soon", "invalid argument"),
        ("sim check a --nodes 0", "invalid number of nodes 0"),
        ("sim check a --images nginx", "is not of the form IMAGE=BEHAVIOUR"),
        ("sim check a --nonsense", "unknown flag"),
    ],
)
def test_what_cannot_be_checked(shell: Shell, line: str, words: str) -> None:
    status, out, err = shell(line)
    assert (status, out) == (2, "")
    assert words in err


def test_no_state_is_made(check: Checker, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_STATE", str(shell.folder / "state" / "state.json"))
    check(WEB, NEWER)
    assert not (shell.folder / "state").exists()


def test_the_state_that_is_there_has_no_say(check: Checker, shell: Shell) -> None:
    before = check(WEB, NEWER)
    shell.write("web.yaml", DEPLOYMENT)
    shell.ok(f"create -f {shell.folder}/web.yaml")
    shell.ok("create quota few --hard=pods=1")
    assert check(WEB, NEWER) == before


# bounds


def test_bounds_that_are_kept(check: Checker) -> None:
    status, _ = check(WEB, NEWER, "--min-available", "75%", "--max-surge", "1", "--within", "10s")
    assert status == 0


@pytest.mark.parametrize(
    ("flag", "value", "message"),
    [
        ("--min-available", "100%", "3 of 4 pods available at least, and 4 are to be (100%)"),
        ("--min-available", "4", "3 of 4 pods available at least, and 4 are to be (4)"),
        ("--max-surge", "0", "5 pods at most, and 4 may be (4 and 0)"),
        ("--within", "2s", "done after 4.4 s, and it is to be done within 2 s"),
    ],
)
def test_bounds_that_are_crossed(check: Checker, flag: str, value: str, message: str) -> None:
    assert check(WEB, NEWER, flag, value)[0] == 1
    assert [one[2] for one in check.findings(WEB, NEWER, flag, value)] == [message]


def test_requests_that_fail(check: Checker) -> None:
    old, new = f"{WEB}---\n{SERVICE}", f"{NEWER}---\n{SERVICE}"
    [found] = check.data(old, new, "--max-failed-requests", "0")["findings"]
    assert (found["code"], found["object"]["kind"], found["place"]["line"]) == ("RequestsFail", "Service", 1)
    assert "refused: the pod had stopped; kube-proxy did not know" in found["message"]
    assert check(old, new, "--max-failed-requests", "100")[0] == 0
    lasting = "nginx:1.25\n        lifecycle: {preStop: {sleep: {seconds: 1}}}"
    before, after = (
        f"{WEB.replace('nginx:1.25', image)}---\n{SERVICE}" for image in (lasting, lasting.replace("1.25", "1.26"))
    )
    status, text = check(before, after, "--max-failed-requests", "0", "-o", "json")
    data = json.loads(text)
    assert (status, data["findings"], data["objects"][1]["requests"]["failed"]) == (0, [], 0)
    assert data["objects"][1]["requests"]["sent"] > 100


def test_what_does_not_get_done_is_not_in_time(check: Checker) -> None:
    found = check.findings(WEB, BAD, "--within", "1h")
    assert [one[1] for one in found] == ["ImageNotFound", "TooSlow"]
    assert found[1][2] == "not done, and it is to be done within 1h"


def test_fewer_pods_need_fewer(check: Checker) -> None:
    assert check(WEB, WEB.replace("replicas: 4", "replicas: 2"), "--min-available", "100%", "--max-surge", "0")[0] == 0


def test_a_bound_is_on_the_line_of_its_field(check: Checker) -> None:
    new = NEWER.replace("  replicas: 4", "  replicas: 4\n  strategy:\n    rollingUpdate:\n      maxUnavailable: 50%")
    [found] = check.data(WEB, new, "--min-available", "100%")["findings"]
    assert found["place"]["line"] == new.splitlines().index("      maxUnavailable: 50%") + 1


def test_a_bound_decides_about_an_outage(check: Checker) -> None:
    new = NEWER.replace("  replicas: 4", "  replicas: 4\n  strategy: {type: Recreate}")
    assert [one[:2] for one in check.findings(WEB, new)] == [("error", "Outage")]
    assert [one[:2] for one in check.findings(WEB, new, "--min-available", "0")] == [("warning", "Outage")]


def test_an_outage_that_was_so_before_is_a_warning(check: Checker) -> None:
    old = WEB.replace("  replicas: 4", "  replicas: 4\n  strategy: {type: Recreate}")
    [(level, code, text)] = check.findings(old, old.replace("1.25", "1.26"))
    assert (level, code) == ("warning", "Outage")
    assert text.startswith("no pod is available for")


def test_a_rollout_that_counts_as_failed_before_it_is_done(check: Checker) -> None:
    slow = WEB.replace("  replicas: 4", "  replicas: 1\n  progressDeadlineSeconds: 30")
    flags = ("--images", "nginx:1.26=starts-in 60s")
    probed = slow.replace("nginx:1.25", "nginx:1.25\n        readinessProbe: {tcpSocket: {port: 80}}")
    new = probed.replace("nginx:1.25", "nginx:1.26")
    assert [one[1] for one in check.findings(probed, new, *flags)] == ["ProgressDeadlineExceeded"]


# what is taken for granted


def test_what_the_old_side_needs_is_there(check: Checker) -> None:
    needy = WEB.replace(
        "    spec:\n",
        "    spec:\n      serviceAccountName: web\n      priorityClassName: high\n      nodeSelector: {disktype: ssd}\n"
        "      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]\n",
    ).replace(
        "        image: nginx:1.25\n",
        "        image: nginx:1.25\n        env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]\n"
        "        resources: {requests: {cpu: 20}, limits: {example.com/gpu: 1}}\n",
    )
    data = check.data(needy, needy.replace("1.25", "1.26"))
    assert data["findings"] == []
    assert data["takenToBeThere"] == [
        "secret/db with password",
        "pvc/data",
        "serviceaccount/web",
        "priorityclass/high",
        "nodes with disktype=ssd",
        "nodes with 2 example.com/gpu",
        "nodes with 40 cpu",
    ]
    assert {one[1] for one in check.findings(WEB, needy) if one[0] == "error"} == {"ServiceAccountMissing"}


def test_storage_of_any_class_is_provisioned_for_the_old_side(check: Checker) -> None:
    claim = (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  storageClassName: gp3\n"
        "  accessModes: [ReadWriteMany]\n  resources: {requests: {storage: 1Gi}}\n"
    )
    using = WEB.replace(
        "    spec:\n", "    spec:\n      volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]\n"
    )
    data = check.data(f"{claim}---\n{using}", f"{claim}---\n{using.replace('1.25', '1.26')}")
    assert (data["findings"], data["takenToBeThere"]) == ([], ["storageclass/gp3"])
    assert data["objects"][1]["rollout"]["secondsUntilDone"] > 0


def test_pods_are_spread_over_what_the_old_side_names(check: Checker) -> None:
    spread = WEB.replace(
        "    spec:\n",
        "    spec:\n      topologySpreadConstraints:\n      - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, "
        "whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}\n"
        "      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
        "[{matchExpressions: [{key: pool, operator: In, values: [a, b]}]}]}}}\n",
    )
    data = check.data(spread, spread.replace("1.25", "1.26"))
    assert data["findings"] == []
    assert data["takenToBeThere"] == ["nodes with pool=a", "nodes of several topology.kubernetes.io/zone"]


def test_what_old_pods_wait_for_answers(check: Checker) -> None:
    waiting = "until nc -z db 5432; do sleep 1; done"
    old = WEB.replace(
        "      containers:\n",
        f"      initContainers: [{{name: wait, image: 'busybox:1.36', command: [sh, -c, '{waiting}']}}]\n"
        "      containers:\n",
    )
    data = check.data(old, old.replace("1.25", "1.26"))
    assert (data["findings"], data["takenToBeThere"]) == ([], ["service/db"])
    assert {one[:2] for one in check.findings(old, old.replace("nc -z db", "nc -z dbs"))} == {
        ("error", "ServiceMissing")
    }


def test_pods_run_beside_what_the_old_side_names(check: Checker) -> None:
    beside = WEB.replace(
        "    spec:\n",
        "    spec:\n      affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "
        "kubernetes.io/hostname, labelSelector: {matchExpressions: [{key: app, operator: In, values: [db]}]}}]}}\n",
    )
    data = check.data(beside, beside.replace("1.25", "1.26"))
    assert (data["findings"], data["takenToBeThere"]) == ([], ["a pod with app=db"])


def test_images_that_are_never_pulled_are_there_for_the_old_side(check: Checker) -> None:
    loaded = WEB.replace("image: nginx:1.25", "image: nginx:1.25\n        imagePullPolicy: Never")
    data = check.data(loaded, loaded.replace("replicas: 4", "replicas: 5"))
    assert (data["findings"], data["takenToBeThere"]) == ([], ["nodes with image nginx:1.25"])
    assert {one[:2] for one in check.findings(loaded, loaded.replace("1.25", "1.26"))} == {
        ("error", "ImageNeverPulled")
    }


def test_nodes_have_room_beside_what_the_cluster_itself_runs(check: Checker) -> None:
    whole = WEB.replace("nginx:1.25\n", "nginx:1.25\n        resources: {requests: {memory: 32Gi}}\n")
    assert check.findings(whole, whole.replace("1.25", "1.26")) == []


def test_names_that_no_object_may_have_are_left_out(check: Checker) -> None:
    blank = WEB.replace("    spec:\n", "    spec:\n      serviceAccountName: $ACCOUNT\n")
    assert {one[:2] for one in check.findings(blank, blank)} == {("warning", "Refused")}


def test_old_pods_have_been_ready_for_long(check: Checker) -> None:
    slow = WEB.replace("replicas: 4", "replicas: 1\n  minReadySeconds: 30")
    assert check.findings(WEB.replace("replicas: 4", "replicas: 1"), slow) == []


def test_a_rollout_that_was_late_before_is_a_warning(check: Checker) -> None:
    late = WEB.replace("spec:\n  replicas", "spec:\n  progressDeadlineSeconds: 20\n  replicas").replace(
        "nginx:1.25\n",
        "nginx:1.25\n        readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 60}\n",
    )
    [(level, code, text)] = check.findings(late, late.replace("1.25", "1.26"))
    assert (level, code) == ("warning", "ProgressDeadlineExceeded")
    assert text.endswith("; it was so before the change")


def test_what_a_cluster_keeps_in_a_manifest_is_no_condition(check: Checker) -> None:
    exported = WEB.replace("  name: web\n", "  name: web\n  resourceVersion: '7'\n", 1)
    [(level, code, text)] = check.findings(exported, exported.replace("1.25", "1.26"))
    assert (level, code) == ("warning", "ApiWarning")
    assert text.startswith("metadata.resourceVersion lets apply succeed in one state")


def test_what_no_check_has_is_no_mistake_of_an_autoscaler_or_an_ingress(check: Checker) -> None:
    asking = WEB.replace("nginx:1.25\n", "nginx:1.25\n        resources: {requests: {cpu: 100m}}\n")
    scaled = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n"
        "  maxReplicas: 9\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n"
    )
    entry = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n"
        "spec: {ingressClassName: nginx, defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
    )
    old = f"{asking}---\n{SERVICE}"
    found = check.findings(old, f"{old}---\n{scaled}---\n{entry}")
    assert {one[:2] for one in found} == {("notice", "NoMetrics"), ("notice", "IngressClassMissing")}
    slips = scaled.replace("Deployment, name: web", "Deployment, name: x"), entry.replace("80", "81")
    found = check.findings(old, "---\n".join((old, *slips)))
    assert {one[1] for one in found if one[0] == "error"} == {"BackendPortMissing", "TargetMissing"}


def test_the_backends_of_an_old_ingress_are_there(check: Checker) -> None:
    entry = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n"
        "  tls: [{secretName: web-tls}]\n"
        "  defaultBackend: {service: {name: web, port: {number: 80}}}\n"
    )
    data = check.data(entry, entry.replace("80", "8080"))
    assert data["takenToBeThere"] == ["service/web", "secret/web-tls"]
    assert [one["code"] for one in data["findings"]] == ["NoIngressClass"]


def test_what_was_wrong_before_is_a_warning(check: Checker) -> None:
    [(level, code, text)] = check.findings(BAD, BAD.replace("replicas: 4", "replicas: 5"))
    assert (level, code) == ("warning", "ImageNotFound")
    assert text.endswith("; it was so before the change")
    [(level, *_)] = check.findings(
        f"{BAD}---\n{BUDGET}", f"{BAD}---\n{BUDGET.replace('metadata: {', 'metadata: {labels: {a: b}, ')}"
    )
    assert level == "notice"


def test_of_a_rollout_that_nothing_shows_nothing_is_said(check: Checker) -> None:
    needy = WEB.replace("    spec:\n", "    spec:\n      schedulerName: other\n")
    [(level, _, text)] = check.findings(needy, needy.replace("1.25", "1.2555"))
    assert level == "warning"
    assert text.endswith("it was so before the change, so that nothing is known of its rollout")


def test_a_mistake_that_is_repaired(check: Checker) -> None:
    assert check(BAD, NEWER)[0] == 0


def test_a_cause_is_told_once(check: Checker) -> None:
    texts = (text.replace("  replicas: 4", "  replicas: 4\n  strategy: {type: Recreate}") for text in (WEB, BAD))
    old, new = (f"{text}---\n{SERVICE}---\n{BUDGET}" for text in texts)
    [found] = check.data(old, new)["findings"]
    assert (found["code"], found["object"]["name"]) == ("ImageNotFound", "web")
    assert {one["kind"] for one in found["also"]} == {"Service", "PodDisruptionBudget"}
    assert "; it keeps service/web and pdb/web from working, too" in check(old, new)[1]


def test_foreign_kinds_are_counted(check: Checker) -> None:
    foreign = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"
    status, text = check(WEB, f"{NEWER}---\n{foreign}")
    assert status == 0
    assert "Not checked, since their kinds are not Kubernetes' own: 1 widget." in text


def test_kinds_that_are_served_no_longer(check: Checker) -> None:
    beta = BUDGET.replace("policy/v1", "policy/v1beta1")
    what = 'no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"'
    assert check.findings(WEB, f"{WEB}---\n{beta}") == [("error", "NotServed", what)]
    was_so = ("warning", "NotServed", f"{what}; it was so before the change")
    assert check.findings(f"{WEB}---\n{beta}", f"{WEB}---\n{beta}") == [was_so]
    gone = ("warning", "NotServed", f"{what}; it is taken not to be there before the change")
    assert check.findings(f"{WEB}---\n{beta}", f"{WEB}---\n{BUDGET}") == [gone]


def test_a_folder_with_a_kustomization_is_built(shell: Shell) -> None:
    for side, image in (("old", "nginx:1.25"), ("new", "nginx:1.99999")):
        (shell.folder / side).mkdir()
        shell.write(f"{side}/web.yml", WEB)
        shell.write(
            f"{side}/kustomization.yaml", f"resources: [web.yml]\nimages: [{{name: nginx, newTag: {image[6:]!r}}}]\n"
        )
    assert shell("sim check old old")[0] == 0
    status, out, _ = shell("sim check old new")
    assert (status, "nginx:1.99999" in out) == (1, True)


def test_a_kustomization_itself_is_no_manifest(shell: Shell) -> None:
    path = shell.write("kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n")
    status, _, err = shell("sim", "check", path)
    assert (status, "name the folder that it is in" in err) == (2, True)


def test_values_of_secrets_are_not_shown(check: Checker) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {password: aHVudGVyMg==}\n"
    new = secret.replace("aHVudGVyMg==", "aHVudGVyMw==")
    for flags in ((), ("-o", "json")):
        _, text = check(secret, new, *flags)
        assert "password" in text
        assert "aHVudGVy" not in text


def test_old_values_that_pods_keep(check: Checker) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {level: info}\n"
    using = WEB.replace("nginx:1.25", "nginx:1.25\n        envFrom: [{configMapRef: {name: web}}]")
    old, new = f"{using}---\n{config}", f"{using}---\n{config.replace('info', 'debug')}"
    assert check.findings(old, new) == [
        (
            "warning",
            "OldValues",
            "deployment/web reads it as variables: pods keep the old values until they are restarted",
        )
    ]
    assert check.findings(old, new.replace("1.25", "1.26")) == []


def test_ports_of_images_of_which_nothing_is_known(check: Checker) -> None:
    own = WEB.replace("nginx:1.25", "example.com/app:1\n        ports: [{containerPort: 8080}]")
    probed = own.replace("8080}]", "8080}]\n        readinessProbe: {tcpSocket: {port: 8081}}")
    [(level, code, text)] = check.findings(own, probed)
    assert (level, code) == ("warning", "UnknownPort")
    assert text.startswith("the readiness probe of nginx asks port 8081, and it declares 8080")
    service = SERVICE.replace("port: 80", "port: 80, targetPort: 8081")
    assert [one[1] for one in check.findings(own, f"{own}---\n{service}")] == ["UnknownPort"]
    rule = ("--images", "example.com/app:*=ports 8080")
    assert [one[1] for one in check.findings(own, probed, *rule)] == ["ProbeFails"]


def test_the_api_servers_warnings(check: Checker) -> None:
    new = WEB.replace("nginx:1.25", "nginx:1.25\n        ports: [{containerPort: 80}, {containerPort: 80}]")
    [(level, code, text)] = check.findings(WEB, new)
    assert (level, code) == ("warning", "ApiWarning")
    assert "duplicate port" in text


def test_an_old_object_that_is_refused(check: Checker) -> None:
    bad = WEB.replace("replicas: 4", "replicas: -4")
    [(level, code, text)] = check.findings(bad, WEB)
    assert (level, code) == ("warning", "OldRefused")
    assert text.startswith("the old one is refused, so that it is not there before the change: spec.replicas")
    [(level, code, text)] = check.findings(bad, bad)
    assert (level, code, text.endswith("it was so before the change")) == ("warning", "Refused", True)


# files that cannot be read


def test_a_document_that_cannot_be_read(check: Checker, shell: Shell) -> None:
    broken = f"{SERVICE}---\n{WEB}---\na: b\nc: d: e\n"
    [found] = check.data(WEB, broken)["findings"]
    assert (found["code"], found["place"]["line"]) == ("Unreadable", broken.splitlines().index("c: d: e") + 1)
    status, _, err = shell("sim", "check", str(shell.folder / "new.yaml"), str(shell.folder / "old.yaml"))
    assert (status, "mapping values are not allowed" in err) == (2, True)


def test_an_unknown_field_has_its_line(check: Checker) -> None:
    new = NEWER.replace("nginx:1.26", "nginx:1.26\n        imagePolicy: Always")
    [found] = check.data(WEB, new)["findings"]
    assert found["message"] == 'strict decoding error: unknown field "spec.template.spec.containers[0].imagePolicy"'
    assert found["place"]["line"] == 16


def test_objects_of_a_list_have_lines(check: Checker) -> None:
    listed = "apiVersion: v1\nkind: List\nitems:\n- " + WEB.replace("\n", "\n  ").rstrip() + "\n"
    [found] = check.data(WEB, listed.replace("1.25", "1.2555"))["findings"]
    assert found["place"]["line"] == 18


# formats


def test_annotations_are_on_the_lines_of_files(check: Checker) -> None:
    status, text = check(
        f"{WEB}---\n{SERVICE}", f"{BAD}---\n{SERVICE.replace('port: 80', 'port: 80, targetPort: a%b')}", "-o", "github"
    )
    assert status == 1
    lines = [line for line in text.splitlines() if line.startswith("::")]
    assert lines[0] == "::error file=new.yaml,line=15,title=deployment/web::nginx has no tag 1.2555 (2 pods)"
    assert lines[1].startswith(
        '::error file=new.yaml,line=22,title=service/web::spec.ports[0].targetPort: Invalid value: "a%25b"'
    )
    assert text.startswith("deployment/web rolls out")


def test_properties_of_annotations_are_escaped() -> None:
    from kubesim.views.check.annotations import as_annotations
    from kubesim.views.check.model import Aspect, Finding, Level, Place, Report

    finding = Finding(Level.NOTICE, Aspect.WORKS, "X", "100%", None, Place("a,b:c.yaml", 1))
    line = as_annotations(Report((), (finding,), ()), "default").splitlines()[-1]
    assert line == "::notice file=a%2Cb%3Ac.yaml,line=1,title=sim check::100%25"


def test_junit_has_a_case_for_each_aspect(check: Checker) -> None:
    _, text = check(f"{WEB}---\n{SERVICE}", f"{BAD}---\n{SERVICE}", "-o", "junit", "--within", "1m")
    root = ElementTree.fromstring(text)
    assert [suite.get("name") for suite in root] == ["deployment/web", "service/web"]
    deployment, service = root
    assert (deployment.get("tests"), deployment.get("failures"), service.get("failures")) == ("4", "2", "0")
    cases = {case.get("name"): case.find("failure") for case in deployment}
    assert [name for name, failure in cases.items() if failure is None] == [
        "deployment/web: the API server takes it",
        "deployment/web: its selector stays",
    ]
    failure = cases["deployment/web: it works"]
    assert failure is not None
    assert (failure.get("type"), failure.text) == ("ImageNotFound", "nginx has no tag 1.2555 (2 pods) (new.yaml:15)")
    assert [case.get("file") for case in deployment] == ["new.yaml"] * 4


def test_junit_of_a_file_that_cannot_be_read(check: Checker) -> None:
    _, text = check(WEB, f"{WEB}---\na: <b>: &\n", "-o", "junit")
    root = ElementTree.fromstring(text)
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [("deployment/web", "0"), ("files", "1")]


def test_the_data_has_the_numbers(check: Checker) -> None:
    data = check.data(WEB, NEWER.replace("replicas: 4", "replicas: 5"))
    [found] = data["objects"]
    assert found["action"] == "changed"
    assert (found["rollsOut"], found["keepsSelector"], found["replicas"]) == (True, True, {"old": 4, "new": 5})
    assert found["rollout"] == {
        "strategy": "RollingUpdate",
        "leastAvailable": 4,
        "needed": 4,
        "mostPods": 7,
        "mostPodsWithTerminating": 9,
        "secondsWithoutAvailable": 0,
        "secondsUntilDone": found["rollout"]["secondsUntilDone"],
    }
    assert (data["passes"], data["takenToBeThere"]) == (True, [])
