import FilterAPI

extension ConfigurationFields {
    /// Reads `cache` of the current form, or `redis` and what stands beside it in the legacy form.
    ///
    /// - Returns: nil when there is neither.
    func cacheSettings() -> CacheSettings? {
        let current = self.object("cache", help: "The store.") { CacheSettings($0) }
        let legacy = self.object("redis", help: "Legacy form: the Redis store.") { CacheSettings(legacy: $0) }
        var settings = current ?? legacy
        if legacy != nil || self.isDescribing {
            var beside = settings ?? CacheSettings()
            beside.readKeyPrefix(self)
            beside.readTimeToLive(self)
            settings = beside
        }
        if current != nil, legacy != nil {
            self.error(at: "redis", "found beside \"cache\"; expected one of the two, redis is the legacy form")
        }
        return settings
    }

    /// Reads a path that the current form writes as a text and the legacy form as a mapping of one key.
    func path(_ key: String, _ legacyKey: String, help: String) -> String? {
        self.alternatives(
            key,
            help: "GJSON path: \(help)",
            scalar: { (text) throws(ConfigurationMistake) in
                if text.isEmpty { throw ConfigurationMistake("expected a GJSON path") }
                return text
            },
            object: { $0.string(legacyKey, help: "Legacy form of the same.").flatMap { $0.isEmpty ? nil : $0 } }
        ) ?? nil
    }

    /// Reads the templates under their current and their legacy names.
    func rendering() -> AnswerRendering? {
        let isLegacy = self.has("redis")
        let json = self.template(
            ("responseTemplate", "returnResponseTemplate"),
            form: .json,
            default: isLegacy ? DefaultTemplates.legacyJSON : DefaultTemplates.json
        )
        let stream = self.template(
            ("streamResponseTemplate", "returnStreamResponseTemplate"),
            form: .eventStream,
            default: isLegacy ? DefaultTemplates.legacyEventStream : DefaultTemplates.eventStream
        )
        guard let json, let stream else { return nil }
        return AnswerRendering(template: json, streamTemplate: stream)
    }

    private func template(
        _ keys: (current: String, legacy: String),
        form: ResponseTemplate.Form,
        default fallback: String
    ) -> ResponseTemplate? {
        let read = { (text: String) throws(ConfigurationMistake) in try ResponseTemplate(text, form: form) }
        let help = "What a hit answers; %s stands for the stored answer."
        let current = self.parsed(keys.current, help: help, read)
        let legacy = self.parsed(keys.legacy, help: "Legacy name of \(keys.current).", read)
        if self.has(keys.current), self.has(keys.legacy) {
            self.error(at: keys.legacy, "found beside \"\(keys.current)\", which is its current name; expected one")
        }
        return current ?? legacy ?? (try? ResponseTemplate(fallback, form: form))
    }

    /// Reads `scope`.
    func scope() -> [ScopePart] {
        let texts = self.strings(
            "scope",
            default: ScopePart.defaultTexts,
            help: "What else has to be equal; [] gives the bare keys of the reference."
        )
        var parts: [ScopePart] = []
        for (index, text) in texts.enumerated() {
            do throws(ConfigurationMistake) {
                parts.append(try ScopePart(configurationText: text))
            } catch {
                self.error(at: "scope", item: index, "found \"\(text)\"; \(error)")
            }
        }
        return parts
    }

    /// Reads `replay`: by default structured, unless a template was given.
    func storedForm(scope: [ScopePart]) -> StoredForm {
        let names = [
            "responseTemplate", "streamResponseTemplate", "returnResponseTemplate", "returnStreamResponseTemplate",
        ]
        let hasTemplate = names.contains { self.has($0) }
        let replay = self.choice(
            "replay",
            of: AICacheConfiguration.Replay.self,
            help: "What a hit looks like; default: structured, or template when a template is given."
        )
        if replay == .structured, hasTemplate {
            self.warning(at: "replay", "structured leaves the templates unused; leave out one or the other")
        }
        let isTemplate = replay == .template || replay == nil && hasTemplate
        return isTemplate || scope.isEmpty ? .plain : .record
    }
}
