import ArgumentParser
import FilterAPI
import Gateway

/// `sluice filters [NAME]`: what is registered.
struct FiltersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filters",
        abstract: "Lists the filters, or the keys of one."
    )

    @Argument(help: "A filter's name.")
    var name: String?

    func run() throws {
        let registry = GatewayCommandLine.registry
        guard let name else {
            for filter in registry.filters.sorted(by: { $0.name < $1.name }) { self.printLine(filter) }
            return
        }
        guard let filter = registry.filter(named: name) else {
            let names = registry.filters.map { $0.name }.sorted().joined(separator: ", ")
            Output.error("no filter \"\(name)\"; registered filters: \(names)")
            throw ExitCode(64)
        }
        self.printLine(filter)
        for key in keys(of: filter) { self.printKey(key, indentation: "  ") }
    }

    /// That of the longest name, so that the columns stand below each other.
    private var nameWidth: Int { GatewayCommandLine.registry.filters.map { $0.name.count }.max() ?? 0 }

    private func printLine(_ filter: any Filter.Type) {
        let columns = [
            filter.name.padded(to: self.nameWidth), filter.phase.rawValue.padded(to: 12),
            "\(filter.priority)".padded(to: 6),
            filter.summary,
        ]
        Output.print(columns.joined(separator: " "))
    }

    private func printKey(_ key: ConfigurationKey, indentation: String) {
        var facts = [key.type.rawValue]
        if key.isRequired { facts.append("required") }
        if let text = key.defaultText { facts.append("default \(text)") }
        if let range = key.range { facts.append(range) }
        if !key.allowedValues.isEmpty { facts.append(key.allowedValues.joined(separator: " | ")) }
        let name = (indentation + key.name).padded(to: 32)
        Output.print("\(name) \(key.help) (\(facts.joined(separator: ", ")))")
        for field in key.fields { self.printKey(field, indentation: indentation + "  ") }
    }
}

private func keys<F: Filter>(of filter: F.Type) -> [ConfigurationKey] {
    ConfigurationFields.describe(F.Configuration.self)
}

extension String {
    /// The text with blanks behind it up to a width.
    func padded(to width: Int) -> String {
        self.count >= width ? self : self + String(repeating: " ", count: width - self.count)
    }
}
