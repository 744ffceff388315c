import Foundation

@testable import SentenceEncoder

/// The models that tests read.
enum ModelFolder: String, CaseIterable, Sendable {
    case bertF32 = "bert-f32"
    case bertF16 = "bert-f16"
    case distilbertBF16 = "distilbert-bf16"
    case xlmRobertaF32 = "xlm-roberta-f32"

    /// Where it is in the tree.
    var path: String { Self.folder("Models").appendingPathComponent(self.rawValue).path }

    /// What the reference computes from it.
    var expected: [EncodedText] {
        get throws {
            let data = try Data(contentsOf: URL(fileURLWithPath: self.path + "/expected.json"))
            return try JSONDecoder().decode([EncodedText].self, from: data)
        }
    }

    /// A folder beside this one.
    static func folder(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(name)
    }
}

/// A text with its tokens and its vector.
struct EncodedText: Sendable, Codable {
    let text: String
    let ids: [Int32]
    let vector: [Float]
}

/// The cosine of two vectors.
func cosine(_ left: [Float], _ right: [Float]) -> Double {
    func product(_ left: [Float], _ right: [Float]) -> Double {
        zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return product(left, right) / (product(left, left) * product(right, right)).squareRoot()
}

/// A copy of a model whose files can be damaged; it goes with the last reference.
final class ModelCopy {
    let path: String

    init(of model: ModelFolder) throws {
        self.path = NSTemporaryDirectory() + "model-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: model.path, toPath: self.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func bytes(of file: String) throws -> [UInt8] { Array(try Data(contentsOf: self.url(file))) }

    func write(_ bytes: [UInt8], to file: String) throws { try Data(bytes).write(to: self.url(file)) }

    /// Puts a text in the place of another, which has to be there.
    func replace(_ old: String, by new: String, in file: String) throws {
        let text = String(decoding: try self.bytes(of: file), as: UTF8.self)
        struct NotThere: Error {}
        guard text.contains(old) else { throw NotThere() }
        try self.write(Array(text.replacingOccurrences(of: old, with: new).utf8), to: file)
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(at: self.url(file)) }

    /// What is wrong with it; `nil` for nothing.
    var error: String? {
        do throws(ModelError) {
            _ = try SentenceModel(self.path)
            return nil
        } catch {
            return error.description
        }
    }

    private func url(_ file: String) -> URL { URL(fileURLWithPath: self.path).appendingPathComponent(file) }
}
