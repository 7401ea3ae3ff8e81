"""Local ports that a pod's servers answer: real connections on one side, requests in the simulation on the other.

Mirrors client-go tools/portforward. One process, no threads: a loop over sockets that never block.
"""

from __future__ import annotations

import selectors
import signal
import socket
import time

from kubesim.cli.support import klog
from kubesim.cli.support.http_wire import NotHttp, TooMuch, awaits_leave, encoded, is_kept, take_request
from kubesim.cli.support.local_ports import listen
from kubesim.errors import UserError
from kubesim.golang.quoting import quote
from kubesim.network.http import Failure
from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kubesim.cli.command import Invocation
    from kubesim.cli.support.forwarded_pod import ForwardedPod
    from kubesim.cli.support.local_ports import Address, ForwardedPort
    from kubesim.network.http import Request

MOST_CONNECTIONS = 128  # at a time; others are closed at once
IDLE = 75.0  # seconds that a connection may be silent, as nginx has it
TICK = 1.0  # seconds between two looks at the pod, at least
SHARE = 20  # a look may take one part in so many of the time
CHUNK = 1 << 16  # bytes that are read or written at a time
MOST_WAITING = 1 << 20  # bytes of answers that a client has not taken, from which on no more of its requests are read

_PLACE = "portforward.go:522"


class LostConnectionError(UserError):
    """There is nobody at the other end any more. Mirrors ErrLostConnectionToPod."""

    def __init__(self) -> None:
        super().__init__("lost connection to pod")


class _Connection:
    """A client: what it has sent, and what is still to be sent to it."""

    def __init__(self, made: socket.socket, port: ForwardedPort) -> None:
        self.socket = made
        self.port = port
        self.received = bytearray()
        self.sending = bytearray()
        self.is_over = False  # the client sends no more
        self.ends = False  # once all is sent
        self.was_let = False  # it was told to send its request's body
        self.heard = time.monotonic()


class PortForwarder:
    """Forwards ports to a pod until it is interrupted, or the pod is gone; to be used in a ``with``.

    SIGINT is its own meanwhile: it stops it.
    """

    def __init__(self, inv: Invocation, pod: ForwardedPod) -> None:
        self._inv = inv
        self._pod = pod
        self._selector = selectors.DefaultSelector()
        self._listeners: dict[socket.socket, ForwardedPort] = {}
        self._connections: dict[socket.socket, _Connection] = {}
        self._alarm, self._bell = socket.socketpair()
        self._handler: Any = None

    def __enter__(self) -> PortForwarder:
        self._selector.register(self._bell, selectors.EVENT_READ)
        with suppress(ValueError):  # off the main thread, which alone gets signals
            self._handler = signal.signal(signal.SIGINT, lambda *_: self.stop())
        return self

    def __exit__(self, *error: object) -> None:
        if self._handler is not None:
            signal.signal(signal.SIGINT, self._handler)
        for each in [*self._listeners, *self._connections, self._alarm, self._bell]:
            each.close()
        self._selector.close()

    def stop(self) -> None:
        """Have ``run`` return; from a signal's handler, or another thread."""
        self._alarm.send(b".")

    def listen(self, addresses: Sequence[Address], ports: Sequence[ForwardedPort]) -> None:
        """Listen on the ports, and say on which; UserError if that works for none."""
        has_one = False
        for port in ports:
            made = listen(port, addresses, self._inv.out.write)
            for each in made.sockets:
                self._listeners[each] = made.port
                self._selector.register(each, selectors.EVENT_READ)
            if made.problem:
                self._inv.err.write(f"Unable to listen on port {made.port.local}: {made.problem}\n")
            has_one = has_one or not made.problem
        if not has_one:
            told = " ".join(port.text for port in ports)
            raise UserError(f"unable to listen on any of the requested ports: [{told}]")
        self._inv.out.flush()

    def run(self) -> None:
        """Answer until it is stopped; LostConnectionError."""
        due = time.monotonic() + TICK
        while True:
            for key, events in self._selector.select(max(0.0, due - time.monotonic())):
                ready = key.fileobj
                assert isinstance(ready, socket.socket)
                if ready is self._bell:
                    return
                self._serve(ready, events)
            began = time.monotonic()
            if began >= due:
                self._drop_silent(began)
                if not self._pod.is_there():
                    raise LostConnectionError
                due = time.monotonic() + max(TICK, SHARE * (time.monotonic() - began))

    def _serve(self, ready: socket.socket, events: int) -> None:
        port = self._listeners.get(ready)
        if port is not None:
            self._accept(ready, port)
            return
        connection = self._connections.get(ready)
        if connection is None:
            return
        try:
            if events & selectors.EVENT_READ:
                self._receive(connection)
            while self._answers(connection):
                pass
        except OSError:
            self._close(connection)

    # connections

    def _accept(self, listener: socket.socket, port: ForwardedPort) -> None:
        try:
            made, _ = listener.accept()
        except OSError:  # it is gone already
            return
        if len(self._connections) >= MOST_CONNECTIONS:
            made.close()
            return
        made.setblocking(False)
        connection = self._connections[made] = _Connection(made, port)
        self._selector.register(made, selectors.EVENT_READ)
        self._inv.out.write(f"Handling connection for {port.local}\n")
        self._inv.out.flush()
        reached = self._pod.connect(port.remote)
        if isinstance(reached, Failure):
            raise self._lost(port, reached)
        if reached.is_secure or not reached.speaks_http:
            speech = "TLS" if reached.is_secure else "a protocol of its own"
            self._say(f"what listens on port {port.remote} of the pod speaks {speech}")
            self._close(connection)

    def _lost(self, port: ForwardedPort, failure: Failure) -> LostConnectionError:
        """A connection to the pod was refused, which is logged: it ends all of them."""
        told = f"an error occurred forwarding {port.local} -> {port.remote}: {failure.detail}"
        self._inv.err.write(klog.line("E", _PLACE, f'"Unhandled Error" err={quote(told)}'))
        return LostConnectionError()

    def _say(self, what: str) -> None:
        self._inv.err.write(f"Warning: kubesim forwards HTTP alone, and {what}\n")
        self._inv.err.flush()

    def _close(self, connection: _Connection) -> None:
        if self._connections.pop(connection.socket, None) is not None:
            self._selector.unregister(connection.socket)
            connection.socket.close()

    def _drop_silent(self, now: float) -> None:
        for connection in [one for one in self._connections.values() if now - one.heard > IDLE]:
            self._close(connection)

    # what is sent

    def _receive(self, connection: _Connection) -> None:
        data = connection.socket.recv(CHUNK)
        connection.heard = time.monotonic()
        connection.received += data
        connection.is_over = not data

    def _answers(self, connection: _Connection) -> bool:
        """Answer the requests that have arrived, and send; whether there may be more to do at once."""
        count = 0
        for request in self._requests(connection):
            self._answer(connection, request)
            count += 1
        connection.ends = connection.ends or (connection.is_over and not count)
        return self._send(connection) and bool(count)

    def _requests(self, connection: _Connection) -> Iterator[Request]:
        """The requests that have arrived."""
        try:
            while not connection.ends and len(connection.sending) < MOST_WAITING:
                request = take_request(connection.received)
                if request is None:
                    break
                connection.was_let = False
                yield request
        except NotHttp as other:
            self._say(f"a client of port {connection.port.local} sends {other}")
            connection.ends = True
        except TooMuch as error:
            connection.sending += f"HTTP/1.1 {error}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
            connection.ends = True
        if not connection.ends and not connection.was_let and awaits_leave(connection.received):
            connection.was_let = True
            connection.sending += b"HTTP/1.1 100 Continue\r\n\r\n"

    def _answer(self, connection: _Connection, request: Request) -> None:
        """Have the pod's server answer a request."""
        found = self._pod.send(connection.port.remote, request)
        if isinstance(found, Failure):
            raise self._lost(connection.port, found)
        if isinstance(found, str):
            self._inv.err.write(f"Warning: {found}\n")
            self._inv.err.flush()
            connection.ends = True
        else:
            connection.sending += encoded(request, found)
            connection.ends = not is_kept(request, found)

    def _send(self, connection: _Connection) -> bool:
        """Send as much as goes, the rest when there is room; whether the connection goes on, with all that sent."""
        while connection.sending:
            try:
                sent = connection.socket.send(connection.sending[:CHUNK])
            except BlockingIOError:
                self._selector.modify(connection.socket, selectors.EVENT_WRITE)
                return False
            connection.heard = time.monotonic()
            del connection.sending[:sent]
        if connection.ends:
            self._close(connection)
        else:
            self._selector.modify(connection.socket, selectors.EVENT_READ)
        return not connection.ends
