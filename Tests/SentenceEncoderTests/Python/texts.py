"""More than 300 texts of many kinds, the same on every run: what the encoder is compared with its reference on."""

import random

_SENTENCES = """\
What is the capital of France?
How do I reset my password?
Why is the sky blue, and why are sunsets red?
Write a haiku about autumn rain.
Translate "good morning" into Japanese.
Explain quantum entanglement to a ten-year-old.
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
SELECT name, COUNT(*) FROM users WHERE age >= 21 GROUP BY name;
The quick brown fox jumps over the lazy dog.
I can't believe it's not butter!
It costs $1,234.56 (about €1.100,00 or £990).
Call me at +1-555-0123 or write to someone@example.com.
See https://example.com/a/b?c=d&e=f#g for details.
Supercalifragilisticexpialidocious antidisestablishmentarianism
Is 17 a prime number? Is 2^31-1?
THE SHOUTING NEVER STOPS IN HERE
mIxEd CaSe WoRdS aRe HaRd To ReAd
Quelle est la capitale de l’Espagne ?
Où est la bibliothèque ? J’ai perdu mes clés près de l’hôtel.
Ça fait déjà très longtemps que l'élève préfère l'été.
Wie weit ist der Mond von der Erde entfernt?
Größe, Straße, Übermut, Ärger und Öl
Der Käse schmeckt mir überhaupt nicht.
¿Cómo está usted? ¡Mañana será otro día, señor Núñez!
El pingüino comió ñoquis en el jardín.
Qual é a previsão do tempo para amanhã em São Paulo?
Non è vero che la città è così lontana.
Jak daleko jest z Warszawy do Łodzi? Zażółć gęślą jaźń.
Příliš žluťoučký kůň úpěl ďábelské ódy.
Árvíztűrő tükörfúrógép
Hur långt är det till Malmö, och vad kostar tåget?
Bæ, bæ, lille lam, har du nogen uld?
Missä on lähin apteekki? Hyvää yötä!
Türkiye'nin başkenti neresidir? İstanbul mu, IĞDIR mı?
Какая столица России?
Почему небо голубое? Ёжик съел ещё одно яблоко.
Де знаходиться найближча їдальня?
Колико је сати у Београду?
Ποια είναι η πρωτεύουσα της Ελλάδας; ΟΔΥΣΣΕΥΣ
Τι ώρα φεύγει το πλοίο για την Ύδρα;
中国的首都是哪里？
如何重置我的密码？请告诉我。
天空为什么是蓝色的
今天天气怎么样，明天呢？
日本の首都はどこですか？
パスワードをリセットするにはどうすればいいですか。
カタカナとひらがなと漢字とｶﾅ
대한민국의 수도는 어디입니까?
비밀번호를 어떻게 재설정하나요?
ما هي عاصمة مصر؟
كيف أُعيد تعيين كلمة المرور؟ اَلسَّلَامُ عَلَيْكُمْ
מהי בירת ישראל? שָׁלוֹם
پایتخت ایران کجاست؟
भारत की राजधानी क्या है?
मैं अपना पासवर्ड कैसे रीसेट करूँ?
ভারতের রাজধানী কী?
இந்தியாவின் தலைநகரம் எது?
ประเทศไทยมีเมืองหลวงชื่ออะไร
Thủ đô của Việt Nam là gì? Tiếng Việt có dấu.
Apa ibu kota Indonesia? Bagaimana cara mengatur ulang kata sandi saya?
Berapa jarak bumi ke bulan?
Mji mkuu wa Kenya ni upi?
საქართველოს დედაქალაქი რა არის?
Հայաստանի մայրաքաղաքը ո՞րն է
የኢትዮጵያ ዋና ከተማ ማን ናት?
I love 🍕 and 🍣 but not 🥦!
👩‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👍🏽 thumbs, 🇩🇪 Germany
😀😃😄😁😆😅😂🤣
text\twith\ttabs and\u00a0no-break\u2003spaces
zero\u200bwidth\u200djoiner\ufeffmark
soft\u00adhyphen and bell\u0007 and delete\u007f
e\u0301 decomposed and \u00e9 composed, \u1ea5 and a\u0302\u0301
ﬁne ligatures ﬀ ﬃ and ＦＵＬＬＷＩＤＴＨ １２３
x² + y³ = √z ≠ ∞ ∑ ∫ ≈ ± ÷
“Curly quotes” and ‘single ones’ – dashes — and … dots
[CLS] is a token, [SEP] too, [MASK] and [PAD] and [UNK]; [cls] is not
a[SEP]b[MASK]c
## hashes ##ing #tag @mention
___under___score___
!!!???...,,,;;;:::
1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
3.14159265358979323846264338327950288419716939937510
a
Z
é
中
🙂
.
\u0301
\u200b
\ufffd replacement
\U0001d504\U0001d505\U0001d506 letters of mathematics
\u2460\u2461\u2462 circled and \u3231 parenthesised
\uac00\uac01\ud7a3 first and last syllables
\uf900\ufa0e compatibility ideographs
\U00020000\U0002a6d6 rare ideographs
\U000e0001\U000e0041 tags
\U0010ffff last of all
"""

_WORDS = """\
the of and to in is was for on are with they be at one have this from by hot word but what some can out other were all
there when up use your how said an each she which do their time if will way about many then them write would like so
these her long make thing see him two has look more day could go come did number sound no most people my over know
water than call first who may down side been now find any new work part take get place made live where after back
little only round man year came show every good me give our under name very through just form sentence great think
help low line differ turn cause much mean before move right boy old too same tell does set three want air well also
play small end put home read hand port large spell add even land here must big high such follow act why ask men
change went light kind off need house picture try us again animal point mother world near build self earth father
straße größe élève naïve façade jalapeño über москва привет наука время ελληνικά κόσμος 東京 北京 你好 서울 עברית العربية
tokenization embedding transformer gateway kubernetes postgresql javascript electroencephalography
""".split()


def texts():
    chosen = _SENTENCES.split("\n")[:-1]
    chosen += ["", " ", "\n\t \r\n", "x" * 100, "x" * 101, "é" * 100, "é" * 101, "中" * 300, "🙂" * 300]
    chance = random.Random(20240511)
    for _ in range(150):
        chosen.append(" ".join(chance.choices(_WORDS, k=chance.randint(1, 12))).capitalize() + chance.choice(".?!"))
    for _ in range(60):
        chosen.append("".join(chr(_scalar(chance)) for _ in range(chance.randint(1, 20))))
    for length in (100, 254, 600):
        chosen.append(" ".join(chance.choices(_WORDS, k=length)))
    chosen.append("word " * 600)
    return chosen


def _scalar(chance):
    top = chance.choice([0x7F, 0x24F, 0x5FF, 0x1FFF, 0x33FF, 0xFFFF, 0x1FFFF, 0x10FFFF])
    while True:
        code = chance.randint(0, top)
        if not 0xD800 <= code < 0xE000:
            return code
