import GJSON

/// The type of a body that an operator wrote: JSON when it is a JSON text, else plain text.
func contentType(of text: String) -> String {
    let isJSON = GJSON.isValid(text)
    return isJSON ? "application/json; charset=utf-8" : "text/plain; charset=utf-8"
}
