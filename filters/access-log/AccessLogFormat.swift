import FilterAPI
import NIOCore

/// The line of a stream: the chosen fields as one JSON object and a line feed.
///
/// Bytes go straight from the request to the line. Values that somebody outside chose are escaped, so that a line is one
/// line and valid JSON whatever they hold.
struct AccessLogFormat: Sendable {
    private struct Column: Sendable {
        let field: AccessLogField
        /// What stands before the value: `{"method":` or `,"method":`.
        let lead: [UInt8]
    }

    private let columns: [Column]

    init(_ fields: [AccessLogField]) {
        self.columns = fields.enumerated().map { index, field in
            Column(field: field, lead: Array("\(index == 0 ? "{" : ",")\"\(field.rawValue)\":".utf8))
        }
    }

    /// Appends the stream's line.
    func write(_ stream: StreamContext, to line: inout LogLine) {
        let record = stream.record
        for column in self.columns {
            column.lead.withUnsafeBytes { line.write($0) }
            self.write(column.field, of: stream, record, to: &line)
        }
        line.write("}\n" as StaticString)
    }

    @inline(__always)
    private func write(
        _ field: AccessLogField,
        of stream: StreamContext,
        _ record: StreamRecord,
        to line: inout LogLine
    ) {
        switch field {
        case .startTime: line.writeTimestamp(nanoseconds: record.startTime)
        case .method: line.writeText(orNull: stream.request.method.rawValue)
        case .authority: stream.withReceivedAuthorityBytes { line.writeText(orNull: $0) }
        case .path: self.writePath(of: stream, to: &line)
        case .protocol: line.writeText(orNull: stream.protocolVersion)
        case .responseCode: line.writeDecimal(record.responseCode)
        case .responseCodeDetails: line.writeText(orNull: record.responseCodeDetails)
        case .responseFlags: self.writeFlags(record.responseFlags, to: &line)
        case .bytesReceived: line.writeDecimal(record.bytesReceived)
        case .bytesSent: line.writeDecimal(record.bytesSent)
        case .duration: line.writeDecimal(Int(record.duration / 1_000_000))
        case .upstreamServiceTime: line.writeDecimal(orNull: record.upstreamServiceTime.map { Int($0 / 1_000_000) })
        case .upstreamHost: line.writeText(orNull: record.upstreamHost)
        case .upstreamCluster: line.writeText(orNull: record.upstreamCluster)
        case .routeName: line.writeText(orNull: stream.routeName)
        case .downstreamRemoteAddress: line.writeAddress(stream.remoteAddress, client: stream.clientAddress)
        case .xForwardedFor: self.write(header: .xForwardedFor, of: stream, to: &line)
        case .userAgent: self.write(header: .userAgent, of: stream, to: &line)
        case .requestID: self.write(header: .xRequestId, of: stream, to: &line)
        case .traceID: self.writeTraceID(of: stream, to: &line)
        case .consumer: line.writeText(orNull: stream.consumer)
        case .aiLog: self.writeAILog(stream.aiLog, to: &line)
        }
    }
}

extension AccessLogFormat {
    private func write(header name: HeaderName, of stream: StreamContext, to line: inout LogLine) {
        let isSecret = stream.maskedHeaderFields.contains(name)
        let isThere =
            stream.request.headers.withValueBytes(of: name) { value in
                if isSecret { line.writeText("***") } else { line.writeText(orNull: value) }
            } != nil
        if !isThere { line.writeNull() }
    }

    private func writePath(of stream: StreamContext, to line: inout LogLine) {
        let secrets = stream.maskedQueryParameters
        stream.withReceivedPathBytes { path in
            guard !secrets.isEmpty, path.contains(UInt8(ascii: "?")) else { return line.writeText(orNull: path) }
            masked(path, secrets).withUnsafeBytes { line.writeText(orNull: $0) }
        }
    }

    /// As Envoy's users know it: marks joined by commas, `-` for none.
    private func writeFlags(_ flags: [String], to line: inout LogLine) {
        switch flags.count {
        case 0: line.write("\"-\"" as StaticString)
        case 1: line.writeText(flags[0])
        default: line.writeText(flags.joined(separator: ","))
        }
    }

    private func writeTraceID(of stream: StreamContext, to line: inout LogLine) {
        let isThere = stream.request.headers.withValueBytes(of: .traceparent) { value in
            guard let trace = traceID(value) else { return false }
            line.writeText(trace)
            return true
        }
        if isThere != true { line.writeNull() }
    }

    private func writeAILog(_ values: [(key: String, value: LogValue)], to line: inout LogLine) {
        line.write(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in values {
            if !isFirst { line.write(UInt8(ascii: ",")) }
            isFirst = false
            line.writeText(key)
            line.write(UInt8(ascii: ":"))
            switch value {
            case .string(let text): line.writeText(text)
            case .integer(let number): line.writeDecimal(number)
            case .double(let number): number.isFinite ? line.write("\(number)") : line.writeNull()
            case .bool(let truth): line.write((truth ? "true" : "false") as StaticString)
            }
        }
        line.write(UInt8(ascii: "}"))
    }
}

/// A target with `***` for the values of these query parameters.
private func masked(_ path: UnsafeRawBufferPointer, _ secrets: [String]) -> [UInt8] {
    guard let base = path.baseAddress else { return [] }
    var bytes: [UInt8] = []
    var copied = 0
    QueryParameter.forEach(in: path) { parameter in
        guard let value = parameter.rawValue.baseAddress, !parameter.rawValue.isEmpty,
            secrets.contains(where: { parameter.isNamed($0) })
        else { return }
        let start = value - base
        bytes.append(contentsOf: path[copied..<start])
        bytes.append(contentsOf: "***".utf8)
        copied = start + parameter.rawValue.count
    }
    bytes.append(contentsOf: path[copied...])
    return bytes
}

/// The trace's id in a `traceparent`, or `nil` when that is not valid.
///
/// Source: W3C Trace Context, section 3.2.2.
private func traceID(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let dash = UInt8(ascii: "-")
    guard value.count >= 55, value[2] == dash, value[35] == dash, value[52] == dash else { return nil }
    let trace = UnsafeRawBufferPointer(rebasing: value[3..<35])
    var isZero = true
    for byte in trace {
        switch byte {
        case UInt8(ascii: "0"): break
        case UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): isZero = false
        default: return nil
        }
    }
    return isZero ? nil : trace
}
