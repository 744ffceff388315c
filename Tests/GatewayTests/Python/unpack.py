"""Asks for a path with an Accept-Encoding, unpacks what comes with Python's zlib, and prints what that was.

unpack.py PORT < lines of "PATH CODING FILE", of which the file holds what should come; prints one JSON object a line.
"""

import http.client
import json
import sys
import zlib

connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for line in sys.stdin:
    path, coding, expected = line.split()
    connection.request("GET", path, headers={"Accept-Encoding": coding})
    response = connection.getresponse()
    wire = response.read()
    said = response.getheader("Content-Encoding")
    body = wire
    if said in ("gzip", "deflate"):
        # 31 reads gzip only, 15 zlib only; both check the checksum at the end.
        unpacker = zlib.decompressobj(31 if said == "gzip" else 15)
        body = unpacker.decompress(wire)
        assert unpacker.eof and not unpacker.unused_data, "the end is not where it should be"
    print(
        json.dumps(
            {
                "status": response.status,
                "coding": said,
                "length": response.getheader("Content-Length"),
                "wire": len(wire),
                "size": len(body),
                "isEqual": body == open(expected, "rb").read(),
            }
        )
    )
