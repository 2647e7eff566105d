# SPDX-License-Identifier: Apache-2.0
# What the interoperation tests in Python stand on: cases that are counted and bounded in time, `linnet serve` and
# `linnet connect` as processes that end with their case, and payloads.
import asyncio
import contextlib
import inspect
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LINNET = os.environ.get("LINNET") or str(ROOT / "build/host/linnet")
CASE_LIMIT = 40  # seconds; a case takes well below 5 s on an idle machine
END_LIMIT = 10  # seconds for a process to end after SIGTERM: linnet allows itself 3

# Both sides of 7, 16 and 64 bits of length, and what no buffer of a socket holds.
SIZES = (0, 1, 125, 126, 65535, 65536, 5_000_000)


def multi_byte_text(size):
    """Text of exactly `size` bytes with characters of one to four bytes."""
    return "x" * (size % 10) + "a\u00e9\u20ac\U0001f54a" * (size // 10)


def ascii_text(size):
    return ("the quick brown fox. " * (size // 21 + 1))[:size]


def binary(size):
    return random.Random(size).randbytes(size)


def messages(sizes=SIZES):
    """Every size as ASCII, as multi-byte text and as bytes."""
    for size in sizes:
        yield ascii_text(size)
        yield multi_byte_text(size)
        yield binary(size)


def as_bytes(message):
    return message.encode() if isinstance(message, str) else message


def same(got, wanted):
    assert type(got) is type(wanted), f"{type(got)} instead of {type(wanted)}"
    assert len(got) == len(wanted), f"{len(got)} instead of {len(wanted)}"
    assert got == wanted, f"{len(got)} other bytes"


def equal(got, wanted):
    assert got == wanted, f"{got!r} instead of {wanted!r}"


@contextlib.contextmanager
def serve(*arguments):
    """`linnet serve` on a port of its own; `.http` and `.ws` are its addresses. At the end it exits with 0."""
    command = [LINNET, "serve", "--quiet", "--listen", "127.0.0.1:0", *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as server:
        try:
            first = server.stdout.readline()
            found = re.fullmatch(r"listening on (https?://127\.0\.0\.1:(\d+))\n", first)
            assert found, f"the first line of linnet serve: {first!r}"
            server.http = found[1]
            server.ws = found[1].replace("http", "ws", 1)
            server.port = int(found[2])
            yield server
            server.terminate()
            equal(server.wait(END_LIMIT), 0)
        finally:
            server.kill()


class Connect:
    """`linnet connect`, which ends with its case."""

    def __init__(self, url, *arguments):
        # On a slow machine the client's own pings would come in the middle of a case that is not about them.
        unasked = [] if "--ping-interval" in arguments else ["--ping-interval", "0"]
        command = [LINNET, "connect", url, *arguments, *unasked]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ends(self, status, stdin=None):
        """Its stdout; the exit status is as expected, else stderr is shown."""
        out, err = self.process.communicate(stdin, CASE_LIMIT)
        self.err = err.decode()
        self.last_error = self.err.rstrip("\n").split("\n")[-1]
        assert self.process.returncode == status, f"exit status {self.process.returncode}; stderr:\n{self.err}"
        return out

    def events(self, status):
        return [json.loads(line) for line in self.ends(status).decode().split("\n")[:-1]]


CASES = []


def case(function):
    """A function, asynchronous or not: it raises, or has passed. Its docstring, or name, is what it shows."""
    CASES.append(function)
    return function


def expired(*_):
    raise TimeoutError(f"not done after {CASE_LIMIT} s")


def run_all():
    """All cases one after the other; arguments of the program choose those whose name contains one of them."""
    wanted = sys.argv[1:]
    passed = failed = 0
    signal.signal(signal.SIGALRM, expired)
    for function in CASES:
        name = function.__name__
        if wanted and not any(part in name for part in wanted):
            continue
        began = time.monotonic()
        signal.alarm(CASE_LIMIT)
        try:
            if inspect.iscoroutinefunction(function):
                asyncio.run(function())
            else:
                function()
            passed += 1
            print(f"ok      {name} ({(time.monotonic() - began) * 1000:.0f} ms)", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
        finally:
            signal.alarm(0)
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if failed == 0 and passed > 0 else 1)
