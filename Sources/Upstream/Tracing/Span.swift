/// A piece of work with a beginning and an end, as it is told to whoever collects traces.
package struct Span: Sendable {
    /// Source: OpenTelemetry Protocol, `Span.SpanKind`.
    package enum Kind: Int, Sendable {
        /// Within the gateway.
        case `internal` = 1
        /// A client's request.
        case server = 2
        /// A request to a service.
        case client = 3
    }

    package enum Value: Sendable, Hashable {
        case string(String)
        case integer(Int)
        case bool(Bool)
    }

    /// Its trace and its own id.
    package let context: TraceContext
    /// The id of the span that it is part of; `nil` for the first one of a trace.
    package let parentID: UInt64?
    package let name: String
    package let kind: Kind
    /// Nanoseconds since 1970.
    package let start: Int64
    /// Nanoseconds since 1970.
    package var end: Int64
    package var attributes: [(key: String, value: Value)] = []
    /// What went wrong, if anything did.
    package var failure: String?

    package init(
        _ name: String,
        _ kind: Kind,
        _ context: TraceContext,
        parentID: UInt64?,
        start: Int64,
        end: Int64 = 0
    ) {
        self.name = name
        self.kind = kind
        self.context = context
        self.parentID = parentID
        self.start = start
        self.end = end
    }

    /// Adds an attribute unless there is nothing to say.
    package mutating func set(_ key: String, _ text: String?) {
        if let text, !text.isEmpty { self.attributes.append((key, .string(text))) }
    }

    package mutating func set(_ key: String, _ number: Int) { self.attributes.append((key, .integer(number))) }

    package mutating func set(_ key: String, _ truth: Bool) { self.attributes.append((key, .bool(truth))) }
}
