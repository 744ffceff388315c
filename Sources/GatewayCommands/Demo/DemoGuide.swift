/// What `sluice demo` prints: `#` comments, and commands that run as they stand.
struct DemoGuide {
    let gateway: String
    let upstream: String

    /// One request to try.
    private struct Step {
        let comment: String
        let question: String
        var streams = false
        var hasKey = true
        var skipsCache = false
    }

    private static let steps = [
        Step(comment: "a new question: 200, x-sluice-cache: miss, about 1 s", question: "What is a star?"),
        Step(
            comment: "the same question again: 200, x-sluice-cache: hit, a few milliseconds",
            question: "What is a star?"
        ),
        Step(
            comment: "the same as a stream: x-sluice-cache: hit, the stored answer as events up to [DONE]",
            question: "What is a star?",
            streams: true
        ),
        Step(
            comment: "a new question as a stream: x-sluice-cache: miss, the words come one by one",
            question: "什么是星星",
            streams: true
        ),
        Step(
            comment: "the same in other words: x-sluice-cache: semantic-hit, a few milliseconds",
            question: "星星是什么"
        ),
        Step(
            comment: "past the cache: 200, x-sluice-cache: skip, about 1 s each time",
            question: "What is a star?",
            skipsCache: true
        ),
        Step(comment: "without a key: 401, the upstream is not asked", question: "What is a star?", hasKey: false),
    ]

    /// The text, without a line break at its end.
    var text: String {
        let places = [
            "# gateway   http://\(self.gateway)  (skip-header, key-auth, ai-cache, access-log)",
            "# upstream  http://\(self.upstream)  (a scripted model that thinks for a second)",
            "# Access-log lines appear below; the program's own log goes to standard error. Ctrl-C ends the demo.",
        ]
        return (places + DemoGuide.steps.flatMap { ["", "# \($0.comment)", self.command($0)] }).joined(separator: "\n")
    }

    private func command(_ step: Step) -> String {
        var words = [step.streams ? "curl -s -N -i -w '\\n%{time_total}s\\n'" : "curl -s -i -w '\\n%{time_total}s\\n'"]
        words.append("http://\(self.gateway)/v1/chat/completions -H 'content-type: application/json'")
        if step.hasKey { words.append("-H 'authorization: Bearer \(DemoConfiguration.key)'") }
        if step.skipsCache { words.append("-H 'x-higress-skip-ai-cache: on'") }
        let stream = step.streams ? #""stream":true,"# : ""
        let messages = #"[{"role":"user","content":"\#(step.question)"}]"#
        words.append(#"-d '{"model":"demo",\#(stream)"messages":\#(messages)}'"#)
        return words.joined(separator: " ")
    }
}
