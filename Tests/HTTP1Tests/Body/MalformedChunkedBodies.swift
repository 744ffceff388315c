import HTTP1

/// Chunked bodies that must be refused, each with the reason; a character stands for the byte of its number.
enum MalformedChunkedBodies {
    typealias Case = (text: String, error: HTTP1Error)

    static let all: [Case] = sizes + extensions + data + trailers

    static let sizes: [Case] = [
        ("\r\n", .invalidChunkSize),
        (" 5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("5 \r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("5\t\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("+5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("-5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("0x5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("0X5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("5h\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("5_0\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("g\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("\u{0}5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("\u{B2}\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        (";a=b\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("5,5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("\n5\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("00000000000000005\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("80000001\r\n", .chunkTooLarge),
        ("FFFFFFFF\r\n", .chunkTooLarge),
        ("7FFFFFFFFFFFFFFF\r\n", .chunkTooLarge),
        ("FFFFFFFFFFFFFFFF\r\n", .chunkTooLarge),
        ("10000000000000005\r\nhello\r\n0\r\n\r\n", .chunkTooLarge),
        ("5\nhello\r\n0\r\n\r\n", .invalidLineEnding),
        ("5\rhello\r\n0\r\n\r\n", .invalidLineEnding),
        ("5\r\rhello\r\n0\r\n\r\n", .invalidLineEnding),
    ]

    static let extensions: [Case] = [
        ("5;\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5; a\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a \r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5 ;a\r\nhello\r\n0\r\n\r\n", .invalidChunkSize),
        ("5;=b\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a=\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a==b\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a;;b\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a=\"b\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a=\"b\"c\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a=\"\\\r\n\"\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a\u{0}\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a=\"\u{7F}\"\r\nhello\r\n0\r\n\r\n", .invalidChunkExtension),
        ("5;a\nhello\r\n0\r\n\r\n", .invalidLineEnding),
        ("5;a=b\nhello\r\n0\r\n\r\n", .invalidLineEnding),
        ("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", .invalidLineEnding),
        ("5;a\rhello\r\n0\r\n\r\n", .invalidLineEnding),
    ]

    static let data: [Case] = [
        ("5\r\nhello0\r\n\r\n", .invalidChunkEnding),
        ("5\r\nhello\n0\r\n\r\n", .invalidChunkEnding),
        ("5\r\nhello\r0\r\n\r\n", .invalidChunkEnding),
        ("5\r\nhelloworld\r\n0\r\n\r\n", .invalidChunkEnding),
        ("5\r\nhello\r\n\r\n", .invalidChunkSize),
        ("5\r\nhello\r\nGET / HTTP/1.1\r\n", .invalidChunkSize),
        ("3\r\nhello\r\n0\r\n\r\n", .invalidChunkEnding),
        ("1\r\n\r\n\r\n0\r\n\r\n", .invalidChunkEnding),
    ]

    static let trailers: [Case] = [
        ("0\r\nX\r\n\r\n", .invalidFieldName),
        ("0\r\nX : a\r\n\r\n", .invalidFieldName),
        ("0\r\n: a\r\n\r\n", .invalidFieldName),
        ("0\r\n X: a\r\n\r\n", .obsoleteFolding),
        ("0\r\nX: a\r\n b\r\n\r\n", .obsoleteFolding),
        ("0\r\nX: a\n\r\n", .invalidLineEnding),
        ("0\r\nX: a\r\n\n", .invalidLineEnding),
        ("0\r\n\n", .invalidLineEnding),
        ("0\r\n\rX", .invalidLineEnding),
        ("0\r\nX: a\u{0}\r\n\r\n", .invalidFieldValue),
        ("0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .invalidFieldName),
    ]
}
