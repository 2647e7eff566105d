# SPDX-License-Identifier: Apache-2.0
# Frames made by hand, and what breaks RFC 6455 with the close code that must answer it. Independent of every library
# under test, so that two readings of the RFC meet.
import os
import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(opcode, payload=b"", fin=True, rsv=0, masked=True, length_bytes=None, declared=None):
    """One frame. `length_bytes`: 0, 2 or 8 instead of the shortest form; `declared`: a length that is not the payload's."""
    size = len(payload) if declared is None else declared
    if length_bytes is None:
        length_bytes = 0 if size < 126 else 2 if size < 65536 else 8
    short = {0: size, 2: 126, 8: 127}[length_bytes]
    head = bytes([fin << 7 | rsv << 4 | opcode, masked << 7 | short])
    head += {0: b"", 2: struct.pack("!H", size & 0xFFFF), 8: struct.pack("!Q", size)}[length_bytes]
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


class FrameReader:
    """Frames from a socket: (opcode, payload, fin, masked)."""

    def __init__(self, socket):
        self.socket = socket
        self.buffer = b""

    def take(self, size):
        while len(self.buffer) < size:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError
            self.buffer += piece
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def head(self):
        while b"\r\n\r\n" not in self.buffer:
            piece = self.socket.recv(65536)
            if not piece:
                raise EOFError
            self.buffer += piece
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        return head.decode().split("\r\n")

    def frame(self):
        first, second = self.take(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self.take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.take(8))
        key = self.take(4) if second & 0x80 else bytes(4)
        payload = bytes(byte ^ key[i % 4] for i, byte in enumerate(self.take(size)))
        return first & 15, payload, bool(first & 0x80), bool(second & 0x80)

    def close_code(self):
        """Of the next frame that is no pong, which must be a close frame; then the connection ends. 1005: no code."""
        while True:
            opcode, payload, _, _ = self.frame()
            if opcode == CLOSE:
                break
            assert opcode == PONG, f"opcode {opcode} instead of a close frame: {payload[:80]!r}"
        return struct.unpack("!H", payload[:2])[0] if payload else 1005


def violations(masked):
    """(name, bytes to send, close code): `masked` as the sender's frames are by right."""

    def by_right(*arguments, **options):
        return frame(*arguments, masked=masked, **options)

    def close(code, reason=b""):
        return by_right(CLOSE, struct.pack("!H", code) + reason)

    yield "masked the wrong way", frame(TEXT, b"hello", masked=not masked), 1002
    yield "an empty one masked the wrong way", frame(PING, masked=not masked), 1002
    for rsv in (1, 2, 4, 7):
        yield f"RSV {rsv}", by_right(TEXT, b"hello", rsv=rsv), 1002
        yield f"RSV {rsv} in a ping", by_right(PING, b"hello", rsv=rsv), 1002
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield f"opcode {opcode}", by_right(opcode, b"hello"), 1002
    for opcode in (CLOSE, PING, PONG):
        yield f"control frame {opcode} of 126 bytes", by_right(opcode, b"\x03\xe8" + b"x" * 124), 1002
        yield f"control frame {opcode} in fragments", by_right(opcode, b"\x03\xe8", fin=False), 1002
    yield "a continuation of nothing", by_right(CONTINUATION, b"hello"), 1002
    yield "a continuation after a whole message's end", by_right(TEXT, b"a", fin=False) + by_right(
        CONTINUATION, b"b", fin=False
    ) + by_right(BINARY, b"c"), 1002
    yield "a message within a message", by_right(TEXT, b"a", fin=False) + by_right(TEXT, b"b"), 1002
    yield "125 in 16 bits", by_right(BINARY, b"x" * 125, length_bytes=2), 1002
    yield "65535 in 64 bits", by_right(BINARY, b"x" * 65535, length_bytes=8), 1002
    yield "a length with the highest bit", by_right(BINARY, declared=1 << 63, length_bytes=8), 1002
    yield "a length of 2^62, over any limit", by_right(BINARY, declared=1 << 62, length_bytes=8), 1009
    for name, text in {
        "a lone continuation byte": b"\x80",
        "a truncated character": "\u20ac".encode()[:2],
        "an overlong character": b"\xc0\xaf",
        "a surrogate": b"\xed\xa0\x80",
        "beyond U+10FFFF": b"\xf4\x90\x80\x80",
        "0xff": b"hello \xff",
    }.items():
        yield f"text with {name}", by_right(TEXT, text), 1007
        yield f"text in fragments with {name}", by_right(TEXT, b"good", fin=False) + by_right(CONTINUATION, text), 1007
        yield f"a close reason with {name}", close(1000, text), 1007
    yield "bad UTF-8 in a fragment that is not the last", by_right(TEXT, b"\xc0\xaf", fin=False), 1007
    yield "bad UTF-8 in a frame whose rest never comes", by_right(TEXT, b"\xff", declared=1000), 1007
    yield "a close frame of 1 byte", by_right(CLOSE, b"\x03"), 1002
    for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
        yield f"close code {code}", close(code), 1002


def good_closes(masked):
    """(name, bytes to send, close code that answers): nothing is wrong with these."""
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
        yield f"close code {code}", frame(CLOSE, struct.pack("!H", code) + b"why", masked=masked), code
    yield "a reason of 123 bytes", frame(CLOSE, struct.pack("!H", 1000) + b"x" * 123, masked=masked), 1000
    yield "no code", frame(CLOSE, masked=masked), 1005
