"""What somebody wrote themselves in a reply: without the mail they answer and without their signature."""

import re

# Where the answered mail begins, as the usual programs write it in English and Chinese.
BEGINS = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message|reply message|原始邮件|邮件原件|原邮件|回复的邮件|转发邮件信息)\s*-*\s*$"
    r"|_{10,}\s*$"
    r"|on\b.{5,200}\bwrote:\s*$"
    r"|在?\s*\d{4}\s*[年/-].{3,200}(写道|寫道)\s*[:：]\s*$"
    r"|.{0,80}于\s*\d{4}.{3,120}(写道|寫道)\s*[:：]\s*$)",
    re.IGNORECASE,
)
FROM = re.compile(r"^\s*[*>]*\s*(from|发件人|寄件者|von)\s*[*]?\s*[:：]", re.IGNORECASE)
ALONG = re.compile(
    r"^\s*[*>]*\s*(sent|date|to|subject|发送时间|日期|收件人|主题|傳送日期)\s*[*]?\s*[:：]", re.IGNORECASE
)
SIGNED = re.compile(
    r"^\s*(--\s*$|sent from my |get outlook for |发自我的|发送自我的|来自我的|从我的.{1,20}发送|from my (iphone|ipad|android))",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The words above the quotation and the signature. All of it when nothing would be left: better too much."""
    lines = _unwrapped(text.splitlines())
    end = next((at for at, _line in enumerate(lines) if _begins(lines, at)), len(lines))
    kept = [line for line in lines[:end] if not line.lstrip().startswith(">")]
    return without_signature("\n".join(kept)) or text.strip()


def without_signature(text: str) -> str:
    """Without what stands under "-- " and the advertisement of a telephone."""
    lines = text.splitlines()
    end = next((at for at, line in enumerate(lines) if SIGNED.match(line)), len(lines))
    return "\n".join(lines[:end]).strip()


def _begins(lines: list[str], at: int) -> bool:
    if BEGINS.match(lines[at]):
        return True
    near = lines[at + 1 : at + 5]
    return bool(FROM.match(lines[at])) and any(ALONG.match(line) for line in near)


def _unwrapped(lines: list[str]) -> list[str]:
    """ "On … wrote:" that was broken over two lines is one line again."""
    found: list[str] = []
    for line in lines:
        opens = bool(found) and re.match(r"^\s*(on\b|在)", found[-1], re.IGNORECASE) and len(found[-1]) < 200
        if opens and re.search(r"(wrote:|写道[:：])\s*$", line):
            found[-1] = f"{found[-1]} {line.strip()}"
        else:
            found.append(line)
    return found
