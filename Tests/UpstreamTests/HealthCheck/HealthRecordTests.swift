import Testing
import Upstream

@Suite("The record of an endpoint's checks")
struct HealthRecordTests {
    /// `+` is a passed check, `-` a failed one; the expected text has `h` or `u` after each.
    @Test(arguments: [
        ("---", "hhu"), ("--+---", "hhhhhu"), ("---+", "hhuu"), ("---++", "hhuuh"), ("---+-++", "hhuuuuh"),
        ("++++", "hhhh"), ("---++---", "hhuuhhhu"),
    ])
    func thresholdsCountResultsInARow(_ results: String, _ expected: String) {
        let check = HealthCheck(.tcp, unhealthyThreshold: 3, healthyThreshold: 2)
        var record = HealthRecord()
        var states = ""
        var wasHealthy = true
        for result in results {
            let hasChanged = record.checked(result == "+", by: check)
            #expect(hasChanged == (record.isHealthy != wasHealthy))
            wasHealthy = record.isHealthy
            states += record.isHealthy ? "h" : "u"
        }
        #expect(states == expected)
    }
}
