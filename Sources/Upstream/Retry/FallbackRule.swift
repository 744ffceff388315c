/// The service that answers in the place of another one.
package struct FallbackRule: Sendable, Hashable {
    /// The statuses in whose place it answers, those of the gateway's own making included.
    package let statuses: Set<Int>
    /// The address of the service.
    package let service: String

    package init(statuses: Set<Int> = [502, 503, 504], service: String) {
        self.statuses = statuses
        self.service = service
    }
}
