"""Commands that are asked about several objects, of which some are not as they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from command_lines import Shell

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\n"
NOT_SERVED = "Error from server (NotFound): the server could not find the requested resource\n"


@pytest.fixture(autouse=True)
def app(shell: Shell) -> None:
    """A ConfigMap and a Deployment, in one file, with another Deployment beside them."""
    shell.ok(f"create -f {shell.write('app.yml', f'{CONFIG}---{DEPLOYMENT}')}")
    shell.ok("create deploy api --image=nginx:1.25")
    shell.ok("sim settle")


def test_scaling_ends_at_the_first_object_that_has_no_scale(shell: Shell) -> None:
    assert shell("scale -f app.yml --replicas=5") == (1, "", NOT_SERVED)
    assert shell.ok("get deploy web -o jsonpath={.spec.replicas}") == "2"


def test_scaling_goes_on_beside_an_object_that_is_not_there(shell: Shell) -> None:
    missing = 'Error from server (NotFound): deployments.apps "nosuch" not found\n'
    assert shell("scale deploy nosuch web --replicas=5") == (1, "deployment.apps/web scaled\n", missing)


def test_once_the_time_is_up_nothing_is_looked_at_any_more(shell: Shell) -> None:
    status, out, err = shell("wait -f app.yml --for=condition=Available --timeout=2s")
    assert (status, out) == (1, "")
    assert err.splitlines() == [
        "timed out waiting for the condition on configmaps/conf",
        "timed out waiting for the condition on deployments/web",
    ]


def test_what_holds_before_is_told(shell: Shell) -> None:
    out = shell.ok("wait deploy --all --for=condition=Available --timeout=2s")
    assert out == "deployment.apps/api condition met\ndeployment.apps/web condition met\n"


def test_a_rollouts_refusals_say_that_they_are_errors_among_several_too(shell: Shell) -> None:
    shell.ok("rollout pause deploy/web deploy/api")
    wrong = 'error: deployments.apps "{}" is already paused\n'
    assert shell.refused("rollout pause deploy/web") == wrong.format("web")
    assert shell.refused("rollout pause deploy/web deploy/api") == wrong.format("web") + wrong.format("api")
    missing = 'Error from server (NotFound): deployments.apps "nosuch" not found\n'
    told = f"""{missing}error: deployments.apps "web" can't restart paused deployment (run rollout resume first)\n"""
    assert shell.refused("rollout restart deploy/nosuch deploy/web") == told


@pytest.mark.parametrize("line", ["pause", "undo --to-revision=1", "restart", "history --revision=1"])
def test_rollouts_objects_come_in_the_order_of_their_types(shell: Shell, line: str) -> None:
    verb, *more = line.split()
    shell.ok("set image deploy/web nginx=nginx:1.26")
    shell.ok("sim advance 10s")
    text = shell.ok(f"rollout {verb} deploy/web -o json {' '.join(more)}")
    first, second, third, *_ = (part.strip() for part in text.splitlines())
    assert (first, third) == ("{", '"apiVersion": "apps/v1",')
    assert second.startswith('"kind": ')


def test_a_template_alone_is_filled_from_the_object_itself(shell: Shell) -> None:
    assert shell.ok("rollout history deploy/web --template={{.kind}}") == "Deployment"


def test_a_job_that_loses_its_selector_is_refused(shell: Shell) -> None:
    spec = "{template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'busybox:1.36'}]}}}"
    path = shell.write("job.yml", f"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: once}}\nspec: {spec}\n")
    shell.ok(f"create -f {path}")
    first, *causes = shell.refused(f"replace -f {path}").splitlines()
    assert first == 'The Job "once" is invalid: '
    assert causes[:3] == [
        "* spec.selector: Required value",
        "* spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
        "* spec.selector: Invalid value: null: field is immutable",
    ]
    assert causes[3].startswith("* spec.template: Invalid value: {")


def test_a_port_that_is_taken_is_told_before_a_name_that_is(shell: Shell) -> None:
    spec = "{type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30999}]}"
    path = shell.write("svc.yml", f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}\n")
    shell.ok(f"create -f {path}")
    why = "spec.ports[0].nodePort: Invalid value: 30999: provided port is already allocated"
    assert shell.refused(f"create -f {path}") == f'The Service "web" is invalid: {why}\n'
    assert shell.ok(f"replace -f {path}") == "service/web replaced\n"


def test_a_controllers_objects_are_its_own_and_warn_nobody(shell: Shell) -> None:
    ports = "[{containerPort: 80}, {containerPort: 80}]"
    pod = f"{{restartPolicy: Never, containers: [{{name: c, image: 'busybox:1.36', ports: {ports}}}]}}"
    job = f"{{spec: {{template: {{spec: {pod}}}}}}}"
    shell.write(
        "tick.yml",
        f"apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: tick}}\nspec: {{schedule: '* * * * *', jobTemplate: {job}}}\n",
    )
    assert "duplicate port definition" in shell("create -f tick.yml")[2]
    shell.ok("sim advance 2m")
    assert set(shell.ok("get jobs -o jsonpath={.items[*].metadata.managedFields[*].manager}").split()) == {
        "kube-controller-manager"
    }


def test_pods_of_a_namespace_made_with_them_start_at_once(shell: Shell) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: c, image: 'nginx:1.25'}]}\n"
    shell.write("shop.yml", f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop}}\n---\n{pod}")
    shell.ok("create -f shop.yml")
    shell.ok("sim settle")
    assert "FailedMount" not in shell.ok("get events -n shop")
    assert shell.ok("get pod web -n shop -o jsonpath={.status.phase}") == "Running"
