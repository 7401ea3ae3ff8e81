"""Rules of a cluster beyond the form of objects: quotas, limits, budgets, volumes, and what is warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell

QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: q}
spec: {hard: {pods: 2, requests.cpu: 1, count/configmaps: 2, services: 1}}
"""
LIMITS = """
apiVersion: v1
kind: LimitRange
metadata: {name: l}
spec:
  limits:
  - {type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 200m}, max: {cpu: 1}, min: {cpu: 100m}}
  - {type: PersistentVolumeClaim, max: {storage: 1Gi}}
"""
VOLUMES = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: large}
spec: {accessModes: [ReadWriteOnce], capacity: {storage: 2Gi}, hostPath: {path: /a}, storageClassName: manual}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: small}
spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /b}, storageClassName: manual}
"""


def pod(name: str, resources: str) -> str:
    container = f"{{name: c, image: nginx, resources: {resources}}}"
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{containers: [{container}]}}}}"


def claim(name: str, size: str) -> str:
    spec = f"accessModes: [ReadWriteOnce], storageClassName: manual, resources: {{requests: {{storage: {size}}}}}"
    return f"{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: {name}}}, spec: {{{spec}}}}}"


def made(shell: Shell, manifest: str) -> str:
    """What creating a manifest says, be it good or bad."""
    path = shell.write("m.yml", manifest)
    status, out, err = shell(f"create -f {path}")
    assert bool(status) == bool(err)
    return out or err.removeprefix(f'Error from server (Forbidden): error when creating "{path}": ')


class TestQuotas:
    def test_who_does_not_name_what_is_limited_is_refused(self, shell: Shell) -> None:
        made(shell, QUOTA)
        told = shell.refused("run p --image=nginx")
        why = "failed quota: q: must specify requests.cpu for: p"
        assert told == f'Error from server (Forbidden): pods "p" is forbidden: {why}\n'

    def test_what_is_used_is_counted_and_more_is_refused(self, shell: Shell) -> None:
        made(shell, QUOTA)
        assert made(shell, pod("a", "{requests: {cpu: 600m}}")) == "pod/a created\n"
        why = "exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1"
        assert made(shell, pod("b", "{requests: {cpu: 500m}}")) == f'pods "b" is forbidden: {why}\n'
        assert "pods              1     2\nrequests.cpu      600m  1\n" in shell.ok("describe quota q")

    def test_what_goes_is_given_back(self, shell: Shell) -> None:
        made(shell, QUOTA)
        made(shell, pod("a", "{requests: {cpu: 600m}}"))
        shell("delete pod a --force --grace-period=0")
        assert "pods              0     2\nrequests.cpu      0     1\n" in shell.ok("describe quota q")

    def test_every_kind_can_be_counted(self, shell: Shell) -> None:
        made(shell, QUOTA)
        shell.ok("create configmap a")  # the root certificate's is the other one
        told = shell.refused("create configmap b")
        why = "exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=2"
        assert told == f'error: failed to create configmap: configmaps "b" is forbidden: {why}\n'

    def test_a_controller_tells_what_it_could_not_make(self, shell: Shell) -> None:
        made(shell, QUOTA)
        shell.ok("create deployment web --image=nginx")
        assert "failed quota: q: must specify requests.cpu for: nginx" in shell.ok("get events")


class TestLimits:
    def test_containers_get_what_they_do_not_name(self, shell: Shell) -> None:
        made(shell, LIMITS)
        shell.ok("run p --image=nginx")
        shown = shell.ok("get pod p -o jsonpath={.spec.containers[0].resources}{.metadata.annotations}")
        note = "LimitRanger plugin set: cpu request for container p; cpu limit for container p"
        assert shown == (
            f'{{"limits":{{"cpu":"500m"}},"requests":{{"cpu":"200m"}}}}{{"kubernetes.io/limit-ranger":"{note}"}}'
        )

    def test_who_asks_for_too_much_or_too_little_is_refused(self, shell: Shell) -> None:
        made(shell, LIMITS)
        low = "minimum cpu usage per Container is 100m, but request is 50m"
        high = "maximum cpu usage per Container is 1, but limit is 2"
        refusal = f'pods "p" is forbidden: [{low}, {high}]\n'
        assert made(shell, pod("p", "{requests: {cpu: 50m}, limits: {cpu: 2}}")) == refusal

    def test_claims_are_limited_too(self, shell: Shell) -> None:
        made(shell, LIMITS)
        why = "maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 3Gi"
        assert made(shell, claim("c", "3Gi")) == f'persistentvolumeclaims "c" is forbidden: {why}\n'


class TestVolumes:
    def test_a_claim_gets_the_smallest_volume_that_will_do(self, shell: Shell) -> None:
        made(shell, VOLUMES)
        made(shell, claim("c", "500Mi"))
        bound = shell.ok("get pvc c -o jsonpath={.status.phase}/{.spec.volumeName}/{.status.capacity.storage}")
        assert bound == "Bound/small/1Gi"
        phases = "{range .items[*]}{.metadata.name}={.status.phase},{end}"
        assert shell.ok(f"get pv -o jsonpath='{phases}'") == "large=Available,small=Bound,"

    def test_a_volume_without_its_claim_is_released(self, shell: Shell) -> None:
        made(shell, VOLUMES)
        made(shell, claim("c", "500Mi"))
        shell.ok("delete pvc c")
        assert shell.ok("get pv small -o jsonpath={.status.phase}") == "Released"
        shell.ok("delete pv small large")
        assert shell("get pv")[2] == "No resources found\n"

    def test_a_claim_in_use_stays(self, shell: Shell) -> None:
        made(shell, VOLUMES)
        made(shell, claim("c", "500Mi"))
        volume = "{name: v, persistentVolumeClaim: {claimName: c}}"
        made(shell, pod("p", "{}").replace("spec: {", f"spec: {{volumes: [{volume}], "))
        shell("delete pvc c --wait=false")
        assert shell.ok("get pvc c --no-headers").split()[1] == "Terminating"
        shell("delete pod p --force --grace-period=0")
        assert shell("get pvc")[2] == "No resources found in default namespace.\n"

    def test_what_a_claim_is_does_not_change(self, shell: Shell) -> None:
        made(shell, claim("c", "500Mi"))
        told = shell.refused("""patch pvc c -p '{"spec": {"storageClassName": "x"}}'""")
        assert told.endswith(
            "for bound claims\n"
            "@@ -10,7 +10,7 @@\n"
            "   }\n"
            "  },\n"
            '  "VolumeName": "",\n'
            '- "StorageClassName": "manual",\n'
            '+ "StorageClassName": "x",\n'
            '  "VolumeMode": "Filesystem",\n'
            '  "DataSource": null,\n'
            '  "DataSourceRef": null,\n\n'
        )

    def test_a_claim_grows_only_where_its_class_lets_it(self, shell: Shell) -> None:
        made(shell, VOLUMES)
        made(shell, claim("c", "500Mi"))
        told = shell.refused("""patch pvc c -p '{"spec": {"resources": {"requests": {"storage": "1Gi"}}}}'""")
        assert told == (
            'Error from server (Forbidden): persistentvolumeclaims "c" is forbidden: only dynamically provisioned pvc '
            "can be resized and the storageclass that provisions the pvc must support resize\n"
        )


def test_a_budget_tells_how_many_pods_may_go(shell: Shell) -> None:
    shell.ok("create deployment web --image=nginx --replicas=3")
    shell("rollout status deployment web")
    shell.ok("create pdb least --min-available=1 --selector=app=web")
    shell.ok("create pdb half --max-unavailable=50% --selector=app=web")
    shown = "{range .items[*]}{.metadata.name}={.status.disruptionsAllowed}/{.status.expectedPods},{end}"
    assert shell.ok(f"get pdb -o jsonpath='{shown}'") == "half=2/3,least=2/3,"


class TestWarnings:
    NULL = "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod"
    SPREAD = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]"

    def manifest(self, name: str) -> str:
        return pod(name, "{}").replace("spec: {", f"spec: {{{self.SPREAD}, ")

    def test_a_command_tells_a_warning_once(self, shell: Shell) -> None:
        path = shell.write("m.yml", f"{self.manifest('a')}\n---\n{self.manifest('b')}\n")
        status, out, err = shell(f"create -f {path}")
        assert (status, out, err) == (0, "pod/a created\npod/b created\n", f"Warning: {self.NULL}\n")

    def test_warnings_are_errors_if_asked(self, shell: Shell) -> None:
        path = shell.write("m.yml", self.manifest("a"))
        status, out, err = shell(f"create --warnings-as-errors -f {path}")
        assert (status, out, err) == (1, "pod/a created\n", f"Warning: {self.NULL}\nerror: 1 warning received\n")

    def test_kinds_on_their_way_out_are_warned_of_when_they_are_looked_at(self, shell: Shell) -> None:
        err = shell("get endpoints")[2]
        assert err == "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"

    def test_a_change_is_warned_of_where_the_template_changes(self, shell: Shell) -> None:
        shell.ok("create deployment web --image=nginx --replicas=0")
        path = "spec.template.spec.containers[0].resources.limits[memory]"
        assert shell("set resources deployment web --limits=memory=100m")[2] == (
            f'Warning: {path}: fractional byte value "100m" is invalid, must be an integer\n'
        )
        assert shell("label deployment web a=b")[2] == ""


def test_a_dry_run_gives_no_version_and_no_address(shell: Shell) -> None:
    shown = shell.ok("create service clusterip s --tcp=80 --dry-run=server -o jsonpath={.spec.clusterIP}{.metadata}")
    assert shown.startswith("10.96.0.0{")
    assert "resourceVersion" not in shown
