import FilterAPI
import NIOCore
import TestSupport
import Testing

/// Random edits of a table of fields, compared with the same edits of a plain list.
@Suite("A table of fields")
struct HeaderFieldsModelTests {
    private static let names = ["accept", "cookie", "x-a", "x-b", "content-type", "host", "x-a-longer-name"]

    @Test("is after any edits what a list would be", arguments: [41, 42, 43, 44] as [UInt64])
    func edits(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var fields = HeaderFields()
            var model: [(name: String, value: String)] = []
            var edits: [String] = []
            for _ in 0..<40 {
                let name = random.element(of: Self.names)
                let spelling = random.chance(50) ? name : name.uppercased()
                let value = String(repeating: "v", count: random.next(in: 0...20)) + "\(random.next(in: 0...9))"
                switch random.next(in: 0...4) {
                case 0, 1:
                    edits.append("add \(name)")
                    fields.add(HeaderName(spelling), value)
                    model.append((name, value))
                case 2:
                    edits.append("set \(name)")
                    fields.set(HeaderName(spelling), value)
                    if let first = model.firstIndex(where: { $0.name == name }) {
                        model[first].value = value
                        let rest = model[(first + 1)...].filter { $0.name != name }
                        model = Array(model[...first]) + rest
                    } else {
                        model.append((name, value))
                    }
                case 3:
                    edits.append("remove \(name)")
                    fields.remove(HeaderName(spelling))
                    model.removeAll { $0.name == name }
                default:
                    let last = value.last
                    edits.append("remove all that end in \(String(describing: last))")
                    fields.removeAll { $1.last == last }
                    model.removeAll { $0.value.last == last }
                }
                #expect(
                    fields.map { "\($0.name): \($0.value)" } == model.map { "\($0.name): \($0.value)" },
                    "seed \(seed): \(edits)"
                )
                var seen: [String] = []
                fields.forEachField { name, value in
                    let name = String(decoding: name, as: UTF8.self).lowercased()
                    seen.append("\(name): \(String(decoding: value, as: UTF8.self))")
                }
                #expect(seen == model.map { "\($0.name): \($0.value)" }, "seed \(seed): \(edits)")
                for name in Self.names {
                    let values = model.filter { $0.name == name }.map(\.value)
                    #expect(fields.values(of: HeaderName(name)) == values, "seed \(seed): \(edits)")
                    #expect(fields.contains(HeaderName(name)) == !values.isEmpty, "seed \(seed): \(edits)")
                }
            }
        }
    }
}
