"""Calls the methods of grpc_server.py, and prints what came of each as one JSON object.

Arguments: the target, and the path of the certificate to trust when it speaks TLS.
"""

import json
import queue
import sys

import grpc


def connect(target, roots):
    if roots is None:
        return grpc.insecure_channel(target)
    return grpc.secure_channel(target, grpc.ssl_channel_credentials(open(roots, "rb").read()))


def failure(error):
    return {
        "status": error.code().name,
        "details": error.details(),
        "trailers": {key: value for key, value in error.trailing_metadata() or () if isinstance(value, str)},
    }


def unary(channel):
    call = channel.unary_unary("/test.Echo/Unary")
    reply, state = call.with_call(b"hello", metadata=(("x-ask", "mine"),), timeout=120)
    return {
        "reply": reply.decode(),
        "status": state.code().name,
        "head": dict(state.initial_metadata()).get("x-head"),
        "trailer": dict(state.trailing_metadata()).get("x-trailer"),
        "binary": list(dict(state.trailing_metadata()).get("x-trailer-bin", b"")),
    }


def large(channel):
    request = bytes(3_000_000)
    reply = channel.unary_unary("/test.Echo/Unary")(request, timeout=120)
    return {"same": reply == request}


def many(channel):
    call = channel.unary_unary("/test.Echo/Unary")
    futures = [call.future(b"%d" % number, timeout=120) for number in range(300)]
    return {"right": sum(future.result() == b"%d" % number for number, future in enumerate(futures))}


def server_stream(channel):
    replies = list(channel.unary_stream("/test.Echo/ServerStream")(b"500", timeout=120))
    return {"count": len(replies), "last": replies[-1].decode()}


def client_stream(channel):
    messages = (bytes(10_000) for _ in range(100))
    return {"reply": channel.stream_unary("/test.Echo/ClientStream")(messages, timeout=120).decode()}


def bidi(channel):
    """Each message waits for the answer to the one before: nothing on the way may hold them back."""
    said = []
    outgoing = queue.Queue()
    calls = channel.stream_stream("/test.Echo/Bidi")(iter(outgoing.get, None), timeout=120)
    for number in range(20):
        outgoing.put(b"%d" % number)
        said.append(next(calls).decode())
    outgoing.put(None)
    rest = list(calls)
    return {"count": len(said), "last": said[-1], "rest": len(rest)}


def fail(channel):
    try:
        channel.unary_unary("/test.Echo/Fail")(b"", timeout=120)
    except grpc.RpcError as error:
        return failure(error)


def fail_late(channel):
    replies = []
    try:
        for reply in channel.unary_stream("/test.Echo/FailLate")(b"", timeout=120):
            replies.append(reply.decode())
    except grpc.RpcError as error:
        return {**failure(error), "replies": replies}


def unimplemented(channel):
    try:
        channel.unary_unary("/test.Echo/Missing")(b"", timeout=120)
    except grpc.RpcError as error:
        return {"status": error.code().name}


def deadline(channel):
    """The service hears that the client has given up."""
    try:
        channel.unary_unary("/test.Echo/Hang")(b"", timeout=3)
    except grpc.RpcError as error:
        cancelled = channel.unary_unary("/test.Echo/AwaitCancelled")(b"", timeout=120)
        return {"status": error.code().name, "cancelled": cancelled.decode()}


def refused(channel):
    """A route whose service cannot be reached."""
    try:
        channel.unary_unary("/test.Down/Unary")(b"", timeout=120)
    except grpc.RpcError as error:
        return {"status": error.code().name, "details": error.details()}


def main():
    methods = [
        unary, large, many, server_stream, client_stream, bidi, fail, fail_late, unimplemented, deadline, refused,
    ]
    with connect(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None) as channel:
        print(json.dumps({method.__name__: method(channel) for method in methods}))


main()
