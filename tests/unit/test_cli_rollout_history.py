"""rollout history under a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_lines import Shell


def test_a_template_alone_is_of_the_object_and_with_an_output_of_its_revisions(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    name = shell.ok("get rs -o jsonpath={.items[0].metadata.name}")
    line = "rollout history deploy/web --template={{.metadata.name}}"
    assert shell.ok(line) == "web"
    assert shell.ok(f"{line} --revision=1") == "web"
    assert shell.ok(f"{line} -o go-template") == name
