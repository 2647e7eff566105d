# SPDX-License-Identifier: Apache-2.0
# Small servers for the tests of the program: real sockets, each connection handled by a function of the test's.
import base64
import hashlib
import socket
import struct
import threading

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Server:
    """Listens on a free port of 127.0.0.1; `handler(Peer)` runs in a thread for each connection."""

    def __init__(self, handler):
        self.handler = handler
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heads = []  # of all requests
        self.errors = []
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/"):
        return f"ws://127.0.0.1:{self.port}{path}"

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                self.handler(Peer(connection, self))
            except (ConnectionError, EOFError):
                pass
            except Exception as error:  # told by the test that uses this server
                self.errors.append(repr(error))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


class Peer:
    """One connection, from the server's side."""

    def __init__(self, connection, server):
        self.socket = connection
        self.server = server
        self.buffer = b""

    def read(self, size):
        taken = bytearray(size)
        have = min(size, len(self.buffer))
        taken[:have] = self.buffer[:have]
        self.buffer = self.buffer[have:]
        rest = memoryview(taken)[have:]
        while rest:
            count = self.socket.recv_into(rest)
            if count == 0:
                raise EOFError
            rest = rest[count:]
        return bytes(taken)

    def head(self):
        """The request's lines."""
        while b"\r\n\r\n" not in self.buffer:
            piece = self.socket.recv(1 << 16)
            if not piece:
                raise EOFError
            self.buffer += piece
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.server.heads.append(head.decode())
        return head.decode().split("\r\n")

    def answer(self, status, *fields, body=b""):
        lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", ""]
        self.socket.sendall("\r\n".join(lines).encode() + body)

    def accept(self, *fields, proof=None):
        key = next(line.split(":", 1)[1].strip() for line in self.head() if line.lower().startswith("sec-websocket-key:"))
        magic = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        proof = proof or base64.b64encode(hashlib.sha1(key.encode() + magic).digest()).decode()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Accept: {proof}", *fields, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def frame(self):
        """The next frame: (opcode, payload)."""
        first, second = self.read(2)
        length = second & 127
        if length == 126:
            length, = struct.unpack(">H", self.read(2))
        elif length == 127:
            length, = struct.unpack(">Q", self.read(8))
        assert second & 128, "a client's frame is masked"
        key = self.read(4)
        payload = self.read(length)
        mask = int.from_bytes((key * (length // 4 + 1))[:length], "big")
        return first & 15, (int.from_bytes(payload, "big") ^ mask).to_bytes(length, "big")

    def send(self, opcode, payload=b"", fin=True):
        length = len(payload)
        head = bytes([(0x80 if fin else 0) | opcode])
        if length < 126:
            head += bytes([length])
        elif length < 65536:
            head += b"\x7e" + struct.pack(">H", length)
        else:
            head += b"\x7f" + struct.pack(">Q", length)
        self.socket.sendall(head + payload)

    def close(self, code=1000, reason=""):
        """The closing handshake, begun here. Returns the code of the answer."""
        self.send(CLOSE, struct.pack(">H", code) + reason.encode())
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                return struct.unpack(">H", payload[:2])[0] if payload else 1005

    def echo(self):
        """Sends everything back until the client closes. Returns its code."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                self.send(CLOSE, payload)
                return struct.unpack(">H", payload[:2])[0] if payload else 1005
            if opcode == PING:
                self.send(PONG, payload)
            elif opcode != PONG:
                self.send(opcode, payload)


def echo(peer):
    peer.accept()
    peer.echo()
