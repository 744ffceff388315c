"""What the reference does with every character: the normaliser and the splitter of BERT in the package tokenizers.

Without arguments it prints a line for every character of the first two planes that is not kept as it is, for the test. With --table it prints
Sources/CSentenceEncoder/characters.c.
"""

import sys

from tokenizers import normalizers, pre_tokenizers

_CLASSES = {"removed": 1, "space": 2, "mark": 3, "punctuation": 4, "ideograph": 5}
_HANGUL = range(0xAC00, 0xD7A4)


def _normalizer(**wanted):
    parts = {"clean_text": False, "handle_chinese_chars": False, "strip_accents": False, "lowercase": False}
    return normalizers.BertNormalizer(**{**parts, **wanted})


_CLEAN = _normalizer(clean_text=True)
_SPACED = _normalizer(handle_chinese_chars=True)
_BARE = _normalizer(strip_accents=True)
_LOWER = _normalizer(lowercase=True)
_SPLIT = pre_tokenizers.BertPreTokenizer()


def scalars():
    return (code for code in range(0x110000) if not 0xD800 <= code < 0xE000)


def class_of(code):
    character = chr(code)
    cleaned = _CLEAN.normalize_str(f"a{character}b")
    if cleaned == "ab":
        return "removed"
    if cleaned == "a b":
        return "space"
    if _SPACED.normalize_str(character) != character:
        return "ideograph"
    if _BARE.normalize_str(f"a{character}b") == "ab":
        return "mark"
    if len(_SPLIT.pre_tokenize_str(f"a{character}b")) == 3:
        return "punctuation"
    return None


def bare(code):
    """The character decomposed and without marks."""
    return _BARE.normalize_str(f"a{chr(code)}b")[1:-1]


def lower(code):
    return _LOWER.normalize_str(f"a{chr(code)}b")[1:-1]


def hexadecimal(text):
    return ".".join(f"{ord(character):x}" for character in text)


def print_facts():
    for code in range(0x20000):
        if 0xD800 <= code < 0xE000:
            continue
        facts = [class_of(code) or "", hexadecimal(bare(code)), hexadecimal(lower(code))]
        if facts != ["", f"{code:x}", f"{code:x}"]:
            print(f"{code:x}", *facts, sep="\t")


def print_table():
    ranges, letters = [], []
    for code in scalars():
        kind = class_of(code)
        if kind and ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == kind:
            ranges[-1][1] = code
        elif kind:
            ranges.append([code, code, kind])
        text = bare(code)
        if text != chr(code) and text and code not in _HANGUL:
            letters.append((code, [ord(character) for character in text]))
    assert all(len(text) <= 3 for _, text in letters)
    print('#include "CSentenceEncoder.h"\n')
    print("// Printed by Tests/SentenceEncoderTests/Python/characters.py --table.\n")
    print("const struct sentence_range sentence_ranges[] = {")
    print_rows([f"{{0x{first:X}, 0x{last:X}, {_CLASSES[kind]}}}" for first, last, kind in ranges])
    print("};\n\nconst size_t sentence_range_count = sizeof sentence_ranges / sizeof *sentence_ranges;\n")
    print("const struct sentence_letter sentence_letters[] = {")
    print_rows([f"{{0x{code:X}, {{{', '.join(f'0x{part:X}' for part in text)}}}}}" for code, text in letters])
    print("};\n\nconst size_t sentence_letter_count = sizeof sentence_letters / sizeof *sentence_letters;")


def print_rows(items):
    row = "   "
    for item in items:
        if len(row) + len(item) + 2 > 120:
            print(row)
            row = "   "
        row += f" {item},"
    print(row)


if __name__ == "__main__":
    if sys.argv[1:] == ["--table"]:
        print_table()
    else:
        print_facts()
