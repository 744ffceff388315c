import HTTP1

/// Heads of responses that must be refused, each with the reason; a character stands for the byte of its number.
enum MalformedResponses {
    typealias Case = (text: String, error: HTTP1Error)

    static let all: [Case] = statusLines + lineEndings + fields + framings

    static let statusLines: [Case] = [
        (" HTTP/1.1 200 OK\r\n\r\n", .invalidStatusLine),
        ("\r\nHTTP/1.1 200 OK\r\n\r\n", .invalidStatusLine),
        ("http/1.1 200 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP 1.1 200 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP1.1 200 OK\r\n\r\n", .invalidStatusLine),
        ("ICY 200 OK\r\n\r\n", .invalidStatusLine),
        ("SSH-2.0-OpenSSH_9.6\r\n", .invalidStatusLine),
        ("\u{15}\u{3}\u{1}\u{0}\u{2}", .invalidStatusLine),
        ("{\"a\":1}", .invalidStatusLine),
        ("200 OK\r\n\r\n", .invalidStatusLine),
        ("GET / HTTP/1.1\r\n\r\n", .invalidStatusLine),
        ("HTTP/0.9 200 OK\r\n\r\n", .unsupportedVersion),
        ("HTTP/1.2 200 OK\r\n\r\n", .unsupportedVersion),
        ("HTTP/2 200 OK\r\n\r\n", .unsupportedVersion),
        ("HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
        ("HTTP/1.1\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 \r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1200 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1\t200 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1  200 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 20 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 2000 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 2x0 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 +20 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 -20 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 000 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 099 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 600 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 999 OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200\tOK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200OK\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200 O\u{0}K\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200 OK\u{7F}\r\n\r\n", .invalidStatusLine),
        ("HTTP/1.1 200 \u{1B}[1mOK\r\n\r\n", .invalidStatusLine),
    ]

    static let lineEndings: [Case] = [
        ("HTTP/1.1 200 OK\n\r\n", .invalidLineEnding),
        ("HTTP/1.1 200\n\r\n", .invalidLineEnding),
        ("HTTP/1.1 200 OK\r\r\n\r\n", .invalidLineEnding),
        ("HTTP/1.1 200 O\rK\r\n\r\n", .invalidLineEnding),
        ("HTTP/1.1 200 OK\r\nX: a\n\r\n", .invalidLineEnding),
        ("HTTP/1.1 200 OK\r\nX: a\rY: b\r\n\r\n", .invalidLineEnding),
        ("HTTP/1.1 200 OK\r\nX: a\r\n\n", .invalidLineEnding),
        ("HTTP/1.1 200 OK\r\n\rX", .invalidLineEnding),
    ]

    static let fields: [Case] = [
        ("HTTP/1.1 200 OK\r\n X: a\r\n\r\n", .obsoleteFolding),
        ("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", .obsoleteFolding),
        ("HTTP/1.1 200 OK\r\nX: a\r\n\tb\r\n\r\n", .obsoleteFolding),
        ("HTTP/1.1 200 OK\r\n: a\r\n\r\n", .invalidFieldName),
        ("HTTP/1.1 200 OK\r\nX\r\n\r\n", .invalidFieldName),
        ("HTTP/1.1 200 OK\r\nX : a\r\n\r\n", .invalidFieldName),
        ("HTTP/1.1 200 OK\r\nX Y: a\r\n\r\n", .invalidFieldName),
        ("HTTP/1.1 200 OK\r\nX\u{0}: a\r\n\r\n", .invalidFieldName),
        ("HTTP/1.1 200 OK\r\nX\u{FC}: a\r\n\r\n", .invalidFieldName),
        ("HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\r\n", .invalidFieldValue),
        ("HTTP/1.1 200 OK\r\nX: a\u{8}\r\n\r\n", .invalidFieldValue),
        ("HTTP/1.1 200 OK\r\nX: a\u{7F}\r\n\r\n", .invalidFieldValue),
        ("HTTP/1.1 200 OK\r\nConnection: content-length\r\n\r\n", .invalidConnection),
        ("HTTP/1.1 200 OK\r\nConnection: set-cookie\r\n\r\n", .invalidConnection),
        ("HTTP/1.1 200 OK\r\nConnection: a b\r\n\r\n", .invalidConnection),
    ]

    static let framings: [Case] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .duplicateContentLength),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 100 Continue\r\nContent-Length: 1\r\n\r\n", .invalidContentLength),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .invalidTransferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .invalidTransferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .invalidTransferEncoding),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .invalidTransferEncoding
        ),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .invalidTransferEncoding),
        ("HTTP/1.1 101 Switching Protocols\r\nTransfer-Encoding: chunked\r\n\r\n", .invalidTransferEncoding),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .conflictingFraming),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", .conflictingFraming),
    ]
}
