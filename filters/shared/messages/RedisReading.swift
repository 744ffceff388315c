import FilterAPI
import NIOCore

/// How the keys of a Redis server are spelt: some of the ecosystem's filters write them in one way, some in the other.
enum RedisSpelling {
    /// `service_name`, `service_port`.
    case underscores
    /// `serviceName`, `servicePort`.
    case camelCase
}

extension ConfigurationFields {
    /// Reads the mapping `redis`, which has to be there; `nil` when it is wrong.
    func redisTarget(_ spelling: RedisSpelling) -> RedisTarget? {
        self.requiredObject("redis", help: "The Redis server.") { fields in
            let isCamelCase = spelling == .camelCase
            let service = fields.service(
                isCamelCase ? "serviceName" : "service_name",
                port: isCamelCase ? "servicePort" : "service_port",
                defaultPort: 6379,
                help: "The service, with its suffix."
            )
            let username = fields.string("username", help: "The ACL user; default: the default user.")
            let password = fields.secret("password", help: "The password; default: none.")
            let database = fields.integer("database", in: 0...65535, default: 0, help: "The database to SELECT.")
            let timeout = fields.duration(
                "timeout",
                bareUnit: .milliseconds,
                in: .milliseconds(1)...(.seconds(60)),
                default: .seconds(1),
                help: "How long one command may take, connecting included."
            )
            return service.map {
                RedisTarget(service: $0, username: username, password: password, database: database, timeout: timeout)
            }
        }
    }
}

extension Callouts {
    /// Sends one Redis command of texts and waits for its reply.
    nonisolated(nonsending) func redis(_ command: [String], on target: RedisTarget) async throws -> RedisValue {
        try await self.redis(command.map { ByteBuffer(string: $0) }, on: target)
    }
}

extension RedisValue {
    /// A whole number, also one that stands in a text.
    var number: Int? {
        switch self {
        case .integer(let number): number
        case .string: self.text.flatMap { Int($0) }
        default: nil
        }
    }
}
