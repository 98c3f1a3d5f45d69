"""The framing of websockets, right and wrong, sent byte by byte to the real server.

These are the cases of the Autobahn test suite's fuzzing client that apply to a server that is no echo, with its
numbers; the suite itself is written for Python 2. Where it expects its message back, a `ping` of our protocol goes out
and its `pong`, which repeats the `id`, must come back. Of the rest: 9 has 64 KiB as the most, 10 asks nothing of a
server that sends whole frames, and 12 and 13 end with the offer of compression, which is not taken.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

import pytest

from app.protocol import MAX_MESSAGE
from tests.app.wireframes import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Received, Wire, close, frame
from tests.support.server import ServerProcess

PROTOCOL_ERROR, INVALID_TEXT, TOO_BIG = 1002, 1007, 1009
Answer: TypeAlias = "tuple[str, object]"
"""Kind and content: ("pong", payload), ("id", what our own pong repeats), ("status", of our error), ("close", code)."""


class Case(NamedTuple):
    """What goes out in each write, and every answer to it. A case without a close ends with a connection that works.

    With `before` the connection has been in use: a message has been answered.
    """

    name: str
    sent: Sequence[bytes]
    answers: Sequence[Answer]
    before: bool = False


def message(text: str = "echo", size: int = 0) -> bytes:
    """A message to which the answer repeats `text`, filled up to `size` bytes."""
    return json.dumps({"type": "ping", "id": text}, ensure_ascii=False).encode().ljust(size)


def echo(text: str = "echo") -> Answer:
    return ("id", text)


def fails(code: int) -> list[Answer]:
    return [("close", code)]


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def fragments(payload: bytes, size: int, between: bytes = b"") -> bytes:
    """A text message in frames of `size` bytes, with something in between."""
    parts = pieces(payload, size)
    return between.join(
        frame(CONTINUATION if number else TEXT, part, fin=number == len(parts) - 1) for number, part in enumerate(parts)
    )


def sizes() -> Iterator[Case]:
    yield Case("1.1.1 an empty text", [frame(TEXT)], [("status", 400)])
    for size in (125, 126, 127, 128, 65_535, MAX_MESSAGE):
        whole = frame(TEXT, message(size=size))
        yield Case(f"1.1 a text of {size} bytes", [whole], [echo()])
        yield Case(f"1.1.8 a text of {size} bytes in pieces", pieces(whole, 997), [echo()])
    for size in (0, 1, 125, 126, 127, 128, 65_535, MAX_MESSAGE):
        yield Case(f"1.2 {size} bytes that are no text", [frame(BINARY, b"\xfe" * size)], [("status", 400)])


def pings() -> Iterator[Case]:
    every = [bytes(range(size)) for size in range(126)]
    yield Case("2.1-2.4 pings of 0 to 125 bytes", [frame(PING, data) for data in every], [("pong", d) for d in every])
    yield Case("2.5 a ping of 126 bytes", [frame(PING, b"\xfe" * 126)], fails(PROTOCOL_ERROR))
    yield Case("2.6 a ping in single bytes", pieces(frame(PING, b"\xfe" * 125), 1), [("pong", b"\xfe" * 125)])
    yield Case("2.7-2.8 pongs that nobody asked for", [frame(PONG), frame(PONG, b"unsolicited")], [])
    yield Case("2.9 a pong, then a ping", [frame(PONG, b"a") + frame(PING, b"b")], [("pong", b"b")])
    ten = [f"payload {number}".encode() for number in range(10)]
    yield Case("2.10 ten pings at once", [b"".join(frame(PING, data) for data in ten)], [("pong", d) for d in ten])
    all_at_once = b"".join(frame(PING, data) for data in ten)
    yield Case("2.11 ten pings in single bytes", pieces(all_at_once, 1), [("pong", d) for d in ten])


def reserved_bits() -> Iterator[Case]:
    for bits in range(1, 8):
        for name, opcode in (("text", TEXT), ("binary", BINARY), ("ping", PING), ("pong", PONG), ("close", CLOSE)):
            yield Case(f"3 a {name} with reserved bits {bits}", [frame(opcode, rsv=bits)], fails(PROTOCOL_ERROR))
    after = frame(TEXT, message(), rsv=4) + frame(PING)
    yield Case("3.2 a good message before", [after], fails(PROTOCOL_ERROR), before=True)
    yield Case("3.3 in single bytes", pieces(after, 1), fails(PROTOCOL_ERROR), before=True)


def opcodes() -> Iterator[Case]:
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        for payload in (b"", b"reserved"):
            yield Case(f"4 opcode {opcode}, {len(payload)} bytes", [frame(opcode, payload)], fails(PROTOCOL_ERROR))
        after = frame(opcode, b"reserved") + frame(PING)
        yield Case(f"4 opcode {opcode} after a message", [after], fails(PROTOCOL_ERROR), before=True)


def fragmentation() -> Iterator[Case]:
    text = message("in parts")
    two = fragments(text, 10)
    yield Case("5.1 a fragmented ping", [frame(PING, b"a", fin=False)], fails(PROTOCOL_ERROR))
    yield Case("5.2 a fragmented pong", [frame(PONG, b"a", fin=False)], fails(PROTOCOL_ERROR))
    yield Case("5.3 a text in fragments", [two], [echo("in parts")])
    yield Case("5.4 each fragment by itself", pieces(two, 16), [echo("in parts")])
    yield Case("5.5 fragments in single bytes", pieces(two, 1), [echo("in parts")])
    mixed = fragments(text, 20, between=frame(PING, b"now"))
    count = len(pieces(text, 20)) - 1
    for name, sent in (("at once", [mixed]), ("in single bytes", pieces(mixed, 1))):
        yield Case(f"5.6-5.8 pings between fragments {name}", sent, [("pong", b"now")] * count + [echo("in parts")])
    for fin in (True, False):
        lost = frame(CONTINUATION, b"no beginning", fin=fin) + frame(TEXT, message())
        yield Case(f"5.9-5.14 a continuation of nothing, fin {fin}", [lost], fails(PROTOCOL_ERROR))
        yield Case(f"5.15-5.17 one after the end, fin {fin}", [lost], fails(PROTOCOL_ERROR), before=True)
    for name, opcode in (("text", TEXT), ("binary", BINARY)):
        begun = frame(TEXT, b"{", fin=False) + frame(opcode, b"}")
        yield Case(f"5.18 a {name} within a text", [begun], fails(PROTOCOL_ERROR))
    empty = frame(TEXT, fin=False) + frame(CONTINUATION, text, fin=False) + frame(CONTINUATION)
    yield Case("6.1.2 empty fragments around", [empty], [echo("in parts")])
    nothing = frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) + frame(CONTINUATION)
    yield Case("6.1.3 three empty fragments", [nothing], [("status", 400)])


VALID = {
    "6.2 Greek and an umlaut": "Hello-µ@ßöäüàá-UTF-8!!",
    "6.5 kosme": "κόσμε",
    "6.7 first of each length": "\u0080\u0800\U00010000",
    "6.9 last of each length": "\u007f\u07ff\uffff\U0010ffff",
    "6.11 around the surrogates": "\ud7ff\ue000\ufffd",
    "6.22 noncharacters": "\ufffe\uffff\U0001fffe\U0010ffff",
    "6.23 replacement": "\ufffd",
}
INVALID = {
    "6.3 a surrogate within": "κόσμε".encode() + b"\xed\xa0\x80" + b"edited",
    "6.4 beyond Unicode": "κόσμε".encode() + b"\xf4\x90\x80\x80" + b"edited",
    "6.6 cut short": "κόσμε".encode()[:-1],
    "6.8 five bytes": b"\xf8\x88\x80\x80\x80",
    "6.8 six bytes": b"\xfc\x84\x80\x80\x80\x80",
    "6.10 the last of four": b"\xf7\xbf\xbf\xbf",
    "6.12 FE": b"\xfe",
    "6.12 FF": b"\xff",
    "6.13 begun and not gone on with": b"\xe2 ",
    "6.14 a continuation alone": b"\x80",
    "6.15 continuations": b"\x80\xbf\x80\xbf",
    "6.16 beginnings alone": b"\xc0 \xc1 \xdf ",
    "6.18 overlong, two": b"\xc0\xaf",
    "6.18 overlong, three": b"\xe0\x80\xaf",
    "6.18 overlong, four": b"\xf0\x80\x80\xaf",
    "6.19 overlong NUL": b"\xc0\x80",
    "6.20 a high surrogate": b"\xed\xa0\x80",
    "6.20 a low surrogate": b"\xed\xbf\xbf",
    "6.21 a pair": b"\xed\xa0\x80\xed\xb0\x80",
}


def texts() -> Iterator[Case]:
    for name, text in VALID.items():
        for size in (1, 3, 1000):
            yield Case(f"{name}, fragments of {size}", [fragments(message(text), size)], [echo(text)])
        yield Case(f"{name}, in single bytes", pieces(frame(TEXT, message(text)), 1), [echo(text)])
    for name, data in INVALID.items():
        yield Case(name, [frame(TEXT, data)], fails(INVALID_TEXT))
        yield Case(f"{name}, in single bytes", pieces(frame(TEXT, data), 1), fails(INVALID_TEXT))
        yield Case(f"{name}, in fragments", [fragments(data + b"....", 1)], fails(INVALID_TEXT))


def closing() -> Iterator[Case]:
    normal = [("close", 1000)]
    yield Case("7.1.1 a message, then close", [close(1000)], normal, before=True)
    yield Case("7.1.2 two closes", [close(1000) + close(1000)], normal)
    yield Case("7.1.3 a ping after close", [close(1000) + frame(PING, b"late")], normal)
    yield Case("7.1.4 a text after close", [close(1000) + frame(TEXT, message())], normal)
    begun = frame(TEXT, b"{", fin=False) + close(1000) + frame(CONTINUATION, b"}")
    yield Case("7.1.5 close within fragments", [begun], normal)
    yield Case("7.3.1 no code", [frame(CLOSE)], [("close", 0)])
    yield Case("7.3.2 half a code", [frame(CLOSE, b"\x03")], fails(PROTOCOL_ERROR))
    yield Case("7.3.4 a reason", [close(1000, b"Bye")], normal)
    yield Case("7.3.5 the longest reason", [close(1000, b"x" * 123)], normal)
    yield Case("7.3.6 a longer one", [close(1000, b"x" * 124)], fails(PROTOCOL_ERROR))
    yield Case("7.5.1 a reason that is no UTF-8", [close(1000, b"\xce\xba\xed\xa0\x80")], fails(INVALID_TEXT))
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
        yield Case(f"7.7 code {code}", [close(code)], [("close", code)])
    for code in (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535):
        yield Case(f"7.9, 7.13 code {code}", [close(code)], fails(PROTOCOL_ERROR))


def limits() -> Iterator[Case]:
    yield Case("9.1 64 KiB and one byte", [frame(TEXT, message(size=MAX_MESSAGE + 1))], fails(TOO_BIG))
    yield Case("9.2 the same that is no text", [frame(BINARY, b"\xfe" * (MAX_MESSAGE + 1))], fails(TOO_BIG))
    yield Case("9.3 the same in fragments", [fragments(message(size=MAX_MESSAGE + 1), 1024)], fails(TOO_BIG))
    yield Case("9.3 as many fragments as can be", [fragments(message(size=4096), 1)], [echo()])
    for length in (2**40, 2**62, 2**63):
        head = b"\x81\xff" + length.to_bytes(8, "big") + b"\0\0\0\0"
        yield Case(f"9 a frame that says it is {length} bytes", [head], fails(TOO_BIG))


def masks() -> Iterator[Case]:
    for name, opcode in (("text", TEXT), ("binary", BINARY), ("ping", PING), ("close", CLOSE)):
        yield Case(f"5.1 of the RFC: a {name} without a mask", [frame(opcode, masked=False)], fails(PROTOCOL_ERROR))


CASES = [
    case
    for family in (sizes, pings, reserved_bits, opcodes, fragmentation, texts, closing, limits, masks)
    for case in family()
]


def answer(received: Received) -> Answer:
    """A frame of the server as the table writes it."""
    if received.opcode == TEXT:
        event = json.loads(received.payload)
        return ("id", event["id"]) if event["type"] == "pong" else ("status", event["status"])
    return ("close", received.code) if received.opcode == CLOSE else ("pong", received.payload)


def converse(wire: Wire, case: Case) -> list[Answer]:
    """What the server answers, frame by frame."""
    if case.before:
        wire.send(fragments(message("before"), 20))
        assert answer(wire.read()) == echo("before")
    for data in case.sent:
        wire.send(data)
    got = [answer(wire.read()) for _ in case.answers]
    if not (case.answers and case.answers[-1][0] == "close"):
        wire.send(frame(PING, b"still here") + close(1000))
        assert answer(wire.read()) == ("pong", b"still here")
        assert answer(wire.read()) == ("close", 1000)
    return got


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_server_answers_as_the_protocol_says(server: ServerProcess, case: Case) -> None:
    with Wire(server.port) as wire:
        assert converse(wire, case) == list(case.answers)
        wire.socket.shutdown(socket.SHUT_WR)
        assert wire.ends(), "nothing more is said, and the connection ends"


def test_the_cases_are_many_and_each_has_its_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 240


def test_compression_is_not_agreed_to(server: ServerProcess) -> None:
    with Wire(server.port, headers="Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n") as wire:
        assert "sec-websocket-extensions" not in wire.headers
        wire.send(frame(TEXT, b"\xaa\x56\x2a", rsv=4))
        assert answer(wire.read()) == ("close", PROTOCOL_ERROR)
