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

    /// Reads a phase as documents of the ecosystem spell it: in any case, with or without the word "phase" behind.
    package init?(spelling: String) {
        var text = spelling.lowercased().filter { !"_- ".contains($0) }
        if text.hasSuffix("phase") { text.removeLast(5) }
        guard let phase = FilterPhase.spellings[text] else { return nil }
        self = phase
    }
}
