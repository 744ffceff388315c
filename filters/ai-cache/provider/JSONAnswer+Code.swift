extension JSONAnswer {
    /// Checks the code of services that say 0 when all is well.
    ///
    /// - Throws: ``ProviderError`` when there is none, and with the service's words for another.
    func checkCode() throws(ProviderError) {
        let code = self["code"]
        guard try code.requiredNumber() != 0 else { return }
        throw .refused(code: code.literal, self["message"].string)
    }
}
