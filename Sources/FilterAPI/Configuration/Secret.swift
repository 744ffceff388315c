/// A text that must not be shown: a password, a token, a key.
///
/// Every way of printing it gives `<redacted>`; the text itself is behind ``reveal()``, so that each use can be found.
public struct Secret: Sendable, Hashable {
    private let text: String

    /// Guards `text`.
    public init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that needs it.
    public func reveal() -> String { text }

    /// Whether the text is empty.
    public var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What stands in a secret's place wherever it would be shown.
    public static let redacted = "<redacted>"

    /// `<redacted>`.
    public var description: String { Secret.redacted }
    /// `<redacted>`.
    public var debugDescription: String { Secret.redacted }
    /// A mirror without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}
