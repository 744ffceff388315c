/// The version of this package.
enum GatewayVersion {
    static let number = "0.1.0"
    static let text = "sluice \(number)"
}
