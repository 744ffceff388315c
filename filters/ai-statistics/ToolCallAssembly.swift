import NIOCore

/// Puts the calls of tools together that a stream of chat completions gives in pieces.
struct ToolCallAssembly {
    private struct Call {
        var id = ""
        var type = ""
        var name = ""
        var arguments = ""
    }

    /// How many calls are kept.
    private static let maximumCalls = 64

    private var calls: [Int: Call] = [:]
    private var size = 0

    /// Takes the pieces of one event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - limit: The most bytes of all arguments together.
    mutating func add(_ event: JSONDocument, limit: Int) {
        guard let choices = event.member("choices", of: JSONDocument.root),
            let choice = event.elements(of: choices).first,
            let delta = event.member("delta", of: choice), let pieces = event.member("tool_calls", of: delta)
        else { return }
        for (place, piece) in event.elements(of: pieces).enumerated() {
            let index = event.member("index", of: piece).flatMap { event.integer($0) } ?? place
            guard self.size <= limit, self.calls[index] != nil || self.calls.count < Self.maximumCalls else { return }
            self.add(piece, of: event, to: index)
        }
    }

    private mutating func add(_ piece: Int, of event: JSONDocument, to index: Int) {
        func text(_ name: StaticString, of value: Int) -> String? {
            event.member(name, of: value).flatMap { event.string($0) }
        }
        var call = self.calls[index] ?? Call()
        if let id = text("id", of: piece), !id.isEmpty { call.id = id }
        if let type = text("type", of: piece), !type.isEmpty { call.type = type }
        if let function = event.member("function", of: piece) {
            if let name = text("name", of: function), !name.isEmpty { call.name = name }
            if let arguments = text("arguments", of: function) {
                call.arguments += arguments
                self.size += arguments.utf8.count
            }
        }
        self.calls[index] = call
    }

    /// The calls as a JSON array; `nil` when there is none.
    var json: String? {
        if self.calls.isEmpty { return nil }
        var writer = JSONWriter()
        writer.array { array in
            for (index, call) in self.calls.sorted(by: { $0.key < $1.key }) {
                array.object { object in
                    object.member("index", index)
                    object.member("id", call.id)
                    object.member("type", call.type)
                    object.member("function") {
                        $0.object { function in
                            function.member("name", call.name)
                            function.member("arguments", call.arguments)
                        }
                    }
                }
            }
        }
        return String(buffer: writer.bytes)
    }
}
