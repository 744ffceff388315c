import FilterAPI

/// The name of a filter that is to be made, and what its parts are called.
struct FilterName {
    /// Why a text is no name for a filter.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    /// In kebab case, as `filter:` in the file says it.
    let text: String

    /// - Throws: When the text is not in kebab case, is too long, or names a filter or a module that there is already.
    init(_ text: String, registered: [String]) throws(Mistake) {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        let areWords = words.allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
        }
        guard areWords, text.utf8.first.map({ (97...122).contains($0) }) == true, text.utf8.count <= 64 else {
            throw Mistake(
                description:
                    "found the name \(quoted(text)); expected lower-case words of letters and digits with single "
                    + "hyphens between, a letter first, at most 64 characters, such as tenant-lookup"
            )
        }
        guard !registered.contains(text) else {
            throw Mistake(description: "\(quoted(text)) is the name of a filter that there is already")
        }
        guard !["bundled", "sluice", "gateway"].contains(text) else {
            throw Mistake(description: "\(quoted(text)) is the name of a part of Sluice")
        }
        self.text = text
    }

    private var words: String {
        self.text.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// The filter's class.
    var type: String { "\(self.words)Filter" }
    /// The library that the class is in.
    var module: String { "\(self.words)Filters" }
    /// The file's text as a metric's name begins.
    var metric: String { self.text.replacing("-", with: "_") }
}
