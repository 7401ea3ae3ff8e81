"""What a container's programs see of its volumes: contents, modes, owners, file systems, and changes of them."""

from __future__ import annotations

from typing import Any

import kubesim
import pytest

AGNHOST, BUSYBOX = "registry.k8s.io/e2e-test-images/agnhost:2.57", "registry.k8s.io/e2e-test-images/busybox:1.37.0-1"
Obj = dict[str, Any]


@pytest.fixture(scope="module")
def cluster() -> kubesim.Cluster:
    """A cluster with the objects that pods mount here; each test has pods of its own."""
    cluster = kubesim.Cluster(profile="kubeadm", seed=1)
    cluster.kubectl("create configmap settings --from-literal=data-1=value-1 --from-literal=data-2=value-2")
    cluster.kubectl("create secret generic keys --from-literal=data-1=value-1 --from-literal=data-2=value-2")
    return cluster


def run(cluster: kubesim.Cluster, name: str, container: Obj, *volumes: Obj, seconds: int = 10, **spec: Any) -> str:
    """What a pod's one container prints, whose volumes are mounted at /v/NAME, unless it says otherwise."""
    mounts = [{"name": volume["name"], "mountPath": f"/v/{volume['name']}"} for volume in volumes]
    whole = {"name": "c", "image": AGNHOST, "volumeMounts": mounts, **container}
    made = {"restartPolicy": "Never", "containers": [whole], "volumes": [*volumes], **spec}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": made})
    cluster.kubectl(f"sim advance {seconds}s")
    found = cluster.kubectl(f"logs {name} -c c")
    return found.stdout + found.stderr


def mounttest(*options: str) -> Obj:
    return {"args": ["mounttest", *options]}


def test_mounttest_prints_contents_modes_and_owners_of_what_is_mounted(cluster: kubesim.Cluster) -> None:
    config = {"name": "config", "configMap": {"name": "settings", "defaultMode": 0o400}}
    items = [{"key": "data-2", "path": "path/to/data-2", "mode": 0o400}]
    mapped = {"name": "mapped", "configMap": {"name": "settings", "items": items}}
    path = "/v/config/data-1"
    options = (f"--file_content={path}", f"--file_mode={path}", f"--file_perm={path}", f"--file_owner={path}")
    assert run(cluster, "modes", mounttest(*options), config) == (
        f'mode of file "{path}": -r--------\nperms of file "{path}": -r--------\n'
        f'owner UID of "{path}": 0\nowner GID of "{path}": 0\ncontent of file "{path}": value-1\n'
    )
    path = "/v/mapped/path/to/data-2"
    shown = f'mode of file "{path}": -r--------\ncontent of file "{path}": value-2\n'
    assert run(cluster, "items", mounttest(f"--file_content={path}", f"--file_mode={path}"), mapped) == shown


def test_a_group_of_volumes_may_read_what_others_may_not(cluster: kubesim.Cluster) -> None:
    secret = {"name": "s", "secret": {"secretName": "keys", "defaultMode": 0o400}}
    path = "/v/s/data-1"
    options = mounttest(f"--file_content={path}", f"--file_mode={path}", f"--file_owner={path}")
    shown = run(cluster, "in-group", options, secret, securityContext={"runAsUser": 1000, "fsGroup": 1001})
    assert shown == (
        f'mode of file "{path}": -r--r-----\nowner UID of "{path}": 0\nowner GID of "{path}": 1001\n'
        f'content of file "{path}": value-1\n'
    )
    shown = run(cluster, "elsewhere", options, secret, securityContext={"runAsUser": 1000})
    assert shown.endswith(f'error reading file content for "{path}": open {path}: permission denied\n')


@pytest.mark.parametrize("medium", ["", "Memory"])
def test_mounttest_writes_to_an_empty_folder(cluster: kubesim.Cluster, medium: str) -> None:
    folder = {"name": "e", "emptyDir": {"medium": medium}}
    name = f"empty-{medium.lower()}-"
    kind, sticky = ("tmpfs", "t") if medium else ("61267", "")
    shown = run(cluster, f"{name}0", mounttest("--fs_type=/v/e", "--file_perm=/v/e", "--file_mode=/v/e"), folder)
    assert shown == (
        f'mount type of "/v/e": {kind}\nmode of file "/v/e": d{sticky}rwxrwxrwx\nperms of file "/v/e": -rwxrwxrwx\n'
    )
    wrote = (f"--new_file_{mode}=/v/e/f" for mode in ("0644", "0666", "0660", "0777"))
    perms = ("-rw-r--r--", "-rw-rw-rw-", "-rw-rw----", "-rwxrwxrwx")
    for at, (option, perm) in enumerate(zip(wrote, perms, strict=True), 1):
        options = mounttest(option, "--file_perm=/v/e/f", "--file_owner", "/v/e/f")
        context = {"runAsUser": 1001, "fsGroup": 123}
        assert run(cluster, f"{name}{at}", options, folder, securityContext=context) == (
            f'content of file "/v/e/f": mount-tester new file\n\nperms of file "/v/e/f": {perm}\n'
            'owner UID of "/v/e/f": 1001\nowner GID of "/v/e/f": 123\n'
        )
    shown = run(cluster, f"{name}5", mounttest("--file_mode=/v/e"), folder, securityContext={"fsGroup": 123})
    assert shown == f'mode of file "/v/e": dg{sticky}rwxrwxrwx\n'


def test_mounttest_says_in_gos_words_what_it_cannot_do(cluster: kubesim.Cluster) -> None:
    options = (
        "--fs_type=/v/config/no",
        "--file_mode=/v/config/no",
        "--file_owner=/v/config/no",
        "--new_file_0644=/v/config/new",
    )
    config = {"name": "config", "configMap": {"name": "settings"}}
    assert run(cluster, "cannot", mounttest(*options), config) == (
        'error from statfs("/v/config/no"): no such file or directory\n'
        'error writing new file "/v/config/new": open /v/config/new: read-only file system\n'
        'error from Stat("/v/config/no"): stat /v/config/no: no such file or directory\n'
        'error from stat("/v/config/no"): no such file or directory\n'
    )
    assert "Error" in cluster.kubectl("get pod cannot").stdout


def looks(path: str) -> Obj:
    return mounttest("--break_on_expected_content=false", "--retry_time=240", f"--file_content_in_loop={path}")


def test_a_volume_follows_the_objects_that_come_change_and_go(cluster: kubesim.Cluster) -> None:
    changing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "changing"}}
    cluster.apply({**changing, "data": {"data-1": "value-1"}})
    cluster.kubectl("create configmap going --from-literal=data-1=value-1")
    names = {"coming": "data-1", "changing": "data-3", "going": "data-1", "kept": "data-1"}
    volumes = [{"name": name, "configMap": {"name": name, "optional": True}} for name in names]
    volumes[3]["configMap"] = {"name": "going"}
    mounts = [{"name": name, "mountPath": f"/v/{name}"} for name in names]
    whole = {"image": AGNHOST, "volumeMounts": mounts}
    every = [{"name": name, **whole, **looks(f"/v/{name}/{file}")} for name, file in names.items()]
    spec = {"containers": every, "volumes": volumes}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "follows"}, "spec": spec})

    def last(name: str) -> str:
        return cluster.kubectl(f"logs follows -c {name}").stdout.splitlines()[-1]

    def missing(name: str) -> str:
        path = f"/v/{name}/{names[name]}"
        return f"Error reading file {path}: open {path}: no such file or directory, retrying"

    cluster.kubectl("sim advance 10s")
    there = 'content of file "/v/{}/{}": {}'.format
    before = [missing("coming"), missing("changing"), there("going", "data-1", "value-1")]
    before.append(there("kept", "data-1", "value-1"))
    assert [last(name) for name in names] == before
    cluster.kubectl("delete configmap going")
    cluster.kubectl("create configmap coming --from-literal=data-1=value-1")
    cluster.apply({**changing, "data": {"data-3": "value-3"}})
    cluster.kubectl("sim advance 3s")
    assert [last(name) for name in names] == before
    cluster.kubectl("sim advance 100s")
    after = [there("coming", "data-1", "value-1"), there("changing", "data-3", "value-3"), missing("going")]
    assert [last(name) for name in names] == [*after, there("kept", "data-1", "value-1")]
    listed = cluster.kubectl("exec follows -c changing -- ls -A /v/changing /v/going").stdout.split()
    stamps = [name for name in listed if name.startswith("..2")]
    left = ["/v/changing:", "..data", "data-3", "/v/going:", "..data"]
    assert [name for name in listed if name not in stamps] == left
    assert cluster.kubectl("exec follows -c changing -- readlink /v/changing/..data").stdout.strip() == stamps[0]


def test_a_pods_files_follow_its_labels_and_its_variables_do_not(cluster: kubesim.Cluster) -> None:
    items = [{"path": name, "fieldRef": {"fieldPath": f"metadata.{name}"}} for name in ("labels", "annotations")]
    volume = {"name": "info", "downwardAPI": {"items": items}}
    variable = {"name": "TIER", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['tier']"}}}
    script = "while true; do echo $TIER; cat /v/info/labels; echo; sleep 2; done"
    mounts = [{"name": "info", "mountPath": "/v/info"}]
    told = {"name": "c", "image": BUSYBOX, "command": ["sh", "-c", script], "env": [variable], "volumeMounts": mounts}
    meta = {"name": "labelled", "labels": {"tier": "one"}}
    spec = {"containers": [told], "volumes": [volume]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})
    cluster.kubectl("sim advance 10s")
    assert cluster.kubectl("logs labelled").stdout.splitlines()[-2:] == ["one", 'tier="one"']
    cluster.kubectl("label pod labelled tier=two --overwrite")
    cluster.kubectl("sim advance 5s")
    lines = cluster.kubectl("logs labelled").stdout.splitlines()
    assert lines[:2] == ["one", 'tier="one"']
    assert lines[-2:] == ["one", 'tier="two"']
    assert cluster.kubectl("exec labelled -- sh -c 'echo $TIER; cat /v/info/labels'").stdout == 'one\ntier="two"'


def test_a_part_of_a_volume_may_be_chosen_by_variables(cluster: kubesim.Cluster) -> None:
    annotated = {"name": "PART", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['part']"}}}
    env = [{"name": "POD_NAME", "value": "foo"}, annotated]
    mounts = [
        {"name": "work", "mountPath": "/part", "subPathExpr": "$(PART)/$(POD_NAME)"},
        {"name": "work", "mountPath": "/whole"},
    ]
    program = {"command": ["sh", "-c", "tail -f /dev/null"], "env": env, "volumeMounts": mounts}
    told = {"name": "c", "image": BUSYBOX, **program}
    spec = {"containers": [told], "volumes": [{"name": "work", "emptyDir": {}}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "parted"}, "spec": spec})
    cluster.kubectl("sim advance 10s")
    why = "-o jsonpath={.status.containerStatuses[0].state.waiting}"
    assert (
        '"message":"missing value for PART","reason":"CreateContainerConfigError"'
        in cluster.kubectl(f"get pod parted {why}").stdout
    )
    cluster.kubectl("annotate pod parted part=mine")
    cluster.kubectl("sim advance 20s")
    assert cluster.kubectl("exec parted -- touch /whole/mine/foo/log").code == 0
    cluster.kubectl("annotate pod parted part=other --overwrite")
    assert cluster.kubectl("exec parted -- ls /part /whole").stdout == "/part:\nlog\n\n/whole:\nmine\n"
    for at, (part, problem) in enumerate(
        (
            ("/tmp", "error SubPath `/tmp` must not be an absolute path"),
            ("..", "unable to provision SubPath `..`: must not contain '..'"),
        )
    ):
        env = [{"name": "PART", "value": part}]
        mount = [{"name": "work", "mountPath": "/part", "subPathExpr": "$(PART)"}]
        spec["containers"] = [{**told, "env": env, "volumeMounts": mount}]
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"wrong-{at}"}, "spec": spec})
        cluster.kubectl("sim advance 10s")
        assert problem in cluster.kubectl(f"get pod wrong-{at} {why}").stdout


def test_a_nodes_files_are_seen_where_they_are_mounted(cluster: kubesim.Cluster) -> None:
    hosts = {"name": "hosts", "hostPath": {"path": "/etc/hosts", "type": "File"}}
    new = {"name": "new", "hostPath": {"path": "/data/here"}}
    etc = {"name": "etc", "hostPath": {"path": "/etc"}}
    script = "cat /v/hosts; cat /v/etc/hostname; echo mine > /v/new/file; ls -ld /v/new; cat /etc/hosts"
    shown = run(cluster, "on-node", {"image": BUSYBOX, "command": ["sh", "-c", script]}, hosts, new, etc).splitlines()
    assert shown[0] == "127.0.0.1\tlocalhost"
    assert shown[3] == cluster.kubectl("get pod on-node -o jsonpath={.spec.nodeName}").stdout
    assert shown[4].startswith("drwxr-xr-x    2 root     root          4096 ")
    assert shown[5] == "# Kubernetes-managed hosts file."
    assert cluster.kubectl(f"sim sh {shown[3]} -c 'cat /data/here/file'").stdout == "mine\n"


def test_an_image_may_be_a_volume(cluster: kubesim.Cluster) -> None:
    reference = {"reference": "registry.k8s.io/e2e-test-images/kitten:1.8", "pullPolicy": "Always"}
    script = "cat /v/kitten/data.json; grep ^NAME /v/kitten/etc/os-release; touch /v/kitten/x"
    shown = run(
        cluster, "kitten", {"image": BUSYBOX, "command": ["sh", "-c", script]}, {"name": "kitten", "image": reference}
    )
    assert shown.splitlines() == [
        *("{", '  "image": "kitten.jpg"', "}", 'NAME="Alpine Linux"'),
        "touch: /v/kitten/x: Read-only file system",
    ]


@pytest.mark.parametrize(
    ("container", "shown"),
    [
        ({"args": ["entrypoint-tester", "override", "$(WHO)"]}, "[/agnhost entrypoint-tester override me]\n"),
        ({"command": ["/agnhost-2"], "args": ["entrypoint-tester"]}, "[/agnhost-2 entrypoint-tester]\n"),
        ({}, "Paused\n"),
        ({"args": ["dns-suffix"]}, "default.svc.cluster.local,svc.cluster.local,cluster.local\n"),
        ({"image": "registry.k8s.io/e2e-test-images/nonewprivs:1.4"}, "Effective uid: 0\n"),
    ],
)
def test_agnhosts_tools_print_what_they_are_given(cluster: kubesim.Cluster, container: Obj, shown: str) -> None:
    name = f"tool-{len(cluster.kubectl('get pods -o name').stdout.splitlines())}"
    whole = {**container, "env": [{"name": "WHO", "value": "me"}], "securityContext": {"runAsUser": 1000}}
    assert run(cluster, name, whole) == shown


def test_who_may_gain_nothing_stays_who_it_is(cluster: kubesim.Cluster) -> None:
    context = {"allowPrivilegeEscalation": False, "runAsUser": 1000}
    container = {"image": "registry.k8s.io/e2e-test-images/nonewprivs:1.4", "securityContext": context}
    assert run(cluster, "no-new", container) == "Effective uid: 1000\n"


def test_other_names_of_hosts_are_in_the_hosts_file(cluster: kubesim.Cluster) -> None:
    aliases = [{"ip": "123.45.67.89", "hostnames": ["foo", "bar"]}]
    shown = run(cluster, "aliases", {"args": ["etc-hosts"]}, hostAliases=aliases)
    assert shown.endswith("\n# Entries added by HostAliases.\n123.45.67.89\tfoo\tbar\n\n")


def test_hooks_ask_servers_and_leave_files(cluster: kubesim.Cluster) -> None:
    target = {"name": "c", "image": AGNHOST, "args": ["netexec"]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asked"}, "spec": {"containers": [target]}})
    cluster.kubectl("sim advance 10s")
    address = cluster.kubectl("get pod asked -o jsonpath={.status.podIP}").stdout
    redirect = {
        "name": "redirect",
        "image": AGNHOST,
        "args": ["netexec", "--udp-port", "-1"],
        "restartPolicy": "Always",
    }
    dial = f"/dial?host={address}&port=8080&request=echo%3Fmsg%3D"
    shell = f"curl -s http://{address}:8080/echo?msg=ended; echo ended > /v/left/file"
    lifecycles = {
        "http": {"postStart": {"httpGet": {"path": f"{dial}started", "port": 8080}}},
        "exec": {"preStop": {"exec": {"command": ["sh", "-c", shell]}}},
    }
    volume = {"name": "left", "hostPath": {"path": "/left"}}
    for name, lifecycle in lifecycles.items():
        mounts = [{"name": "left", "mountPath": "/v/left"}]
        main = {"name": "c", "image": AGNHOST, "lifecycle": lifecycle, "volumeMounts": mounts}
        spec = {"initContainers": [redirect], "containers": [main], "volumes": [volume]}
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"hooked-{name}"}, "spec": spec})
    cluster.kubectl("sim advance 10s")

    def asked() -> list[str]:
        return [line.partition("] ")[2] for line in cluster.kubectl("logs asked").stdout.splitlines() if "GET" in line]

    assert asked() == ["GET /echo?msg=started&code="]
    assert "GET /dial?host=" in cluster.kubectl("logs hooked-http -c redirect").stdout
    node = cluster.kubectl("get pod hooked-exec -o jsonpath={.spec.nodeName}").stdout
    cluster.kubectl("delete pod hooked-http hooked-exec")
    assert asked() == ["GET /echo?msg=started&code=", "GET /echo?msg=ended&code="]
    assert cluster.kubectl(f"sim sh {node} -c 'cat /left/file'").stdout == "ended\n"


@pytest.mark.parametrize(
    ("context", "script", "shown"),
    [
        ({}, "ip link add dummy0 type dummy || true", "ip: RTNETLINK answers: Operation not permitted\n"),
        ({"privileged": True}, "ip link add dummy0 type dummy || true", ""),
        ({}, "touch /tmp/f && chown 1000 /tmp/f && stat -c %u /tmp/f", "1000\n"),
        (
            {"capabilities": {"drop": ["ALL"]}},
            "touch /tmp/f && chown 1000 /tmp/f",
            "chown: /tmp/f: Operation not permitted\n",
        ),
        (
            {"capabilities": {"drop": ["DAC_OVERRIDE"]}},
            "touch /tmp/f; chmod 600 /tmp/f; chown 1000 /tmp/f; cat /tmp/f",
            "cat: can't open '/tmp/f': Permission denied\n",
        ),
        ({"seccompProfile": {"type": "RuntimeDefault"}}, "grep Seccomp: /proc/self/status", "Seccomp:\t2\n"),
        (
            {"runAsUser": 5},
            "grep -E 'Name|^Uid|CapEff' /proc/self/status",
            "Name:\tgrep\nUid:\t5\t5\t5\t5\nCapEff:\t0000000000000000\n",
        ),
        ({}, "cat /proc/self/uid_map", "         0          0 4294967295\n"),
        ({}, "date -s 12:00", "date: can't set date: Operation not permitted\n"),
        ({"runAsUser": 65534}, "test $(id -u) -eq 65534 && echo yes", "yes\n"),
        ({"readOnlyRootFilesystem": True}, "touch checkfile", "touch: checkfile: Read-only file system\n"),
        ({}, "sysctl kernel/shm_rmid_forced", "kernel.shm_rmid_forced = 1\n"),
        ({}, "/bin/sysctl -n kernel.shm_rmid_forced net.ipv4.ip_local_port_range", "1\n32768\t60999\n"),
        ({}, "sysctl -w kernel.msgmax=9", "sysctl: error setting key 'kernel.msgmax': Read-only file system\n"),
    ],
)
def test_what_a_container_may_do_follows_from_its_security_context(
    cluster: kubesim.Cluster, context: Obj, script: str, shown: str
) -> None:
    name = f"secure-{len(cluster.kubectl('get pods -o name').stdout.splitlines())}"
    container = {"image": BUSYBOX, "command": ["sh", "-c", script], "securityContext": context}
    sysctls = [{"name": "kernel.shm_rmid_forced", "value": "1"}]
    assert run(cluster, name, container, securityContext={"sysctls": sysctls}) == shown


def test_anybody_may_write_what_is_read_in_the_status(cluster: kubesim.Cluster) -> None:
    command = ["/bin/sh", "-c", "/bin/echo -n DONE > /dev/custom-log; ls -l /dev/custom-log"]
    context = {"runAsUser": 10000, "readOnlyRootFilesystem": True}
    container = {"image": BUSYBOX, "command": command, "securityContext": context}
    shown = run(cluster, "told", {**container, "terminationMessagePath": "/dev/custom-log"})
    assert shown.startswith("-rw-rw-rw-    1 root     root             4 ")
    path = "-o jsonpath={.status.containerStatuses[0].state.terminated.message}"
    assert cluster.kubectl(f"get pod told {path}").stdout == "DONE"


def test_a_container_that_begins_anew_finds_what_it_left_in_a_volume(cluster: kubesim.Cluster) -> None:
    script = """
f=/v/count/restarts
count=$(echo 'hello' >> $f ; wc -l $f | awk {'print $1'})
if [ $count -eq 1 ]; then
    exit 1
fi
if [ $count -eq 2 ]; then
    exit 0
fi
while true; do sleep 1; done
"""
    volume = {"name": "count", "emptyDir": {"medium": "Memory"}}
    container = {"image": BUSYBOX, "command": ["sh", "-c", script]}
    for policy, shown in (("Always", "1/1 Running 2"), ("OnFailure", "0/1 Completed 1"), ("Never", "0/1 Error 0")):
        name = f"counts-{policy.lower()}"
        run(cluster, name, container, volume, seconds=120, restartPolicy=policy)
        assert " ".join(cluster.kubectl(f"get pod {name}").stdout.split("\n")[1].split()[1:4]) == shown
    assert cluster.kubectl("exec counts-always -- wc -l /v/count/restarts").stdout == "3 /v/count/restarts\n"


def test_of_a_long_crash_loop_it_is_not_known_how_often_it_wrote(cluster: kubesim.Cluster) -> None:
    volume = {"name": "log", "emptyDir": {}}
    script = "echo x >> /v/log/f; echo $(wc -l < /v/log/f) lines; exit 1"
    container = {"image": BUSYBOX, "command": ["sh", "-c", script]}
    shown = run(cluster, "crashes", container, volume, seconds=60, restartPolicy="Always")
    restarts = int(cluster.kubectl("get pod crashes -o jsonpath={.status.containerStatuses[0].restartCount}").stdout)
    assert shown == f"{restarts + 1} lines\n"
    cluster.kubectl("sim advance 3h")
    assert "lines" not in cluster.kubectl("logs crashes").stdout


@pytest.mark.parametrize(("policy", "shown"), [("Merge", "1000 50000 60000\n"), ("Strict", "1000 60000\n")])
def test_groups_of_the_image_are_added_unless_the_pod_is_strict(
    cluster: kubesim.Cluster, policy: str, shown: str
) -> None:
    context = {"runAsUser": 1000, "supplementalGroups": [60000], "supplementalGroupsPolicy": policy}
    container = {"image": "registry.k8s.io/e2e-test-images/agnhost:2.63.0", "command": ["id", "-G"]}
    assert run(cluster, f"groups-{policy.lower()}", container, securityContext=context) == shown


def test_a_nodes_path_must_be_what_the_pod_says_it_is(cluster: kubesim.Cluster) -> None:
    def phase(name: str, path: str, kind: str) -> str:
        container = {"image": BUSYBOX, "command": ["sleep", "9999"]}
        run(cluster, name, container, {"name": "h", "hostPath": {"path": path, "type": kind}}, nodeName="node01")
        return cluster.kubectl(f"get pod {name} -o jsonpath={{.status.phase}}").stdout

    assert phase("maker", "/mnt/made", "DirectoryOrCreate") == "Running"
    cluster.kubectl("exec maker -- sh -c 'mkdir /v/h/folder; touch /v/h/file'")
    wanted = {
        ("/mnt/made", "Directory"): "Running",
        ("/mnt/made/folder", "Directory"): "Running",
        ("/mnt/made/folder", "File"): "Pending",
        ("/mnt/made/file", "File"): "Running",
        ("/mnt/made/file", "CharDevice"): "Pending",
        ("/mnt/made/none", "Socket"): "Pending",
        ("/mnt/made/none", "FileOrCreate"): "Running",
    }
    found = {case: phase(f"typed-{at}", *case) for at, case in enumerate(wanted)}
    assert found == wanted
    why = cluster.kubectl("get events --field-selector involvedObject.name=typed-2,reason=FailedMount").stdout
    assert "hostPath type check failed: /mnt/made/folder is not a file" in why


@pytest.mark.parametrize("names", [("writes", "reads"), ("reads", "writes")])
def test_containers_of_a_pod_see_what_others_write(cluster: kubesim.Cluster, names: tuple[str, ...]) -> None:
    tools = {
        "writes": ["mounttest", "--new_file_0644=/v/f", "--file_mode=/v/f"],
        "reads": ["mounttest", "--file_content_in_loop=/v/f", "--retry_time=30"],
    }
    mounts = [{"name": "v", "mountPath": "/v"}]
    every = [{"name": name, "image": AGNHOST, "args": tools[name], "volumeMounts": mounts} for name in names]
    volumes = [{"name": "v", "hostPath": {"path": f"/tmp/{names[0]}"}}]
    spec = {"restartPolicy": "Never", "containers": every, "volumes": volumes}
    name = f"{names[0]}-first"
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
    cluster.kubectl("sim advance 20s")
    assert cluster.kubectl(f"get pod {name} -o jsonpath={{.status.phase}}").stdout == "Succeeded"
    assert cluster.kubectl(f"logs {name} -c reads").stdout.endswith('content of file "/v/f": mount-tester new file\n\n')


def test_a_pod_in_its_nodes_network_has_its_nodes_hosts(cluster: kubesim.Cluster) -> None:
    aliases = [{"ip": "123.45.67.89", "hostnames": ["foo"]}]
    shown = run(cluster, "in-network", {"args": ["etc-hosts"]}, hostAliases=aliases, hostNetwork=True).splitlines()
    node = cluster.kubectl("get pod in-network -o jsonpath={.spec.nodeName}").stdout
    assert shown[0] == "# Kubernetes-managed hosts file (host network)."
    assert shown[3].endswith(f"\t{node}")
    assert shown[-2] == "123.45.67.89\tfoo"


def test_variables_come_from_files_that_another_container_wrote(cluster: kubesim.Cluster) -> None:
    script = r"echo A=\'one\' > /data/env; printf \"# x\n B='two\nlines' # y\n\" >> /data/env"
    mounts = [{"name": "config", "mountPath": "/data"}]
    writes = {
        "name": "w",
        "image": BUSYBOX,
        "command": ["sh", "-c", script.replace('\\"', '"')],
        "volumeMounts": mounts,
    }

    def of(key: str, **more: Any) -> Obj:
        return {"name": key, "valueFrom": {"fileKeyRef": {"volumeName": "config", "path": "env", "key": key, **more}}}

    volumes = [{"name": "config", "emptyDir": {}}]
    hook = {"postStart": {"exec": {"command": ["sh", "-c", "echo $A > /tmp/hooked"]}}}
    reads = {"image": BUSYBOX, "command": ["sh", "-c", 'echo "$A|$B|${C-none}"; sleep 1; cat /tmp/hooked; sleep 60']}
    for name, env in (("reads", [of("A"), of("B"), of("C", optional=True)]), ("lacks", [of("C")])):
        container = {"name": "c", **reads, "env": env, "lifecycle": hook}
        spec = {"initContainers": [writes], "containers": [container], "volumes": volumes}
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"file-{name}"}, "spec": spec})
    cluster.kubectl("sim advance 20s")
    assert cluster.kubectl("logs file-reads -c c").stdout == "one|two\nlines|none\none\n"
    assert cluster.kubectl("exec file-reads -c c -- sh -c 'printenv A; cat /tmp/hooked'").stdout == "one\none\n"
    why = cluster.kubectl("get pod file-lacks -o jsonpath={.status.containerStatuses[0].state.waiting}").stdout
    assert "CreateContainerConfigError" in why
    assert 'environment variable key \\"C\\" not found in file' in why


def test_a_part_of_a_volume_has_the_volumes_mode(cluster: kubesim.Cluster) -> None:
    mounts = [{"name": "e", "mountPath": "/v", "subPath": "a/b"}, {"name": "e", "mountPath": "/e"}]
    container = {"image": BUSYBOX, "command": ["sh", "-c", "stat -c '%a %g' /v /e/a"], "volumeMounts": mounts}
    volume = {"name": "e", "emptyDir": {"medium": "Memory"}}
    assert run(cluster, "part-mode", container, volume, securityContext={"fsGroup": 123}) == "3777 123\n2755 123\n"
