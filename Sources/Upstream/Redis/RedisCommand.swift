package import NIOCore

/// One command with what it takes to answer, time out or cancel it.
package struct RedisCommand<Token> {
    package let id: UInt64
    package let arguments: [ByteBuffer]
    package let issued: NIODeadline
    package let timeout: TimeAmount
    /// The driver's handle of whoever waits.
    package let token: Token

    package init(id: UInt64, arguments: [ByteBuffer], timeout: TimeAmount, now: NIODeadline, token: Token) {
        self.id = id
        self.arguments = arguments
        issued = now
        self.timeout = timeout
        self.token = token
    }

    package var deadline: NIODeadline { issued + timeout }
}
