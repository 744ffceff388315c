import Upstream

// The configuration in force, and the process.
extension MetricCensus {
    var configurationFamilies: [MetricFamily] {
        var info = MetricFamily("sluice_config_info", .info, "The configuration in force, by its hash.")
        info.add([("hash", String(self.hash.prefix(12)))], .integer(1))
        var results = MetricFamily("sluice_reloads_total", .counter, "Reloads by their result.")
        for result in ReloadOutcome.Result.allCases {
            results.add([("result", result.rawValue)], .integer(self.reloads.counts[result] ?? 0))
        }
        return [
            info,
            MetricFamily(
                "sluice_config_applied_timestamp_seconds",
                .gauge,
                "When the configuration in force came into force.",
                .integer(Int(self.reloads.applied))
            ),
            MetricFamily(
                "sluice_config_last_reload_success_timestamp_seconds",
                .gauge,
                "When a configuration was last read without errors.",
                .integer(Int(self.reloads.lastGood))
            ),
            MetricFamily(
                "sluice_config_last_reload_successful",
                .gauge,
                "0 after a reload that was refused, else 1.",
                .integer(self.reloads.isLastGood ? 1 : 0)
            ),
            results,
        ]
    }

    var tracingFamilies: [MetricFamily] {
        let counts = self.loops.reduce(SpanCounts()) { $0 + $1.spans }
        var spans = MetricFamily("sluice_tracing_spans_total", .counter, "Spans that ended, by what became of them.")
        let results = [("exported", counts.exported), ("queue_full", counts.dropped), ("refused", counts.refused)]
        for (result, count) in results { spans.add([("result", result)], .integer(count)) }
        return [
            spans,
            MetricFamily(
                "sluice_tracing_failed_exports_total",
                .counter,
                "Exports of spans that failed.",
                .integer(counts.failedExports)
            ),
        ]
    }

    var processFamilies: [MetricFamily] {
        let budget = self.process.memoryBudget
        var families = [
            MetricFamily(
                "sluice_memory_budget_bytes",
                .gauge,
                "Resident memory that is to be kept to.",
                budget == Int.max ? .real(.infinity) : .integer(budget)
            ),
            MetricFamily(
                "sluice_overload_active",
                .gauge,
                "1 while new requests are shed.",
                .integer(self.process.isShedding ? 1 : 0)
            ),
            MetricFamily(
                "sluice_shed_requests_total",
                .counter,
                "Requests refused since memory was short.",
                .integer(self.loops.reduce(0) { $0 + $1.shed })
            ),
        ]
        if let resident = self.process.residentMemory {
            families.append(
                MetricFamily(
                    "process_resident_memory_bytes",
                    .gauge,
                    "Resident memory of the process.",
                    .integer(resident)
                )
            )
        }
        return families + self.usageFamilies
    }

    private var usageFamilies: [MetricFamily] {
        let usage = self.process.usage
        let values: [(String, MetricFamily.Kind, String, MetricFamily.Value?)] = [
            (
                "process_cpu_seconds_total", .counter, "Processor time of the process.",
                usage.processorSeconds.map { .real($0) }
            ),
            ("process_start_time_seconds", .gauge, "When the process began.", usage.startTime.map { .real($0) }),
            (
                "process_virtual_memory_bytes", .gauge, "Addresses that the process has taken.",
                usage.virtualMemory.map { .integer($0) }
            ),
            ("process_open_fds", .gauge, "Open file descriptors.", usage.openDescriptors.map { .integer($0) }),
            (
                "process_max_fds", .gauge, "File descriptors that there may be.",
                usage.descriptorLimit.map { .integer($0) }
            ),
        ]
        return values.compactMap { name, kind, help, value in value.map { MetricFamily(name, kind, help, $0) } }
    }
}
