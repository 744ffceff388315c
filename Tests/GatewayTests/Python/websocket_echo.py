"""A WebSocket server that sends every message back, on a free port that it prints.

Requests whose path begins with /refused are answered 403.
"""

import asyncio
import http

import websockets


async def echo(connection):
    async for message in connection:
        await connection.send(message)


def refuse(connection, request):
    if request.path.startswith("/refused"):
        return connection.respond(http.HTTPStatus.FORBIDDEN, "not here\n")
    return None


async def main():
    async with websockets.serve(echo, "127.0.0.1", 0, process_request=refuse, subprotocols=["chat"], max_size=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
