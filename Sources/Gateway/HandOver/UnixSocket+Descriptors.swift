import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// Descriptors that go from one process to another beside a byte.
extension UnixSocket {
    #if canImport(Darwin)
        private static let alignment = MemoryLayout<UInt32>.size
    #else
        private static let alignment = MemoryLayout<Int>.size
    #endif

    private static func aligned(_ size: Int) -> Int {
        (size + self.alignment - 1) / self.alignment * self.alignment
    }

    /// Where the descriptor begins in a control message.
    private static let offset = aligned(MemoryLayout<cmsghdr>.size)
    private static let controlSize = offset + aligned(MemoryLayout<CInt>.size)

    /// Sends a byte with a descriptor.
    func send(_ byte: UInt8, with descriptor: CInt) throws {
        let sent = withMessage(byte) { message, control in
            var header = cmsghdr()
            header.cmsg_len = numericCast(UnixSocket.offset + MemoryLayout<CInt>.size)
            header.cmsg_level = SOL_SOCKET
            header.cmsg_type = CInt(SCM_RIGHTS)
            control.storeBytes(of: header, as: cmsghdr.self)
            control.storeBytes(of: descriptor, toByteOffset: UnixSocket.offset, as: CInt.self)
            return sendmsg(self.descriptor, &message, 0)
        }
        guard sent.result == 1 else { throw IOError(errnoCode: errno, reason: "sendmsg") }
    }

    /// A byte with the descriptor that came with it; `nil` when none came.
    func receiveDescriptor() throws -> (byte: UInt8, descriptor: CInt)? {
        var received: CInt?
        let (result, byte) = withMessage(0) { message, control in
            let count = recvmsg(self.descriptor, &message, 0)
            guard count == 1, message.msg_controllen >= UnixSocket.offset + MemoryLayout<CInt>.size else {
                return count
            }
            let header = control.load(as: cmsghdr.self)
            if header.cmsg_level == SOL_SOCKET, header.cmsg_type == CInt(SCM_RIGHTS) {
                received = control.load(fromByteOffset: UnixSocket.offset, as: CInt.self)
            }
            return count
        }
        guard result >= 0 else { throw IOError(errnoCode: errno, reason: "recvmsg") }
        return received.map { (byte, $0) }
    }

    /// Calls `body` with a message of one byte and room for one descriptor.
    private func withMessage(
        _ byte: UInt8,
        _ body: (inout msghdr, UnsafeMutableRawBufferPointer) -> Int
    ) -> (result: Int, byte: UInt8) {
        var byte = byte
        let result = withUnsafeTemporaryAllocation(byteCount: UnixSocket.controlSize, alignment: 16) { control in
            control.initializeMemory(as: UInt8.self, repeating: 0)
            return withUnsafeMutableBytes(of: &byte) { bytes in
                var part = iovec(iov_base: bytes.baseAddress, iov_len: 1)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = numericCast(control.count)
                    return body(&message, control)
                }
            }
        }
        return (result, byte)
    }
}
