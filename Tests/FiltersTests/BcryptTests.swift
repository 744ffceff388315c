import TestSupport
import Testing

@testable import BundledFilters

@Suite struct BcryptTests {
    /// Password and hash. The first four are of the tests that come with jBCrypt and OpenBSD's bcrypt, the others of
    /// crypt_blowfish.
    static let known: [(password: String, hash: String)] = [
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
        ("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"),
        ("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO"),
        ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        (
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
            "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
        ),
    ]

    @Test(arguments: known)
    func aPasswordHasItsHash(_ example: (password: String, hash: String)) throws {
        let hash = try BcryptHash(example.hash)
        #expect(hash.matches(Array(example.password.utf8)))
        #expect(!hash.matches(Array((example.password + "x").utf8)) || example.password.utf8.count >= 72)
        #expect(!hash.matches(Array("U*U**".utf8)))
    }

    @Test(arguments: ["2a", "2b", "2y"])
    func hashesOfAnotherLibraryMatch(_ version: String) throws {
        let recorded = try AuthCredentials.recorded().bcrypt
        let hash = try BcryptHash(try #require(recorded[version]))
        #expect(hash.cost == 4)
        #expect(hash.matches(Array(try #require(recorded["password"]).utf8)))
        #expect(!hash.matches(Array("pass:word".utf8)))
    }

    @Test func theLongestAndTheShortestPasswordMatch() throws {
        let recorded = try AuthCredentials.recorded().bcrypt
        let long = try BcryptHash(try #require(recorded["long"]))
        #expect(long.matches([UInt8](repeating: 0x78, count: 72)))
        #expect(!long.matches([UInt8](repeating: 0x78, count: 71)))
        #expect(try BcryptHash(try #require(recorded["empty"])).matches([]))
    }

    @Test func aPasswordWithAZeroByteMatchesNothing() throws {
        let hash = try BcryptHash(try #require(AuthCredentials.recorded().bcrypt["empty"]))
        #expect(!hash.matches([0]))
        #expect(!hash.matches([0, 0x61]))
    }

    @Test func nothingMatchesTheHashForUnknownUsers() {
        #expect(!BcryptHash(unmatchedWithCost: 4).matches([]))
    }

    static let refused: [(String, BcryptError)] = [
        ("", .notBcrypt), ("secret", .notBcrypt), ("$apr1$x$y", .notBcrypt),
        ("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", .notBcrypt),
        ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", .notBcrypt),
        ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe!", .notBcrypt),
        ("$2a$5$$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", .notBcrypt),
        ("$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", .cost(3)),
        ("$2a$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", .cost(16)),
        ("$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", .cost(31)),
    ]

    @Test(arguments: refused)
    func whatIsNoHashIsRefused(_ example: (text: String, error: BcryptError)) {
        #expect(throws: example.error) { try BcryptHash(example.text) }
    }

    @Test func thePiDigitsAreThoseOfTheCipher() {
        #expect(BlowfishDigits.words.count == 1042)
        // Schneier's test vector: the block of zeros under the key of zeros.
        let state = Blowfish()
        state.mix(BlowfishKey([0, 0, 0, 0, 0, 0, 0, 0]))
        var (left, right): (UInt32, UInt32) = (0, 0)
        state.encrypt(&left, &right)
        #expect(left == 0x4EF9_9745 && right == 0x6198_DD78)
    }
}
