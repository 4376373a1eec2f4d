"""A minimal MQTT 3.1.1 client over one non-blocking socket: clean session, QoS 0 and 1, last will. Standard library only."""
import socket
import ssl
import struct

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90, 0xC0


def text(value):
    data = value.encode("utf-8")
    return struct.pack("!H", len(data)) + data


def packet(first, body):
    length, rest = b"", len(body)
    while True:
        rest, digit = rest // 128, rest % 128
        length += bytes([digit | (0x80 if rest else 0)])
        if not rest:
            return bytes([first]) + length + body


class Mqtt:
    """`on_message(topic, payload, retained)` and `on_ready()` are called from `read()`."""

    def __init__(self, on_message, on_ready):
        self.on_message, self.on_ready = on_message, on_ready
        self.sock, self.buffer, self.out, self.next_id, self.ready = None, b"", b"", 0, False
        self.broken = None  # why the connection has ended, found while sending

    def connect(self, options, will_topic, will_payload, subscribe_to):
        raw = socket.create_connection((options.host, options.port), timeout=5)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if options.ca:
            context = ssl.create_default_context(cafile=options.ca)
            if options.cert:
                context.load_cert_chain(options.cert, options.key)
            raw = context.wrap_socket(raw, server_hostname=options.host)
        raw.setblocking(False)
        self.sock, self.buffer, self.out, self.ready, self.broken = raw, b"", b"", False, None
        self.subscribe_to = subscribe_to
        # Clean session, will with QoS 1; user name and password when given.
        flags = 0x02 | 0x04 | 0x08
        body = text(options.station) + text(will_topic) + struct.pack("!H", len(will_payload)) + will_payload
        if options.username:
            flags |= 0x80
            body += text(options.username)
            if options.password:
                flags |= 0x40
                body += text(options.password)
        self.send(packet(CONNECT, text("MQTT") + bytes([4, flags]) + struct.pack("!H", 15) + body))

    def close(self):
        if self.sock:
            self.sock.close()
        self.sock, self.ready, self.out = None, False, b""

    def send(self, data):
        self.out += data
        self.flush()

    def flush(self):
        while self.out and self.sock:
            try:
                sent = self.sock.send(self.out)
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                return
            except OSError as problem:
                self.broken, self.out, self.ready = problem, b"", False
                return
            self.out = self.out[sent:]

    def packet_id(self):
        self.next_id = self.next_id % 65535 + 1
        return struct.pack("!H", self.next_id)

    def publish(self, topic, payload, qos):
        head = text(topic) + (self.packet_id() if qos else b"")
        self.send(packet(PUBLISH | qos << 1, head + payload))

    def ping(self):
        self.send(packet(PINGREQ, b""))

    def read(self):
        """Reads what is there. Raises ConnectionError when the connection has ended."""
        while True:
            try:
                data = self.sock.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            if not data:
                raise ConnectionError("closed by the broker")
            self.buffer += data
            while self.sock and self.take_packet():
                pass
            if not self.sock:
                return

    def take_packet(self):
        length, shift, at = 0, 0, 1
        while True:
            if len(self.buffer) <= at:
                return False
            digit = self.buffer[at]
            length |= (digit & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not digit & 0x80:
                break
        if len(self.buffer) < at + length:
            return False
        first, body = self.buffer[0], self.buffer[at : at + length]
        self.buffer = self.buffer[at + length :]
        self.handle(first, body)
        return True

    def handle(self, first, body):
        kind = first & 0xF0
        if kind == CONNACK:
            if body[1] != 0:
                raise ConnectionError(f"connection refused, code {body[1]}")
            self.send(packet(SUBSCRIBE, self.packet_id() + text(self.subscribe_to) + b"\x01"))
        elif kind == SUBACK & 0xF0:
            if body[2] == 0x80:
                raise ConnectionError("subscription refused")
            self.ready = True
            self.on_ready()
        elif kind == PUBLISH:
            end = 2 + struct.unpack("!H", body[:2])[0]
            topic = body[2:end].decode("utf-8")
            if first & 0x06:
                self.send(packet(PUBACK, body[end : end + 2]))
                end += 2
            self.on_message(topic, body[end:], bool(first & 1))
