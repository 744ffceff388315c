import NIOCore
import Testing

@testable import BundledFilters

/// Bytes that Python's zlib and gzip made, in base64, and what they say.
struct InflateFixture: Sendable, CustomTestStringConvertible {
    let name: String
    let compressed: String
    let plain: String

    var testDescription: String { self.name }
    var decoded: ByteBuffer? { InflateFixtures.decode(self.compressed) }
    var expected: [UInt8] { InflateFixtures.decode(self.plain).map { Array($0.readableBytesView) } ?? [] }
}

enum InflateFixtures {
    static let gzipAnswer = InflateFixture(
        name: "answer",
        compressed:
            "H4sIAAAAAAACAw3KMQoDMQxE0auEqV2k9lVCCMKrZAW70uIxJGB896j6r/gTbQ9rStTHhPmmP9R7wamkfBR1oseRhZDGIT5Q0MKHpmrqvHq+ut3E+dWOVfA2N+6vrsLwnDjiwnquP/MQRmBtAAAA",
        plain: ""
    )

    static let deflate = [
        InflateFixture(
            name: "stored",
            compressed:
                "ASwB0/4SLj/oesfs9aU3D8QbTdtyOyr7bEfAtXiUqrLFwUW3l925Em5cyiAxEhBfZ2QU+vayANrwmdul7uwzYk9RJL/F8E2COI5S"
                + "kngQ9hCwvKEeC+nxTzymleh6UxFmDHYozbqfXu+5kCLvU3tZahbcigPsH+fSVhcRszAkefsv8Rt8Gf7LHhiC0OScGhNjW85gdyug"
                + "NyxSJm0I4bf52MBDBp3lcjtHn/cshs6gQ0Ip8X0r232NH/x/GGaSvzIk16DCAJJDDuJJCRjaiTbDQqQhnFZGhv6lkhEgDg4+GUK2"
                + "34QIdttAuWeptwZTUzCJV0nk3ts8qqLkdOzeV+IYUvL7ADVA1hpqABB49rXJ7W5njWabtnu7tH8f/c2ySUl6+sMTMFbLMpBmpfTw"
                + "LmXABTU=",
            plain:
                "Ei4/6HrH7PWlNw/EG03bcjsq+2xHwLV4lKqyxcFFt5fduRJuXMogMRIQX2dkFPr2sgDa8Jnbpe7sM2JPUSS/xfBNgjiOUpJ4EPYQ"
                + "sLyhHgvp8U88ppXoelMRZgx2KM26n17vuZAi71N7WWoW3IoD7B/n0lYXEbMwJHn7L/EbfBn+yx4YgtDknBoTY1vOYHcroDcsUiZt"
                + "COG3+djAQwad5XI7R5/3LIbOoENCKfF9K9t9jR/8fxhmkr8yJNegwgCSQw7iSQkY2ok2w0KkIZxWRob+pZIRIA4OPhlCtt+ECHbb"
                + "QLlnqbcGU1MwiVdJ5N7bPKqi5HTs3lfiGFLy+wA1QNYaagAQePa1ye1uZ41mm7Z7u7R/H/3NsklJevrDEzBWyzKQZqX08C5lwAU1"
        ),
        InflateFixture(
            name: "fixed codes",
            compressed: "S0yEgSQ4UMhIzcnJRyYB",
            plain: "YWFhYWFhYWFhYWJiYmJiYmJiYmIgaGVsbG8gaGVsbG8gaGVsbG8="
        ),
        InflateFixture(
            name: "dynamic codes",
            compressed:
                "jVZbbgJBDPv3KfZqWxW1HyD1gwP1p8fgNnCPCmZ2a8cOVEjLPpJM4nicuV6+bz+X5WM9ndYF+//9dx2f1uPX57q8H47ndXk7nO9f"
                + "x6vHw7gdbmQzbiXCfCAvsO0IQS/I8HE7/ecf2ZAhmZfLCE+LzDjYspilWUZNgRSULcZVU5XysYPsbrwIHJDtg+G+ocn+sijXEzrD"
                + "HhB0ag840JWZIw8hA0iJvizBqeARChyhsFPpSz5SFApGwmZJV3CjDKFpacOMtpBCKSuNNZ9sMXNroklHuXtKG63dC7D0PS7+k5NC"
                + "KHhps3ZqtBsoJ43SaKVsyF2NPaCtlhxC7QhYhjZUvdBaNqpAGRRRxBOgUSL+rSps2K1N9FD4WrXVZKdqdWiACw/6oTCz6GTXtQWJ"
                + "Xa94l74Hnpju7sAFqXuOdWOjm8El8cluIjIhbXYbxEmoWrL1G8XTcxtalYUVAQ1ujrkJhD4MXqslQop5KxQhsolUVCJwJh6WVEUQ"
                + "Zmpo9NajgpppbYIHIiN+3c86XTe3RYN6opliZVcHffIZJVjJhOY0dIZqFowEAtv82Ii0ELq9mY+h3gupBKV5vSpFnK3FcVq6rsL3"
                + "EZqDbhK9Vlm85m7OGaccV5RDKgf/BQ==",
            plain:
                "5L2g5aW9IGdhbW1hIAogZ2FtbWEgCiAKIAog5L2g5aW9IGFscGhhIGRlbHRhIGJldGEgCiBhbHBoYSBiZXRhIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgZGVsdGEg5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIAogYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGRl"
                + "bHRhIGJldGEgYWxwaGEgYmV0YSDkvaDlpb0g5L2g5aW9IGRlbHRhIGJldGEgYmV0YSBhbHBoYSBhbHBoYSBiZXRhIGJldGEgYmV0"
                + "YSBiZXRhIGdhbW1hIGdhbW1hIGJldGEg5L2g5aW9IAogCiBiZXRhIGJldGEgCiBiZXRhIGRlbHRhIGdhbW1hIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgYmV0YSBnYW1tYSBhbHBoYSBnYW1tYSBnYW1tYSDkvaDlpb0g5L2g5aW9IGFscGhhIOS9oOWlvSAKIAogZ2Ft"
                + "bWEgYWxwaGEgZ2FtbWEgZ2FtbWEgZ2FtbWEgZGVsdGEgCiBnYW1tYSBiZXRhIGRlbHRhIGRlbHRhIAogYmV0YSBhbHBoYSBnYW1t"
                + "YSBhbHBoYSAKIGdhbW1hIGRlbHRhIGFscGhhIOS9oOWlvSBkZWx0YSBnYW1tYSBkZWx0YSDkvaDlpb0gYWxwaGEgZGVsdGEgYWxw"
                + "aGEgCiBiZXRhIOS9oOWlvSBiZXRhIGFscGhhIGJldGEgZGVsdGEgZ2FtbWEg5L2g5aW9IGdhbW1hIOS9oOWlvSBnYW1tYSBkZWx0"
                + "YSBhbHBoYSDkvaDlpb0gCiBnYW1tYSBnYW1tYSBhbHBoYSBkZWx0YSBhbHBoYSBiZXRhIGdhbW1hIOS9oOWlvSDkvaDlpb0gZ2Ft"
                + "bWEgYmV0YSBnYW1tYSBnYW1tYSAKIOS9oOWlvSBhbHBoYSBnYW1tYSAKIGdhbW1hIGdhbW1hIGJldGEgYWxwaGEgCiBiZXRhIAog"
                + "CiBnYW1tYSBkZWx0YSBiZXRhIAogYWxwaGEgYWxwaGEg5L2g5aW9IOS9oOWlvSBkZWx0YSBhbHBoYSBiZXRhIAog5L2g5aW9IGdh"
                + "bW1hIGdhbW1hIGRlbHRhIAogZGVsdGEgYmV0YSBhbHBoYSAKIGFscGhhIGRlbHRhIGdhbW1hIGJldGEgYmV0YSAKIOS9oOWlvSBi"
                + "ZXRhIAogZGVsdGEgYWxwaGEgYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGFscGhhIGRlbHRhIGdhbW1hIGJldGEgZGVsdGEg5L2g5aW9"
                + "IGJldGEg5L2g5aW9IGRlbHRhIGRlbHRhIAogCiBnYW1tYSBkZWx0YSBnYW1tYSBnYW1tYSBkZWx0YSBkZWx0YSBiZXRhIGFscGhh"
                + "IGRlbHRhIOS9oOWlvSBiZXRhIAogZGVsdGEgZ2FtbWEgYmV0YSBhbHBoYSBkZWx0YSBnYW1tYSDkvaDlpb0g5L2g5aW9IOS9oOWl"
                + "vSBnYW1tYSBhbHBoYSBnYW1tYSAKIOS9oOWlvSAKIGFscGhhIGdhbW1hIGdhbW1hIOS9oOWlvSAKIAogZ2FtbWEgZGVsdGEgZ2Ft"
                + "bWEgCiAKIGdhbW1hIGdhbW1hIAogYmV0YSDkvaDlpb0gYWxwaGEgZGVsdGEg5L2g5aW9IGdhbW1hIGdhbW1hIAogZ2FtbWEgZGVs"
                + "dGEgZ2FtbWEg5L2g5aW9IAogCiBnYW1tYSBnYW1tYSBnYW1tYSAKIGdhbW1hIAogZGVsdGEgZ2FtbWEgYmV0YSAKIGRlbHRhIGdh"
                + "bW1hIGdhbW1hIOS9oOWlvSBiZXRhIOS9oOWlvSBiZXRhIGJldGEgZ2FtbWEgZGVsdGEgZ2FtbWEgCiBhbHBoYSAKIAogCiBkZWx0"
                + "YSBiZXRhIOS9oOWlvSDkvaDlpb0g5L2g5aW9IAogZGVsdGEgZ2FtbWEg5L2g5aW9IOS9oOWlvSAKIGdhbW1hIAogYWxwaGEgYmV0"
                + "YSBiZXRhIOS9oOWlvSBkZWx0YSDkvaDlpb0gCiBiZXRhIGJldGEgCiBiZXRhIAogCiBhbHBoYSBkZWx0YSBiZXRhIGJldGEgYWxw"
                + "aGEgYmV0YSBhbHBoYSBnYW1tYSBiZXRhIGRlbHRhIGJldGEg5L2g5aW9IGFscGhhIGRlbHRhIGRlbHRhIGdhbW1hIGRlbHRhIAog"
                + "5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGJldGEgCiBnYW1tYSBhbHBoYSBnYW1tYSBkZWx0YSBnYW1tYSBkZWx0YSBhbHBoYSAK"
                + "IOS9oOWlvSBnYW1tYSBhbHBoYSDkvaDlpb0g5L2g5aW9IGdhbW1hIGFscGhhIGdhbW1hIOS9oOWlvSDkvaDlpb0gZ2FtbWEg5L2g"
                + "5aW9IGdhbW1hIGdhbW1hIGJldGEgZGVsdGEgZGVsdGEg5L2g5aW9IAog5L2g5aW9IGdhbW1hIGRlbHRhIGJldGEgYmV0YSDkvaDl"
                + "pb0gZGVsdGEg5L2g5aW9IGRlbHRhIGJldGEgYmV0YSDkvaDlpb0gYWxwaGEgZ2FtbWEgCiBhbHBoYSBkZWx0YSBhbHBoYSBnYW1t"
                + "YSDkvaDlpb0g5L2g5aW9IOS9oOWlvSBiZXRhIGdhbW1hIAog5L2g5aW9IGRlbHRhIGRlbHRhIGRlbHRhIGJldGEgZGVsdGEgZ2Ft"
                + "bWEgZGVsdGEgCiBkZWx0YSBkZWx0YSBiZXRhIOS9oOWlvSDkvaDlpb0gZ2FtbWEgCiBnYW1tYSBkZWx0YSBnYW1tYSBkZWx0YSBh"
                + "bHBoYSBnYW1tYSBnYW1tYSBkZWx0YSBnYW1tYSBiZXRhIGRlbHRhIGFscGhhIGFscGhhIAog5L2g5aW9IGRlbHRhIGJldGEgZ2Ft"
                + "bWEgYWxwaGEgYmV0YSBkZWx0YSBhbHBoYSBkZWx0YSDkvaDlpb0g5L2g5aW9IGdhbW1hIGJldGEgZGVsdGEgYWxwaGEgYmV0YSBk"
                + "ZWx0YSBnYW1tYSBiZXRhIAogZ2FtbWEgZ2FtbWEgZGVsdGEg5L2g5aW9IGRlbHRhIOS9oOWlvSAKIOS9oOWlvSAKIGFscGhhIGFs"
                + "cGhhIGJldGEgZ2FtbWEgZ2FtbWEg5L2g5aW9IAogZ2FtbWEg5L2g5aW9IGdhbW1hIAog5L2g5aW9IGFscGhhIGRlbHRhIGdhbW1h"
                + "IGdhbW1hIAogCiDkvaDlpb0gYmV0YSBhbHBoYSBhbHBoYSBnYW1tYSDkvaDlpb0gZGVsdGEgCiBhbHBoYSAKIOS9oOWlvSBiZXRh"
                + "IGFscGhhIGRlbHRhIGRlbHRhIOS9oOWlvSDkvaDlpb0gCiAKIAogCiBkZWx0YSBkZWx0YSBkZWx0YSBkZWx0YSAKIAogYmV0YSBn"
                + "YW1tYSBkZWx0YSBhbHBoYSBnYW1tYSBhbHBoYSAKIGRlbHRhIOS9oOWlvSBnYW1tYSAKIGRlbHRhIGdhbW1hIGJldGEgYmV0YSBk"
                + "ZWx0YSAKIOS9oOWlvSBkZWx0YSBnYW1tYSDkvaDlpb0gYmV0YSBkZWx0YSDkvaDlpb0g5L2g5aW9IGFscGhhIGFscGhhIAogYmV0"
                + "YSBnYW1tYSBhbHBoYSBhbHBoYSAKIGFscGhhIGdhbW1hIAogZGVsdGEgYWxwaGEgZGVsdGEgCiBkZWx0YSBhbHBoYSBhbHBoYSBh"
                + "bHBoYSBiZXRhIOS9oOWlvSAKIGFscGhhIAogYmV0YSBnYW1tYSAKIGRlbHRhIGJldGEgYmV0YSDkvaDlpb0gYmV0YSBkZWx0YSBi"
                + "ZXRhIGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIOS9oOWlvSBhbHBoYSAKIGRlbHRhIAogYWxwaGEgZ2FtbWEgYWxwaGEg5L2g5aW9"
                + "IOS9oOWlvSBhbHBoYSAKIGRlbHRhIOS9oOWlvSBiZXRhIGFscGhhIGRlbHRhIGFscGhhIGdhbW1hIAog5L2g5aW9IGRlbHRhIGRl"
                + "bHRhIGdhbW1hIAogZ2FtbWEgYWxwaGEgYmV0YSAKIGdhbW1hIGJldGEg5L2g5aW9IAogCiDkvaDlpb0gZ2FtbWEg5L2g5aW9IOS9"
                + "oOWlvSDkvaDlpb0gYmV0YSBnYW1tYSBhbHBoYSDkvaDlpb0gYmV0YSBnYW1tYSBnYW1tYSDkvaDlpb0gYmV0YSBiZXRhIGdhbW1h"
                + "IGRlbHRhIAogZGVsdGEgYmV0YSBiZXRhIAogYWxwaGEgCiBnYW1tYSBhbHBoYSDkvaDlpb0="
        ),
        InflateFixture(
            name: "huffman only",
            compressed:
                "BcGxDUQhDETBnCq2tWedBYEtEbggkl+Gu4E+bub2eV9rkomGJploaGjo9nlfi9gL/TwKmRcaIvZC5oWIvdAkE/08CpkX+nkUun3e"
                + "1yL2QrfP+1rmhYi90JB5oZ9HoUkmMi/08yhkXojYC5kXun3e17p93tf6eRQyL2ReiNgLEXsh80LmhcwLmReaZKJJJjIvdPu8rzU0"
                + "ZF7IvNCQeaGfR6FJJiL2QpNM9PMoZF7IvNAkExF7oUkmmmSi2+d9rdvnfS1iL3T7vK81NDTJRMReaJKJJplokvkH",
            plain:
                "5L2g5aW9IGdhbW1hIAogZ2FtbWEgCiAKIAog5L2g5aW9IGFscGhhIGRlbHRhIGJldGEgCiBhbHBoYSBiZXRhIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgZGVsdGEg5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIAogYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGRl"
                + "bHRhIGJldGEgYWxwaGEgYmV0YSDkvaDlpb0g5L2g5aW9IGRlbHRhIGJldGEgYmV0YSBhbHBoYSBhbHBoYSBiZXRhIGJldGEgYmV0"
                + "YSBiZXRhIGdhbW1hIGdhbW1hIGJldGEg5L2g5aW9IAogCiBiZXRhIGJldGEgCiBiZXRhIGRlbHRhIGdhbW1hIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgYmV0YSBnYW1tYSBhbHBoYSBnYW1tYSBnYW1tYSDkvaDlpb0g5L2g5aW9IGFscGhhIOS9oOWlvSAKIAogZ2Ft"
                + "bWEgYWxwaGEgZ2FtbWEgZ2FtbWEgZ2FtbQ=="
        ),
        InflateFixture(
            name: "empty",
            compressed: "AwA=",
            plain: ""
        ),
        InflateFixture(
            name: "random",
            compressed:
                "ASwB0/4SLj/oesfs9aU3D8QbTdtyOyr7bEfAtXiUqrLFwUW3l925Em5cyiAxEhBfZ2QU+vayANrwmdul7uwzYk9RJL/F8E2COI5S"
                + "kngQ9hCwvKEeC+nxTzymleh6UxFmDHYozbqfXu+5kCLvU3tZahbcigPsH+fSVhcRszAkefsv8Rt8Gf7LHhiC0OScGhNjW85gdyug"
                + "NyxSJm0I4bf52MBDBp3lcjtHn/cshs6gQ0Ip8X0r232NH/x/GGaSvzIk16DCAJJDDuJJCRjaiTbDQqQhnFZGhv6lkhEgDg4+GUK2"
                + "34QIdttAuWeptwZTUzCJV0nk3ts8qqLkdOzeV+IYUvL7ADVA1hpqABB49rXJ7W5njWabtnu7tH8f/c2ySUl6+sMTMFbLMpBmpfTw"
                + "LmXABTU=",
            plain:
                "Ei4/6HrH7PWlNw/EG03bcjsq+2xHwLV4lKqyxcFFt5fduRJuXMogMRIQX2dkFPr2sgDa8Jnbpe7sM2JPUSS/xfBNgjiOUpJ4EPYQ"
                + "sLyhHgvp8U88ppXoelMRZgx2KM26n17vuZAi71N7WWoW3IoD7B/n0lYXEbMwJHn7L/EbfBn+yx4YgtDknBoTY1vOYHcroDcsUiZt"
                + "COG3+djAQwad5XI7R5/3LIbOoENCKfF9K9t9jR/8fxhmkr8yJNegwgCSQw7iSQkY2ok2w0KkIZxWRob+pZIRIA4OPhlCtt+ECHbb"
                + "QLlnqbcGU1MwiVdJ5N7bPKqi5HTs3lfiGFLy+wA1QNYaagAQePa1ye1uZ41mm7Z7u7R/H/3NsklJevrDEzBWyzKQZqX08C5lwAU1"
        ),
        InflateFixture(
            name: "zlib",
            compressed:
                "eJyNVsttwzAUu3MKr+aiQXtIgB4yUC8dI9u4exSJJId8pJwigOPP+/JRlLbb9+/PbflYL5d1wf5//23t03r++lyX99P5ui5vp+v9"
                + "a3v1eGi3zY1s2q1E6A/kBbZtIegFGT5uu3//IxsyJPNyaeEpSY+DUUVvzSqaNEhB2aJdtVRpHzvI7sZJ4ICMD4b7QJP9JSn3EybD"
                + "HhB06gw40MbMkYdQAaRFT0twKniEAkco7FT6ko80hYKRsFnKFdyoQmhZOjCjLaRRqkpj9SdLZm6TaDJRnp7SRnv3Bqx8j4v/1KQQ"
                + "Cl46rJ0a0wWUi0YZtFI21K7GHtCyJYfQOwKWYQxVL7SXQRUogyKKOAAaJeIzq7BhtzbRQ+Fr1VaTnarVYQAuPGXhGkRJHT3KAC2w"
                + "6xXv0vfAE9PdHbggdcdYT2x0MbgkHqwmIhM0iy3lNAEzSpikheLluQ1lZWFFQIOHY24CoW8Gr9USocS8FIoQ2Y5UVCJwJh6WVEVU"
                + "7jmTxBszKqiZ1iZ4IDLi1/2sM5vmSBrUM8gfwV6m61KYylV6GCN0D9UqGAkEtvmxESmRKK5Jtm2IPgvpBGV4c1WKONuI427pugpf"
                + "R3J4JHIk0Zsqi/c82+eMU47rE34P/gfDGBIq",
            plain:
                "5L2g5aW9IGdhbW1hIAogZ2FtbWEgCiAKIAog5L2g5aW9IGFscGhhIGRlbHRhIGJldGEgCiBhbHBoYSBiZXRhIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgZGVsdGEg5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIAogYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGRl"
                + "bHRhIGJldGEgYWxwaGEgYmV0YSDkvaDlpb0g5L2g5aW9IGRlbHRhIGJldGEgYmV0YSBhbHBoYSBhbHBoYSBiZXRhIGJldGEgYmV0"
                + "YSBiZXRhIGdhbW1hIGdhbW1hIGJldGEg5L2g5aW9IAogCiBiZXRhIGJldGEgCiBiZXRhIGRlbHRhIGdhbW1hIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgYmV0YSBnYW1tYSBhbHBoYSBnYW1tYSBnYW1tYSDkvaDlpb0g5L2g5aW9IGFscGhhIOS9oOWlvSAKIAogZ2Ft"
                + "bWEgYWxwaGEgZ2FtbWEgZ2FtbWEgZ2FtbWEgZGVsdGEgCiBnYW1tYSBiZXRhIGRlbHRhIGRlbHRhIAogYmV0YSBhbHBoYSBnYW1t"
                + "YSBhbHBoYSAKIGdhbW1hIGRlbHRhIGFscGhhIOS9oOWlvSBkZWx0YSBnYW1tYSBkZWx0YSDkvaDlpb0gYWxwaGEgZGVsdGEgYWxw"
                + "aGEgCiBiZXRhIOS9oOWlvSBiZXRhIGFscGhhIGJldGEgZGVsdGEgZ2FtbWEg5L2g5aW9IGdhbW1hIOS9oOWlvSBnYW1tYSBkZWx0"
                + "YSBhbHBoYSDkvaDlpb0gCiBnYW1tYSBnYW1tYSBhbHBoYSBkZWx0YSBhbHBoYSBiZXRhIGdhbW1hIOS9oOWlvSDkvaDlpb0gZ2Ft"
                + "bWEgYmV0YSBnYW1tYSBnYW1tYSAKIOS9oOWlvSBhbHBoYSBnYW1tYSAKIGdhbW1hIGdhbW1hIGJldGEgYWxwaGEgCiBiZXRhIAog"
                + "CiBnYW1tYSBkZWx0YSBiZXRhIAogYWxwaGEgYWxwaGEg5L2g5aW9IOS9oOWlvSBkZWx0YSBhbHBoYSBiZXRhIAog5L2g5aW9IGdh"
                + "bW1hIGdhbW1hIGRlbHRhIAogZGVsdGEgYmV0YSBhbHBoYSAKIGFscGhhIGRlbHRhIGdhbW1hIGJldGEgYmV0YSAKIOS9oOWlvSBi"
                + "ZXRhIAogZGVsdGEgYWxwaGEgYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGFscGhhIGRlbHRhIGdhbW1hIGJldGEgZGVsdGEg5L2g5aW9"
                + "IGJldGEg5L2g5aW9IGRlbHRhIGRlbHRhIAogCiBnYW1tYSBkZWx0YSBnYW1tYSBnYW1tYSBkZWx0YSBkZWx0YSBiZXRhIGFscGhh"
                + "IGRlbHRhIOS9oOWlvSBiZXRhIAogZGVsdGEgZ2FtbWEgYmV0YSBhbHBoYSBkZWx0YSBnYW1tYSDkvaDlpb0g5L2g5aW9IOS9oOWl"
                + "vSBnYW1tYSBhbHBoYSBnYW1tYSAKIOS9oOWlvSAKIGFscGhhIGdhbW1hIGdhbW1hIOS9oOWlvSAKIAogZ2FtbWEgZGVsdGEgZ2Ft"
                + "bWEgCiAKIGdhbW1hIGdhbW1hIAogYmV0YSDkvaDlpb0gYWxwaGEgZGVsdGEg5L2g5aW9IGdhbW1hIGdhbW1hIAogZ2FtbWEgZGVs"
                + "dGEgZ2FtbWEg5L2g5aW9IAogCiBnYW1tYSBnYW1tYSBnYW1tYSAKIGdhbW1hIAogZGVsdGEgZ2FtbWEgYmV0YSAKIGRlbHRhIGdh"
                + "bW1hIGdhbW1hIOS9oOWlvSBiZXRhIOS9oOWlvSBiZXRhIGJldGEgZ2FtbWEgZGVsdGEgZ2FtbWEgCiBhbHBoYSAKIAogCiBkZWx0"
                + "YSBiZXRhIOS9oOWlvSDkvaDlpb0g5L2g5aW9IAogZGVsdGEgZ2FtbWEg5L2g5aW9IOS9oOWlvSAKIGdhbW1hIAogYWxwaGEgYmV0"
                + "YSBiZXRhIOS9oOWlvSBkZWx0YSDkvaDlpb0gCiBiZXRhIGJldGEgCiBiZXRhIAogCiBhbHBoYSBkZWx0YSBiZXRhIGJldGEgYWxw"
                + "aGEgYmV0YSBhbHBoYSBnYW1tYSBiZXRhIGRlbHRhIGJldGEg5L2g5aW9IGFscGhhIGRlbHRhIGRlbHRhIGdhbW1hIGRlbHRhIAog"
                + "5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGJldGEgCiBnYW1tYSBhbHBoYSBnYW1tYSBkZWx0YSBnYW1tYSBkZWx0YSBhbHBoYSAK"
                + "IOS9oOWlvSBnYW1tYSBhbHBoYSDkvaDlpb0g5L2g5aW9IGdhbW1hIGFscGhhIGdhbW1hIOS9oOWlvSDkvaDlpb0gZ2FtbWEg5L2g"
                + "5aW9IGdhbW1hIGdhbW1hIGJldGEgZGVsdGEgZGVsdGEg5L2g5aW9IAog5L2g5aW9IGdhbW1hIGRlbHRhIGJldGEgYmV0YSDkvaDl"
                + "pb0gZGVsdGEg5L2g5aW9IGRlbHRhIGJldGEgYmV0YSDkvaDlpb0gYWxwaGEgZ2FtbWEgCiBhbHBoYSBkZWx0YSBhbHBoYSBnYW1t"
                + "YSDkvaDlpb0g5L2g5aW9IOS9oOWlvSBiZXRhIGdhbW1hIAog5L2g5aW9IGRlbHRhIGRlbHRhIGRlbHRhIGJldGEgZGVsdGEgZ2Ft"
                + "bWEgZGVsdGEgCiBkZWx0YSBkZWx0YSBiZXRhIOS9oOWlvSDkvaDlpb0gZ2FtbWEgCiBnYW1tYSBkZWx0YSBnYW1tYSBkZWx0YSBh"
                + "bHBoYSBnYW1tYSBnYW1tYSBkZWx0YSBnYW1tYSBiZXRhIGRlbHRhIGFscGhhIGFscGhhIAog5L2g5aW9IGRlbHRhIGJldGEgZ2Ft"
                + "bWEgYWxwaGEgYmV0YSBkZWx0YSBhbHBoYSBkZWx0YSDkvaDlpb0g5L2g5aW9IGdhbW1hIGJldGEgZGVsdGEgYWxwaGEgYmV0YSBk"
                + "ZWx0YSBnYW1tYSBiZXRhIAogZ2FtbWEgZ2FtbWEgZGVsdGEg5L2g5aW9IGRlbHRhIOS9oOWlvSAKIOS9oOWlvSAKIGFscGhhIGFs"
                + "cGhhIGJldGEgZ2FtbWEgZ2FtbWEg5L2g5aW9IAogZ2FtbWEg5L2g5aW9IGdhbW1hIAog5L2g5aW9IGFscGhhIGRlbHRhIGdhbW1h"
                + "IGdhbW1hIAogCiDkvaDlpb0gYmV0YSBhbHBoYSBhbHBoYSBnYW1tYSDkvaDlpb0gZGVsdGEgCiBhbHBoYSAKIOS9oOWlvSBiZXRh"
                + "IGFscGhhIGRlbHRhIGRlbHRhIOS9oOWlvSDkvaDlpb0gCiAKIAogCiBkZWx0YSBkZWx0YSBkZWx0YSBkZWx0YSAKIAogYmV0YSBn"
                + "YW1tYSBkZWx0YSBhbHBoYSBnYW1tYSBhbHBoYSAKIGRlbHRhIOS9oOWlvSBnYW1tYSAKIGRlbHRhIGdhbW1hIGJldGEgYmV0YSBk"
                + "ZWx0YSAKIOS9oOWlvSBkZWx0YSBnYW1tYSDkvaDlpb0gYmV0YSBkZWx0YSDkvaDlpb0g5L2g5aW9IGFscGhhIGFscGhhIAogYmV0"
                + "YSBnYW1tYSBhbHBoYSBhbHBoYSAKIGFscGhhIGdhbW1hIAogZGVsdGEgYWxwaGEgZGVsdGEgCiBkZWx0YSBhbHBoYSBhbHBoYSBh"
                + "bHBoYSBiZXRhIOS9oOWlvSAKIGFscGhhIAogYmV0YSBnYW1tYSAKIGRlbHRhIGJldGEgYmV0YSDkvaDlpb0gYmV0YSBkZWx0YSBi"
                + "ZXRhIGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIOS9oOWlvSBhbHBoYSAKIGRlbHRhIAogYWxwaGEgZ2FtbWEgYWxwaGEg5L2g5aW9"
                + "IOS9oOWlvSBhbHBoYSAKIGRlbHRhIOS9oOWlvSBiZXRhIGFscGhhIGRlbHRhIGFscGhhIGdhbW1hIAog5L2g5aW9IGRlbHRhIGRl"
                + "bHRhIGdhbW1hIAogZ2FtbWEgYWxwaGEgYmV0YSAKIGdhbW1hIGJldGEg5L2g5aW9IAogCiDkvaDlpb0gZ2FtbWEg5L2g5aW9IOS9"
                + "oOWlvSDkvaDlpb0gYmV0YSBnYW1tYSBhbHBoYSDkvaDlpb0gYmV0YSBnYW1tYSBnYW1tYSDkvaDlpb0gYmV0YSBiZXRhIGdhbW1h"
                + "IGRlbHRhIAogZGVsdGEgYmV0YSBiZXRhIAogYWxwaGEgCiBnYW1tYSBhbHBoYSDkvaDlpb0="
        ),
    ]

    static let gzip = [
        InflateFixture(
            name: "plain",
            compressed:
                "H4sIAAAAAAACA41WW24CQQz79yn2alsVtR8g9YMD9afH4DZwjwpmdmvHDlRIyz6STOJ4nLlevm8/l+VjPZ3WBfv//Xcdn9bj1+e6"
                + "vB+O53V5O5zvX8erx8O4HW5kM24lwnwgL7DtCEEvyPBxO/3nH9mQIZmXywhPi8w42LKYpVlGTYEUlC3GVVOV8rGD7G68CByQ7YPh"
                + "vqHJ/rIo1xM6wx4QdGoPONCVmSMPIQNIib4swangEQocobBT6Us+UhQKRsJmSVdwowyhaWnDjLaQQikrjTWfbDFza6JJR7l7Shut"
                + "3Quw9D0u/pOTQih4abN2arQbKCeN0milbMhdjT2grZYcQu0IWIY2VL3QWjaqQBkUUcQToFEi/q0qbNitTfRQ+Fq11WSnanVogAsP"
                + "+qEws+hk17UFiV2veJe+B56Y7u7ABal7jnVjo5vBJfHJbiIyIW12G8RJqFqy9RvF03MbWpWFFQENbo65CYQ+DF6rJUKKeSsUIbKJ"
                + "VFQicCYellRFEGZqaPTWo4KaaW2CByIjft3POl03t0WDeqKZYmVXB33yGSVYyYTmNHSGahaMBALb/NiItBC6vZmPod4LqQSleb0q"
                + "RZytxXFauq7C9xGag24SvVZZvOZuzhmnHFeUQyoH/wXUEFImgwwAAA==",
            plain:
                "5L2g5aW9IGdhbW1hIAogZ2FtbWEgCiAKIAog5L2g5aW9IGFscGhhIGRlbHRhIGJldGEgCiBhbHBoYSBiZXRhIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgZGVsdGEg5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIAogYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGRl"
                + "bHRhIGJldGEgYWxwaGEgYmV0YSDkvaDlpb0g5L2g5aW9IGRlbHRhIGJldGEgYmV0YSBhbHBoYSBhbHBoYSBiZXRhIGJldGEgYmV0"
                + "YSBiZXRhIGdhbW1hIGdhbW1hIGJldGEg5L2g5aW9IAogCiBiZXRhIGJldGEgCiBiZXRhIGRlbHRhIGdhbW1hIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgYmV0YSBnYW1tYSBhbHBoYSBnYW1tYSBnYW1tYSDkvaDlpb0g5L2g5aW9IGFscGhhIOS9oOWlvSAKIAogZ2Ft"
                + "bWEgYWxwaGEgZ2FtbWEgZ2FtbWEgZ2FtbWEgZGVsdGEgCiBnYW1tYSBiZXRhIGRlbHRhIGRlbHRhIAogYmV0YSBhbHBoYSBnYW1t"
                + "YSBhbHBoYSAKIGdhbW1hIGRlbHRhIGFscGhhIOS9oOWlvSBkZWx0YSBnYW1tYSBkZWx0YSDkvaDlpb0gYWxwaGEgZGVsdGEgYWxw"
                + "aGEgCiBiZXRhIOS9oOWlvSBiZXRhIGFscGhhIGJldGEgZGVsdGEgZ2FtbWEg5L2g5aW9IGdhbW1hIOS9oOWlvSBnYW1tYSBkZWx0"
                + "YSBhbHBoYSDkvaDlpb0gCiBnYW1tYSBnYW1tYSBhbHBoYSBkZWx0YSBhbHBoYSBiZXRhIGdhbW1hIOS9oOWlvSDkvaDlpb0gZ2Ft"
                + "bWEgYmV0YSBnYW1tYSBnYW1tYSAKIOS9oOWlvSBhbHBoYSBnYW1tYSAKIGdhbW1hIGdhbW1hIGJldGEgYWxwaGEgCiBiZXRhIAog"
                + "CiBnYW1tYSBkZWx0YSBiZXRhIAogYWxwaGEgYWxwaGEg5L2g5aW9IOS9oOWlvSBkZWx0YSBhbHBoYSBiZXRhIAog5L2g5aW9IGdh"
                + "bW1hIGdhbW1hIGRlbHRhIAogZGVsdGEgYmV0YSBhbHBoYSAKIGFscGhhIGRlbHRhIGdhbW1hIGJldGEgYmV0YSAKIOS9oOWlvSBi"
                + "ZXRhIAogZGVsdGEgYWxwaGEgYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGFscGhhIGRlbHRhIGdhbW1hIGJldGEgZGVsdGEg5L2g5aW9"
                + "IGJldGEg5L2g5aW9IGRlbHRhIGRlbHRhIAogCiBnYW1tYSBkZWx0YSBnYW1tYSBnYW1tYSBkZWx0YSBkZWx0YSBiZXRhIGFscGhh"
                + "IGRlbHRhIOS9oOWlvSBiZXRhIAogZGVsdGEgZ2FtbWEgYmV0YSBhbHBoYSBkZWx0YSBnYW1tYSDkvaDlpb0g5L2g5aW9IOS9oOWl"
                + "vSBnYW1tYSBhbHBoYSBnYW1tYSAKIOS9oOWlvSAKIGFscGhhIGdhbW1hIGdhbW1hIOS9oOWlvSAKIAogZ2FtbWEgZGVsdGEgZ2Ft"
                + "bWEgCiAKIGdhbW1hIGdhbW1hIAogYmV0YSDkvaDlpb0gYWxwaGEgZGVsdGEg5L2g5aW9IGdhbW1hIGdhbW1hIAogZ2FtbWEgZGVs"
                + "dGEgZ2FtbWEg5L2g5aW9IAogCiBnYW1tYSBnYW1tYSBnYW1tYSAKIGdhbW1hIAogZGVsdGEgZ2FtbWEgYmV0YSAKIGRlbHRhIGdh"
                + "bW1hIGdhbW1hIOS9oOWlvSBiZXRhIOS9oOWlvSBiZXRhIGJldGEgZ2FtbWEgZGVsdGEgZ2FtbWEgCiBhbHBoYSAKIAogCiBkZWx0"
                + "YSBiZXRhIOS9oOWlvSDkvaDlpb0g5L2g5aW9IAogZGVsdGEgZ2FtbWEg5L2g5aW9IOS9oOWlvSAKIGdhbW1hIAogYWxwaGEgYmV0"
                + "YSBiZXRhIOS9oOWlvSBkZWx0YSDkvaDlpb0gCiBiZXRhIGJldGEgCiBiZXRhIAogCiBhbHBoYSBkZWx0YSBiZXRhIGJldGEgYWxw"
                + "aGEgYmV0YSBhbHBoYSBnYW1tYSBiZXRhIGRlbHRhIGJldGEg5L2g5aW9IGFscGhhIGRlbHRhIGRlbHRhIGdhbW1hIGRlbHRhIAog"
                + "5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGJldGEgCiBnYW1tYSBhbHBoYSBnYW1tYSBkZWx0YSBnYW1tYSBkZWx0YSBhbHBoYSAK"
                + "IOS9oOWlvSBnYW1tYSBhbHBoYSDkvaDlpb0g5L2g5aW9IGdhbW1hIGFscGhhIGdhbW1hIOS9oOWlvSDkvaDlpb0gZ2FtbWEg5L2g"
                + "5aW9IGdhbW1hIGdhbW1hIGJldGEgZGVsdGEgZGVsdGEg5L2g5aW9IAog5L2g5aW9IGdhbW1hIGRlbHRhIGJldGEgYmV0YSDkvaDl"
                + "pb0gZGVsdGEg5L2g5aW9IGRlbHRhIGJldGEgYmV0YSDkvaDlpb0gYWxwaGEgZ2FtbWEgCiBhbHBoYSBkZWx0YSBhbHBoYSBnYW1t"
                + "YSDkvaDlpb0g5L2g5aW9IOS9oOWlvSBiZXRhIGdhbW1hIAog5L2g5aW9IGRlbHRhIGRlbHRhIGRlbHRhIGJldGEgZGVsdGEgZ2Ft"
                + "bWEgZGVsdGEgCiBkZWx0YSBkZWx0YSBiZXRhIOS9oOWlvSDkvaDlpb0gZ2FtbWEgCiBnYW1tYSBkZWx0YSBnYW1tYSBkZWx0YSBh"
                + "bHBoYSBnYW1tYSBnYW1tYSBkZWx0YSBnYW1tYSBiZXRhIGRlbHRhIGFscGhhIGFscGhhIAog5L2g5aW9IGRlbHRhIGJldGEgZ2Ft"
                + "bWEgYWxwaGEgYmV0YSBkZWx0YSBhbHBoYSBkZWx0YSDkvaDlpb0g5L2g5aW9IGdhbW1hIGJldGEgZGVsdGEgYWxwaGEgYmV0YSBk"
                + "ZWx0YSBnYW1tYSBiZXRhIAogZ2FtbWEgZ2FtbWEgZGVsdGEg5L2g5aW9IGRlbHRhIOS9oOWlvSAKIOS9oOWlvSAKIGFscGhhIGFs"
                + "cGhhIGJldGEgZ2FtbWEgZ2FtbWEg5L2g5aW9IAogZ2FtbWEg5L2g5aW9IGdhbW1hIAog5L2g5aW9IGFscGhhIGRlbHRhIGdhbW1h"
                + "IGdhbW1hIAogCiDkvaDlpb0gYmV0YSBhbHBoYSBhbHBoYSBnYW1tYSDkvaDlpb0gZGVsdGEgCiBhbHBoYSAKIOS9oOWlvSBiZXRh"
                + "IGFscGhhIGRlbHRhIGRlbHRhIOS9oOWlvSDkvaDlpb0gCiAKIAogCiBkZWx0YSBkZWx0YSBkZWx0YSBkZWx0YSAKIAogYmV0YSBn"
                + "YW1tYSBkZWx0YSBhbHBoYSBnYW1tYSBhbHBoYSAKIGRlbHRhIOS9oOWlvSBnYW1tYSAKIGRlbHRhIGdhbW1hIGJldGEgYmV0YSBk"
                + "ZWx0YSAKIOS9oOWlvSBkZWx0YSBnYW1tYSDkvaDlpb0gYmV0YSBkZWx0YSDkvaDlpb0g5L2g5aW9IGFscGhhIGFscGhhIAogYmV0"
                + "YSBnYW1tYSBhbHBoYSBhbHBoYSAKIGFscGhhIGdhbW1hIAogZGVsdGEgYWxwaGEgZGVsdGEgCiBkZWx0YSBhbHBoYSBhbHBoYSBh"
                + "bHBoYSBiZXRhIOS9oOWlvSAKIGFscGhhIAogYmV0YSBnYW1tYSAKIGRlbHRhIGJldGEgYmV0YSDkvaDlpb0gYmV0YSBkZWx0YSBi"
                + "ZXRhIGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIOS9oOWlvSBhbHBoYSAKIGRlbHRhIAogYWxwaGEgZ2FtbWEgYWxwaGEg5L2g5aW9"
                + "IOS9oOWlvSBhbHBoYSAKIGRlbHRhIOS9oOWlvSBiZXRhIGFscGhhIGRlbHRhIGFscGhhIGdhbW1hIAog5L2g5aW9IGRlbHRhIGRl"
                + "bHRhIGdhbW1hIAogZ2FtbWEgYWxwaGEgYmV0YSAKIGdhbW1hIGJldGEg5L2g5aW9IAogCiDkvaDlpb0gZ2FtbWEg5L2g5aW9IOS9"
                + "oOWlvSDkvaDlpb0gYmV0YSBnYW1tYSBhbHBoYSDkvaDlpb0gYmV0YSBnYW1tYSBnYW1tYSDkvaDlpb0gYmV0YSBiZXRhIGdhbW1h"
                + "IGRlbHRhIAogZGVsdGEgYmV0YSBiZXRhIAogYWxwaGEgCiBnYW1tYSBhbHBoYSDkvaDlpb0="
        ),
        InflateFixture(
            name: "with a name",
            compressed:
                "H4sICAEAAAAC/25hbWUudHh0AHuyd8HTpXsV0hNzcxMVuOA0CD6BSCXmFGQkKqSk5pQkKiSlloBkIUJgDoQJ0YakBsJEMQHKQdLF"
                + "hawWYgSSAJJCMBOqH0ohqUFSiKQcjYAYj2QJ1BwumCugXsNwEZIHAUGpQ50sAQAA",
            plain:
                "5L2g5aW9IGdhbW1hIAogZ2FtbWEgCiAKIAog5L2g5aW9IGFscGhhIGRlbHRhIGJldGEgCiBhbHBoYSBiZXRhIGFscGhhIGdhbW1h"
                + "IGRlbHRhIGJldGEgZGVsdGEg5L2g5aW9IGFscGhhIOS9oOWlvSBiZXRhIGFscGhhIAogYmV0YSBkZWx0YSBnYW1tYSBiZXRhIGRl"
                + "bHRhIGJldGEgYWxwaGEgYmV0YSDkvaDlpb0g5L2g5aW9IGRlbHRhIGJldGEgYmV0YSBhbHBoYSBhbHBoYSBiZXRhIGJldGEgYmV0"
                + "YSBiZXRhIGdhbW1hIGdhbW1hIGJldGEg5L2g5aW9IAogCiBiZXRhIGJldGEgCiBiZXRhIGRlbHRhIGdhbW1hIGFscGhhIGdhbW1h"
        ),
        InflateFixture(
            name: "two members",
            compressed: "H4sIAAAAAAACA0vLLCouUQAA/HrxHAYAAAAfiwgAAAAAAAIDK05Nzs9LAQBpER+2BgAAAA==",
            plain: "Zmlyc3Qgc2Vjb25k"
        ),
        InflateFixture(
            name: "empty",
            compressed: "H4sIAAAAAAACAwMAAAAAAAAAAAA=",
            plain: ""
        ),
    ]

    /// Base64 (RFC 4648, section 4).
    static func decode(_ text: String) -> ByteBuffer? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var buffer = ByteBuffer()
        var held = 0
        var count = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            held = (held << 6 | value) & 0xFFFFFF
            count += 6
            if count >= 8 {
                count -= 8
                buffer.writeInteger(UInt8(truncatingIfNeeded: held >> count))
            }
        }
        return buffer
    }
}

@Suite("ai-cache: decompression")
struct AICacheInflateTests {
    private func inflate(_ coding: ContentCoding, _ bytes: ByteBuffer, limit: Int = 1 << 20) -> [UInt8]? {
        coding.decode(bytes, limit: limit).map { Array($0.readableBytesView) }
    }

    @Test("reads DEFLATE with and without the head of zlib", arguments: InflateFixtures.deflate)
    func deflate(fixture: InflateFixture) throws {
        #expect(self.inflate(.deflate, try #require(fixture.decoded)) == fixture.expected)
    }

    @Test("reads gzip", arguments: InflateFixtures.gzip)
    func gzip(fixture: InflateFixture) throws {
        #expect(self.inflate(.gzip, try #require(fixture.decoded)) == fixture.expected)
    }

    @Test("stops at the limit", arguments: InflateFixtures.deflate)
    func limit(fixture: InflateFixture) throws {
        let bytes = try #require(fixture.decoded)
        let length = fixture.expected.count
        #expect(self.inflate(.deflate, bytes, limit: length) == fixture.expected)
        if length > 0 { #expect(self.inflate(.deflate, bytes, limit: length - 1) == nil) }
    }

    @Test("takes no part for the whole", arguments: InflateFixtures.deflate + InflateFixtures.gzip)
    func truncated(fixture: InflateFixture) throws {
        let bytes = try #require(fixture.decoded)
        let coding: ContentCoding = bytes.readableBytesView.starts(with: [0x1F, 0x8B]) ? .gzip : .deflate
        for length in 0..<bytes.readableBytes {
            let part = try #require(bytes.getSlice(at: 0, length: length))
            #expect(self.inflate(coding, part) == nil || coding == .gzip && fixture.name == "two members")
        }
    }

    @Test("never traps on damaged bytes", arguments: InflateFixtures.deflate + InflateFixtures.gzip)
    func damaged(fixture: InflateFixture) throws {
        let bytes = Array(try #require(fixture.decoded).readableBytesView)
        let coding: ContentCoding = bytes.starts(with: [0x1F, 0x8B]) ? .gzip : .deflate
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            var damaged = bytes
            for _ in 0..<3 {
                damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(
                    in: 0...255,
                    using: &generator
                )
            }
            let output = self.inflate(coding, ByteBuffer(bytes: damaged), limit: 10000)
            #expect((output?.count ?? 0) <= 10000)
        }
    }
}
