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

    @Option(help: "A checkout of Sluice to build against, in place of the published package.")
    var sluicePath: String?

    @Option(help: "Where the package of Sluice is fetched from.")
    var sluiceURL = FilterPackage.publishedURL

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
        let source = self.source(from: folder)
        do {
            try FilterPackage(name: name, source: source).write(to: folder)
        } catch {
            Output.error("\((error as? FilterPackage.Refusal)?.description ?? error.localizedDescription)")
            throw ExitCode(1)
        }
        Output.print("made \(folder.relativePath); now:")
        Output.print("  cd \(folder.relativePath)")
        for command in FilterPackage.commands { Output.print("  \(command)") }
    }

    /// A relative path is as seen from here; the package is somewhere else.
    private func source(from folder: URL) -> FilterPackage.Source {
        guard let path = self.sluicePath else { return .url(self.sluiceURL) }
        return .path(URL(filePath: path).standardizedFileURL.path)
    }
}
