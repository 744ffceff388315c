/// The text that replaces a match, with what the groups matched put in.
///
/// `$1`, `${1}` and `\1` stand for a group, `$0`, `${0}` and `\0` for the whole match, `$$` for `$`, `\\` for `\`.
/// After `$` all digits belong to the number; `\` takes one digit. A group that took no part is empty text.
public struct PatternSubstitution: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case text([UInt8])
        case group(Int)
    }

    private var parts: [Part] = []

    /// Reads a substitution.
    ///
    /// - Throws: ``PatternError`` for a group that the pattern does not have and for a `$` or `\` without meaning.
    public init(_ text: String, for pattern: Pattern) throws(PatternError) {
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            guard scalar == "$" || scalar == "\\" else {
                self.append(scalar)
                index += 1
                continue
            }
            index = try self.append(referenceIn: scalars, at: index, groupCount: pattern.groupCount)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let bytes = Array(String(scalar).utf8)
        if case .text(let before) = self.parts.last {
            self.parts[self.parts.count - 1] = .text(before + bytes)
        } else {
            self.parts.append(.text(bytes))
        }
    }

    /// Returns the index after the reference.
    private mutating func append(
        referenceIn scalars: [Unicode.Scalar],
        at start: Int,
        groupCount: Int
    ) throws(PatternError) -> Int {
        let mark = scalars[start]
        var index = start + 1
        if index < scalars.count, scalars[index] == mark {
            self.append(mark)
            return index + 1
        }
        let isBraced = mark == "$" && index < scalars.count && scalars[index] == "{"
        if isBraced { index += 1 }
        let digitsStart = index
        while index < scalars.count, ("0"..."9").contains(scalars[index]), mark == "$" || index == digitsStart {
            index += 1
        }
        let digits = scalars[digitsStart..<index].map(String.init).joined()
        let isClosed = !isBraced || (index < scalars.count && scalars[index] == "}")
        guard !digits.isEmpty, isClosed else {
            throw PatternError(
                "expected a group's number after \"\(mark)\"; write \(mark)\(mark) for the character",
                at: start
            )
        }
        guard let number = Int(digits), number <= groupCount else {
            throw PatternError("the pattern has \(groupCount) groups, not \(digits)", at: start)
        }
        self.parts.append(.group(number))
        return isBraced ? index + 1 : index
    }
}

extension PatternSubstitution {
    /// Appends the replacement of a match.
    public func append(_ match: PatternMatch, in input: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        for part in self.parts {
            switch part {
            case .text(let bytes): output += bytes
            case .group(let number):
                if let range = match.group(number) { output += input[range] }
            }
        }
    }
}
