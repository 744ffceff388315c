// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "sluice",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "FilterAPI", targets: ["FilterAPI"]),
        .library(name: "FilterTesting", targets: ["FilterTesting"]),
        .library(name: "Gateway", targets: ["Gateway"]),
        .library(name: "GatewayCommands", targets: ["GatewayCommands"]),
        .library(name: "BundledFilters", targets: ["BundledFilters"]),
        .executable(name: "sluice", targets: ["sluice"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        // The contract that every filter sees, and the path syntax for JSON that filters use.
        .target(
            name: "FilterAPI",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(name: "GJSON"),
        // Texts to vectors in this process, with its loops in C.
        .target(name: "CSentenceEncoder"),
        .target(name: "SentenceEncoder", dependencies: ["CSentenceEncoder"]),

        // The request's way, in its order: wire, chain, service.
        .target(
            name: "HTTP1",
            dependencies: ["FilterAPI", .product(name: "NIOCore", package: "swift-nio")]
        ),
        .target(
            name: "HTTP2",
            dependencies: [
                "FilterAPI", "HTTP1",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
            ]
        ),
        .target(
            name: "Downstream",
            dependencies: [
                "FilterAPI", "FilterRuntime", "HTTP1", "HTTP2",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "FilterRuntime",
            dependencies: [
                "FilterAPI", "Upstream",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "Upstream",
            dependencies: [
                "FilterAPI", "HTTP1", "HTTP2",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // Reading the file, putting everything together, the command line.
        .target(
            name: "GatewayConfiguration",
            dependencies: [
                "FilterAPI",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "FilterAPI", "GatewayConfiguration", "HTTP1", "Downstream", "FilterRuntime", "Upstream",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "GatewayCommands",
            dependencies: [
                "Gateway", "GatewayConfiguration", "FilterAPI", "GJSON",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "FilterTesting",
            dependencies: [
                "FilterAPI", "FilterRuntime", "Upstream",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // Filters see only what is public, as those of any user do.
        .target(
            name: "BundledFilters",
            dependencies: [
                "FilterAPI", "GJSON", "SentenceEncoder",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            path: "filters",
            packageAccess: false
        ),
        .executableTarget(name: "sluice", dependencies: ["GatewayCommands", "BundledFilters"]),

        // Tests: servers and certificates once, then one target a module.
        .target(
            name: "TestSupport",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/Support"
        ),
        .testTarget(name: "GJSONTests", dependencies: ["GJSON"]),
        .testTarget(
            name: "SentenceEncoderTests",
            dependencies: ["SentenceEncoder", "TestSupport"],
            exclude: ["Models", "Python"]
        ),
        .testTarget(
            name: "FilterAPITests",
            dependencies: ["FilterAPI", "TestSupport", .product(name: "NIOCore", package: "swift-nio")]
        ),
        .testTarget(
            name: "HTTP1Tests",
            dependencies: [
                "HTTP1", "FilterAPI",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "GatewayConfigurationTests",
            dependencies: ["GatewayConfiguration", "FilterAPI"],
            exclude: ["Golden"]
        ),
        .testTarget(
            name: "UpstreamTests",
            dependencies: [
                "Upstream", "FilterAPI", "HTTP1", "HTTP2", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "DownstreamTests",
            dependencies: [
                "Downstream", "Gateway", "BundledFilters", "FilterAPI", "HTTP1", "HTTP2", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "FilterRuntimeTests",
            dependencies: [
                "FilterRuntime", "FilterTesting", "FilterAPI", "Upstream",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "FiltersTests",
            dependencies: [
                "BundledFilters", "FilterTesting", "FilterAPI", "GatewayConfiguration", "GJSON", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "GatewayCommands", "Downstream", "BundledFilters", "FilterAPI", "TestSupport", "sluice",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Python", "ReferenceExamples"]
        ),
        .testTarget(
            name: "ArchitectureTests",
            dependencies: ["Gateway", "BundledFilters", "FilterAPI", .product(name: "Logging", package: "swift-log")]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// Continuous integration asks for errors; whoever depends on the package never gets them.
let warnings: [SwiftSetting] =
    Context.environment["SLUICE_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings =
        (target.swiftSettings ?? []) + warnings + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
