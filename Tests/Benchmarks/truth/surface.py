"""How people type: the same words in small letters, with politeness, in a hurry. The meaning stays."""

_GREETINGS = {
    "en": [
        ("Hi, ", ""), ("Hello! ", " Thanks!"), ("", " Thank you in advance."), ("Quick question: ", ""),
        ("Please help: ", ""),
    ],
    "de": [("Hallo, ", ""), ("Guten Tag! ", " Danke!"), ("", " Vielen Dank im Voraus.")],
    "zh": [("你好，", ""), ("请问一下，", ""), ("", " 谢谢！")],
    "id": [("Halo, ", ""), ("Permisi, ", ""), ("", " Terima kasih.")],
}


def small_letters(chance, wording, language):
    """Without capitals and without the mark at the end."""
    return wording.lower().rstrip("?.!？。")


def polite(chance, wording, language):
    before, after = chance.choice(_GREETINGS[language])
    return f"{before}{wording}{after}"


def mistyped(chance, wording, language):
    """Two letters changed places, or one left out, in a long word in small letters: names and numbers stay as they are."""
    words = wording.split(" ")
    long = [number for number, word in enumerate(words) if len(word) > 5 and word.isascii() and word.isalpha()]
    long = [number for number in long if words[number].islower()]
    if not long:
        return small_letters(chance, wording, language)
    number = chance.choice(long)
    word, place = words[number], chance.randrange(1, len(words[number]) - 2)
    middle = word[place + 1] + word[place] if chance.random() < 0.5 else word[place]
    words[number] = word[:place] + middle + word[place + 2 :]
    return " ".join(words)


KINDS = {"small letters": small_letters, "polite": polite, "typing error": mistyped}


def typed(chance, wording, language):
    """As somebody types it: every other time as it stands."""
    if chance.random() < 0.5:
        return wording
    return chance.choice(list(KINDS.values()))(chance, wording, language)
