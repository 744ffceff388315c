import FilterAPI

/// `match` of a route: conditions on a request, which all have to hold. Without any it takes every request.
package struct MatchConfiguration: Sendable, Hashable {
    /// Hosts in lower case: a name, `*.name`, or `*`; empty takes every host.
    package let domains: [String]
    /// The path; nil takes every path.
    package let path: PathMatchConfiguration?
    /// Methods, one of which has to be the request's; empty takes every method.
    package let methods: [String]
    /// Conditions on header fields, with names in lower case.
    package let headers: [ValueMatchConfiguration]
    /// Conditions on parameters of the query.
    package let query: [ValueMatchConfiguration]

    init(_ fields: ConfigurationFields) {
        domains = fields.domainPatterns("domains", help: "Hosts: chat.example.com, *.example.com or *.")
        path = fields.object("path", help: "The path, in one of three ways.") { PathMatchConfiguration.read($0) } ?? nil
        methods = MatchConfiguration.methods(fields)
        headers = fields.objects("headers", named: "name", help: "Conditions on header fields.") {
            ValueMatchConfiguration($0, isHeader: true)
        }
        query = fields.objects("query", named: "name", help: "Conditions on parameters of the query.") {
            ValueMatchConfiguration($0, isHeader: false)
        }
    }

    private init(
        domains: [String],
        path: PathMatchConfiguration?,
        methods: [String],
        headers: [ValueMatchConfiguration],
        query: [ValueMatchConfiguration]
    ) {
        self.domains = domains
        self.path = path
        self.methods = methods
        self.headers = headers
        self.query = query
    }

    /// The same conditions in an order of their own, so that equal ones can be found.
    var canonical: MatchConfiguration {
        MatchConfiguration(
            domains: Set(domains).sorted(),
            path: path,
            methods: Set(methods).sorted(),
            headers: headers.sorted { $0.name < $1.name },
            query: query.sorted { $0.name < $1.name }
        )
    }

    private static func methods(_ fields: ConfigurationFields) -> [String] {
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"]
        let methods = fields.strings("methods", form: .listOrScalar, help: "Methods, such as POST.")
        for (index, method) in methods.enumerated() {
            if known.contains(method.uppercased()), method != method.uppercased() {
                fields.error(
                    at: "methods",
                    item: index,
                    "found \(quoted(method)); methods are case-sensitive; did you mean \"\(method.uppercased())\"?"
                )
            } else if !isToken(method) {
                fields.error(at: "methods", item: index, "found \(quoted(method)); expected a method such as POST")
            }
        }
        return methods
    }
}

extension ConfigurationFields {
    /// A list of hosts as routes and match rules name them, in lower case.
    func domainPatterns(_ key: String, help: String) -> [String] {
        strings(key, form: .listOrScalar, help: help).enumerated().compactMap { index, text in
            do throws(ConfigurationMistake) {
                return try HostName.pattern(text)
            } catch {
                let references = references(at: key)
                let shown = references.indices.contains(index) ? references[index].shown : quoted(text)
                self.error(at: key, item: index, "found \(shown); \(error)")
                return nil
            }
        }
    }
}

/// Whether `text` is a token (RFC 9110, section 5.6.2): a method or the name of a header field.
func isToken(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
}
