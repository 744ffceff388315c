/// The kinds of stores that `cache.type` names.
let cacheProviders: [any CacheProvider.Type] = [
    MemoryCache.self,
    RedisCache.self,
]
