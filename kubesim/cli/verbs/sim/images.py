"""``kubesim sim images``: shows what images do, explains why, and changes it."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.golang.tabwriter import TabWriter, escape_terminal
from kubesim.sim.images.rules import DETAILS, SORTS
from kubesim.sim.runtime import clear_rule, rules, set_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster


def run(inv: Invocation, *, forget: Annotated[str, Option(help="Drop the rule for this image.")] = "") -> None:
    session = Session.of(inv)
    if "" in inv.args:
        raise UserError("the name of an image may not be empty")
    given = [_rule(argument) for argument in inv.args] if forget or any("=" in one for one in inv.args) else []
    if not given and not forget:
        cluster = session.life().cluster
        inv.out.write(_explained(cluster, inv.args) if inv.args else _table(cluster))
        return
    with session.writing() as life:
        for pattern, rule in given:
            set_rule(life.cluster, pattern, rule)
        if forget and not clear_rule(life.cluster, forget):
            raise UserError(f'there is no rule of yours for "{forget}"')
        life.cluster.head_changed = True
        inv.out.write(_table(life.cluster))


def _rule(argument: str) -> tuple[str, str]:
    pattern, equals, rule = argument.partition("=")
    if not equals or not pattern:
        raise UserError(f'"{argument}" is not of the form IMAGE=BEHAVIOUR; quote a behaviour that has blanks')
    return pattern, rule


def _explained(cluster: Cluster, images: list[str]) -> str:
    from kubesim.cli.verbs.sim.image_explanation import explained

    lines = "\n".join(explained(cluster, image) for image in images).split("\n")
    return "\n".join(escape_terminal(line) for line in lines)


def _table(cluster: Cluster) -> str:
    from kubesim.sim.images.verdict import known, word_rules
    from kubesim.sim.profiles import BARE

    rows = [["IMAGE", "TAG", "BEHAVIOUR"]]
    rows += [[escape_terminal(pattern), "", escape_terminal(rule)] for pattern, rule in rules(cluster).items()]
    rows += [[rule.repository, rule.tag, rule.behaviour] for rule in word_rules(is_bare=cluster.profile == BARE)]
    table = "".join(f"{line.rstrip()}\n" for line in TabWriter(6, 3).layout(rows))
    return (
        f"{table}\nBesides, {known()} images have a description, and names that look like slips cannot be pulled;\n"
        "sim images IMAGE explains what an image does.\n"
    )


def _behaviours() -> str:
    return "".join(f"  {term.use:16}  {term.meaning}\n" for term in (*SORTS.values(), *DETAILS.values()))


COMMAND = Command(
    name="images",
    use="sim images [IMAGE ...] [IMAGE=BEHAVIOUR ...] [--forget IMAGE]",
    short="Explain what images do, and change it",
    long=(
        "Without arguments, show the rules by which images behave, the first that matches counting. With images, "
        "explain for each whether it can be pulled, what its containers do, and why. IMAGE=BEHAVIOUR adds a rule "
        "before all others; IMAGE may be a pattern such as nginx:2.*.\n\n"
        "A behaviour is one of these, or several parted by commas; what it does not mention stays as the image has "
        f"it:\n\n{_behaviours()}\n"
        "A pod template's annotation kubesim.dev/behaviour says so for its own pods, and kubesim.dev/behaviour.NAME "
        "for their container NAME."
    ),
    examples=(
        ("The rules", "sim images"),
        ("Would it run, and what would it do?", "sim images nginx:1.27-alpin"),
        ("A tag that cannot be pulled", "sim images myapp:2.0=missing"),
        ("A slow start, on one port", "sim images 'myapp:2.*=ports 8080, starts-in 20s'"),
        ("A version that fails a probe now and then", "sim images 'myapp:3.0=flaky 10%'"),
        ("Forget that again", "sim images --forget myapp:2.0"),
    ),
    run=run,
)
