// The configuration in force, and reloads.
extension PrometheusText {
    static func render(_ reloads: ReloadRecord, hash: String, into text: inout String) {
        self.header("sluice_config_info", "The configuration in force, by its hash.", "gauge", into: &text)
        text += "sluice_config_info{hash=\"\(hash.prefix(12))\"} 1\n"
        let time = "sluice_config_last_reload_success_timestamp_seconds"
        self.header(time, "When a configuration was last read without errors.", "gauge", into: &text)
        text += "\(time) \(reloads.lastGood)\n"
        let isGood = "sluice_config_last_reload_successful"
        self.header(isGood, "0 after a reload that was refused, else 1.", "gauge", into: &text)
        text += "\(isGood) \(reloads.isLastGood ? 1 : 0)\n"
        self.header("sluice_reloads_total", "Reloads by their result.", "counter", into: &text)
        for result in ReloadOutcome.Result.allCases {
            text += "sluice_reloads_total{result=\"\(result)\"} \(reloads.counts[result] ?? 0)\n"
        }
    }
}
