import Gateway

/// The status of a gateway for people: a few lines and four tables.
struct StatusReport {
    private let rates: StatusRates
    private let status: GatewayStatus

    init(_ rates: StatusRates, _ status: GatewayStatus) {
        self.rates = rates
        self.status = status
    }

    var text: String {
        [self.summary, self.listeners, self.services, self.filters, self.routes].joined(separator: "\n\n")
    }

    private var summary: String {
        let (status, rates) = (self.status, self.rates)
        let configuration = status.configuration
        let refused = configuration.isLastReloadRefused ? "; the last reload was refused" : ""
        let file = configuration.file.map { "\($0) " } ?? ""
        let codes = ["2xx", "3xx", "4xx", "5xx", "none"].map { "\($0) \(StatusFigures.rate(rates.requests[$0] ?? 0))" }
        return """
            \(status.state), up \(StatusFigures.age(status.uptime)), \(status.process.workers) workers, memory \
            \(StatusFigures.bytes(status.process.residentMemory.map(Double.init))), log level \(status.process.logLevel)
            configuration \(file)\(configuration.hash.prefix(12)), in force for \(StatusFigures.age(configuration.age))\(refused)
            \(StatusFigures.rate(rates.allRequests)) requests/s (\(codes.joined(separator: ", "))), \
            p50 \(StatusFigures.time(rates.duration(of: 0.5))), p99 \(StatusFigures.time(rates.duration(of: 0.99))), \
            \(status.traffic.connections) connections, \(status.traffic.streams) streams
            """
    }

    private var listeners: String {
        var table = TextTable(["LISTENER", "ADDRESS", "SPEAKS", "#OPEN", "#ACCEPTED", "#REFUSED"])
        for listener in self.status.listeners {
            table.add([
                listener.name, listener.address, listener.isSecure ? "TLS" : "clear text", "\(listener.connections)",
                "\(listener.accepted)", "\(listener.refused)",
            ])
        }
        return table.text
    }

    private var services: String {
        let columns = ["SERVICE", "STATE", "#REQUESTS/S", "#ERRORS/S", "#P99", "#ACTIVE", "#IDLE", "#RETRIES"]
        var table = TextTable(columns)
        for service in self.status.services {
            let open = service.openLimits.isEmpty ? "" : "breaker: " + service.openLimits.joined(separator: ",")
            table.add([
                service.name, open, StatusFigures.rate(self.rates.requests(of: service)),
                StatusFigures.rate(self.rates.errors(of: service)),
                StatusFigures.time(self.rates.duration(of: 0.99, service)), "\(service.active)", "\(service.idle)",
                "\(service.retries)",
            ])
            for endpoint in service.endpoints {
                table.add(["  \(endpoint.address)", endpoint.standing, "", "", "", "\(endpoint.active)", "", ""])
            }
        }
        return table.text + self.more(self.status.serviceCount - self.status.services.count)
    }

    private var filters: String {
        var table = TextTable(["FILTER", "PHASE", "#PRIORITY", "#CALLS/S", "#TIME", "#ANSWERED", "#ERRORS"])
        for filter in self.status.filters {
            table.add([
                filter.name, filter.phase, "\(filter.priority)", StatusFigures.rate(self.rates.calls(of: filter)),
                StatusFigures.time(filter.callTime), "\(filter.localResponses)", "\(filter.errors)",
            ])
        }
        return table.text
    }

    private var routes: String {
        var table = TextTable(["ROUTE", "TAKES", "GOES TO", "FILTERS"])
        for route in self.status.routes {
            table.add([route.name, route.match, route.destination, route.filters.joined(separator: " > ")])
        }
        return table.text + self.more(self.status.routeCount - self.status.routes.count)
    }

    /// A line for what is not listed.
    private func more(_ count: Int) -> String { count > 0 ? "\nand \(StatusFigures.count(count)) more" : "" }
}

/// Lines whose columns stand below each other; those of numbers are aligned to the right.
struct TextTable {
    private let isNumber: [Bool]
    private var rows: [[String]]

    /// - Parameter columns: The heads; those of columns with numbers begin with `#`.
    init(_ columns: [String]) {
        self.isNumber = columns.map { $0.hasPrefix("#") }
        self.rows = [columns.map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }]
    }

    mutating func add(_ row: [String]) { self.rows.append(row.map(TextTable.printable)) }

    var text: String {
        let widths = self.isNumber.indices.map { column in self.rows.map { $0[column].count }.max() ?? 0 }
        let lines = self.rows.map { row in
            let cells = row.enumerated().map { index, cell in
                let padding = String(repeating: " ", count: widths[index] - cell.count)
                return self.isNumber[index] ? padding + cell : cell + padding
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
        return lines.joined(separator: "\n")
    }

    /// What a terminal would take as a command becomes `?`.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 })
        )
    }
}
