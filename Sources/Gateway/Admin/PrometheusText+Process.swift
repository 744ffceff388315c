// Memory, and what is refused for its sake.
extension PrometheusText {
    static func render(_ process: ProcessCensus, shed: Int, into text: inout String) {
        if let resident = process.residentMemory {
            self.header("process_resident_memory_bytes", "Resident memory of the process.", "gauge", into: &text)
            text += "process_resident_memory_bytes \(resident)\n"
        }
        let budget = process.memoryBudget == Int.max ? "+Inf" : "\(process.memoryBudget)"
        self.header("sluice_memory_budget_bytes", "Resident memory that is to be kept to.", "gauge", into: &text)
        text += "sluice_memory_budget_bytes \(budget)\n"
        self.header("sluice_overload_active", "1 while new requests are shed.", "gauge", into: &text)
        text += "sluice_overload_active \(process.isShedding ? 1 : 0)\n"
        self.header("sluice_shed_requests_total", "Requests refused since memory was short.", "counter", into: &text)
        text += "sluice_shed_requests_total \(shed)\n"
        self.renderRefused(process, into: &text)
    }

    private static func renderRefused(_ process: ProcessCensus, into text: inout String) {
        let name = "sluice_refused_connections_total"
        guard !process.refused.isEmpty else { return }
        self.header(name, "Connections closed as soon as they were accepted.", "counter", into: &text)
        for (listener, count) in process.refused {
            let label = listener.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            text += "\(name){listener=\"\(label)\",reason=\"limit\"} \(count.limit)\n"
            text += "\(name){listener=\"\(label)\",reason=\"overload\"} \(count.overload)\n"
        }
    }
}
