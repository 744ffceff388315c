extension HTTP2ConformanceCase {
    /// Plays the case on a fresh connection.
    ///
    /// - Returns: What is not as it has to be, or `nil`.
    package func deviation(on client: HTTP2Client) async throws -> String? {
        for step in self.steps { try await self.play(step, on: client) }
        switch self.outcome {
        case .goAway(let code): return try await self.expectEnd(code, client)
        case .farewell: return try await self.expectEnd(HTTP2ConformanceCase.noError, client)
        case .reset(let code):
            let received = try await client.resetCode(1)
            guard received == code else { return "reset with \(received): \(client.frames)" }
        case .status(let status):
            let received = try await client.response(1).status
            guard received == status else { return "status \(received)" }
        case .laterStatus(let status):
            let received = try await client.response(3).status
            guard received == status else { return "status \(received)" }
        case .dataLengths(let lengths):
            try await client.wait { $0.dataLengths.reduce(0, +) >= lengths.reduce(0, +) }
            try await self.expectPing(client)
            return client.frames.dataLengths == lengths ? nil : "DATA of \(client.frames.dataLengths)"
        case .goesOn: break
        }
        try await self.expectService(client)
        return nil
    }

    private func play(_ step: Step, on client: HTTP2Client) async throws {
        switch step {
        case .send(let frames): try await client.send(frames)
        case .sendBytes(let bytes): try await client.send(bytes: bytes)
        case .untilResponse(let stream): _ = try await client.response(stream)
        case .untilReset(let stream): _ = try await client.resetCode(stream)
        case .untilData(let count): try await client.wait { $0.dataLengths.reduce(0, +) >= count }
        }
    }

    private func expectEnd(_ code: UInt32, _ client: HTTP2Client) async throws -> String? {
        let received = try await client.goAwayCode()
        return received == code ? nil : "GOAWAY \(received.map(String.init) ?? "-"): \(client.frames)"
    }

    /// The connection is as good as before: a PING comes back, and a request is answered.
    private func expectService(_ client: HTTP2Client) async throws {
        try await self.expectPing(client)
        try await client.send(.headers(101, HTTP2Text.request(), endsStream: true))
        let status = try await client.response(101).status
        guard status == "200" else { throw HTTP2Client.Missing(description: "then status \(status)") }
    }

    private func expectPing(_ client: HTTP2Client) async throws {
        let payload = Array("still ok".utf8)
        try await client.send(.ping(payload))
        try await client.frame { $0.kind == Kind.ping && $0.flags == 1 && $0.payload == payload }
    }
}

extension HTTP2ConformanceCase {
    /// Plays the whole table, each case on a connection of its own.
    ///
    /// - Returns: A line for every case that is not answered as it has to be, and for every one that is not allowed to
    ///   reach the upstream and does.
    package static func deviations(
        upstream: ManualUpstream,
        connect: () async throws -> HTTP2Client
    ) async throws -> [String] {
        var deviations: [String] = []
        for (number, test) in self.all.enumerated() {
            let before = upstream.connectionCount
            let client = try await connect()
            do {
                if let deviation = try await test.deviation(on: client) { deviations.append("\(test): \(deviation)") }
            } catch {
                deviations.append("\(test): \(error)")
            }
            await client.close()
            if test.mayReachUpstream {
                try await self.awaitConnections(before: number, to: upstream, connect)
            } else if upstream.connectionCount != before {
                deviations.append("\(test): reached the upstream")
            }
        }
        return deviations
    }

    /// Waits until connections to the upstream that were begun for a case are counted, lest they are taken for those of
    /// the next one: one that is begun behind them comes behind them.
    private static func awaitConnections(
        before number: Int,
        to upstream: ManualUpstream,
        _ connect: () async throws -> HTTP2Client
    ) async throws {
        let path = "/held/\(number)"
        let mark = Array("GET \(path) ".utf8)
        let client = try await connect()
        try await client.send(.headers(1, HTTP2Text.request(path: path), endsStream: true))
        let hasCome = await eventually { upstream.received.contains { $0.starts(with: mark) } }
        await client.close()
        guard hasCome else { throw HTTP2Client.Missing(description: "\(path) does not reach the upstream") }
        try await upstream.countAccepted()
    }
}

extension [HTTP2TestFrame] {
    /// The lengths of the DATA frames of stream 1.
    package var dataLengths: [Int] {
        self.filter { $0.kind == HTTP2TestFrame.Kind.data && $0.stream == 1 }.map(\.payload.count)
    }
}
