# SPDX-License-Identifier: Apache-2.0
# Other people's TLS for the interoperation tests: openssl's two programs as pipes, nginx, Python's ssl, and a wire that
# counts what a handshake costs.
import contextlib
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/tools"))
sys.dont_write_bytecode = True
import peer  # noqa: E402

BEGIN_LIMIT = 30  # seconds for a program to listen


def until(condition, what):
    ends = time.monotonic() + BEGIN_LIMIT
    while not (value := condition()):
        assert time.monotonic() < ends, f"{what}: not within {BEGIN_LIMIT} s"
        time.sleep(0.02)
    return value


class Pipe:
    """A program's standard streams, as the socket that peer.Peer and client.Client want."""

    def __init__(self, process):
        self.process = process

    def recv(self, most):
        return os.read(self.process.stdout.fileno(), most)

    def recv_into(self, into):
        piece = self.recv(len(into))
        into[: len(piece)] = piece
        return len(piece)

    def sendall(self, data):
        rest = memoryview(data)
        with contextlib.suppress(BrokenPipeError):  # it ended with its connection
            while rest:
                rest = rest[os.write(self.process.stdin.fileno(), rest) :]

    def close(self):
        self.process.kill()


@contextlib.contextmanager
def program(*command, **more):
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(OSError):
                stream.close()


def listening_port(process):
    """The one TCP port that a program listens on: for those that take any and do not say which."""

    def look():
        assert process.poll() is None, f"{process.args}: {process.stderr.read()}"
        own = set()
        for entry in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                own.add(os.readlink(entry))
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:
                return int(fields[1].split(":")[1], 16)
        return None

    return until(look, f"{process.args} listens")


class Heads:
    """What peer.Peer wants of its server."""

    def __init__(self):
        self.heads = []


@contextlib.contextmanager
def s_server(*options):
    """`openssl s_server`, whose plaintext is a pipe to a WebSocket echo of ours; gives its port."""
    with program("openssl", "s_server", "-quiet", "-naccept", "1", "-accept", "127.0.0.1:0", *options) as process:
        process.port = listening_port(process)

        def serve():
            with contextlib.suppress(OSError, EOFError, StopIteration):
                one = peer.Peer(Pipe(process), Heads())
                one.accept()
                one.echo()
                process.stdin.close()

        threading.Thread(target=serve, daemon=True).start()
        yield process


@contextlib.contextmanager
def nginx(folder, certificate, key, upstream, *directives):
    """nginx with TLS in front of `upstream`; gives its port. It cannot take any port that is free and say which, so that it
    listens on a path, and a Wire on the port."""
    folder = pathlib.Path(folder)
    path = tempfile.mktemp(prefix="linnet-nginx-")  # short: a socket's path has at most 107 bytes
    configuration = folder / "nginx.conf"
    lines = "\n".join(directives)
    configuration.write_text(f"""
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen unix:{path} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    {lines}
    location / {{
      proxy_pass http://127.0.0.1:{upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $host;
    }}
  }}
}}
""")
    process = subprocess.Popen(["nginx", "-c", str(configuration), "-e", str(folder / "nginx.log")], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until(lambda: pathlib.Path(path).exists() or process.poll() is not None, "nginx")
        assert process.poll() is None, process.stderr.read().decode()
        with Wire(path) as wire:
            yield wire.port
    finally:
        process.terminate()
        process.wait(BEGIN_LIMIT)
        process.stderr.close()
        pathlib.Path(path).unlink(missing_ok=True)


class TlsServer(peer.Server):
    """peer.Server behind Python's ssl. What each connection came to is in `done`: (version, resumed), or the error."""

    def __init__(self, context, handler):
        self.context = context
        self.done = []
        super().__init__(handler)

    def url(self, path="/"):
        return f"wss://127.0.0.1:{self.port}{path}"

    def _serve(self, connection):
        try:
            secured = self.context.wrap_socket(connection, server_side=True)
        except (OSError, ssl.SSLError) as error:
            self.done.append(error)
            connection.close()
            return
        self.done.append((secured.version(), secured.session_reused))
        super()._serve(secured)


def server_context(certificate, key, *, ciphers=None, version=None, clients=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if ciphers:
        context.set_ciphers(ciphers)
    if version:
        context.minimum_version = context.maximum_version = version
    context.load_cert_chain(certificate, key)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    return context


def client_context(ca, certificate=None, key=None):
    context = ssl.create_default_context(cafile=ca)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


class Wire:
    """A forwarder to a port or path that counts, for each connection, the bytes of records until the first with data."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.handshakes = []  # bytes, both directions
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_INET if isinstance(self.target, int) else socket.AF_UNIX)
            far.connect(("127.0.0.1", self.target) if isinstance(self.target, int) else self.target)
            index = len(self.handshakes)
            self.handshakes.append(0)
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._forward, args=(source, sink, index), daemon=True).start()

    def _forward(self, source, sink, index):
        pending, counting = b"", True
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                pending = pending + piece if counting else b""
                while counting and len(pending) >= 5:
                    counting = pending[0] != 23  # application_data, RFC 5246 section 6.2.1
                    size = 5 + int.from_bytes(pending[3:5], "big")
                    if not counting or len(pending) < size:
                        break
                    self.handshakes[index] += size
                    pending = pending[size:]
                sink.sendall(piece)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def first_match(pattern, text):
    found = re.search(pattern, text)
    assert found, f"{pattern!r} is not in {text!r}"
    return found[1]
