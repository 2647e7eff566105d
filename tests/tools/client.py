# SPDX-License-Identifier: Apache-2.0
# Clients for the tests of servers: plain HTTP and WebSocket over blocking sockets, as little as the tests need.
import base64
import json
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HUNG = 60  # seconds until a read counts as hung; nothing is judged by it


def request(port, path, method="GET", fields=(), version="1.1"):
    """(status, fields, body) of one request on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=HUNG) as connection:
        lines = [f"{method} {path} HTTP/{version}", "Host: 127.0.0.1:%d" % port, "Connection: close", *fields]
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = connection.makefile("rb")
        head = []
        while (line := answer.readline()) not in (b"", b"\r\n"):
            head.append(line.decode().rstrip())
        first, *rest = head
        told = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in rest)}
        # Not to the end of the stream: some servers keep it open all the same.
        body = answer.read(-1 if method == "HEAD" else int(told["content-length"]))
    return int(first.split()[1]), told, body


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status
        self.text = text


class Client:
    """A WebSocket client. Refused, if the server does not open."""

    def __init__(self, port, path, fields=(), wait=True, host=None, connection=None):
        """`connection`: what is connected already, and has sendall and recv."""
        self.socket = connection or socket.create_connection(("127.0.0.1", port), timeout=HUNG)
        if not connection:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.closed = None  # (code, reason), once the close frame came
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host or '127.0.0.1:%d' % port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *fields]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        if wait:
            self.opened()

    def opened(self):
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.head = head.decode()
        status = int(self.head.split()[1])
        if status != 101:
            raise Refused(status, self.buffer.decode())

    def _more(self):
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise EOFError("the server closed the connection")
        self.buffer += piece

    def _take(self, size):
        if len(self.buffer) < size:
            pieces = [self.buffer]
            have = len(self.buffer)
            while have < size:
                piece = self.socket.recv(1 << 18)
                if not piece:
                    raise EOFError("the server closed the connection")
                pieces.append(piece)
                have += len(piece)
            self.buffer = b"".join(pieces)
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    @staticmethod
    def frame(opcode, payload, fin=True):
        """Masked with zero, so that the payload stays as it is: legal, and quick."""
        size = len(payload)
        head = bytes([(0x80 if fin else 0) | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 1 << 16:
            head += b"\xfe" + struct.pack(">H", size)
        else:
            head += b"\xff" + struct.pack(">Q", size)
        return head + b"\0\0\0\0" + payload

    def send(self, what, opcode=None):
        payload = what.encode() if isinstance(what, str) else what
        self.socket.sendall(self.frame(opcode or (TEXT if isinstance(what, str) else BINARY), payload))

    def send_json(self, what):
        self.send(json.dumps(what))

    def read_frame(self):
        """(opcode, payload); pings are answered and not told."""
        while True:
            first, second = self._take(2)
            assert not second & 0x80, "a server's frame is masked"
            size = second & 0x7F
            if size == 126:
                size, = struct.unpack(">H", self._take(2))
            elif size == 127:
                size, = struct.unpack(">Q", self._take(8))
            payload = self._take(size)
            opcode = first & 0x0F
            assert first & 0x70 == 0 and (first & 0x80), "the server's frames have FIN and no reserved bit"
            if opcode != PING:
                return opcode, payload
            self.send(payload, PONG)

    def read(self):
        """The next message, str or bytes. EOFError at a close frame, which is answered and kept in `closed`."""
        opcode, payload = self.read_frame()
        if opcode == CLOSE:
            self.closed = (struct.unpack(">H", payload[:2])[0], payload[2:].decode()) if payload else (1005, "")
            self.socket.sendall(self.frame(CLOSE, payload[:2]))
            raise EOFError(f"closed with {self.closed}")
        return payload.decode() if opcode == TEXT else payload

    def read_json(self):
        return json.loads(self.read())

    def wait_closed(self):
        """The close frame's (code, reason); messages before it are dropped."""
        try:
            while True:
                self.read()
        except EOFError:
            assert self.closed, "the connection ended without a close frame"
            return self.closed

    def close(self, code=1000):
        self.send(struct.pack(">H", code), CLOSE)
        self.wait_closed()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
