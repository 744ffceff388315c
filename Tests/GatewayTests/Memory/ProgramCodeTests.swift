#if os(Linux)
    import Foundation
    import TestSupport
    import Testing

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    @Suite("Code that only a start needs")
    struct ProgramCodeTests {
        @Test("leaves memory once the gateway serves, and after a reload, and is there again when it runs")
        func release() async throws {
            let gateway = try await Sluice.serve(
                """
                admin: { address: "127.0.0.1:0" }
                listeners: [{ name: http, address: "127.0.0.1:0" }]
                routes: [{ name: all, response: { status: 200, body: here } }]
                """
            )
            let admin = try #require(gateway.adminPort)
            #expect(await eventually { Self.released(gateway.process) > 2048 })
            #expect(try await get(gateway.port).hasSuffix("here"))
            for _ in 0..<2 {
                let client = try await RawClient.connect(port: admin)
                try await client.send("POST /reload HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                #expect(try await client.readResponse().hasPrefix("HTTP/1.1 200 "))
                await client.close()
            }
            #expect(await eventually { Self.released(gateway.process) > 2048 })
            #expect(try await get(gateway.port).hasSuffix("here"))
            gateway.process.signal(SIGTERM)
            #expect(try await gateway.process.exit().status == 0)
        }

        /// By how much the resident memory is below its highest, in KiB.
        private static func released(_ process: ChildProcess) -> Int {
            let status = (try? String(contentsOfFile: "/proc/\(process.processID)/status", encoding: .utf8)) ?? ""
            let field = { (name: String) in
                status.split(separator: "\n").first { $0.hasPrefix(name) }
                    .flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }
                    .flatMap { Int($0) } ?? 0
            }
            return field("VmHWM:") - field("VmRSS:")
        }
    }
#endif
