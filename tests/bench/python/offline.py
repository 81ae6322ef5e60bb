"""Imported before anything else: no package that runs here reaches the network."""

import socket


def blocked(*_, **__):
    raise RuntimeError("a package tried to reach the network")


socket.socket.connect = blocked
socket.socket.connect_ex = blocked
socket.getaddrinfo = blocked
