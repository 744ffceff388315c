/// JSON without the white space between its tokens.
enum UglyPrinter {
    static func print(_ json: Bytes) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(json.count)
        var index = 0
        while index < json.count {
            if json[index] == ASCII.quote {
                let end = json.endOfString(content: index + 1).end
                text.append(json.slice(index, end))
                index = end
            } else {
                if json[index] > ASCII.space { text.append(json[index]) }
                index += 1
            }
        }
        return text
    }
}
