"""How an article or a clause of it is cited, and which of its lines are items of a list."""

import re

ITEM = re.compile(r"[(（]\s*[一二三四五六七八九十百零\da-zA-Zivx]{1,6}\s*[)）]|\d{1,2}[.、．)]\s?\D|[-*•·]\s")
CHINESE = re.compile("[\u4e00-\u9fff]")


def citation(called: str, number: str = "", plain_number: str = "", *, reader: str = "en") -> str:
    """《民法典》第二百七十八条 to who reads Chinese, else "Civil Code art. 278"; ``number`` is as the text writes it."""
    if reader.startswith("zh"):
        title = f"《{called}》" if CHINESE.search(called) else called
        return f"{title}{number}" if CHINESE.search(number) else f"{title} {number}".strip()
    said = f"art. {plain_number}" if CHINESE.search(number) and plain_number else number
    return f"{called} {said}".strip()


def is_item(paragraph: str) -> bool:
    """Whether a paragraph is one of a list: （一）, (a), 1., -."""
    return bool(ITEM.match(paragraph))
