"""``create`` and its sub-commands: the objects they make, and what they refuse, as kubectl 1.36 has it."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

DRY = ("--dry-run=client", "-o", "yaml")


MANIFESTS = {
    "create deployment web --image=nginx,redis:7 --port=80 --replicas=3": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  strategy: {}
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx
        name: nginx
        ports:
        - containerPort: 80
        resources: {}
      - image: redis:7
        name: redis
        resources: {}
status: {}
""",
    "create cronjob tick --image=busybox --schedule=@daily -- date -u": """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: tick
spec:
  jobTemplate:
    metadata:
      name: tick
    spec:
      template:
        metadata: {}
        spec:
          containers:
          - command:
            - date
            - -u
            image: busybox
            name: tick
            resources: {}
          restartPolicy: OnFailure
  schedule: '@daily'
status: {}
""",
    "create service clusterip web --tcp=80:8080 --tcp=443:https": """\
apiVersion: v1
kind: Service
metadata:
  labels:
    app: web
  name: web
spec:
  ports:
  - name: 80-8080
    port: 80
    protocol: TCP
    targetPort: 8080
  - name: 443-https
    port: 443
    protocol: TCP
    targetPort: https
  selector:
    app: web
  type: ClusterIP
status:
  loadBalancer: {}
""",
    "create ingress web --class=c --rule=a.com/=s:1,tls=t --rule=b.com/x*=s:http,tls=t --default-backend=d:80": """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
    service:
      name: d
      port:
        number: 80
  ingressClassName: c
  rules:
  - host: a.com
    http:
      paths:
      - backend:
          service:
            name: s
            port:
              number: 1
        path: /
        pathType: Exact
  - host: b.com
    http:
      paths:
      - backend:
          service:
            name: s
            port:
              name: http
        path: /x
        pathType: Prefix
  tls:
  - hosts:
    - a.com
    - b.com
    secretName: t
status:
  loadBalancer: {}
""",
    "create rolebinding admins --clusterrole=admin --user=ann --group=ops --serviceaccount=a:b -n team": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: admins
  namespace: team
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: admin
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: User
  name: ann
- apiGroup: rbac.authorization.k8s.io
  kind: Group
  name: ops
- kind: ServiceAccount
  name: b
  namespace: a
""",
    "create quota q --hard=cpu=1,memory=1024Ki --scopes=BestEffort": """\
apiVersion: v1
kind: ResourceQuota
metadata:
  name: q
spec:
  hard:
    cpu: "1"
    memory: 1Mi
  scopes:
  - BestEffort
status: {}
""",
    "create pdb p --selector=a=b,c --min-available=50%": """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: p
spec:
  minAvailable: 50%
  selector:
    matchExpressions:
    - key: c
      operator: Exists
    matchLabels:
      a: b
status:
  currentHealthy: 0
  desiredHealthy: 0
  disruptionsAllowed: 0
  expectedPods: 0
""",
    "create priorityclass high --value=10 --description=d": """\
apiVersion: scheduling.k8s.io/v1
description: d
kind: PriorityClass
metadata:
  name: high
preemptionPolicy: PreemptLowerPriority
value: 10
""",
    "create clusterrole monitoring --aggregation-rule=a=b": """\
aggregationRule:
  clusterRoleSelectors:
  - matchLabels:
      a: b
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: monitoring
rules: null
""",
    "create namespace staging -n other": """\
apiVersion: v1
kind: Namespace
metadata:
  name: staging
spec: {}
status: {}
""",
}


@pytest.mark.parametrize("line", MANIFESTS)
def test_a_dry_run_prints_what_would_be_sent(shell: Shell, line: str) -> None:
    words, dash, command = line.partition(" -- ")
    assert shell.ok(f"{words} {' '.join(DRY)}{dash}{command}") == MANIFESTS[line]


def test_json_has_the_fields_in_the_order_of_the_types_in_every_kind_of_run(shell: Shell) -> None:
    for run in ("--dry-run=client", "--dry-run=server", "--dry-run=none"):
        made = json.loads(shell.ok(f"create configmap c --from-literal=b=2 --from-literal=a=1 {run} -o json"))
        assert list(made) == ["kind", "apiVersion", "metadata", "data"]
        assert list(made["data"]) == ["a", "b"]
    assert list(made["metadata"]) == ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"]


def test_a_servers_dry_run_has_no_version_and_leaves_nothing(shell: Shell) -> None:
    made = json.loads(shell.ok("create configmap c --dry-run=server -o json"))
    assert "uid" in made["metadata"]
    assert "resourceVersion" not in made["metadata"]
    assert shell.refused("get configmap c") == 'Error from server (NotFound): configmaps "c" not found\n'


def test_the_configuration_is_kept_as_the_types_print_it(shell: Shell) -> None:
    made = shell.made("create configmap c --save-config --from-literal=a=<&>")
    kept = made["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    text = r'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c"},"data":{"a":"\u003c\u0026\u003e"}}'
    assert kept == f"{text}\n"
    assert "annotations" not in shell.made("create service clusterip s --tcp=80 --save-config")["metadata"]


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("nginx", "nginx"),
        ("registry:5000/team/web:1.2", "web"),
        ("web@sha256:0123", "web"),
        ("Nginx", "Nginx"),
    ],
)
def test_a_container_is_named_after_its_image(shell: Shell, image: str, name: str) -> None:
    made = shell.made(f"create deployment d --image={image}")
    assert made["spec"]["template"]["spec"]["containers"][0]["name"] == name


def test_a_container_name_that_had_to_be_changed_gets_random_letters(shell: Shell) -> None:
    made = shell.made("create deployment d --image=my_image.x:1")
    name = made["spec"]["template"]["spec"]["containers"][0]["name"]
    assert name.startswith("my-image-x-")
    assert len(name) == len("my-image-x-") + 5


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("create deployment", 'required flag(s) "image" not set'),
        ("create deployment d e --image=a", "exactly one NAME is required, got 2"),
        ("create deployment --image=a -- d", "exactly one NAME is required, got 0"),
        ("create deployment d --image=a --image=b -- c", "cannot specify multiple --image options and command"),
        ("create cronjob c", 'required flag(s) "image", "schedule" not set'),
        ("create job j", "either --image or --from must be specified"),
        ("create job j --image=a --from=cronjob/b", "either --image or --from must be specified"),
        ("create job j --from=cronjob/b -- c", "cannot specify --from and command"),
        ("create job j --from=cronjob", "resource(s) were provided, but no name was specified"),
        ("create job j --from=nosuch/a", 'the server doesn\'t have a resource type "nosuch"'),
        ("create job j --from=ns/default", "unknown object type *v1.Namespace"),
        ("create configmap c --from-literal=b", "invalid literal source b, expected key=value"),
        ("create configmap c --from-file==a", "key name for file path a missing"),
        ("create configmap c --from-file=a=", "file path for key name a missing"),
        ("create configmap c --from-file=a=b=c", "key names or file paths cannot contain '='"),
        ("create configmap c --from-file=nosuch", "error reading nosuch: no such file or directory"),
        ("create configmap c --from-env-file=nosuch", "error reading nosuch: no such file or directory"),
        (
            "create configmap c --from-env-file=a --from-literal=b=c",
            "from-env-file cannot be combined with from-file or from-literal",
        ),
        (
            "create configmap c --from-literal=a=1 --from-literal=a=2",
            'cannot add key "a", another key by that name already exists in Data for ConfigMap "c"',
        ),
        (
            "create secret generic s --from-literal=a=1 --from-literal=a=2",
            "cannot add key a, another key by that name already exists",
        ),
        ("create secret tls t --cert=a", "key and cert must be specified"),
        ("create secret tls t --cert=a --key=b", "Cannot read file a, open a: no such file or directory"),
        (
            "create secret docker-registry r --docker-username=u",
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is "
            "required",
        ),
        ("create service clusterip s", "at least one tcp port specifier must be provided"),
        ("create service clusterip s --tcp=x", 'strconv.ParseUint: parsing "x": invalid syntax'),
        ("create service clusterip s --tcp=65536", 'strconv.ParseUint: parsing "65536": value out of range'),
        ("create service clusterip s --tcp=80:0", "must be between 1 and 65535, inclusive"),
        (
            "create service clusterip s --tcp=80:a_b",
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ),
        ("create service externalname s", 'required flag(s) "external-name" not set'),
        ("create service externalname s --external-name=a_b", "invalid service external name a_b"),
        ("create quota q --hard=cpu", "Invalid argument syntax cpu, expected <resource>=<value>"),
        ("create quota q --scopes=a,", 'invalid resource quota scope ""'),
        ("create pdb p", "a selector must be specified"),
        ("create pdb p --selector=a=b", "one of min-available or max-unavailable must be specified"),
        (
            "create pdb p --selector=a=b --min-available=1 --max-unavailable=1",
            "min-available and max-unavailable cannot be both specified",
        ),
        ("create pdb p --selector=a=b --min-available=x", "invalid format specified for min-available"),
        (
            "create pdb p --selector=a!=b --min-available=1",
            '"!=" is not a valid label selector operator',
        ),
        (
            "create ingress i --rule=foo",
            "rule foo is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]",
        ),
        ("create ingress i --default-backend=a", "default-backend should be in format servicename:serviceport"),
        ("create role r", "at least one verb must be specified"),
        ("create role r --verb=get", "at least one resource must be specified"),
        ("create role r --verb=bind --resource=pods", "can not perform 'bind' on 'pods' in group ''"),
        (
            "create role r --verb=get --resource=/status",
            "resource must be specified if apiGroup/subresource specified",
        ),
        ("create clusterrole r --verb=get", "one of resource or nonResourceURL must be specified"),
        ("create clusterrole r --verb=list --non-resource-url=/x", "invalid verb: 'list' for nonResourceURL"),
        ("create clusterrole r --verb=get --non-resource-url=x", "nonResourceURL should start with /"),
        (
            "create clusterrole r --verb=get --non-resource-url=/*/x",
            "nonResourceURL only supports wildcard matches when '*' is at the end",
        ),
        (
            "create clusterrole r --verb=get --aggregation-rule=a=b",
            "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames",
        ),
        ("create rolebinding r", "exactly one of clusterrole or role must be specified"),
        ("create rolebinding r --role=a --serviceaccount=b", "serviceaccount must be <namespace>:<name>"),
        ("create clusterrolebinding r", 'required flag(s) "clusterrole" not set'),
        ("create token a --duration=1ms", "--duration cannot be expressed in units less than seconds"),
        ("create token a --bound-object-kind=x", "supported --bound-object-kind values are Node, Pod, Secret"),
        (
            "create configmap c --validate=foo",
            'invalid - validate option "foo"; must be one of: strict (or true), warn, ignore (or false)',
        ),
        ("create configmap c --dry-run=foo", 'Invalid dry-run value (foo). Must be "none", "server", or "client".'),
    ],
)
def test_what_kubectl_refuses_by_itself(shell: Shell, line: str, message: str) -> None:
    first, *more = shell.refused(line).splitlines()
    assert first == f"error: {message}"
    verb = " ".join(line.split()[:2])
    assert more in ([], [f"See 'kubesim {verb} -h' for help and examples"])


@pytest.mark.parametrize(("resource", "told"), [("nosuch", '"nosuch"'), ("rs.nosuch/scale", '"rs" in group "nosuch"')])
def test_a_role_is_for_resources_that_are_served(shell: Shell, resource: str, told: str) -> None:
    line = f"create role r --verb=get --resource={resource}"
    assert shell.refused(line) == f"the server doesn't have a resource type {told}\n"


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        ("nosuch", '"nosuch"'),
        ("rs.nosuch/scale", '"rs" in group "nosuch"'),
        ("deployments.v1.apps", '"deployments" in group "v1.apps"'),
    ],
)
def test_a_resource_that_is_not_served_is_told_of_alone(shell: Shell, resource: str, told: str) -> None:
    line = f"create role r --verb=get --resource={resource}"
    assert shell.refused(line) == f"the server doesn't have a resource type {told}\n"


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("create deployment x --image=a", 'failed to create deployment: deployments.apps "x" already exists'),
        ("create configmap x", 'failed to create configmap: configmaps "x" already exists'),
        ("create secret generic x", 'failed to create secret secrets "x" already exists'),
        ("create service nodeport x --tcp=80", 'failed to create NodePort service: services "x" already exists'),
        ("create job x --image=a", 'failed to create job: jobs.batch "x" already exists'),
        ("create cronjob x --image=a --schedule=@daily", 'failed to create cronjob: cronjobs.batch "x" already exists'),
        ("create serviceaccount x", 'failed to create serviceaccount: serviceaccounts "x" already exists'),
        ("create quota x", 'failed to create quota: resourcequotas "x" already exists'),
        (
            "create pdb x --selector=a=b --min-available=1",
            'failed to create poddisruptionbudgets: poddisruptionbudgets.policy "x" already exists',
        ),
        (
            "create rolebinding x --role=a",
            'failed to create rolebinding: rolebindings.rbac.authorization.k8s.io "x" already exists',
        ),
    ],
)
def test_the_servers_refusal_says_what_could_not_be_created(shell: Shell, line: str, failure: str) -> None:
    shell.ok(line)
    assert shell.refused(line) == f"error: {failure}\n"


@pytest.mark.parametrize(
    ("line", "plural"),
    [
        ("create namespace x", "namespaces"),
        ("create role x --verb=get --resource=pods", "roles.rbac.authorization.k8s.io"),
        ("create clusterrole x --verb=get --resource=pods", "clusterroles.rbac.authorization.k8s.io"),
    ],
)
def test_some_refusals_of_the_server_stand_alone(shell: Shell, line: str, plural: str) -> None:
    shell.ok(line)
    assert shell.refused(line) == f'Error from server (AlreadyExists): {plural} "x" already exists\n'


def test_data_comes_from_values_files_folders_and_environment_files(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "conf"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("one\n")
    (folder / ".b").write_bytes(b"\xff\x00")
    (folder / "link").symlink_to("a.txt")
    made = shell.made("create configmap c --from-file=conf/ --from-file=k=conf/a.txt --from-literal=q=\\'x=y\\'")
    assert made["data"] == {"a.txt": "one\n", "k": "one\n", "q": "'x=y'"}
    assert made["binaryData"] == {".b": "/wA="}
    assert shell.made("create secret generic s --from-file=conf")["data"] == {"a.txt": "b25lCg==", ".b": "/wA="}


def test_an_environment_files_lines(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INHERITED", "from here")
    (tmp_path / "app.env").write_bytes(b'\xef\xbb\xbfA=1\r\n# comment\n\n  B="x y "\nINHERITED\nNOSUCH\n')
    made = shell.made("create configmap c --from-env-file=app.env")
    assert made["data"] == {"A": "1", "B": '"x y "', "INHERITED": "from here", "NOSUCH": ""}
    (tmp_path / "bad.env").write_bytes(b"A=1\n\xff\xfe\n")
    assert shell.refused("create configmap c --from-env-file=bad.env --dry-run=client") == (
        "error: env file bad.env contains invalid utf8 bytes at line 2: [255 254]\n"
    )


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("create configmap c", "configmap/c-94b26g54cg"),
        ("create configmap c --from-literal=a=b", "configmap/c-m4h6ctkgb2"),
        ("create secret generic s", "secret/s-6cmg28h685"),
        ("create secret generic s --from-literal=a=b --type=x", "secret/s-426t5bkm8k"),
    ],
)
def test_a_hash_of_the_data_is_appended_to_the_name(shell: Shell, line: str, name: str) -> None:
    assert shell.ok(f"{line} --append-hash --dry-run=client -o name") == f"{name}\n"


def test_the_credentials_of_a_registry(shell: Shell, tmp_path: Path) -> None:
    made = shell.made("create secret docker-registry r --docker-username=u --docker-password=p --docker-email=e")
    assert made["type"] == "kubernetes.io/dockerconfigjson"
    config = base64.b64decode(made["data"][".dockerconfigjson"]).decode()
    entry = '{"username":"u","password":"p","email":"e","auth":"dTpw"}'
    assert config == f'{{"auths":{{"https://index.docker.io/v1/":{entry}}}}}'
    (tmp_path / "config.json").write_text("{}")
    made = shell.made("create secret docker-registry r --from-file=config.json")
    assert made["data"] == {".dockerconfigjson": "e30="}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two certificates of different types and their keys."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("one", "two"):
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if name == "one" else ["-newkey", "rsa:1024"]
        command = ["openssl", "req", "-x509", *curve, "-nodes", "-subj", "/CN=a"]
        try:
            subprocess.run(
                [*command, "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"],
                check=True,
                capture_output=True,
            )
        except FileNotFoundError:
            pytest.skip("there is no openssl to make keys with")
    return folder


def test_a_certificate_and_its_key(shell: Shell, keys: Path) -> None:
    made = shell.made(f"create secret tls t --cert={keys}/two.crt --key={keys}/two.key")
    assert made["type"] == "kubernetes.io/tls"
    assert base64.b64decode(made["data"]["tls.key"]) == (keys / "two.key").read_bytes()


@pytest.mark.parametrize(
    ("certificate", "key", "message"),
    [
        ("one.crt", "two.key", "tls: private key type does not match public key type"),
        ("one.crt", "one.crt", "tls: found a certificate rather than a key in the PEM for the private key"),
        ("empty", "one.key", "tls: failed to find any PEM data in certificate input"),
        ("one.crt", "empty", "tls: failed to find any PEM data in key input"),
        (
            "one.key",
            "one.crt",
            "tls: failed to find certificate PEM data in certificate input, but did find a private key; "
            "PEM inputs may have been switched",
        ),
    ],
)
def test_a_certificate_and_a_key_must_belong_together(
    shell: Shell, keys: Path, certificate: str, key: str, message: str
) -> None:
    (keys / "empty").touch()
    line = f"create secret tls t --cert={keys / certificate} --key={keys / key} --dry-run=client"
    assert shell.refused(line) == f"error: {message}\n"


def test_a_job_of_a_cron_job_is_the_cron_jobs(shell: Shell) -> None:
    shell.ok("create cronjob tick --image=busybox:1.36 --schedule=@yearly -- date")
    uid = shell.ok("get cronjob tick -o jsonpath={.metadata.uid}")
    made = json.loads(shell.ok("create job now --from=cronjob/tick -o json"))
    assert made["metadata"]["annotations"] == {"cronjob.kubernetes.io/instantiate": "manual"}
    assert made["metadata"]["ownerReferences"] == [
        {"apiVersion": "batch/v1", "kind": "CronJob", "name": "tick", "uid": uid, "controller": True}
    ]
    assert made["spec"]["template"]["spec"]["containers"][0]["command"] == ["date"]
    assert shell.refused("create job x --from=cronjob/no") == (
        'Error from server (NotFound): cronjobs.batch "no" not found\n'
    )


def test_a_role_has_a_rule_for_each_group(shell: Shell) -> None:
    made = shell.made("create role r --verb=get,list,get --resource=pods/log,deploy,po,rs.apps --resource-name=a")
    assert made["rules"] == [
        {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods/log", "pods"], "resourceNames": ["a"]},
        {"verbs": ["get", "list"], "apiGroups": ["apps"], "resources": ["deployments", "replicasets"],
         "resourceNames": ["a"]},
    ]  # fmt: skip
    assert shell.made("create role r --verb=*,get --resource=pods,*")["rules"] == [
        {"verbs": ["*"], "apiGroups": [""], "resources": ["*"]}
    ]
    assert shell.made("create role r --verb=impersonate --resource=users")["rules"][0]["resources"] == ["users"]


def test_a_verb_that_is_not_usual_is_warned_of(shell: Shell) -> None:
    status, out, err = shell("create", "role", "r", "--verb=foo", "--resource=pods", "--dry-run=client")
    assert (status, out) == (0, "role.rbac.authorization.k8s.io/r created (dry run)\n")
    assert err == "Warning: 'foo' is not a standard resource verb\n"


def test_a_token_has_the_claims_of_a_real_one(shell: Shell) -> None:
    shell.ok("create serviceaccount robot")
    _head, claims, _signature = shell.ok("create token robot").split(".")
    read = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert read["sub"] == "system:serviceaccount:default:robot"
    assert read["exp"] - read["iat"] == 3600
    assert read["kubernetes.io"]["serviceaccount"]["name"] == "robot"
    request = json.loads(shell.ok("create token robot --duration=10m --audience=a -o json"))
    assert request["spec"] == {"audiences": ["a"], "expirationSeconds": 600, "boundObjectRef": None}
    assert shell.refused("create token nosuch") == (
        'error: failed to create token: serviceaccounts "nosuch" not found\n'
    )
    assert shell.refused("create token robot --duration=1m") == (
        'error: failed to create token: TokenRequest.authentication.k8s.io "" is invalid: '
        "spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes\n"
    )


def test_a_dry_run_may_still_be_asked_for_as_it_was_once(shell: Shell) -> None:
    for flag, value in (("--dry-run", "client"), ("--dry-run=true", "client")):
        status, out, err = shell("create", "namespace", "x", flag)
        assert (status, out) == (0, "namespace/x created (dry run)\n")
        assert err.endswith(f"can be replaced with --dry-run={value}.\n")
    status, out, err = shell("create", "namespace", "x", "--dry-run=false")
    assert (status, out) == (0, "namespace/x created\n")
    assert err.endswith("] --dry-run=false is deprecated (boolean value) and can be replaced with --dry-run=none.\n")


@pytest.mark.parametrize("more", ["", " --dry-run=client", " --edit"])
def test_record_keeps_the_command_line_of_objects_from_files(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    monkeypatch.setenv("KUBE_EDITOR", shell.script("editor", 'sed -i s/nginx/httpd/ "$1"'))
    status, out, _ = shell(f"create -f web.yml --record{more} -o json")
    assert status == 0
    cause = json.loads(out)["metadata"]["annotations"]["kubernetes.io/change-cause"]
    assert cause.startswith("kubectl create --filename=web.yml --record=true")
