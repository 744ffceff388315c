/// The page at `/` of the operators' listener: one answer with everything in it, which loads nothing from anywhere.
///
/// It says all it knows without scripts; with them its figures follow the gateway. Whatever stands in it from the configuration is
/// escaped, and the policy lets run only what carries the answer's own nonce.
enum StatusPage {
    static func answer(_ status: GatewayStatus) -> AdminAnswer {
        var random = SystemRandomNumberGenerator()
        let nonce = String(random.next() as UInt64, radix: 36) + String(random.next() as UInt64, radix: 36)
        var answer = AdminAnswer(text: self.html(status, nonce: nonce))
        answer.contentType = "text/html; charset=utf-8"
        answer.headers = [
            ("content-security-policy", self.policy(nonce)), ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"), ("cache-control", "no-store"),
        ]
        return answer
    }

    private static func policy(_ nonce: String) -> String {
        "default-src 'none'; style-src 'nonce-\(nonce)'; script-src 'nonce-\(nonce)'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    private static func html(_ status: GatewayStatus, nonce: String) -> String {
        let rates = StatusRates(status)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sluice</title>
            <style nonce="\(nonce)">\(StatusPageAssets.style)</style>
            </head>
            <body data-hash="\(escaped(status.configuration.hash))">
            \(self.header(status))
            \(self.figures(status, rates))
            \(self.listeners(status))
            \(self.services(status, rates))
            \(self.filters(status, rates))
            \(self.routes(status))
            <footer><span data-v="basis">Rates are averages since the start.</span>
            <a href="/metrics">metrics</a> <a href="/status">status as JSON</a> <a href="/config">configuration</a></footer>
            <script nonce="\(nonce)">\(StatusPageAssets.script)</script>
            </body>
            </html>

            """
    }

    private static func header(_ status: GatewayStatus) -> String {
        let configuration = status.configuration
        let file = configuration.file.map { "\(escaped($0)), " } ?? ""
        let refused = configuration.isLastReloadRefused ? #" <b class="bad">the last reload was refused</b>"# : ""
        return """
            <header><h1>Sluice</h1><p><b class="\(status.state == "ready" ? "good" : "warn")" data-v="state">\(escaped(status.state))</b>
            up <span data-v="uptime">\(StatusFigures.age(status.uptime))</span>
            · configuration \(file)<code>\(escaped(String(configuration.hash.prefix(12))))</code>, in force for
            <span data-v="age">\(StatusFigures.age(configuration.age))</span>\(refused)</p></header>
            """
    }

    private static func figures(_ status: GatewayStatus, _ rates: StatusRates) -> String {
        let failed = rates.requests["5xx"] ?? 0
        let figures: [(String, String, String)] = [
            ("rps", "requests/s", StatusFigures.rate(rates.allRequests)),
            ("fps", "5xx/s", StatusFigures.rate(failed)),
            ("p50", "p50", StatusFigures.time(rates.duration(of: 0.5))),
            ("p99", "p99", StatusFigures.time(rates.duration(of: 0.99))),
            ("sent", "sent/s", StatusFigures.bytes(rates.bytesSent)),
            ("connections", "connections", StatusFigures.count(status.traffic.connections)),
            ("streams", "streams", StatusFigures.count(status.traffic.streams)),
            ("memory", "memory", StatusFigures.bytes(status.process.residentMemory.map(Double.init))),
        ]
        let cells = figures.map { key, name, value in
            #"<div><dt>\#(name)</dt><dd data-v="\#(key)">\#(value)</dd></div>"#
        }
        return "<dl>\(cells.joined())</dl>"
    }

    private static func listeners(_ status: GatewayStatus) -> String {
        let rows = status.listeners.map { listener in
            let key = "l:\(listener.name)"
            return [
                Cell(listener.name), Cell(listener.address), Cell(listener.isSecure ? "TLS" : "clear text"),
                Cell(StatusFigures.count(listener.connections), key: "\(key):open"),
                Cell(StatusFigures.count(listener.accepted), key: "\(key):accepted"),
                Cell(StatusFigures.count(listener.refused), key: "\(key):refused"),
            ]
        }
        return self.table("Listeners", ["name", "address", "speaks", "#open", "#accepted", "#refused"], rows)
    }

    private static func services(_ status: GatewayStatus, _ rates: StatusRates) -> String {
        var rows: [[Cell]] = []
        for service in status.services {
            let key = "s:\(service.name)"
            let open = service.openLimits.isEmpty ? "" : "breaker: " + service.openLimits.joined(separator: ", ")
            rows.append([
                Cell(service.name), Cell("\(service.protocol), \(service.policy)"),
                Cell(open, key: "\(key):state", style: "bad"),
                Cell(StatusFigures.rate(rates.requests(of: service)), key: "\(key):rps"),
                Cell(StatusFigures.rate(rates.errors(of: service)), key: "\(key):eps"),
                Cell(StatusFigures.time(rates.duration(of: 0.99, service)), key: "\(key):p99"),
                Cell(StatusFigures.count(service.active), key: "\(key):active"),
                Cell(StatusFigures.count(service.idle), key: "\(key):idle"),
            ])
            for endpoint in service.endpoints {
                let key = "e:\(service.name):\(endpoint.address)"
                rows.append([
                    Cell(endpoint.address, style: "sub"), Cell("weight \(endpoint.weight)"),
                    Cell(
                        endpoint.standing,
                        key: "\(key):state",
                        style: endpoint.standing == "healthy" ? "good" : "bad"
                    ),
                    Cell("", key: "\(key):rps"), Cell("", key: "\(key):eps"), Cell(""),
                    Cell(StatusFigures.count(endpoint.active), key: "\(key):active"), Cell(""),
                ])
            }
        }
        let columns = ["name", "protocol, balancing", "state", "#requests/s", "#errors/s", "#p99", "#active", "#idle"]
        return self.table("Services", columns, rows) + self.more(status.serviceCount - status.services.count)
    }

    private static func filters(_ status: GatewayStatus, _ rates: StatusRates) -> String {
        let rows = status.filters.map { filter in
            let key = "f:\(filter.name)"
            return [
                Cell(filter.name), Cell("\(filter.phase) \(filter.priority)"), Cell(filter.failStrategy),
                Cell(StatusFigures.rate(rates.calls(of: filter)), key: "\(key):cps"),
                Cell(StatusFigures.time(filter.callTime), key: "\(key):time"),
                Cell(StatusFigures.count(filter.localResponses), key: "\(key):answers"),
                Cell(StatusFigures.count(filter.errors), key: "\(key):errors"),
                Cell(StatusFigures.age(filter.suspendedTime), key: "\(key):suspended"),
            ]
        }
        let columns = ["name", "phase, priority", "on error", "#calls/s", "#time", "#answered", "#errors", "#waited"]
        return self.table("Filters in their order", columns, rows)
    }

    private static func routes(_ status: GatewayStatus) -> String {
        let rows = status.routes.map { route in
            [
                Cell(route.name), Cell(route.match), Cell(route.destination),
                Cell(route.filters.joined(separator: " › ")),
            ]
        }
        let columns = ["name", "takes", "goes to", "filters"]
        return self.table("Routes", columns, rows) + self.more(status.routeCount - status.routes.count)
    }

    /// A line for what is not listed.
    private static func more(_ count: Int) -> String {
        count > 0 ? "<p>and \(StatusFigures.count(count)) more</p>" : ""
    }

    /// - Parameter columns: Those of numbers begin with `#`.
    private static func table(_ title: String, _ columns: [String], _ rows: [[Cell]]) -> String {
        guard !rows.isEmpty else { return "<h2>\(title)</h2><p>none</p>" }
        let isNumber = columns.map { $0.hasPrefix("#") }
        let head = columns.map {
            $0.hasPrefix("#") ? #"<th class="n">\#($0.dropFirst())</th>"# : "<th>\($0)</th>"
        }
        let body = rows.map { row in
            "<tr>" + zip(row, isNumber).map { $0.html(isNumber: $1) }.joined() + "</tr>"
        }
        return """
            <h2>\(title)</h2><div class="t"><table><thead><tr>\(head.joined())</tr></thead>
            <tbody>\(body.joined(separator: "\n"))</tbody></table></div>
            """
    }
}

/// One cell of a table.
private struct Cell {
    let text: String
    let key: String?
    let style: String?

    init(_ text: String, key: String? = nil, style: String? = nil) {
        self.text = text
        self.key = key
        self.style = style
    }

    func html(isNumber: Bool) -> String {
        let classes = [isNumber ? "n" : nil, self.style].compactMap { $0 }.joined(separator: " ")
        let attributes =
            (classes.isEmpty ? "" : " class=\"\(classes)\"") + (self.key.map { " data-v=\"\(escaped($0))\"" } ?? "")
        return "<td\(attributes)>\(escaped(self.text))</td>"
    }
}

extension GatewayStatus.Endpoint {
    /// How it stands, in one word.
    package var standing: String {
        if !self.isHealthy { return "unhealthy" }
        if self.isEjected { return "ejected" }
        return self.isAvoided ? "avoided" : "healthy"
    }
}

/// The text as HTML, in an element or in an attribute between double quotes.
private func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x26, 0x3C, 0x3E, 0x22, 0x27].contains($0) }) else { return text }
    return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
}
