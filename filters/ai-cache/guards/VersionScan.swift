/// Finds numbers whose last zero counts: version 3.10 comes after 3.9, and is not 3.1.
struct VersionScan: Sendable, Hashable {
    /// The numbers with one point behind the name of what has versions, as they stand.
    private(set) var versions: Set<String> = []
    /// All numbers with one point, as they stand.
    private(set) var numbers: Set<String> = []

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var place = 0
        while let start = scalars[place...].firstIndex(where: { Self.isDigit($0) }) {
            let end = scalars[start...].firstIndex { !Self.isDigit($0) && $0 != "." } ?? scalars.count
            self.read(scalars, start..<end)
            place = end
        }
    }

    /// Whether a version of one text has other zeros at its end in the other, which numbers do not tell.
    func differs(from other: VersionScan) -> Bool {
        !self.versions.isSubset(of: other.numbers) || !other.versions.isSubset(of: self.numbers)
    }

    private mutating func read(_ scalars: [Unicode.Scalar], _ range: Range<Int>) {
        var parts = scalars[range].split(separator: ".", omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        // 3.0 is 3.
        guard parts.count == 2, let fraction = parts.last, fraction.contains(where: { $0 != "0" }) else { return }
        let number = parts.map { String(String.UnicodeScalarView($0)) }.joined(separator: ".")
        self.numbers.insert(number)
        if Self.hasVersions(before: range.lowerBound, scalars) { self.versions.insert(number) }
    }

    /// Whether the word right before a place names something that has versions: one that is known, or one with a capital letter
    /// that does not begin the text and is no currency.
    private static func hasVersions(before place: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        let joints = scalars[..<place].suffix(2).reversed().prefix { " -_/".unicodeScalars.contains($0) }.count
        let end = place - joints
        let length = scalars[..<end].suffix(self.longestHead).reversed().prefix { $0.properties.isAlphabetic }.count
        let head = scalars[(end - length)..<end]
        let word = String(String.UnicodeScalarView(head)).lowercased()
        if self.heads.contains(word) { return true }
        guard let first = head.first, first.properties.isUppercase else { return false }
        return head.startIndex > 0 && UnitWords.units(of: word).isEmpty
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static let longestHead = 20

    private static let heads = Set(
        """
        v ver version versión versão versione versi версия версии 版本 release
        python py pip pypy java jdk jre javac kotlin scala gradle maven node nodejs js npm yarn deno bun typescript ruby rails jruby
        php laravel symfony perl go golang rust cargo swift xcode ios ipados macos osx android windows ubuntu debian fedora
        centos rhel linux kernel freebsd haskell ghc elixir erlang julia dart flutter lua net dotnet blazor unity unreal
        django flask numpy pandas scipy pytorch torch tensorflow keras cuda opencv matplotlib jupyter conda anaconda spark
        hadoop kafka redis mysql mariadb postgres postgresql sqlite mongodb elasticsearch kubernetes docker helm terraform
        ansible nginx apache tomcat spring hibernate react angular vue svelte next webpack vite bootstrap jquery electron
        openssl tls ssl http git gcc clang llvm cmake bash zsh vim emacs blender godot qt gtk gnome kde bluetooth usb hdmi
        """.split(whereSeparator: { $0.isWhitespace }).map(String.init)
    )
}
