"""dig, host and getent hosts."""

from __future__ import annotations

import time

from kubesim.api.identity import hex_digest
from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.clients.asking import ROUND_TRIP, network_of
from kubesim.containers.evaluation.clients.nslookup import BIND_WAITS, known
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.client import addresses_of, first_address
from kubesim.network.dns import (
    AAAA,
    CNAME,
    KINDS,
    NOERROR,
    NXDOMAIN,
    PTR,
    SRV,
    A,
    Record,
    Reply,
    is_address,
    reverse_name,
)
from kubesim.network.http import TIMED_OUT, Failure
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine

_VERSION = "9.18.28"
_SOA = "ns.dns.cluster.local. hostmaster.cluster.local. 1700000000 7200 1800 86400 30"
_ROOT = "a.root-servers.net. nstld.verisign-grs.com. 2026010100 1800 900 604800 86400"
_MDNS = (
    ";; WARNING: .local is reserved for Multicast DNS",
    ";; You are currently testing what happens when an mDNS query is leaked to DNS",
)
_DOTTED = (CNAME, PTR, SRV)


class Query(NamedTuple):
    """What dig is asked: names with the kind of each, the server (empty: the usual one) and what it shows."""

    name: str = "."
    kind: str = A
    server: str = ""
    is_short: bool = False
    searches: bool = False
    shows_only_answers: bool = False
    words: tuple[str, ...] = ()


def run(machine: Machine, words: list[str]) -> Status:
    """dig."""
    query, network = _query(words), network_of(machine)
    server = (
        first_address(network, query.server) if query.server else next(iter(network.resolution.servers), "127.0.0.1")
    )
    if isinstance(server, Failure):
        machine.write(f"dig: couldn't get address for '{query.server}': not found\n")
        return 10
    names = list(network.resolution.names(query.name)) if query.searches else [query.name.rstrip(".")]
    name, reply = _first_reply(machine, server, names, query.kind)
    if isinstance(reply, Failure):
        machine.advance(BIND_WAITS)
        machine.write(_unanswered(query, server, reply))
        return 9
    machine.advance(ROUND_TRIP)
    if query.is_short:
        machine.write("".join(f"{_value(record)}\n" for record in reply.records))
    elif query.shows_only_answers:
        machine.write("".join(_row(record) for record in reply.records))
    else:
        machine.write(_whole(machine, query, reply, name, server))
    return 0


def _first_reply(machine: Machine, server: str, names: list[str], kind: str) -> tuple[str, Reply | Failure]:
    """The first name of which there are records, or the last, and the reply."""
    name, reply = names[0], network_of(machine).query(server, names[0], kind)
    for other in names[1:]:
        if isinstance(reply, Failure) or (known(reply, name).status == NOERROR and reply.records):
            break
        name, reply = other, network_of(machine).query(server, other, kind)
    return name, reply if isinstance(reply, Failure) else known(reply, name)


def _unanswered(query: Query, server: str, failure: Failure) -> str:
    why = "timed out" if failure.why == TIMED_OUT else "connection refused"
    lines = f";; communications error to {server}#53: {why}\n" * 3
    if query.is_short:
        return lines
    words = " ".join(query.words)
    head = f"\n; <<>> DiG {_VERSION} <<>> {words}\n;; global options: +cmd\n"
    return f"{lines}{head};; no servers could be reached\n"


def _query(words: list[str]) -> Query:
    found, rest = Query(words=tuple(words)), list(words)
    shows = True
    while rest:
        word = rest.pop(0)
        if word.startswith("@"):
            found = found._replace(server=word[1:])
        elif word == "-x" and rest:
            found = found._replace(name=reverse_name(rest.pop(0)), kind=PTR)
        elif word == "-t" and rest:
            found = found._replace(kind=rest.pop(0).upper())
        elif word.startswith("+"):
            option = word[1:].partition("=")[0]
            found = found._replace(is_short=found.is_short or option == "short")
            found = found._replace(searches=option == "search" or (found.searches and option != "nosearch"))
            shows = shows and option not in ("noall", "nocomments")
            found = found._replace(shows_only_answers=found.shows_only_answers or (option == "answer" and not shows))
        elif word.upper() in KINDS:
            found = found._replace(kind=word.upper())
        elif word.upper() != "IN" and not word.startswith("-"):
            found = found._replace(name=word)
    return found


def _value(record: Record) -> str:
    return f"{record.value}." if record.kind in _DOTTED else record.value


def _row(record: Record) -> str:
    name = f"{record.name}."
    gap = "\t" * max(1, 3 - len(name) // 8) if len(name) < 24 else " "
    return f"{name}{gap}{record.ttl}\tIN\t{record.kind}\t{_value(record)}\n"


def _whole(machine: Machine, query: Query, reply: Reply, name: str, server: str) -> str:
    """dig's whole answer."""
    epoch = (machine.shared.setting.epoch or 0) + machine.clock
    number = int(hex_digest(epoch, name, 4), 16)
    is_empty, is_own = not reply.records, name.lower().endswith("cluster.local")
    counts = f"QUERY: 1, ANSWER: {len(reply.records)}, AUTHORITY: {int(is_empty)}, ADDITIONAL: {len(reply.beside) + 1}"
    asked = f";{name}." + "\t" * max(1, 4 - (len(name) + 2) // 8) + f"IN\t{query.kind}"
    lines = [
        "",
        f"; <<>> DiG {_VERSION} <<>> {' '.join(query.words)}",
        ";; global options: +cmd",
        ";; Got answer:",
        *(_MDNS if name.endswith(".local") else ()),
        f";; ->>HEADER<<- opcode: QUERY, status: {reply.status}, id: {number}",
        f";; flags: qr{' aa' if is_own else ''} rd{'' if is_own else ' ra'}; {counts}",
        *((";; WARNING: recursion requested but not available",) if is_own else ()),
        "",
        ";; OPT PSEUDOSECTION:",
        "; EDNS: version: 0, flags:; udp: 1232",
        f"; COOKIE: {hex_digest(number, name, 16)} (echoed)",
        ";; QUESTION SECTION:",
        asked,
        "",
    ]
    return "".join(f"{line}\n" for line in lines) + _sections(reply, is_own=is_own) + _end(reply, name, server, epoch)


def _sections(reply: Reply, *, is_own: bool) -> str:
    """The records; where there are none, whose the zone is."""
    text = ""
    if reply.records:
        text = ";; ANSWER SECTION:\n" + "".join(_row(record) for record in reply.records) + "\n"
    else:
        zone, soa = ("cluster.local.", _SOA) if is_own else (".", _ROOT)
        text = f";; AUTHORITY SECTION:\n{zone}\t\t30\tIN\tSOA\t{soa}\n\n"
    if reply.beside:
        text += ";; ADDITIONAL SECTION:\n" + "".join(_row(record) for record in reply.beside) + "\n"
    return text


def _end(reply: Reply, name: str, server: str, epoch: int) -> str:
    when = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(epoch // SECOND))
    size = 51 + 2 * len(name) + sum(len(record.name) + 16 + len(record.value) for record in reply.records)
    start = f";; Query time: 0 msec\n;; SERVER: {server}#53({server}) (UDP)\n"
    return f"{start};; WHEN: {when}\n;; MSG SIZE  rcvd: {size}\n\n"


def run_host(machine: Machine, words: list[str]) -> Status:
    """host: of a name its addresses, of an address its names."""
    operands = [word for word in words if not word.startswith("-")]
    if not operands:
        raise NotSimulated("kubesim does not know these options of host")
    network = network_of(machine)
    server = operands[1] if len(operands) > 1 else next(iter(network.resolution.servers), "127.0.0.1")
    is_reverse = is_address(operands[0])
    names = [reverse_name(operands[0])] if is_reverse else list(network.resolution.names(operands[0]))
    status = NXDOMAIN
    for name in names:
        reply = network.query(server, name, PTR if is_reverse else A)
        if isinstance(reply, Failure):
            machine.advance(BIND_WAITS)
            machine.write(";; connection timed out; no servers could be reached\n")
            return 1
        status = known(reply, name).status
        if reply.records:
            machine.advance(ROUND_TRIP)
            machine.write("".join(_host_line(record) for record in reply.records))
            return 0
    shown = f"{names[0]}." if is_reverse else operands[0]
    machine.write(f"Host {shown} not found: 3(NXDOMAIN)\n" if status == NXDOMAIN else "")
    return int(status == NXDOMAIN)


def _host_line(record: Record) -> str:
    if record.kind in (A, AAAA):
        return f"{record.name} has {'IPv6 ' if record.kind == AAAA else ''}address {record.value}\n"
    words = "domain name pointer" if record.kind == PTR else "is an alias for"
    return f"{record.name} {words} {record.value}.\n"


def run_getent(machine: Machine, words: list[str]) -> Status:
    """``getent hosts NAME``; other databases are not simulated."""
    if not words or words[0] not in ("hosts", "ahosts", "ahostsv4") or len(words) < 2:
        raise NotSimulated("kubesim does not simulate this database of getent")
    status = 0
    for name in words[1:]:
        found = addresses_of(network_of(machine), name)
        machine.advance(ROUND_TRIP)
        if isinstance(found, Failure):
            status = 2
            continue
        shown = next(iter(network_of(machine).resolution.names(name)), name) if "." not in name else name
        for address in found:
            if words[0] == "hosts":
                machine.write(f"{address:<15} {shown}\n")
            else:
                kinds = ("STREAM", "DGRAM", "RAW")
                machine.write(
                    "".join(
                        f"{address:<15} {kind:<6} {shown if kind == 'STREAM' else ''}".rstrip() + "\n" for kind in kinds
                    )
                )
    return status
