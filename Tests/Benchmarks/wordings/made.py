"""Pairs of questions put together from frames and fillings, the same on every run."""

import random

from .pairs import Pair

# Frames that ask the same; {} is what is asked about.
_FRAMES = [
    ["How do I {}?", "How can I {}?", "What is the way to {}?", "Please tell me how to {}.", "how to {}"],
    ["Can you explain how to {}?", "Explain how to {}.", "I want to {}. How does that work?", "Show me how to {}"],
]
_DEEDS = [
    "reset my password", "cancel a subscription", "export all contacts", "bake sourdough bread", "change a tire",
    "renew a passport", "train a puppy", "write a cover letter", "clean a keyboard", "plant tomatoes",
    "sort a list in Python", "install the printer driver", "return a damaged item", "learn the guitar",
    "split a bill with friends", "track an order", "merge two branches", "prune an apple tree",
]
_NUMBERED = [
    "convert {} miles to kilometres", "save {} dollars a month", "run {} kilometres", "feed {} people",
    "write an essay of {} words", "cook rice for {} persons", "invest {} euros",
]
_DATED = ["What happened on the {}?", "Is the library open on {}?", "Which train goes on {}?", "Do I need a coat in {}?"]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "April", "November"]
_PLACED = [
    "What is the capital of {}?", "How many people live in {}?", "Do I need a visa for {}?", "What do people eat in {}?",
    "When did {} join the league?", "How far is it to {} by train?",
]
_PLACES = ["France", "Spain", "Kenya", "Norway", "Brazil", "Japan", "Canada", "Egypt", "Peru", "New Zealand", "Chile"]
_QUOTED = ["What does \"{}\" mean?", "Translate “{}” into French.", "Who said '{}' first?", "Use \"{}\" in a sentence."]
_SAYINGS = ["break a leg", "break the ice", "bite the bullet", "under the weather", "a piece of cake", "once in a blue moon"]
_CODED = [
    "What does `{}` do?", "Why does {} fail?", "Where is {} defined?", "Is {} safe to call from two threads?",
]
_CODE = ["user_id", "order_id", "numpy.zeros", "numpy.ones", "getUser()", "setUser()", "--force", "--dry-run", "/etc/hosts"]
_DENIED = [
    ("Is it safe to {} at night?", "Is it not safe to {} at night?"), ("Should I {} today?", "Should I not {} today?"),
    ("Why can I {}?", "Why can't I {}?"), ("How do I {} with help?", "How do I {} without help?"),
    ("Things to do before you {}", "Things to never do before you {}"),
]
_OTHER = [
    ("Kann ich das {} essen?", "Kann ich das {} nicht essen?"), ("Apakah {} aman?", "Apakah {} tidak aman?"),
    ("¿Puedo comer {}?", "¿No puedo comer {}?"), ("{}可以吃吗", "{}不可以吃吗"),
]
_WAYS = [
    ("How do I get from {} to {}?", "How do I get to {1} from {0}?"), ("What does a flight {} - {} cost?", "What does a flight from {} to {} cost?"),
    ("I am in {} and want to be in {}, which train goes?", "Which train goes from {} to {}?"),
]
_AMOUNTS = [("How much are {2} {0} in {1}?", "How many {1} are {2} {0}?"), ("Convert {2} {0} to {1}", "{2} {0} into {1}, please")]
_UNITS = ["dollars", "euros", "pounds", "yen", "USD", "EUR"]
_OPPOSED = [
    ("How do I enable {}?", "How do I disable {}?"), ("Is {} legal?", "Is {} illegal?"), ("Why does {} cost more?", "Why does {} cost less?"),
    ("When does {} first appear?", "When does {} last appear?"), ("How do I turn {} on?", "How do I turn {} off?"),
    ("What is the highest {}?", "What is the lowest {}?"), ("What to do before {}?", "What to do after {}?"),
    ("Cara membuka {}", "Cara menutup {}"), ("Wie kann ich {} einschalten?", "Wie kann ich {} ausschalten?"),
]
_SUBJECTS = ["tracking", "streaming", "the alarm", "roaming", "recording"]
_COUNTED = [("a room for {} nights", "two three four five six seven eight nine ten".split()), ("住{}天", "两三四五六七八九十")]
# By kind: frames, and what fills them; each filling in all its spellings, of which the first is put beside those of others.
_SPELLED = {
    "units": [
        (["Is {} of salt too much?", "Can I send {} by post?"],
         [["5 mg", "5 milligrams"], ["5 g", "five grams"], ["5 kg", "5 kilograms", "five kilos"], ["5 lb", "5 lbs"]]),
        (["Is {} enough for it?", "Will it be there within {}?"],
         [["10 minutes", "10 mins", "ten minutes"], ["10 hours", "10 hrs"], ["10 days", "ten days"], ["10 weeks"], ["10 months"]]),
        (["Is {} too hot for a cat?"], [["30 °C", "30 degrees Celsius", "30 C"], ["30 °F", "30 degrees Fahrenheit"]]),
        (["Is the pool open at {}?"], [["3 am", "3 a.m."], ["3 pm", "3 p.m."]]),
        (["Does it fit into {}?"], [["20 KB", "20 kilobytes"], ["20 MB", "20 megabytes"], ["20 GB", "20 gigabytes"]]),
        (["What can I buy for {}?", "Is {} a fair price?"], [["$50", "50 dollars"], ["€50", "50 euros"], ["£50"]]),
        (["Reichen {} dafür?"], [["3 Stunden", "drei Stunden"], ["3 Tage", "drei Tage"], ["3 Wochen"]]),
        (["Combien coûtent {} ?"], [["2 jours", "deux jours"], ["2 semaines", "deux semaines"], ["2 mois"]]),
        (["{}够吗"], [["5公斤", "5千克"], ["5克", "5公克"], ["5磅"]]),
        (["{}后可以吗"], [["5个小时", "5小时"], ["5分钟", "5分鐘"], ["5天"]]),
    ],
    "operators": [
        (["What is {}?", "{} = ?"],
         [["12+4", "12 + 4", "12 plus 4"], ["12-4", "12 - 4", "12 minus 4"], ["12*4", "12 × 4", "12 times 4"],
          ["12/4", "12 ÷ 4", "12 divided by 4"]]),
        (["Is it true that {}?", "What if {}?"], [["x < 5", "x<5"], ["x > 5", "x>5"], ["x <= 5", "x ≤ 5"], ["x >= 5", "x ≥ 5"]]),
    ],
    "versions": [(["What is new in Python {}?", "How do I install Node {}?"], [["3.1"], ["3.10"], ["3.2"], ["3.20"]])],
    "options": [(["What does {} do?", "Explain {} to me."], [["chmod +x"], ["chmod -x"], ["ls -l"], ["ls -a"], ["grep -v"], ["grep -V"]])],
    "letters and marks": [
        (["How much {} does one need?", "What is {} good for?"],
         [["vitamin A"], ["vitamin C", "vitamin c"], ["vitamin D", "vitamin d"], ["vitamin K", "vitamin k"]]),
        (["How do I sort a list in {}?"], [["C"], ["C++", "c++", "cpp"], ["C#", "c#", "c sharp"], ["F#", "f#"]]),
        (["Is there a cure for {}?"], [["hepatitis A"], ["hepatitis B", "hepatitis b"], ["hepatitis C", "hepatitis c"]]),
    ],
}
_DENIED_ELSEWHERE = [
    ("Posso comer {}?", "Não posso comer {}?"), ("Un piatto con {}", "Un piatto senza {}"), ("Можно есть {}?", "Нельзя есть {}?"),
    ("Mag ik {} eten?", "Mag ik {} niet eten?"), ("Får man äta {}?", "Får man inte äta {}?"), ("Czy mogę jeść {}?", "Czy nie mogę jeść {}?"),
    ("{}は食べられます", "{}は食べられません"), ("Everything with {}", "Nothing with {}"), ("Je mange {}", "Je ne mange plus {}"),
    ("Was geht mit {}?", "Nichts geht mit {}?"),
]
_FOODS = ["Brot", "sushi", "mango", "tofu", "kimchi"]


def made_pairs():
    """About 3,000 pairs: those that mean the same, and those that differ in what a guard looks at."""
    chance = random.Random(17)
    pairs = []

    def add(kind, same, first, second):
        pairs.append(Pair(kind, same, first, second))

    fillings = _DEEDS + [frame.format(chance.randint(2, 90)) for frame in _NUMBERED for _ in range(3)]
    for filling in fillings:
        for frames in _FRAMES:
            for first in frames:
                for second in frames:
                    if first < second:
                        add("other frame", True, first.format(filling), second.format(filling))
    for place in _PLACES:
        for frame in _PLACED:
            question = frame.format(place)
            add("small letters", True, question, question.lower())
            add("polite", True, question, f"Hello, {question[0].lower()}{question[1:-1]}, please?")
    for frame in _NUMBERED:
        for _ in range(60):
            first, second = chance.sample(range(2, 5000), 2)
            add("numbers", False, "How do I " + frame.format(first) + "?", "How do I " + frame.format(second) + "?")
    for kind, frames, fillings in (
        ("dates", _DATED, _DAYS), ("names", _PLACED, _PLACES), ("quotes", _QUOTED, _SAYINGS), ("code", _CODED, _CODE),
    ):
        for frame in frames:
            for first in fillings:
                for second in fillings:
                    if first < second:
                        add(kind, False, frame.format(first), frame.format(second))
    for first, second in _DENIED:
        for deed in _DEEDS:
            add("negation", False, first.format(deed), second.format(deed))
    for first, second in _OTHER:
        for food in _FOODS:
            add("negation, other languages", False, first.format(food), second.format(food))
    for places, frames in ((_PLACES, _WAYS), (_UNITS, _AMOUNTS)):
        for first in places:
            for second in places:
                for one, other in frames if first < second else ():
                    asked = one.format(first, second, 100)
                    add("the same way", True, asked, other.format(first, second, 100))
                    add("order", False, asked, one.format(second, first, 100))
                    add("order, reworded", False, asked, other.format(second, first, 100))
    for first, second in _OPPOSED:
        for subject in _SUBJECTS:
            add("opposites", False, first.format(subject), second.format(subject))
    for frame, words in _COUNTED:
        for number, word in enumerate(words, start=2):
            add("number words", True, frame.format(word), frame.format(number))
            for other in words[number - 1 :]:
                add("number words", False, frame.format(word), frame.format(other))
    for kind, groups in _SPELLED.items():
        for frames, fillings in groups:
            for frame in frames:
                for number, (first, *others) in enumerate(fillings):
                    for other in others:
                        add(kind, True, frame.format(first), frame.format(other))
                    for other, *_ in fillings[number + 1 :]:
                        add(kind, False, frame.format(first), frame.format(other))
    for first, second in _DENIED_ELSEWHERE:
        for food in _FOODS:
            add("negation, more languages", False, first.format(food), second.format(food))
    return pairs
