/// The regular expression that matches a text as it stands.
///
/// For ``FilterAPI/Pattern``, which searches many texts at once in one pass over the input.
func literalPattern(_ text: String) -> String {
    var pattern = ""
    for scalar in text.unicodeScalars {
        let isWordLike = scalar.properties.isAlphabetic || (0x30...0x39).contains(scalar.value) || scalar.value == 0x5F
        if scalar.value < 0x20 || scalar.value == 0x7F {
            pattern += "\\x{\(String(scalar.value, radix: 16))}"
        } else {
            if scalar.isASCII, !isWordLike { pattern += "\\" }
            pattern.unicodeScalars.append(scalar)
        }
    }
    return pattern
}
