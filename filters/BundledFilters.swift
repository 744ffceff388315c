public import FilterAPI

/// The filters that come with the gateway, by name.
///
/// A filter is one folder here, one line in this table, its test and its page in the documentation.
public let bundledFilters: [any Filter.Type] = [
    AccessLog.self,
    AICache.self,
    AIHistory.self,
    AIPromptDecorator.self,
    AIPromptTemplate.self,
    AIProxy.self,
    AIQuota.self,
    AIStatistics.self,
    AITokenRatelimit.self,
    BasicAuth.self,
    BotDetect.self,
    ClusterKeyRateLimit.self,
    Compress.self,
    CORS.self,
    CustomResponse.self,
    ExtAuth.self,
    Headers.self,
    HMACAuth.self,
    IPRestriction.self,
    JWTAuth.self,
    KeyAuth.self,
    KeyRateLimit.self,
    LogRequestResponse.self,
    ModelMapper.self,
    ModelRouter.self,
    RequestBlock.self,
    RequestID.self,
    RequestValidation.self,
    SkipHeader.self,
    Transformer.self,
]
