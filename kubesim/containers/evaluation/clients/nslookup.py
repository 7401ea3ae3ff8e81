"""nslookup: busybox's, its older form, and that of BIND's tools."""

from __future__ import annotations

import re

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.clients.asking import ROUND_TRIP, is_busybox, network_of
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.client import addresses_of, first_address
from kubesim.network.dns import AAAA, CNAME, KINDS, NOERROR, NXDOMAIN, PTR, SRV, A, Reply, is_address, reverse_name
from kubesim.network.door import OutsideOfCluster
from kubesim.network.http import TIMED_OUT, Failure
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.network.dns import Record

BUSYBOX_WAITS = 5 * SECOND  # for a server that does not answer
BIND_WAITS = 15 * SECOND
NOBODY = ";; connection timed out; no servers could be reached\n\n"


class Question(NamedTuple):
    """What is asked: a name, of which kind (empty: addresses), and of which server (empty: the usual one)."""

    name: str
    kind: str = ""
    server: str = ""


# Images of busybox before 1.29; what Kubernetes' own registries have of it without a tag is 1.24.
_OLD = re.compile(
    r"(?:^|/)(?:busybox:1\.(?:[0-9]|1\d|2[0-8])(?:\D|$)|busyboxplus\b)"
    r"|^(?:k8s\.gcr\.io|registry\.k8s\.io|gcr\.io/google[-_]containers)/busybox(?::latest)?$"
)


def run(machine: Machine, words: list[str]) -> Status:
    """Ask for a name, or for what an address is called."""
    question = _question(words)
    if question is None:
        raise NotSimulated("kubesim does not simulate nslookup's own commands")
    if not is_busybox(machine, "nslookup"):
        return _bind(machine, question)
    if _OLD.search(machine.shared.setting.image):
        return _old_busybox(machine, question)
    return _busybox(machine, question)


def _question(words: list[str]) -> Question | None:
    kind, operands = "", []
    for word in words:
        found = re.fullmatch(r"-(?:q|query|querytype|type|ty)=(\w+)", word)
        if found is not None:
            kind = found[1].upper()
        elif not word.startswith("-"):
            operands.append(word)
    if not operands or (kind and kind not in KINDS):
        return None
    return Question(operands[0], kind, operands[1] if len(operands) > 1 else "")


def _server(machine: Machine, named: str) -> str | None:
    """The address of the server that is asked; None if it is named and there is none of that name."""
    network = network_of(machine)
    if not named:
        return next(iter(network.resolution.servers), "127.0.0.1")
    found = first_address(network, named)
    return None if isinstance(found, Failure) else found


def known(reply: Reply, name: str) -> Reply:
    """A reply that is known; OutsideOfCluster."""
    if reply.leads_outside and not any(record.kind == CNAME for record in reply.records):
        raise OutsideOfCluster(name)
    return reply


# busybox


def _busybox(machine: Machine, question: Question) -> Status:
    network, server = network_of(machine), _server(machine, question.server)
    if server is None:
        machine.complain(f"nslookup: bad address '{question.server}'")
        return 1
    status, is_first = 0, True
    for name, kind in _queries(question, network.resolution.search):
        reply = network.query(server, name, kind)
        if isinstance(reply, Failure):
            machine.advance(BUSYBOX_WAITS if reply.why == TIMED_OUT else ROUND_TRIP)
            if reply.why != TIMED_OUT:
                machine.complain("nslookup: read: Connection refused")
                machine.advance(BUSYBOX_WAITS)
            machine.write(NOBODY)
            return 1
        if is_first:
            machine.advance(ROUND_TRIP)
            machine.write(f"Server:\t\t{question.server or server}\nAddress:\t{server}:53\n\n")
            is_first = False
        if known(reply, name).status != NOERROR:
            machine.write(f"** server can't find {name}: {reply.status}\n")
            status = 1
        machine.write("".join(_line(record) for record in reply.records) + "\n")
    return status


def _queries(question: Question, search: tuple[str, ...]) -> list[tuple[str, str]]:
    """What is asked for: a name without a dot below each domain of the search list, others as they are."""
    if not question.kind and is_address(question.name):
        return [(reverse_name(question.name), PTR)]
    kinds = [question.kind] if question.kind else [A, AAAA]
    is_whole = "." in question.name or not search or question.kind == PTR
    names = [question.name] if is_whole else [f"{question.name}.{domain}" for domain in search]
    return [(name, kind) for kind in kinds for name in names]


def _line(record: Record) -> str:
    if record.kind in (A, AAAA):
        return f"Name:\t{record.name}\nAddress: {record.value}\n"
    words = {CNAME: "canonical name", PTR: "name", SRV: "service"}
    return f"{record.name}\t{words.get(record.kind, 'text')} = {record.value}\n"


def _old_busybox(machine: Machine, question: Question) -> Status:
    """busybox's before 1.29, which asks as every other program does."""
    network, server = network_of(machine), _server(machine, question.server)
    named = _name_of(machine, server or "")
    machine.write(f"Server:    {server}\nAddress 1: {server}{named}\n\n")
    found = addresses_of(network, question.name)
    if isinstance(found, Failure):
        machine.advance(BUSYBOX_WAITS if found.why == TIMED_OUT else ROUND_TRIP)
        machine.complain(f"nslookup: can't resolve '{question.name}'")
        return 1
    lines = [f"Address {n}: {address}{_name_of(machine, address)}" for n, address in enumerate(found, 1)]
    machine.write(f"Name:      {question.name}\n" + "".join(f"{line}\n" for line in lines))
    return 0


def _name_of(machine: Machine, address: str) -> str:
    network = network_of(machine)
    server = next(iter(network.resolution.servers), "")
    reply = network.query(server, reverse_name(address), PTR)
    records = () if isinstance(reply, Failure) else reply.records
    return f" {records[0].value}" if records else ""


# BIND's


def _bind(machine: Machine, question: Question) -> Status:
    network, server = network_of(machine), _server(machine, question.server)
    if server is None:
        machine.write(f"nslookup: couldn't get address for '{question.server}': not found\n")
        return 1
    kinds = [question.kind] if question.kind else [A, AAAA]
    names = list(network.resolution.names(question.name))
    if not question.kind and is_address(question.name):
        kinds, names = [PTR], [reverse_name(question.name)]
    replies = _first_found(machine, server, names, kinds)
    if replies is None:
        machine.advance(BIND_WAITS)
        machine.write(f";; communications error to {server}#53: timed out\n" * 2 + NOBODY)
        return 1
    machine.advance(ROUND_TRIP)
    machine.write(f"Server:\t\t{question.server or server}\nAddress:\t{server}#53\n\n")
    shown = [record for reply in replies for record in reply.records]
    if replies[0].status == NXDOMAIN:
        missing = question.name if len(names) > 1 else names[0]
        machine.write(f"** server can't find {missing}: NXDOMAIN\n\n")
        return 1
    if not shown:
        machine.write(f"*** Can't find {question.name}: No answer\n\n")
        return 0
    lines = dict.fromkeys(_bind_line(record) for record in shown)
    machine.write("".join(lines) + "\n")
    return 0


def _bind_line(record: Record) -> str:
    if record.kind in (CNAME, PTR):
        return _line(record).rstrip("\n") + ".\n"
    return _line(record).rstrip("\n") + ".\n" if record.kind == SRV else _line(record)


def _first_found(machine: Machine, server: str, names: list[str], kinds: list[str]) -> list[Reply] | None:
    """The replies for the first of the names that there is, else for the last; None if nobody answers."""
    replies: list[Reply] = []
    for name in names:
        asked = [network_of(machine).query(server, name, kind) for kind in kinds]
        replies = [known(reply, name) for reply in asked if not isinstance(reply, Failure)]
        if len(replies) < len(asked):
            return None
        if replies[0].status == NOERROR and any(reply.records for reply in replies):
            break
    return replies
