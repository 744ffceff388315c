import GJSON
import NIOCore

extension JSONTree {
    /// Changes the tree as one step says.
    ///
    /// - Parameters:
    ///   - step: The change.
    ///   - source: Finds what `map` takes; `nil` when it is not there.
    ///   - value: Makes a configured value.
    mutating func apply(
        _ step: TransformStep<BodyKey>,
        source: (TransformSource) -> JSONTree?,
        value: (TransformValue) throws -> JSONTree
    ) rethrows {
        switch step {
        case .remove(let key): self.remove(at: key.path)
        case .rename(let old, let new):
            guard old != new, let moved = self.value(at: old.path) else { return }
            self.remove(at: old.path)
            self.set(moved, at: new.path)
        case .replace(let key, let new): self.set(try value(new), at: key.path)
        case .add(let key, let new):
            if self.value(at: key.path) == nil { self.set(try value(new), at: key.path) }
        case .append(let key, let new): self.append(try value(new), at: key.path)
        case .map(let from, let key):
            if let found = source(from) { self.set(found, at: key.path) }
        case .dedupe(let key, let strategy):
            guard case .array(let elements)? = self.value(at: key.path) else { return }
            if let retained: JSONTree = strategy.retained(of: elements) { self.set(retained, at: key.path) }
        }
    }

    private mutating func append(_ value: JSONTree, at path: JSONKeyPath) {
        switch self.value(at: path) {
        case .array(let elements)?: self.set(.array(elements + [value]), at: path)
        case let only?: self.set(.array([only, value]), at: path)
        case nil: self.set(value, at: path)
        }
    }

    /// The value of a key, by GJSON where the key is more than names and places.
    func value(of key: BodyKey) -> JSONTree? {
        guard key.needsGJSON else { return self.value(at: key.path) }
        let found = self.bytes.withUnsafeReadableBytes { GJSONPath(key.text).evaluate($0) }
        return found.exists ? JSONTree(parsing: ByteBuffer(bytes: found.raw)) : nil
    }
}
