import FilterAPI

// The texts of the Swift files.
extension FilterPackage {
    var manifest: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\(self.name.text)",
            platforms: [.macOS(.v15)],
            dependencies: [
                \(self.dependency),
                .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
            ],
            targets: [
                .target(
                    name: "\(self.name.module)",
                    dependencies: [
                        .product(name: "FilterAPI", package: "sluice"),
                        .product(name: "NIOCore", package: "swift-nio"),
                    ],
                    // Async functions of one's own then stay on the stream's event loop, as the filter's hooks do.
                    swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
                ),
                .executableTarget(
                    name: "gateway",
                    dependencies: [
                        "\(self.name.module)",
                        .product(name: "BundledFilters", package: "sluice"),
                        .product(name: "GatewayCommands", package: "sluice"),
                    ]
                ),
                .testTarget(
                    name: "\(self.name.module)Tests",
                    dependencies: [
                        "\(self.name.module)",
                        .product(name: "FilterTesting", package: "sluice"),
                    ]
                ),
            ]
        )

        """
    }

    private var dependency: String {
        switch self.source {
        case .url(let url): ".package(url: \(quoted(url)), from: \(quoted(GatewayVersion.number)))"
        case .path(let path): ".package(name: \"sluice\", path: \(quoted(path)))"
        }
    }

    var filter: String {
        """
        import FilterAPI

        /// Adds a header field to every response.
        package final class \(self.name.type): Filter, ResponseHeadHook {
            package static let name = "\(self.name.text)"
            package static let summary = "Adds a header field to every response."

            package struct Configuration: FilterConfiguration {
                let text: String

                package init(_ fields: ConfigurationFields) {
                    self.text = fields.string("text", default: "hello", help: "What the field says.")
                }
            }

            private let text: String

            package init(_ configuration: Configuration, _ environment: FilterEnvironment) {
                self.text = configuration.text
            }

            package func responseHead(_ stream: StreamContext) -> FilterAction {
                stream.response.headers["x-\(self.name.text)"] = self.text
                return .continue
            }
        }

        """
    }

    var program: String {
        """
        import BundledFilters
        import GatewayCommands
        import \(self.name.module)

        await GatewayCommandLine.main(filters: bundledFilters + [\(self.name.type).self])

        """
    }

    var test: String {
        """
        import FilterTesting
        import \(self.name.module)
        import Testing

        @Suite
        struct \(self.name.type)Tests {
            @Test
            func everyResponseHasTheField() async throws {
                let filter = TestFilter(\(self.name.type).self, config: ["text": "hi"])
                let gateway = try TestGateway(filters: [filter]) { _ in TestResponse(body: "hello") }
                let response = await gateway.send(TestRequest(.get, "/"))
                #expect(response.status == 200)
                #expect(response.text == "hello")
                #expect(response.headers["x-\(self.name.text)"] == "hi")
                #expect(gateway.isIdle)
            }

            @Test
            func theFilterConforms() async throws {
                try await FilterConformance(of: \(self.name.type).self).check()
            }
        }

        """
    }
}
