"""A gRPC server without generated code: messages are bytes. Prints its port.

Arguments: none, or the paths of a certificate and its key.
"""

import sys
import threading
from concurrent import futures

import grpc

cancelled = threading.Semaphore(0)


def unary(request, context):
    for key, value in context.invocation_metadata():
        if key == "x-ask":
            context.send_initial_metadata((("x-head", value),))
            context.set_trailing_metadata((("x-trailer", value), ("x-trailer-bin", bytes(range(4)))))
    return request


def server_stream(request, context):
    for index in range(int(request)):
        yield b"part %d" % index


def client_stream(requests, context):
    count = size = 0
    for request in requests:
        count += 1
        size += len(request)
    return b"%d messages, %d bytes" % (count, size)


def bidi(requests, context):
    for request in requests:
        yield b"you said " + request


def fail(request, context):
    context.set_trailing_metadata((("x-trailer", "failed"),))
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "not yet: ü%")


def fail_late(request, context):
    yield b"first"
    yield b"second"
    context.abort(grpc.StatusCode.DATA_LOSS, "the rest is lost")


def hang(request, context):
    context.add_callback(cancelled.release)
    threading.Event().wait(120)
    return b""


def await_cancelled(request, context):
    return b"yes" if cancelled.acquire(timeout=120) else b"no"


def main():
    handlers = {
        "Unary": grpc.unary_unary_rpc_method_handler(unary),
        "ServerStream": grpc.unary_stream_rpc_method_handler(server_stream),
        "ClientStream": grpc.stream_unary_rpc_method_handler(client_stream),
        "Bidi": grpc.stream_stream_rpc_method_handler(bidi),
        "Fail": grpc.unary_unary_rpc_method_handler(fail),
        "FailLate": grpc.unary_stream_rpc_method_handler(fail_late),
        "Hang": grpc.unary_unary_rpc_method_handler(hang),
        "AwaitCancelled": grpc.unary_unary_rpc_method_handler(await_cancelled),
    }
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", handlers),))
    if len(sys.argv) > 2:
        chain, key = (open(path, "rb").read() for path in sys.argv[1:3])
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, chain)]))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


main()
