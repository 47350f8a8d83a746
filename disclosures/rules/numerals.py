"""Numbers of articles as laws write them: 第二百七十八条, 第十条之一, 12, XII."""

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
TENS = {"廿": 20, "卅": 30}
# No law has so many articles; a figure of thousands of signs is none that a computer should read.
MOST_FIGURES = 9
SIGNS = "".join([*DIGITS, *UNITS, *TENS])
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def chinese_number(text: str) -> int | None:
    """What a number below ten thousand written in Chinese, or in figures, says; None when it says nothing, or has too many
    figures for a number of anything."""
    if all(sign in DIGITS or sign in "0123456789" for sign in text) and len(text) > MOST_FIGURES:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(sign not in SIGNS for sign in text):
        return None
    if all(sign in DIGITS for sign in text):  # 二七八, one figure after the other
        return int("".join(str(DIGITS[sign]) for sign in text))
    total, held, last_unit = 0, None, 10_000
    for sign in text:
        if sign in TENS:
            if held is not None or last_unit <= 10:
                return None
            total, last_unit = total + TENS[sign], 10
        elif sign in UNITS:
            unit = UNITS[sign]
            if unit >= last_unit or held == 0:
                return None
            # Ten alone is ten; a hundred has its figure before it.
            if held is None and not (unit == 10 and (total == 0 or last_unit > 10)):
                return None
            total, held, last_unit = total + (1 if held is None else held) * unit, None, unit
        elif DIGITS[sign] == 0:
            held = None
        elif held is not None:
            return None
        else:
            held = DIGITS[sign]
    return total + (held or 0)


def roman_number(text: str) -> int | None:
    """What a Roman number up to 399 says; None when it is none."""
    signs = text.upper()
    if not signs or any(sign not in ROMAN for sign in signs):
        return None
    total = 0
    for sign, following in zip(signs, [*signs[1:], ""], strict=True):
        value = ROMAN[sign]
        total += -value if following and ROMAN[following] > value else value
    return total if roman(total) == signs else None


def roman(number: int) -> str:
    """The number as Romans write it."""
    said = ""
    for value, signs in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        count, number = divmod(number, value)
        said += signs * count
    return said
