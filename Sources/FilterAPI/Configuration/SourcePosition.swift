/// A place in a configuration file.
///
/// Lines and columns count from 1; a column counts Unicode scalars, as editors and compilers do.
public struct SourcePosition: Sendable, Hashable {
    /// The file as it was named by the user, or a title such as `<text>` when there is none.
    public let file: String
    /// The line, from 1. 0 stands for "the file as a whole".
    public let line: Int
    /// The column in Unicode scalars, from 1. 0 stands for "the line as a whole".
    public let column: Int

    /// A place in `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourcePosition: CustomStringConvertible {
    /// `FILE:LINE:COLUMN`, the form that editors turn into links.
    public var description: String {
        if line == 0 { return file }
        return column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
    }
}

extension SourcePosition: Comparable {
    /// Order of reading: by file, line, column.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
