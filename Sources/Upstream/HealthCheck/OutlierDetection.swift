/// When an endpoint is left out because of how it answers.
package struct OutlierDetection: Sendable, Hashable {
    /// How many errors in a row, as one event loop sees them, lead to an ejection; at least 1.
    package var consecutiveFailures: Int
    /// How long the first ejection takes; the second takes twice as long, and so on up to ``longestEjection``.
    package var ejectionTime: Duration
    /// The share of the endpoints that may be left out at a time, from 0 to 100.
    package var maximumEjectedPercent: Int
    /// The share of usable endpoints, from 0 to 100, below which all of them are used; 0 for never.
    package var panicThreshold: Int

    package init(
        consecutiveFailures: Int = 5,
        ejectionTime: Duration = .seconds(30),
        maximumEjectedPercent: Int = 50,
        panicThreshold: Int = 0
    ) {
        self.consecutiveFailures = consecutiveFailures
        self.ejectionTime = ejectionTime
        self.maximumEjectedPercent = maximumEjectedPercent
        self.panicThreshold = panicThreshold
    }

    /// Whether so few endpoints can be used that those that cannot are to be tried after all.
    package func isPanic(usable: Int, of all: Int) -> Bool { usable * 100 < all * panicThreshold }

    /// Five minutes, or ``ejectionTime`` if that is longer.
    var longestEjection: Duration { max(ejectionTime, .seconds(300)) }
}
