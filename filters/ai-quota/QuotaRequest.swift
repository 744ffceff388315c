import FilterAPI

/// What a request wants of the quotas.
enum QuotaRequest: Hashable {
    /// It asks the model: it needs quota, and takes of it.
    case completion
    /// It asks for a consumer's quota.
    case query
    /// It sets a consumer's quota.
    case refresh
    /// It changes a consumer's quota.
    case delta

    private static let completions = "/v1/chat/completions"

    /// The ends of all paths that quotas have to do with.
    static func paths(adminPath: String) -> [String] {
        ["", adminPath, adminPath + "/refresh", adminPath + "/delta"].map { self.completions + $0 }
    }

    /// Reads a path that ends in one of these.
    ///
    /// - Parameters:
    ///   - path: The path without its query.
    ///   - adminPath: What management adds to the path of chat completions.
    init(path: Substring, adminPath: String) {
        let admin = Self.completions + adminPath
        if path.hasSuffix(admin + "/refresh") {
            self = .refresh
        } else if path.hasSuffix(admin + "/delta") {
            self = .delta
        } else if path.hasSuffix(admin) {
            self = .query
        } else {
            self = .completion
        }
    }
}

/// A change of a consumer's quota, or a question about it.
struct QuotaOrder: Hashable {
    let consumer: String
    /// The new quota, or what is added; 0 for a question.
    let amount: Int

    /// Reads the parameters of a query or form, or gives `nil` when they are not what they have to be.
    ///
    /// - Parameters:
    ///   - parameters: The parameters.
    ///   - amountName: The parameter that holds a number; `nil` when none is needed.
    init?(_ parameters: FormValues, amountName: String?) {
        guard let consumer = parameters.values(of: "consumer").first, !consumer.isEmpty else { return nil }
        self.consumer = consumer
        guard let amountName else {
            self.amount = 0
            return
        }
        guard let amount = parameters.values(of: amountName).first.flatMap({ Int($0) }) else { return nil }
        self.amount = amount
    }
}
