"""Bytes on the command line that are no text in UTF-8: the command works, or says what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

#: X stands for the byte 0xff, as Python takes it from a command line.
LINES = """\
get pods -l X
get pods -l a=X
get pods -l a\x20in\x20(X)
get pods --field-selector metadata.name=X
get pods X
get X
get pods -n X
get pods -o go-template={{len"X"}}{{printf"%q%x""X""X"}}
get pods -o jsonpath={.X}
create namespace X
create deployment X --image=X
create deployment x --image=X
create deployment x --image=nginx -- X
create configmap X --from-literal=X=X
create configmap x --from-literal=X=a
create configmap x --from-literal=a=X --append-hash
create job X --image=X
create cronjob X --image=x --schedule=X
create quota x --hard=X=1
create sa X
create token default --audience=X
create priorityclass X --value=1 --description=X
create secret docker-registry x --docker-username=X --docker-password=X --docker-server=X
create ingress x --rule=X/X=X:80
run X --image=X
run x --image=x --labels=a=X
run x --image=x --annotations=a=X
run x --image=x --env=A=X
label deployment web X=X
label deployment web a=X
annotate deployment web a=X
annotate deployment web X=b
annotate -f web.yml a=X --local -o yaml
label -f web.yml X=X --local -o yaml
delete pods -l X
set image deployment/web nginx=X
set env deployment/web A=X
set serviceaccount deployment web X
set selector -f web.yml a=X
patch deployment web -p {"metadata":{"annotations":{"a":"X"}}}
apply -f web.yml -l X
apply -f X
expose deployment web --port=80 --name=X
expose deployment web --port=80 --labels=a=X
autoscale deployment web --max=3 --name=X
taint nodes node01 X=X:NoSchedule
drain node01 --pod-selector=X
config set contexts.X.namespace X
sim images X=ok
""".splitlines()


@pytest.mark.parametrize("line", LINES)
def test_bytes_that_are_no_text_are_no_bug(shell: Shell, line: str) -> None:
    shell.ok("apply -f web.yml")
    words = [word.replace("X", "\udcff").replace("\x20", " ") for word in line.split()]
    status, _, errors = shell(*words)
    assert status in (0, 1)
    assert bool(status) == bool(errors) or "Warning" in errors or "No resources" in errors
    shell.ok("get deployments,configmaps,namespaces -A -o yaml")


def test_an_error_shows_them_as_go_does(shell: Shell) -> None:
    assert 'Invalid value: "\\xff"' in shell.refused("get pods -l \udcff")


def test_what_is_stored_of_them_is_a_replacement_character(shell: Shell) -> None:
    """As JSON carries it to the API server."""
    shell.ok("apply -f web.yml")
    shell("annotate", "deployment", "web", "a=b\udcffc")
    assert shell.ok("get deployment web -o jsonpath={.metadata.annotations.a}") == "b\ufffdc"
    shell("patch", "deployment", "web", "-p", '{"metadata":{"annotations":{"b":"\udcff"}}}')
    assert shell.ok("get deployment web -o jsonpath={.metadata.annotations.b}") == "\ufffd"
