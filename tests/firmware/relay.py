# SPDX-License-Identifier: Apache-2.0
# Standard input and output to a TCP port of this machine: what QEMU's guestfwd runs for each connection of the guest, so that
# a guest whose network is shut off (restrict=on) reaches one port and no more.   relay.py PORT
import os
import socket
import sys
import threading

server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def from_guest():
    while data := os.read(0, 65536):
        server.sendall(data)
    server.shutdown(socket.SHUT_WR)


threading.Thread(target=from_guest, daemon=True).start()
while data := server.recv(65536):
    while data:
        data = data[os.write(1, data):]
