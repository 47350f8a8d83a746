"""One cell in, one value out. Each reader raises Wrong with the code of what stands there."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from owners.registry.problems import Wrong

BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff\u2007\u202f"
EXCEL_ERROR = re.compile(r"^#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$")
NOTHING = {"", "-", "--", "—", "–", "/", "无", "n/a", "none given"}
EXCEL_EPOCH = date(1899, 12, 30)
YEAR_FIRST = re.compile(
    r"^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
)
YEAR_LAST = re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$")
FRACTION = re.compile(r"^(\d{1,9})\s*[/⁄:]\s*(\d{1,9})$")
# Ranges that regulators keep for fiction are no valid numbers to the library, yet stand in samples and tests.
FICTION = re.compile(r"^\+447700900\d{3}$")


def as_text(value: Any) -> str:
    """A cell as clean text: outer and non-breaking blanks gone, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date().isoformat()
    text = str(value)
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\ufeff", "").replace("\u200b", "")
    text = "".join(
        " " if mark in "\r\n\t" else mark for mark in text if mark in "\r\n\t" or unicodedata.category(mark) != "Cc"
    )
    return text.strip(BLANKS)


def folded(value: Any) -> str:
    """For comparing words: half-width, small, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", as_text(value)).casefold().split())


def read_text(limit: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = as_text(value)
        if EXCEL_ERROR.match(text):
            raise Wrong("formula_error")
        if len(text) > limit:
            raise Wrong("too_long", limit=limit)
        return text

    return read


def read_code(limit: int) -> Callable[[Any], str]:
    """A code or number of a unit, building or person: full-width letters and digits become ordinary ones."""
    read = read_text(limit)
    return lambda value: " ".join(unicodedata.normalize("NFKC", read(value)).split())


def read_date(value: Any) -> date | None:
    """Real dates, text with the year first, Chinese dates and spreadsheet serial numbers."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return _likely(value.date())
    if isinstance(value, date):
        return _likely(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and not 19_000_101 <= value <= 21_001_231:
        return _from_serial(float(value))
    text = folded(value)
    if text in NOTHING:
        return None
    if EXCEL_ERROR.match(as_text(value)):
        raise Wrong("formula_error")
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _from_serial(float(text))
    if re.fullmatch(r"(19|20)\d{6}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = YEAR_FIRST.match(re.sub(r"\s*([-/.年月日])\s*", r"\1", text))
    if found is None:
        raise Wrong("date_order" if YEAR_LAST.match(text) else "date")
    try:
        return _likely(date(*map(int, found.groups())))
    except ValueError as error:
        if isinstance(error, Wrong):
            raise
        raise Wrong("date") from error


def _from_serial(value: float) -> date:
    if value != value or not 1 < value < 73_051:
        raise Wrong("date")
    return _likely(EXCEL_EPOCH + timedelta(days=int(value)))


def _likely(day: date) -> date:
    if not 1900 <= day.year <= 2100:
        raise Wrong("date_range")
    return day


def read_area(value: Any) -> Decimal:
    if isinstance(value, datetime | date | bool):
        raise Wrong("area")
    if isinstance(value, int | float):
        rounded = round(float(value), 2)
        if value == value and abs(float(value) - rounded) < 1e-6:
            return _sound_area(Decimal(f"{rounded:.2f}"))
        if value == value and abs(value) != float("inf"):
            raise Wrong("area_decimals")
        raise Wrong("area")
    text = re.sub(r"\s*(m2|m²|sqm|sq m|平方米|平米|平方)$", "", folded(value)).replace(" ", "")
    if re.fullmatch(r"[+-]?\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d+)?", text):
        raise Wrong("formula_error" if EXCEL_ERROR.match(as_text(value)) else "area")
    try:
        area = Decimal(text)
    except InvalidOperation as error:
        raise Wrong("area") from error
    if area != area.quantize(Decimal("0.01")):
        raise Wrong("area_decimals")
    return _sound_area(area.quantize(Decimal("0.01")))


def _sound_area(area: Decimal) -> Decimal:
    if area <= 0:
        raise Wrong("area_positive")
    if area >= 1_000_000:
        raise Wrong("area_large")
    return area


def read_whole(value: Any) -> int | None:
    text = folded(value)
    if text in NOTHING:
        return None
    if not re.fullmatch(r"\d{1,4}", text):
        raise Wrong("whole_number")
    return int(text)


def read_floor(value: Any) -> int | None:
    text = folded(value).replace("−", "-").replace(" ", "")
    if text == "":
        return None
    for pattern, sign in ((r"(-?\d{1,3})(?:f|层|楼)?", 1), (r"(?:b|地下|负)(\d{1,2})(?:f|层|楼)?", -1)):
        if found := re.fullmatch(pattern, text):
            return sign * int(found[1])
    raise Wrong("floor")


def read_share(value: Any) -> Fraction:
    if isinstance(value, datetime | date):
        raise Wrong("share_date")
    if isinstance(value, int | float) and not isinstance(value, bool):
        share = Fraction(str(value)) if value == value and abs(value) < 1e9 else Fraction(-1)
    else:
        share = _share_of_text(unicodedata.normalize("NFKC", as_text(value)).replace(" ", ""))
    if not 0 < share <= 1:
        raise Wrong("share_range")
    if share.denominator > 1_000_000:
        raise Wrong("share_fine")
    return share


def _share_of_text(text: str) -> Fraction:
    if EXCEL_ERROR.match(text):
        raise Wrong("formula_error")
    if found := FRACTION.match(text):
        if int(found[2]) == 0:
            raise Wrong("share")
        return Fraction(int(found[1]), int(found[2]))
    if re.fullmatch(r"-?\d{1,9}([.,]\d{1,9})?%?", text):
        number = Fraction(text.rstrip("%").replace(",", "."))
        return number / 100 if text.endswith("%") else number
    if text in ("全部", "单独所有", "whole", "sole"):
        return Fraction(1)
    raise Wrong("share")


YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "x", "✓", "√", "✔", "是", "对", "有"), True),
    **dict.fromkeys(("no", "n", "false", "0", "否", "×", "✗", "不是", "无"), False),
}
UNIT_KINDS = {
    **dict.fromkeys(("flat", "apartment", "residential", "home", "住宅", "公寓"), "flat"),
    **dict.fromkeys(("shop", "retail", "commercial", "store", "商铺", "商业", "店铺", "商业用房"), "shop"),
    **dict.fromkeys(("parking", "parking space", "car park", "garage", "车位", "停车位", "车库"), "parking"),
    **dict.fromkeys(("storage", "storage room", "store room", "储藏室", "储藏间", "储物间", "杂物间"), "storage"),
}
UNIT_STATUSES = {
    **dict.fromkeys(("owner occupied", "自住", "业主自住", "自用"), "owner_occupied"),
    **dict.fromkeys(("let", "rented", "leased", "出租", "已出租", "租赁"), "let"),
    **dict.fromkeys(("vacant", "empty", "空置", "空关", "闲置"), "vacant"),
    **dict.fromkeys(("unsold", "未售", "未出售"), "unsold"),
    **dict.fromkeys(
        ("sold undelivered", "sold not handed over", "已售未交付", "未交付", "已售未交房"), "sold_undelivered"
    ),
}
PARTY_KINDS = {
    **dict.fromkeys(("person", "individual", "natural person", "自然人", "个人"), "person"),
    **dict.fromkeys(
        ("company", "organisation", "organization", "legal person", "企业", "公司", "法人", "单位"), "company"
    ),
    **dict.fromkeys(("construction unit", "developer", "建设单位", "开发商", "开发建设单位"), "construction_unit"),
}
OCCUPANT_KINDS = {
    **dict.fromkeys(("lessee", "tenant", "renter", "承租人", "租户", "租客"), "lessee"),
    **dict.fromkeys(("family", "family member", "relative", "家属", "家人", "亲属"), "family"),
    **dict.fromkeys(("borrower", "借用人"), "borrower"),
    **dict.fromkeys(("residence right", "residence right holder", "right of residence", "居住权人"), "residence_right"),
}
LANGUAGES = {
    **dict.fromkeys(("zh", "zh hans", "zh cn", "chinese", "simplified chinese", "中文", "汉语", "简体中文"), "zh-hans"),
    **dict.fromkeys(("en", "en gb", "en us", "english", "英文", "英语"), "en"),
    **dict.fromkeys(("fr", "french", "法文", "法语"), "fr"),
    **dict.fromkeys(("zh hant", "zh tw", "zh hk", "繁体中文"), "zh-hant"),
}
OTHER_LANGUAGES = (
    "ar bg bn cs da de el es et fa fi ga he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sr sv ta th tr uk vi"
)


def read_choice(words: dict[str, Any], code: str) -> Callable[[Any], Any]:
    """One of a closed list of words, however it is written."""

    def read(value: Any) -> Any:
        text = re.sub(r"[\s,_-]+", " ", folded(value)).strip()
        if text not in words:
            raise Wrong("formula_error" if EXCEL_ERROR.match(as_text(value)) else code)
        return words[text]

    return read


def read_language(value: Any) -> str:
    text = re.sub(r"[\s_-]+", " ", folded(value))
    if text in NOTHING:
        return ""
    if text in LANGUAGES:
        return LANGUAGES[text]
    if len(text) == 2 and text in OTHER_LANGUAGES.split():
        return text
    raise Wrong("language")


def read_email(value: Any) -> str:
    text = unicodedata.normalize("NFKC", as_text(value))
    if text.casefold() in NOTHING:
        return ""
    text = text.removeprefix("mailto:")
    try:
        validate_email(text)
    except ValidationError as error:
        raise Wrong("email") from error
    if len(text) > 254:
        raise Wrong("too_long", limit=254)
    return text.lower()


def read_phone(value: Any, region: str) -> str:
    """The number as +country and digits; "" for nothing. Numbers without + are read as ``region`` writes them."""
    text = unicodedata.normalize("NFKC", as_text(value))
    if text.casefold() in NOTHING:
        return ""
    number = _phone(text.removeprefix("tel:"), region)
    if number is None:
        raise Wrong("phone")
    return number


@lru_cache(maxsize=50_000)
def _phone(text: str, region: str) -> str | None:
    if len(text) > 40 or re.search(r"[^\d\s+()./\-–—]", text):
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if phonenumbers.is_valid_number(number) or FICTION.match(written) else None
