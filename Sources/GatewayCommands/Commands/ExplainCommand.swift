import ArgumentParser
import FilterAPI
import Foundation
import Gateway
import Logging

/// `sluice explain CONFIG --request "POST https://host/path"`: why a request goes where it goes.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows the route of a request and the filters that it passes, in order."
    )

    @Argument(help: "The configuration file.")
    var config: String

    @Option(help: "Method and URL, such as \"POST https://chat.example.com/v1/chat/completions\".")
    var request: String

    @Option(name: .customShort("H"), help: "A header field, such as \"x-tier: gold\"; may be repeated.")
    var header: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let head = try self.head()
        let surroundings = GatewayPlan.Surroundings(
            logger: Output.logger(level: .critical),
            shared: SharedFilterState(isServing: false)
        )
        let plan = try Output.load(self.config, surroundings: surroundings)
        let explanation = plan.explain(head)
        if self.json { self.printJSON(explanation) } else { self.printText(explanation) }
    }

    private func head() throws -> RequestHead {
        let parts = self.request.split(separator: " ", omittingEmptySubsequences: true)
        let method = parts.count > 1 ? String(parts[0]) : "GET"
        guard parts.count == 1 || parts.count == 2, let last = parts.last,
            let url = RequestURL(String(last))
        else { throw ValidationError("--request takes a method and a URL, such as \"GET http://localhost/\".") }
        var head = RequestHead(
            method: HTTPMethod(rawValue: method),
            scheme: url.scheme,
            authority: url.authority,
            path: url.path
        )
        for text in self.header {
            guard let colon = text.firstIndex(of: ":") else {
                throw ValidationError("-H takes \"name: value\".")
            }
            let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            head.headers.add(HeaderName(String(text[..<colon])), value)
        }
        return head
    }

    private func printText(_ explanation: Explanation) {
        for passed in explanation.passedRoutes { Output.print("not \(passed.name): \(passed.reason)") }
        if let route = explanation.route {
            Output.print("route \(route) -> \(explanation.destination ?? "")")
        } else {
            Output.print("route_not_found: no route matches; the answer is 404")
        }
        if let upgrade = explanation.upgrade {
            Output.print(
                upgrade.chosen.map { "upgrade \($0): allowed" }
                    ?? "upgrade \(upgrade.offered): not allowed here; the request goes on without it"
            )
        }
        for (index, filter) in explanation.filters.enumerated() {
            let columns = [
                "\(index + 1)".padded(to: 3), filter.name.padded(to: 20), filter.phase.rawValue.padded(to: 12),
                "\(filter.priority)".padded(to: 6), filter.source,
            ]
            let order = filter.order.isEmpty ? "" : ", \(filter.order)"
            Output.print(columns.joined(separator: " ") + order)
        }
        for skipped in explanation.skipped { Output.print("skipped \(skipped.name): \(skipped.reason)") }
    }

    private func printJSON(_ explanation: Explanation) {
        let filters = explanation.filters.map { filter -> [String: Any] in
            let config = try? JSONSerialization.jsonObject(with: Data(filter.config.utf8), options: .fragmentsAllowed)
            let order: [String: Any] = filter.order.isEmpty ? [:] : ["order": filter.order]
            let facts: [String: Any] = [
                "name": filter.name, "filter": filter.filter, "phase": filter.phase.rawValue,
                "priority": filter.priority, "config": config ?? [String: Any](), "source": filter.source,
            ]
            return facts.merging(order) { fact, _ in fact }
        }
        let object: [String: Any] = [
            "route": explanation.route ?? NSNull(),
            "destination": explanation.destination ?? NSNull(),
            "detail": explanation.route == nil ? "route_not_found" : NSNull(),
            "upgrade": explanation.upgrade?.chosen ?? NSNull(),
            "filters": filters,
            "skipped": explanation.skipped.map { ["name": $0.name, "reason": $0.reason] },
        ]
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        if let data = try? JSONSerialization.data(withJSONObject: object, options: options) {
            Output.print(String(decoding: data, as: UTF8.self))
        }
    }
}
