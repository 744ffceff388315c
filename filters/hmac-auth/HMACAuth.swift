import Crypto
import FilterAPI
import NIOCore

/// Lets requests pass that a known consumer has signed with its secret, which is never sent.
///
/// The signature covers method, path, parameters and the fields that the client names. A form is read whole before its
/// signature can be told; any other body is read only when `content-md5` speaks for it, and only once the signature, which
/// covers that field, is right.
final class HMACAuth: Filter, RequestHeadHook, RequestCollectHook {
    static let name = "hmac-auth"
    static let phase = FilterPhase.authn
    static let priority = 330
    static let summary = "Authenticates consumers by HMAC signatures over the request."
    static let ruleKeys: Set<String> = ["allow"]

    private struct Signer {
        let consumer: Int
        let secret: SymmetricKey
    }

    private let consumers: KnownConsumers
    private let signers: SecretTable<Signer>
    private let dateOffset: Int?
    private let bodyLimit: Int

    init(_ configuration: HMACAuthConfiguration, _ environment: FilterEnvironment) {
        let names = configuration.consumers.map(\.name)
        self.consumers = KnownConsumers(names, configuration.access, environment.scope)
        self.dateOffset = configuration.dateOffset
        self.bodyLimit = configuration.bodyLimit
        var signers = SecretTable<Signer>()
        for (index, consumer) in configuration.consumers.enumerated() {
            let secret = SymmetricKey(data: Array(consumer.secret.reveal().utf8))
            signers.add(Array(consumer.key.reveal().utf8), Signer(consumer: index, secret: secret))
        }
        self.signers = signers
    }

    func makeStream(_ stream: StreamContext) -> HMACAuth? { self.consumers.areAsked ? self : nil }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        self.answer { () throws(HMACRefusal) in
            let headers = stream.request.headers
            let signer = try self.signer(headers)
            guard headers[.xCaSignature]?.isEmpty == false else { throw .emptySignature }
            if let dateOffset {
                guard let date = RequestDate(headers),
                    date.isWithin(seconds: dateOffset, ofNanosecondsSince1970: stream.clock.nanosecondsSince1970)
                else { throw .invalidDate }
            }
            if stream.requestHasBody, self.isForm(headers) { return .collect(limit: self.bodyLimit) }
            try self.verify(stream, signer, form: nil)
            if stream.requestHasBody, self.contentMD5(headers) != nil { return .collect(limit: self.bodyLimit) }
            try self.verify(headers, body: UnsafeRawBufferPointer(start: nil, count: 0))
            self.consumers.announce(signer.consumer, on: stream)
            return .continue
        }
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        let body = body
        return self.answer { () throws(HMACRefusal) in
            let headers = stream.request.headers
            let signer = try self.signer(headers)
            if self.isForm(headers) { try self.verify(stream, signer, form: body) }
            let whole: Result<Void, HMACRefusal> = body.withUnsafeReadableBytes { bytes in
                Result { () throws(HMACRefusal) in try self.verify(headers, body: bytes) }
            }
            try whole.get()
            self.consumers.announce(signer.consumer, on: stream)
            return .continue
        }
    }

    private func answer(_ body: () throws(HMACRefusal) -> FilterAction) -> FilterAction {
        do { return try body() } catch { return .respond(error.response) }
    }

    private func signer(_ headers: HeaderFields) throws(HMACRefusal) -> Signer {
        var count = 0
        var signer: Signer?
        headers.forEachValue(of: .xCaKey) { key in
            count += 1
            signer = self.signers.value(of: key)
        }
        guard count == 1, let signer else { throw .invalidKey }
        return signer
    }

    /// The signature has to be right before anything is said about what its consumer may do.
    private func verify(_ stream: StreamContext, _ signer: Signer, form: ByteBuffer?) throws(HMACRefusal) {
        let request = stream.request
        let signed = stream.withReceivedPathBytes { target in
            guard let form else { return StringToSign(request, target: target, form: nil) }
            return form.withUnsafeReadableBytes { StringToSign(request, target: target, form: $0) }
        }
        let name = request.headers[.xCaSignatureMethod] ?? ""
        guard let signed, let method = name.isEmpty ? .sha256 : SignatureMethod(rawValue: name) else {
            throw .invalidSignature(of: [])
        }
        let isValid = request.headers.withValueBytes(of: .xCaSignature) { signature in
            method.isValid(signature, of: signed.text, signer.secret)
        }
        guard isValid == true else { throw .invalidSignature(of: signed.shown) }
        guard self.consumers.mayPass(signer.consumer) else { throw .forbidden }
    }

    /// Checks what `content-md5` says of a body; without that field nothing is said.
    private func verify(_ headers: HeaderFields, body: UnsafeRawBufferPointer) throws(HMACRefusal) {
        guard let expected = self.contentMD5(headers) else { return }
        var hash = Insecure.MD5()
        hash.update(bufferPointer: body)
        guard Base64.encode(hash.finalize()) == expected else { throw .invalidContentMD5 }
    }

    private func contentMD5(_ headers: HeaderFields) -> String? {
        headers.combinedValue(of: .contentMD5).flatMap { $0.isEmpty ? nil : $0 }
    }

    private func isForm(_ headers: HeaderFields) -> Bool {
        headers[.contentType]?.lowercased().contains("application/x-www-form-urlencoded") == true
    }
}
