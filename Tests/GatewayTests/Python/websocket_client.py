"""Talks to an echoing WebSocket server with the unmodified `websockets` client.

Reads {"url", "authority", "sizes"} from standard input, sends a text and a binary message of each size, and writes
{"equal", "subprotocol", "close_code"}, or {"status"} when there is no WebSocket.
"""

import asyncio
import json
import os
import ssl
import sys

import websockets


async def talk(order):
    context = ssl.create_default_context(cafile=order["authority"]) if order.get("authority") else None
    try:
        connection = await websockets.connect(
            order["url"],
            ssl=context,
            subprotocols=["chat"],
            max_size=None,
            compression=None,
            proxy=None,
            open_timeout=120,
            ping_timeout=120,
            close_timeout=120,
        )
    except websockets.InvalidStatus as error:
        return {"status": error.response.status_code}
    async with connection:
        equal = 0
        for size in order["sizes"]:
            for message in ("t" * size, os.urandom(size)):
                await connection.send(message)
                equal += await connection.recv() == message
        await (await connection.ping())
    return {"equal": equal, "subprotocol": connection.subprotocol, "close_code": connection.close_code}


print(json.dumps(asyncio.run(talk(json.load(sys.stdin)))))
