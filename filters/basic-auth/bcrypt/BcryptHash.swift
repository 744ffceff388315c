/// A password's hash by bcrypt, as `htpasswd -B` and most frameworks write it: `$2b$10$` with 22 digits of salt and 31 of hash.
///
/// `$2a$`, `$2b$` and `$2y$` mark repairs of programs that computed it wrongly; what is right is the same for all three.
///
/// Source: Provos and Mazieres, "A Future-Adaptable Password Scheme", 1999, section 4; the text form is that of OpenBSD.
struct BcryptHash: Sendable {
    /// The binary logarithm of the number of rounds.
    let cost: Int
    private let salt: BlowfishKey
    private let digest: [UInt8]

    /// The costs that are taken. Each one more doubles the time: about 0.1 s at 10, 3 s at 15.
    static let costs = 4...15

    /// Reads the text form.
    ///
    /// - Throws: What is wrong with the text, never the text itself.
    init(_ text: String) throws(BcryptError) {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, bytes[0] == UInt8(ascii: "$"), bytes[1] == UInt8(ascii: "2"),
            bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$"),
            bytes[2] == UInt8(ascii: "a") || bytes[2] == UInt8(ascii: "b") || bytes[2] == UInt8(ascii: "y"),
            let cost = Int(String(decoding: bytes[4..<6], as: UTF8.self))
        else { throw .notBcrypt }
        guard BcryptHash.costs.contains(cost) else { throw .cost(cost) }
        guard let salt = BcryptDigits.decode(bytes[7..<29]), let digest = BcryptDigits.decode(bytes[29...]) else {
            throw .notBcrypt
        }
        self.cost = cost
        self.salt = BlowfishKey(salt)
        self.digest = digest
    }

    /// A hash that no password has, which takes as long to check as others of that cost.
    ///
    /// - Parameter cost: One of ``costs``.
    init(unmatchedWithCost cost: Int) {
        self.cost = cost
        self.salt = BlowfishKey((0..<16).map { _ in UInt8.random(in: 0...255) })
        self.digest = []
    }

    /// Whether this is the hash of a password.
    ///
    /// Takes long on purpose, and as long for wrong passwords as for the right one.
    ///
    /// - Parameter password: The password's bytes; those after the 72nd do not count, as in every bcrypt. One with a
    ///   zero byte matches nothing, since others would stop there.
    func matches(_ password: [UInt8]) -> Bool {
        let digest = self.digest(of: password)
        let isEqual = digest.withUnsafeBytes { left in
            self.digest.withUnsafeBytes { isEqualInConstantTime(left, $0) }
        }
        return isEqual && !password.contains(0)
    }

    private func digest(of password: [UInt8]) -> [UInt8] {
        let key = BlowfishKey(password.prefix(72) + [0])
        let state = Blowfish()
        state.mix(key, self.salt)
        for _ in 0..<(1 << self.cost) {
            state.mix(key)
            state.mix(self.salt)
        }
        var digest: [UInt8] = []
        for var (left, right) in BcryptHash.text {
            for _ in 0..<64 { state.encrypt(&left, &right) }
            for word in [left, right] { withUnsafeBytes(of: word.bigEndian) { digest.append(contentsOf: $0) } }
        }
        // The text form leaves out the last byte.
        return digest.dropLast()
    }

    /// `OrpheanBeholderScryDoubt`.
    private static let text: [(UInt32, UInt32)] = [
        (0x4F72_7068, 0x6561_6E42), (0x6568_6F6C, 0x6465_7253), (0x6372_7944, 0x6F75_6274),
    ]
}

/// Why a text is no hash that can be checked.
enum BcryptError: Error, Equatable {
    /// It does not have the form.
    case notBcrypt
    /// It would take too long to check, or is below what bcrypt allows.
    case cost(Int)
}

/// The digits of bcrypt's own base 64.
enum BcryptDigits {
    private static let values: [UInt8: UInt32] = {
        let digits = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8
        return Dictionary(uniqueKeysWithValues: zip(digits, 0...))
    }()

    /// The whole bytes that digits stand for; `nil` when one is no digit.
    static func decode(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for digit in digits {
            guard let value = self.values[digit] else { return nil }
            bits = bits << 6 | value
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> held))
        }
        return bytes
    }
}
