import ArgumentParser
import FilterAPI
import Foundation
import Gateway

/// `sluice new`: what a beginning can be made from.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Makes a package to begin with.",
        subcommands: [NewFilterCommand.self]
    )
}

/// `sluice new filter NAME [DIR]`: a package with a filter, its test and a gateway that runs it.
struct NewFilterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter",
        abstract: "Makes a package with a filter, its test and a gateway that runs it.",
        discussion: "The package builds, tests and serves as it stands; its README.md has the commands."
    )

    @Argument(help: "The filter's name: lower-case words with hyphens between, such as tenant-lookup.")
    var name: String

    @Argument(help: "The folder to make; default: the name.")
    var directory: String?

    @Option(help: "A checkout of Sluice to build against; default: the one that this program was built in.")
    var sluicePath: String?

    @Option(help: "Where the package of Sluice is fetched from, in place of a checkout.")
    var sluiceURL: String?

    func run() throws {
        let registered = GatewayCommandLine.registry.filters.map { $0.name }
        let name: FilterName
        do throws(FilterName.Mistake) {
            name = try FilterName(self.name, registered: registered)
        } catch {
            Output.error("\(error)")
            throw ExitCode(64)
        }
        let folder = URL(filePath: self.directory ?? name.text)
        let package = FilterPackage(name: name, source: self.source(from: folder))
        do {
            try package.write(to: folder)
        } catch {
            Output.error("\((error as? FilterPackage.Refusal)?.description ?? error.localizedDescription)")
            throw ExitCode(1)
        }
        Output.print("made \(folder.relativePath)")
        let isChosen = self.sluicePath != nil || self.sluiceURL != nil
        for line in package.sourceLines(isChosen: isChosen) { Output.print(line) }
        Output.print("now:")
        Output.print("  cd \(folder.relativePath)")
        for command in FilterPackage.commands { Output.print("  \(command)") }
    }

    /// Where the package takes Sluice from. A relative path is as seen from here; the package is somewhere else.
    private func source(from folder: URL) -> FilterPackage.Source {
        if let path = self.sluicePath { return .path(URL(filePath: path).standardizedFileURL.path) }
        if let url = self.sluiceURL { return .url(url) }
        // Who built the program has what the package needs, and of the same version.
        if let checkout = Bundle.main.executableURL.flatMap({ Checkout(around: $0) }) { return .path(checkout.path) }
        return .url(FilterPackage.publishedURL)
    }
}
