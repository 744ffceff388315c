extension QueryExpression {
    /// Whether the value found at the query's path satisfies the comparison.
    func accepts(_ node: Node) -> Bool {
        if value.first == ASCII.tilde { return acceptsConverted(node) }
        guard node.exists else { return false }
        if comparison == .exists { return true }
        return value.withUnsafeBytes { buffer in
            let right = Bytes(buffer)
            return switch node.kind {
            case .string: acceptsString(node, right)
            case .number: acceptsNumber(node.number, FloatText.parse(right))
            case .true: acceptsTrue(right)
            case .false: acceptsFalse(right)
            case .null, .json: false
            }
        }
    }

    /// `~true` and its like turn the value into a boolean that is compared with true.
    private func acceptsConverted(_ node: Node) -> Bool {
        let converted: Bool
        switch String(decoding: value, as: UTF8.self) {
        case "~true": converted = node.isTrue
        case "~false": converted = Self.isFalse(node)
        case "~null": converted = node.kind == .null
        case "~*": converted = node.exists
        default: return false
        }
        if comparison == .exists { return true }
        return converted ? acceptsTrue(Bytes("true")) : acceptsFalse(Bytes("true"))
    }

    private static func isFalse(_ node: Node) -> Bool {
        switch node.kind {
        case .null, .false: true
        case .string: node.booleanText == false
        case .number: node.number == 0
        case .true, .json: false
        }
    }

    private func acceptsString(_ node: Node, _ right: Bytes) -> Bool {
        guard node.isEscaped else { return acceptsString(node.content, right) }
        return node.text.withUnsafeBytes { acceptsString(Bytes($0), right) }
    }

    private func acceptsString(_ left: Bytes, _ right: Bytes) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: !(left == right)
        case .less: left < right
        case .lessOrEqual: !(right < left)
        case .greater: right < left
        case .greaterOrEqual: !(left < right)
        case .like: WildcardPattern.matches(left, right)
        case .notLike: !WildcardPattern.matches(left, right)
        case .exists, .never: false
        }
    }

    private func acceptsNumber(_ left: Double, _ right: Double) -> Bool {
        switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .like, .notLike, .exists, .never: false
        }
    }

    private func acceptsTrue(_ right: Bytes) -> Bool {
        switch comparison {
        case .equal: right == "true"
        case .notEqual: !(right == "true")
        case .greater: right == "false"
        case .greaterOrEqual: true
        case .less, .lessOrEqual, .like, .notLike, .exists, .never: false
        }
    }

    private func acceptsFalse(_ right: Bytes) -> Bool {
        switch comparison {
        case .equal: right == "false"
        case .notEqual: !(right == "false")
        case .less: right == "true"
        case .lessOrEqual: true
        case .greater, .greaterOrEqual, .like, .notLike, .exists, .never: false
        }
    }
}
