"""``-k`` of the verbs, and ``kubesim kustomize``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n",
    "base/web.yaml": """\
apiVersion: v1
kind: Pod
metadata: {name: front, labels: {app: front}}
spec:
  containers: [{name: web, image: nginx, envFrom: [{configMapRef: {name: settings}}]}]
""",
    "prod/kustomization.yaml": """\
resources: [../base]
namePrefix: prod-
images: [{name: nginx, newTag: "1.27"}]
commonLabels: {tier: web}
""",
}
WARNING = (
    "# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your "
    "Kustomization automatically.\n"
)


@pytest.fixture
def overlay(shell: Shell) -> Shell:
    for name, text in FILES.items():
        (shell.folder / name).parent.mkdir(exist_ok=True)
        (shell.folder / name).write_text(text)
    return shell


def test_objects_of_a_kustomization_are_applied_shown_and_deleted(overlay: Shell) -> None:
    names = "configmap/prod-settings-{0} {1}\npod/prod-front {1}\n"
    status, out, err = overlay("apply -k prod")
    digest = out.partition("prod-settings-")[2][:10]
    assert (status, out, err) == (0, names.format(digest, "created"), WARNING)
    assert overlay("apply -k prod") == (0, names.format(digest, "unchanged"), WARNING)
    assert overlay("diff -k prod") == (0, "", WARNING)
    images = "get -k prod -o jsonpath={.items[1].spec.containers[0].image}"
    assert overlay(images) == (0, "nginx:1.27", WARNING)
    assert overlay.ok("get -k base -o name --ignore-not-found") == ""
    first = f'configmap "prod-settings-{digest}" deleted from default namespace'
    assert overlay("delete -k prod --now")[1].splitlines()[0] == first


def test_a_label_is_put_on_what_a_kustomization_has(overlay: Shell) -> None:
    overlay("apply -k base")
    assert overlay.ok("label -k base x=y").count(" labeled\n") == 2
    assert overlay.ok("get cm,pods -l x=y -o name").count("\n") == 2


def test_pruning_goes_by_the_objects_of_the_kustomization(overlay: Shell) -> None:
    overlay("apply -k base -l app=front")
    overlay.ok("create cm old")
    overlay.ok("label cm old app=front")
    overlay.write("base/kustomization.yaml", "resources: [web.yaml, other.yaml]\nnameSuffix: -b\n")
    overlay.write("base/other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o, labels: {app: front}}\n")
    _, out, _ = overlay("apply -k base --prune -l app=front")
    assert out == "configmap/o-b created\npod/front-b created\npod/front pruned\n"


@pytest.mark.parametrize("verb", ["apply", "create", "delete", "get", "describe", "replace"])
def test_a_kustomization_that_cannot_be_built_is_refused_in_kustomizes_words(overlay: Shell, verb: str) -> None:
    where = overlay.folder.resolve()
    assert overlay.refused(f"{verb} -k nope") == (
        "error: must build at directory: not a valid directory: evalsymlink failure on 'nope' : "
        f"lstat {where}/nope: no such file or directory\n"
    )
    assert overlay.refused(f"{verb} -k .") == (
        "error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory "
        f"'{where}'\n"
    )


def test_files_and_kustomizations_exclude_each_other(overlay: Shell) -> None:
    assert overlay.refused("create -k nope -f web.yml") == "error: only one of -f or -k can be specified\n"
    assert overlay.refused("apply -k prod -R") == "error: the -k flag can't be used with -f or -R\n"


def test_what_a_kustomization_comes_to_is_printed_or_written(overlay: Shell) -> None:
    printed = overlay.ok("kustomize base")
    assert overlay.ok("kustomize base -o all.yaml") == ""
    assert (overlay.folder / "all.yaml").read_text() == printed
    (overlay.folder / "out").mkdir()
    assert overlay.ok("kustomize base -o out") == ""
    written = sorted(path.name for path in (overlay.folder / "out").iterdir())
    digest = printed.partition("settings-")[2][:10]
    assert written == [f"v1_configmap_settings-{digest}.yaml", "v1_pod_front.yaml"]


def test_what_is_elsewhere_is_not_fetched(overlay: Shell) -> None:
    for name in ("https://example.com/x.yaml", "github.com/example/repo//deploy?ref=v1", "git@example.com:a/b.git"):
        overlay.write("base/kustomization.yaml", f"resources: ['{name}']\n")
        error = overlay.refused("kustomize base")
        assert error.startswith(f"error: kubesim fetches nothing, and {name} ")
        assert error.count("\n") == 1


def test_charts_are_refused_with_helm_and_without(overlay: Shell) -> None:
    overlay.write("base/kustomization.yaml", "helmCharts: [{name: c}]\n")
    assert overlay.refused("kustomize base").endswith("must specify --enable-helm\n")
    assert overlay.refused("kustomize base --enable-helm").startswith("error: kubesim inflates no Helm charts")


def test_the_load_restrictor_has_two_values(overlay: Shell) -> None:
    assert overlay.refused("kustomize --load-restrictor none base") == (
        "error: illegal flag value --load-restrictor none; legal values: [LoadRestrictionsRootOnly "
        "LoadRestrictionsNone]\n"
    )
