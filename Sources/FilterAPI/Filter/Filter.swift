/// A filter: built once from its configuration, shared by all streams and event loops.
///
/// A filter takes part in a stream through the object that ``makeStream(_:)`` gives: the filter itself when it keeps
/// nothing per stream (the default, which costs nothing), or a small class that lives as long as the stream does and
/// is confined to the stream's event loop.
///
/// What that object does is what it conforms to: ``RequestHeadHook``, ``RequestBodyHook``, ``RequestBodyObserver``,
/// ``RequestCollectHook``, ``RequestTrailersHook`` and the same for responses, ``StreamEndHook``, ``LogHook``. The
/// gateway reads the conformances when it builds the chain and never calls a hook that is not there.
///
/// ```swift
/// final class Greeting: Filter, ResponseHeadHook {
///     static let name = "greeting"
///     static let summary = "Adds a greeting to every response."
///     let text: String
///
///     struct Configuration: FilterConfiguration {
///         let text: String
///         init(_ fields: ConfigurationFields) {
///             text = fields.string("text", default: "hello", help: "What the response says.")
///         }
///     }
///
///     init(_ configuration: Configuration, _ environment: FilterEnvironment) {
///         text = configuration.text
///     }
///
///     func responseHead(_ stream: StreamContext) -> FilterAction {
///         stream.response.headers["x-greeting"] = text
///         return .continue
///     }
/// }
/// ```
public protocol Filter: AnyObject, Sendable {
    /// What the `config` of an entry holds.
    associatedtype Configuration: FilterConfiguration
    /// The object that takes part in one stream; by default the filter itself.
    associatedtype Stream: AnyObject = Self

    /// The registered name, in kebab case: the `filter:` of an entry.
    static var name: String { get }
    /// The phase of an entry that names none; default ``FilterPhase/unspecified``.
    static var phase: FilterPhase { get }
    /// The priority of an entry that names none; higher runs earlier within the phase; default 0.
    static var priority: Int { get }
    /// One line for `sluice filters`.
    static var summary: String { get }

    /// Keys that a match rule may give alone: the other keys are then those of the entry's `config`; default none, a rule's
    /// `config` then replaces the entry's.
    static var ruleKeys: Set<String> { get }

    /// Builds the filter for one entry, one match rule or one route's say.
    ///
    /// - Parameters:
    ///   - configuration: The entry's `config`, read and free of errors.
    ///   - environment: The entry's name, its log and its metrics.
    /// - Throws: What keeps the filter from working; the configuration is refused with it.
    init(_ configuration: Configuration, _ environment: FilterEnvironment) throws

    /// Makes the object that takes part in one stream, or `nil` when the filter has nothing to do in it.
    func makeStream(_ stream: StreamContext) -> Stream?
}

extension Filter {
    /// `UNSPECIFIED`.
    public static var phase: FilterPhase { .unspecified }
    /// 0.
    public static var priority: Int { 0 }
    /// None.
    public static var ruleKeys: Set<String> { [] }
}

extension Filter where Stream == Self {
    /// The filter itself.
    public func makeStream(_ stream: StreamContext) -> Stream? { self }
}
