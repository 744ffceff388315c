// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "custom-filter",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "sluice", path: "../..")],
    targets: [
        .target(
            name: "APIVersionFilter",
            dependencies: [.product(name: "FilterAPI", package: "sluice")]
        ),
        .executableTarget(
            name: "gateway",
            dependencies: [
                "APIVersionFilter",
                .product(name: "BundledFilters", package: "sluice"),
                .product(name: "GatewayCommands", package: "sluice"),
            ]
        ),
        .testTarget(
            name: "APIVersionFilterTests",
            dependencies: [
                "APIVersionFilter",
                .product(name: "FilterAPI", package: "sluice"),
                .product(name: "FilterTesting", package: "sluice"),
            ]
        ),
    ]
)
