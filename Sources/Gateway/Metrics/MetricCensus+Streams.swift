import FilterRuntime

// Streams, listeners, and the filters that streams pass.
extension MetricCensus {
    var streamFamilies: [MetricFamily] {
        let ended = self.loops.reduce(StreamStatistics()) { $0 + $1.ended }
        var requests = MetricFamily("sluice_requests_total", .counter, "Streams that ended, by class of status.")
        requests.add([], ended.requests)
        var flags = MetricFamily(
            "sluice_response_flags_total",
            .counter,
            "Streams that ended, by mark of the access log."
        )
        for (flag, count) in ended.flags.sorted(by: { $0.key < $1.key }) {
            flags.add([("flag", flag)], .integer(count))
        }
        return [
            requests,
            MetricFamily(
                "sluice_request_duration_seconds",
                .histogram,
                "Time from a request's head to the end of its stream.",
                .durations(ended.durations)
            ),
            flags,
            MetricFamily(
                "sluice_received_body_bytes_total",
                .counter,
                "Bytes of bodies that came from clients, of streams that ended.",
                .integer(ended.bytesReceived)
            ),
            MetricFamily(
                "sluice_sent_body_bytes_total",
                .counter,
                "Bytes of bodies that went to clients, of streams that ended.",
                .integer(ended.bytesSent)
            ),
        ] + self.liveFamilies
    }

    private var liveFamilies: [MetricFamily] {
        let gauges: [(String, String, (GatewayLoop.Census) -> Int)] = [
            ("sluice_live_streams", "Streams that have begun and not ended.", { $0.streams }),
            ("sluice_live_tunnels", "Streams that are tunnels, such as WebSockets.", { $0.tunnels }),
            ("sluice_live_filter_operations", "Operations that filters wait for.", { $0.operations }),
            ("sluice_live_detached_operations", "Work of filters that outlives its stream.", { $0.detached }),
        ]
        return gauges.map { name, help, value in
            MetricFamily(name, .gauge, help, .integer(self.loops.reduce(0) { $0 + value($1) }))
        }
    }

    var listenerFamilies: [MetricFamily] {
        var open = MetricFamily("sluice_listener_connections", .gauge, "Open connections of a listener.")
        var accepted = MetricFamily("sluice_listener_accepted_total", .counter, "Connections that a listener took.")
        var refused = MetricFamily(
            "sluice_refused_connections_total",
            .counter,
            "Connections closed as soon as they were accepted."
        )
        var pauses = MetricFamily(
            "sluice_listener_accept_pauses_total",
            .counter,
            "Times that a socket of a listener paused since file descriptors were short."
        )
        for listener in self.process.listeners {
            let name = ("listener", listener.name)
            open.add([name], .integer(listener.open))
            accepted.add([name], .integer(listener.accepted))
            refused.add([name, ("reason", "limit")], .integer(listener.refused.limit))
            refused.add([name, ("reason", "overload")], .integer(listener.refused.overload))
            refused.add([name, ("reason", "descriptors")], .integer(listener.refused.descriptors))
            pauses.add([name], .integer(listener.pauses))
        }
        let all = self.loops.reduce(0) { $0 + $1.connections }
        let failed = self.loops.reduce(0) { $0 + $1.failedHandshakes }
        return [
            MetricFamily("sluice_downstream_connections", .gauge, "Open connections of clients.", .integer(all)),
            open, accepted, refused, pauses, self.listenerRequests,
            MetricFamily(
                "sluice_tls_handshake_failures_total",
                .counter,
                "TLS handshakes of clients that failed or took too long.",
                .integer(failed)
            ),
        ]
    }

    private var listenerRequests: MetricFamily {
        var all: [String: RequestCounts] = [:]
        for loop in self.loops { all.merge(loop.listeners, uniquingKeysWith: +) }
        var requests = MetricFamily(
            "sluice_listener_requests_total",
            .counter,
            "Streams of a listener that ended, by class of status."
        )
        for (listener, counts) in all.sorted(by: { $0.key < $1.key }) {
            requests.add([("listener", listener)], counts.requests)
        }
        return requests
    }

    var routeFamilies: [MetricFamily] {
        var all: [String: RequestCounts] = [:]
        for loop in self.loops { all.merge(loop.routes, uniquingKeysWith: +) }
        var requests = MetricFamily(
            "sluice_route_requests_total",
            .counter,
            "Streams of a route that ended, by class of status."
        )
        var durations = MetricFamily(
            "sluice_route_request_duration_seconds",
            .histogram,
            "Time from a request's head to the end of its stream."
        )
        for (route, counts) in all.sorted(by: { $0.key < $1.key }) {
            requests.add([("route", route)], counts.requests)
            durations.add([("route", route)], .durations(counts.durations))
        }
        return [requests, durations]
    }

    var filterFamilies: [MetricFamily] {
        var all: [String: FilterCounts] = [:]
        for loop in self.loops { all.merge(loop.filters, uniquingKeysWith: +) }
        let families: [(String, MetricFamily.Kind, String, (FilterCounts) -> MetricFamily.Value)] = [
            ("sluice_filter_calls_total", .counter, "Hooks of an entry that were called.", { .integer($0.calls) }),
            (
                "sluice_filter_call_seconds", .summary, "Time of its hooks, in one stream of 64.",
                { .sum(Double($0.timedTime) / 1_000_000_000, count: $0.timedCalls) }
            ),
            (
                "sluice_filter_local_responses_total", .counter, "Streams that it answered itself.",
                { .integer($0.localResponses) }
            ),
            (
                "sluice_filter_errors_total", .counter, "Errors, and operations past filterTimeout.",
                { .integer($0.errors) }
            ),
            (
                "sluice_filter_suspensions_total", .counter, "Operations that streams waited for.",
                { .integer($0.suspensions) }
            ),
            (
                "sluice_filter_suspended_seconds_total", .counter, "How long streams waited for them.",
                { .real(Double($0.suspendedTime) / 1_000_000_000) }
            ),
        ]
        return families.map { name, kind, help, value in
            var family = MetricFamily(name, kind, help)
            for (filter, counts) in all.sorted(by: { $0.key < $1.key }) {
                family.add([("filter", filter)], value(counts))
            }
            return family
        }
    }
}

extension MetricFamily {
    /// Adds counts by class of status.
    fileprivate mutating func add(_ labels: [(String, String)], _ classes: [Int]) {
        for (digit, count) in classes.enumerated() {
            self.add(labels + [("code", digit == 0 ? "none" : "\(digit)xx")], .integer(count))
        }
    }
}
