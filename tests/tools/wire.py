# SPDX-License-Identifier: Apache-2.0
# Two network namespaces, and a wire between them that can be taken down and up as a cable is, and lose and delay packets:
# a tun device in each, and this program carries from one to the other.
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time

SERVER, DEVICE = "10.99.0.1", "10.99.0.2"
LOSS, DELAY = 0.20, 0.5
CHANCE = random.Random(7)


def is_allowed():
    return os.geteuid() == 0 and os.access("/dev/net/tun", os.R_OK | os.W_OK)


def run(*command, check=True):
    done = subprocess.run(command, capture_output=True, text=True)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.returncode == 0


class Wire:
    """A link between two namespaces."""

    def __init__(self):
        self.names = {side: f"linnet{os.getpid()}{side}" for side in "sd"}
        self.files, self.waiting, self.count = {}, [], 0
        self.is_bad = False
        self.has_netem = False
        self.ending = threading.Event()

    def device(self, side):
        return f"lt{os.getpid()}{side}"

    def __enter__(self):
        for side, own, other in (("s", SERVER, DEVICE), ("d", DEVICE, SERVER)):
            name = self.device(side)
            run("ip", "netns", "add", self.names[side])
            file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(file, 0x400454CA, struct.pack("16sH", name.encode(), 0x1001))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
            self.files[side] = file
            run("ip", "link", "set", name, "netns", self.names[side])
            self.ip(side, "addr", "add", own, "peer", other, "dev", name)
            self.ip(side, "link", "set", name, "up")
            self.ip(side, "link", "set", "lo", "up")
        self.has_netem = run(*self.tc("add"), check=False)
        if self.has_netem:
            run(*self.tc("del"))
        self.thread = threading.Thread(target=self.carry, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        if hasattr(self, "thread"):
            self.thread.join()
        for file in self.files.values():
            os.close(file)
        for name in self.names.values():
            run("ip", "netns", "del", name, check=False)

    def ip(self, side, *command):
        run("ip", "-n", self.names[side], *command)

    def tc(self, what):
        return ("tc", "-n", self.names["d"], "qdisc", what, "dev", self.device("d"), "root", "netem",
                "loss", f"{LOSS * 100:.0f}%", "delay", f"{DELAY * 1000:.0f}ms")

    def up(self, is_up):
        self.ip("d", "link", "set", self.device("d"), "up" if is_up else "down")
        if is_up:
            self.ip("d", "addr", "replace", DEVICE, "peer", SERVER, "dev", self.device("d"))

    def bad(self, is_bad):
        if self.has_netem:
            run(*self.tc("add" if is_bad else "del"))
        self.is_bad = is_bad

    def carry(self):
        """Packets from one side to the other."""
        while not self.ending.is_set():
            until = max(0, min(0.2, self.waiting[0][0] - time.monotonic())) if self.waiting else 0.2
            for file in select.select(list(self.files.values()), [], [], until)[0]:
                self.take(file)
            while self.waiting and self.waiting[0][0] <= time.monotonic():
                _, _, file, packet = heapq.heappop(self.waiting)
                try:
                    os.write(file, packet)
                except OSError:
                    pass  # that side's link is down

    def take(self, file):
        try:
            packet = os.read(file, 65536)
        except OSError:
            time.sleep(0.01)  # this side's link is down
            return
        is_from_device = file == self.files["d"]
        other = self.files["s" if is_from_device else "d"]
        is_impaired = self.is_bad and not self.has_netem and is_from_device
        if is_impaired and CHANCE.random() < LOSS:
            return
        self.count += 1
        heapq.heappush(self.waiting, (time.monotonic() + (DELAY if is_impaired else 0), self.count, other, packet))
