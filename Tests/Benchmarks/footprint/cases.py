"""All cases, in the order of the table."""

from . import connections, streams, transfers
from .case import KIB, MIB, Case

CASES = [
    Case("download", "1 GiB to a client that reads 100 MiB/s, HTTP/1", transfers.download, most=4 * MIB),
    Case("download-http2", "the same over HTTP/2", transfers.download_http2, most=4 * MIB),
    Case("upload", "1 GiB to a service that reads 100 MiB/s, HTTP/1", transfers.upload, most=4 * MIB),
    Case("upload-http2", "the same over HTTP/2", transfers.upload_http2, most=4 * MIB),
    Case("idle", "10,000 idle connections, HTTP/1", connections.clear, "connection", 10 * KIB),
    Case("idle-http2", "10,000 idle connections, HTTP/2", connections.http2_clear, "connection", 10 * KIB),
    Case("idle-tls", "10,000 idle connections, HTTP/1 over TLS", connections.secured, "connection"),
    Case("idle-tls-http2", "10,000 idle connections, HTTP/2 over TLS", connections.http2_secured, "connection"),
    Case("event-streams", "1,000 event streams that are hardly read", streams.slow_readers, "stream", 256 * KIB),
    Case("unread", "pipelined requests whose answers are never read, HTTP/1", streams.unread_answers, most=4 * MIB),
    Case("unread-http2", "the same as streams over HTTP/2", streams.unread_answers_http2, most=8 * MIB),
]
