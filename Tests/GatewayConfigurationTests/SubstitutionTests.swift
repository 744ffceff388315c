import FilterAPI
import Foundation
import GatewayConfiguration
import Testing

@Suite struct SubstitutionTests {
    private let environment = ["A": "alpha", "EMPTY": "", "LIST": "[1, 2]", "MARK": "x: {y: *z}\n- # &", "B_2": "b"]

    private func read(_ scalar: String) -> (ConfigurationNode.Scalar?, [ConfigurationIssue]) {
        let issues = ConfigurationIssues()
        let text = ConfigurationText("v: '\(scalar)'\n", file: "/nowhere/f", environment: environment)
        return (text.root(issues)?["v"]?.scalar, issues.all)
    }

    @Test(arguments: [
        ("plain", "plain"), ("${A}", "alpha"), ("<${A}|${B_2}>", "<alpha|b>"), ("${EMPTY}", ""), ("${NO:-x}", "x"),
        ("${EMPTY:-x}", "x"), ("${A:-x}", "alpha"), ("${NO:-}", ""), ("${NO:-${A}}", "alpha"),
        ("${NO:-${NO2:-${B_2}}}", "b"),
        ("${NO:-{}}", "{}"), ("$${A}", "${A}"), ("$$${A}", "$${A}"), ("$A", "$A"), ("$", "$"), ("$1 $$", "$1 $$"),
        ("$\u{301}{A}", "$\u{301}{A}"),
        ("${LIST}", "[1, 2]"), ("${MARK}", "x: {y: *z}\n- # &"), ("${NO:-网关}", "网关"),
    ])
    func textsAreSubstituted(template: String, text: String) {
        let (scalar, issues) = read(template)
        #expect(scalar?.text == text)
        #expect(issues.isEmpty)
    }

    @Test(arguments: ["${A}", "x${NO:-y}", "${EMPTY}"])
    func whatWasSubstitutedIsMarked(template: String) {
        #expect(read(template).0?.isSubstituted == true)
    }

    @Test(arguments: ["plain", "$${A}", "$A"])
    func whatWasWrittenIsNotMarked(template: String) {
        #expect(read(template).0?.isSubstituted == false)
    }

    @Test(arguments: [
        "${NO}", "${}", "${1A}", "${A", "${A-x}", "${A:x}", "${ A}", "${file:}", "${file:missing}", "${NO:-${NO}}",
        "${网}",
    ])
    func whatCannotBeSubstitutedIsOneError(template: String) {
        let (_, issues) = read(template)
        #expect(issues.map(\.severity) == [.error])
        #expect(issues.map(\.location) == ["v"])
        #expect(issues.map(\.position.line) == [1])
    }

    @Test func defaultsInDefaultsAreBounded() {
        let template = String(repeating: "${NO:-", count: 5000) + String(repeating: "}", count: 5000)
        #expect(read(template).1.count == 1)
    }

    @Test(arguments: [("key\n", "key"), ("key\r\n", "key"), ("key", "key"), ("a\nb\n\n", "a\nb\n"), ("", "")])
    func aFileGivesItsTextWithoutTheLastLineBreak(contents: String, text: String) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try Data(contents.utf8).write(to: directory.appendingPathComponent("key.txt"))
        let issues = ConfigurationIssues()
        let source = ConfigurationText("v: ${file:key.txt}\n", file: "\(directory.path)/gateway.yaml")
        #expect(source.root(issues)?["v"]?.scalar?.text == text)
        #expect(issues.all.isEmpty)
    }
}
