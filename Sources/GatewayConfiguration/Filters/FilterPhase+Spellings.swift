package import FilterAPI

extension FilterPhase {
    private static let spellings: [String: FilterPhase] = [
        "authn": .authn, "authentication": .authn, "认证": .authn, "认证阶段": .authn,
        "authz": .authz, "authorization": .authz, "authorisation": .authz, "授权": .authz, "授权阶段": .authz,
        "鉴权": .authz, "鉴权阶段": .authz,
        "stats": .stats, "stat": .stats, "statistics": .stats, "统计": .stats, "统计阶段": .stats,
        "unspecified": .unspecified, "default": .unspecified, "默认": .unspecified, "默认阶段": .unspecified,
        "未指定": .unspecified, "未指定阶段": .unspecified,
    ]

    /// Spellings beside the names themselves, for those who cannot ask ``init(spelling:)``.
    static var commonSpellings: [(String, FilterPhase)] {
        spellings.sorted { $0.key < $1.key }.flatMap { spelling, phase in
            let upper = spelling.uppercased()
            let forms = [spelling, upper, spelling.prefix(1).uppercased() + spelling.dropFirst(), "\(upper)_PHASE"]
            return forms.filter { $0 != phase.rawValue }.map { ($0, phase) }
        }
    }

    /// Reads a phase as documents of the ecosystem spell it: in any case, with or without the word "phase" behind.
    package init?(spelling: String) {
        var text = spelling.lowercased().filter { !"_- ".contains($0) }
        if text.hasSuffix("phase") { text.removeLast(5) }
        guard let phase = FilterPhase.spellings[text] else { return nil }
        self = phase
    }
}
