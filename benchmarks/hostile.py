"""Clients that mean harm, in a process of their own: a third sends its request a byte a second, a third asks and never
reads, a third connects and leaves as fast as it can.

`python -m benchmarks.hostile PORT COUNT` is that process; it prints a line once all have connected, and at the end of
its input the number of connections that they made.
"""

import asyncio  # noqa: TID251 - a thousand clients, no part of Sexton
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 30.0  # seconds for a connection
SLOW = b"GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 1000
GREEDY = b"GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100


class Crowd:
    """The process from outside."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def attempts(self) -> int:
        """End it; how many connections were made."""
        said, _ = self._process.communicate(timeout=PATIENCE)
        return int(said)


@contextmanager
def clients(port: int, count: int) -> Iterator[Crowd]:
    """`count` of them, at it from the start of the block."""
    argv = [sys.executable, "-m", "benchmarks.hostile", str(port), str(count)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise RuntimeError("cannot go on: the hostile clients did not come")
            yield Crowd(process)
        finally:
            process.kill()


class Hostile:
    """What they do, as coroutines; `made` counts connections."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.made = 0

    async def slow(self) -> None:
        """A byte of the head each second."""
        _, writer = await self._connect()
        for byte in SLOW:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)

    async def deaf(self) -> None:
        """A hundred questions at once, and no ear for the answers."""
        reader, writer = await self._connect()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(GREEDY)
        await asyncio.sleep(5)
        del reader

    async def restless(self) -> None:
        """Here and gone."""
        _, writer = await self._connect()
        writer.transport.abort()
        await asyncio.sleep(0.05)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        streams = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self._port), PATIENCE)
        self.made += 1
        return streams


async def attack(port: int, count: int) -> None:
    hostile = Hostile(port)
    kinds = (hostile.slow, hostile.deaf, hostile.restless)

    async def again(number: int) -> None:
        while True:
            with suppress(OSError, TimeoutError):
                await kinds[number % 3]()

    tasks = [asyncio.create_task(again(number)) for number in range(count)]
    while hostile.made < count:
        await asyncio.sleep(0.01)
    print("all have connected", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(hostile.made, flush=True)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(attack(int(sys.argv[1]), int(sys.argv[2])))
