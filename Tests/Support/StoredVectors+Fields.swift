import Foundation

extension StoredVectors.Point {
    /// A point whose fields are this object.
    package init(id: String, vector: [Double], object: [String: Any]) {
        self.init(id: id, vector: vector, fields: ServiceDoubleAnswer(json: object).body)
    }

    /// The fields; empty when they are no object.
    package var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(self.fields.utf8))) as? [String: Any] ?? [:]
    }
}

extension StoredVectors {
    /// A name for a new point, for services that choose it themselves.
    package var nextID: String { "\(6_176_745_980_928 + self.countOfStored)" }

    /// The points whose field holds a text.
    package func points(where field: String, is text: String) -> [Point] {
        self.all.filter { $0.object[field] as? String == text }
    }

    /// Takes out the points whose field holds a text; their ids.
    package func remove(where field: String, is text: String) -> [String] {
        self.remove { $0.object[field] as? String == text }
    }
}
