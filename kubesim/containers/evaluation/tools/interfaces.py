"""Tools that show a container's network and its name: ip, ifconfig, hostname. A pod has one interface, eth0.

Mirrors what kindnet's plugin (ptp) makes: the node is the way to all else.  How much went over it is not measured, and
follows from its address.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.containers.evaluation.tools.call import Call, Misused, Tool, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status

_LO_BITS, _BITS = 8, 24


def _own_rows(call: Call) -> list[list[str]]:
    """The rows of ``/etc/hosts`` that the kubelet made of the pod: the address, the whole name, the short one."""
    text = call.machine.files.find("/etc/hosts", call.at).content
    name = call.machine.shared.setting.host_name
    if text is None or name is None or not text.startswith("# Kubernetes-managed hosts file."):
        raise Unknown("the address of this pod")
    rows = [line.split() for line in text.split("\n") if line and not line.startswith("#")]
    return [row for row in rows if name in row[1:]]


def _address(call: Call) -> str:
    rows = _own_rows(call)
    if not rows:
        raise Unknown("the address of this pod")
    return rows[0][0]


def _hostname(call: Call) -> Status:
    name = call.machine.shared.setting.host_name
    if call.operands:
        raise Misused("sethostname: Operation not permitted")
    if name is None:
        raise Unknown
    if "I" in call.flags:
        if call.is_busybox:
            raise Misused("unrecognized option: I", is_usage=True)
        call.write(f"{_address(call)} \n")
    elif "i" in call.flags:
        call.write(f"{_address(call)}\n")
    elif call.flags & {"f", "d"}:
        rows = _own_rows(call)
        whole = rows[0][1] if rows else name
        call.write((whole if "f" in call.flags else whole.partition(".")[2]) + "\n")
    else:
        call.write((name.partition(".")[0] if "s" in call.flags else name) + "\n")
    return 0


class _Link:
    """A pod's interface, by its address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.network = address.rpartition(".")[0]
        raw = bytearray.fromhex(hex_digest(0, f"link/{address}", 12))
        raw[0] = raw[0] & 0xFC | 0x02
        self.hardware = ":".join(f"{byte:02x}" for byte in raw)
        wide = [raw[0] ^ 0x02, raw[1], raw[2], 0xFF, 0xFE, *raw[3:]]
        self.link_local = "fe80::" + ":".join(f"{wide[at] << 8 | wide[at + 1]:x}" for at in range(0, 8, 2))
        self.number = 2 + int(hex_digest(0, f"peer/{address}", 2), 16) % 60


def _ip(call: Call) -> Status:
    words = [word for word in call.words if word not in ("-4", "-c", "-color")]
    sort = words[0] if words else ""
    if not call.machine.shared.setting.may("NET_ADMIN") and words[1:2] and words[1] in _CHANGES:
        call.machine.complain(f"{'ip: ' if call.is_busybox else ''}RTNETLINK answers: Operation not permitted")
        return 1 if call.is_busybox else 2
    if not sort or any(word.startswith("-") for word in words):
        raise Unknown(f"ip {' '.join(call.words)}")
    rest = [word for word in words[1:] if word not in ("show", "list", "ls", "dev")]
    is_v4 = "-4" in call.words
    link = _Link(_address(call))
    if "route".startswith(sort) and sort[0] == "r" and not rest:
        call.write(_routes(call, link))
    elif ("address".startswith(sort) or sort == "addr") and not rest[1:] and not set(rest) - {"eth0", "lo"}:
        shown = rest or ["lo", "eth0"]
        call.write("".join(_lo(call, is_v4) if name == "lo" else _eth(call, link, is_v4) for name in shown))
    elif "link".startswith(sort) and not rest:
        call.write("".join(text.partition("    inet")[0] for text in (_lo(call, True), _eth(call, link, True))))
    else:
        raise Unknown(f"ip {' '.join(call.words)}")
    return 0


_CHANGES = ("add", "append", "change", "del", "delete", "flush", "replace", "set")


def _routes(call: Call, link: _Link) -> str:
    blank = " " if call.is_busybox else ""
    gateway = f"{link.network}.1"
    return (
        f"default via {gateway} dev eth0 \n"
        f"{link.network}.0/{_BITS} via {gateway} dev eth0 {blank}src {link.address} \n"
        f"{gateway} dev eth0 scope link {blank}src {link.address} \n"
    )


_FOREVER = "       valid_lft forever preferred_lft forever\n"


def _lo(call: Call, is_v4: bool) -> str:
    state = "qdisc noqueue qlen 1000" if call.is_busybox else "qdisc noqueue state UNKNOWN group default qlen 1000"
    wide = f"    inet6 ::1/128 scope host {'' if call.is_busybox else 'proto kernel_lo '}\n{_FOREVER}"
    return (
        f"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 {state}\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
        f"    inet 127.0.0.1/{_LO_BITS} scope host lo\n{_FOREVER}{'' if is_v4 else wide}"
    )


def _eth(call: Call, link: _Link, is_v4: bool) -> str:
    flags = "BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN" if call.is_busybox else "BROADCAST,MULTICAST,UP,LOWER_UP"
    state = "qdisc noqueue qlen 1000" if call.is_busybox else "qdisc noqueue state UP group default qlen 1000"
    peer = "" if call.is_busybox else " link-netnsid 0"
    end = "" if call.is_busybox else "proto kernel_ll "
    wide = f"    inet6 {link.link_local}/64 scope link {end}\n{_FOREVER}"
    return (
        f"2: eth0@if{link.number}: <{flags}> mtu 1500 {state}\n"
        f"    link/ether {link.hardware} brd ff:ff:ff:ff:ff:ff{peer}\n"
        f"    inet {link.address}/{_BITS} brd {link.network}.255 scope global eth0\n{_FOREVER}{'' if is_v4 else wide}"
    )


def _ifconfig(call: Call) -> Status:
    """busybox's; that of net-tools looks different, and is in few images."""
    if not call.is_busybox or set(call.words) - {"eth0", "lo", "-a"} or len(call.words) > 1:
        raise Unknown(f"ifconfig {' '.join(call.words)}")
    link = _Link(_address(call))
    count = 8 + int(hex_digest(0, f"packets/{link.address}", 2), 16) % 20
    eth = (
        f"eth0      Link encap:Ethernet  HWaddr {link.hardware.upper()}  \n"
        f"          inet addr:{link.address}  Bcast:{link.network}.255  Mask:255.255.255.0\n"
        f"          inet6 addr: {link.link_local}/64 Scope:Link\n"
        "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n" + _counted(count, 86, 1000)
    )
    lo = (
        "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n"
        "          inet6 addr: ::1/128 Scope:Host\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n"
        + _counted(0, 0, 1000)
    )
    named = [word for word in call.words if word != "-a"]
    call.write("\n".join(text for name, text in (("eth0", eth), ("lo", lo)) if not named or name in named) + "\n")
    return 0


def _counted(packets: int, size: int, queue: int) -> str:
    got, sent = packets * size, packets * size * 2 // 3
    return (
        f"          RX packets:{packets} errors:0 dropped:0 overruns:0 frame:0\n"
        f"          TX packets:{packets * 2 // 3} errors:0 dropped:0 overruns:0 carrier:0\n"
        f"          collisions:0 txqueuelen:{queue} \n"
        f"          RX bytes:{got} ({_scaled(got)})  TX bytes:{sent} ({_scaled(sent)})\n"
    )


def _scaled(size: int) -> str:
    return f"{size / 1024:.1f} KiB" if size >= 1024 else f"{size:.1f} B"


TOOLS = {
    "hostname": Tool(_hostname, "sifdI"),
    "ip": Tool(_ip, is_plain=True),
    "ifconfig": Tool(_ifconfig, is_plain=True),
}
