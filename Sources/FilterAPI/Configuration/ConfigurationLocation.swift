/// The "where" of a message: what the reader calls the part of the file that is meant.
///
/// It has a title for a part with a name of its own, and a path of keys below it:
/// `filters[1] "key-auth": config.consumers[0]`.
public struct ConfigurationLocation: Sendable, Hashable {
    private let title: String
    private let path: String

    /// The file as a whole.
    public static let root = ConfigurationLocation(title: "", path: "")

    private init(title: String, path: String) {
        self.title = title
        self.path = path
    }

    /// A part with a name of its own, such as `filters[1] "key-auth"`.
    public init(titled title: String) {
        self.init(title: title, path: "")
    }

    /// The value of `key` below this place.
    public func key(_ key: String) -> ConfigurationLocation {
        ConfigurationLocation(title: title, path: path.isEmpty ? key : "\(path).\(key)")
    }

    /// The item `index` (from 0) of the list at this place.
    public func item(_ index: Int) -> ConfigurationLocation {
        ConfigurationLocation(title: title, path: "\(path)[\(index)]")
    }

    /// This place under the name that the file gives it: `filters[1]` named `key-auth`; unchanged without one.
    public func named(_ name: String?) -> ConfigurationLocation {
        guard let name else { return self }
        return ConfigurationLocation(titled: "\(description) \(quoted(name))")
    }
}

extension ConfigurationLocation: CustomStringConvertible {
    /// `TITLE: PATH`, or the one of the two that there is.
    public var description: String {
        title.isEmpty || path.isEmpty ? title + path : "\(title): \(path)"
    }
}
