public import FilterAPI

/// The filters that come with the gateway, by name.
///
/// A filter is one folder here, one line in this table, its test and its page in the documentation.
public let bundledFilters: [any Filter.Type] = [
    AccessLog.self,
    AICache.self,
    BasicAuth.self,
    ExtAuth.self,
    HMACAuth.self,
    IPRestriction.self,
    JWTAuth.self,
    KeyAuth.self,
    SkipHeader.self,
]
