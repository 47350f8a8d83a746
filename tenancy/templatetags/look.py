"""Template tags of the look: icons, form fields, error summaries, times, badges. No queries, no rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.forms.widgets import FileInput, Widget
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from tenancy.devices import device_words

register = template.Library()

TONES = ("ok", "warn", "late", "info", "quiet")
TONE_ICONS = {
    "ok": "circle-check",
    "warn": "clock",
    "late": "triangle-alert",
    "info": "circle-dot",
    "quiet": "circle-dot",
}
# The state of any noun -> (tone, icon). A word not listed is quiet.
STATES = {
    "new": ("info", "circle-dot"),
    "draft": ("quiet", "pencil"),
    "received": ("info", "inbox"),
    "accepted": ("info", "check"),
    "assigned": ("info", "user-check"),
    "in_progress": ("info", "wrench"),
    "waiting": ("warn", "hourglass"),
    "paused": ("warn", "circle-pause"),
    "referred": ("info", "arrow-up-right"),
    "answered": ("info", "message-square"),
    "resolved": ("ok", "circle-check"),
    "closed": ("ok", "circle-check"),
    "reopened": ("warn", "rotate-ccw"),
    "rejected": ("quiet", "ban"),
    "withdrawn": ("quiet", "undo-2"),
    "merged": ("quiet", "merge"),
    "escalated": ("late", "flag"),
    "overdue": ("late", "triangle-alert"),
    "appealed": ("warn", "flag"),
    "sent": ("info", "send"),
    "delivered": ("ok", "check"),
    "read": ("ok", "eye"),
    "failed": ("late", "circle-x"),
    "queued": ("quiet", "clock"),
    "running": ("info", "loader"),
    "done": ("ok", "circle-check"),
    "approved": ("ok", "circle-check"),
    "refused": ("quiet", "ban"),
    "pending": ("warn", "hourglass"),
    "expired": ("quiet", "history"),
}
HTML_LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "zh-cn": "zh-Hans"}
MIDNIGHT = time()
CHINESE_WEEKDAYS = "一二三四五六日"
UNSENT_WORDS = ("password", "code", "credential", "secret")
SECRET_WORDS = ("password", "token", "code", "csrf", "secret", "key")


@register.simple_tag
def html_lang() -> str:
    """The active language as the ``lang`` attribute wants it."""
    language = get_language() or "en"
    return HTML_LANGUAGES.get(language, language)


@register.simple_tag
@lru_cache(maxsize=512)  # a page shows fifty, and the address of the sprite is looked up and joined for each
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration beside a word unless ``label`` gives it one."""
    href = f"{static('icons/sprite.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', href)


@register.simple_tag
def badge(state: str, label: str, icon_name: str = "") -> SafeString:
    """A state as word and icon: ``{% badge complaint.state complaint.get_state_display %}`` or a tone and a word."""
    return _badge(state, str(label), icon_name)


@lru_cache(maxsize=512)  # like icons: few, and many times
def _badge(state: str, label: str, icon_name: str) -> SafeString:
    tone, shape = STATES.get(state, (state, TONE_ICONS[state]) if state in TONES else ("quiet", "circle-dot"))
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, icon(icon_name or shape), label)


def _kind(widget: Widget) -> str:
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, FileInput):
        return "file"
    if isinstance(widget, Textarea):
        return "textarea"
    return "select" if isinstance(widget, Select) else "input"


@register.inclusion_tag("_field.html")
def field(
    bound: BoundField,
    classes: str = "",
    columns: bool = False,
    optional: bool = True,
    placeholder: bool = True,
    hint: bool = True,
) -> dict[str, Any]:
    """One form field: label, hint, error, control; ``classes`` for the wrapper, ``columns`` for choices abreast."""
    kind = _kind(bound.field.widget)
    attrs: dict[str, str | bool] = {} if placeholder else {"placeholder": False}
    if kind in ("input", "textarea", "select", "file"):
        attrs["class"] = f"{bound.field.widget.attrs.get('class', '')} input".strip()
    if kind in ("check", "choices") and (described := bound.aria_describedby):
        attrs["aria-describedby"] = described
    return {
        "field": bound,
        "kind": kind,
        "control": "" if kind == "choices" else bound.as_widget(attrs=attrs),
        "hint": bound.field.help_text if hint else "",
        "classes": classes,
        "columns": columns,
        "optional": optional and not bound.field.required and kind != "check",
        "multiple": isinstance(bound.field.widget, CheckboxSelectMultiple),
    }


@register.inclusion_tag("_fields.html")
def fields(form: BaseForm, optional: bool = True) -> dict[str, Any]:
    """Every field of a form, the hidden ones first."""
    return {"form": form, "optional": optional}


def _target(bound: BoundField) -> str:
    return f"{bound.auto_id}_0" if _kind(bound.field.widget) == "choices" else str(bound.auto_id)


@register.inclusion_tag("_error_summary.html")
def error_summary(*forms: BaseForm | None) -> dict[str, Any]:
    """ "There is a problem", with a link to each field; empty when the forms (or formsets' forms) are sound."""
    problems: list[tuple[str, str]] = []
    for form in forms:
        if not form or not form.is_bound:
            continue
        problems += [("", str(error)) for error in form.non_field_errors()]
        wrong = [(bound, str(error)) for bound in form.visible_fields() for error in bound.errors]
        said = [words for _bound, words in wrong]
        # The same sentence twice says nothing: the label goes before it.
        problems += [
            (_target(bound), f"{bound.label} – {words}" if said.count(words) > 1 else words) for bound, words in wrong
        ]
        for bound in form.hidden_fields():
            problems += [("", str(error)) for error in bound.errors]
    return {"problems": problems}


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def time_words(moment: datetime, style: str = "full", now: datetime | None = None) -> str:
    """An instant in the active zone: "Thu 12 March, 17:30"; "today 17:30" near ``now``; the year when it is another.

    Midnight to the microsecond is when a period of days ends: it is told as 24:00 of the day that people have left.
    """
    zone = timezone.get_current_timezone()
    local = timezone.localtime(moment, zone)
    today = timezone.localtime(now or timezone.now(), zone).date()
    clock = local.strftime("%H:%M")
    if local.time() == MIDNIGHT:
        local, clock = local - timedelta(days=1), "24:00"
    days = (local.date() - today).days
    if -1 <= days <= 1 and style in ("full", "day"):
        near = gettext("yesterday") if days < 0 else gettext("tomorrow") if days else gettext("today")
        return near if style == "day" else f"{near} {clock}"
    has_weekday, has_year = style in ("full", "exact", "day"), local.year != today.year
    day = _day_words(local.date(), get_language() or "", has_weekday=has_weekday, has_year=has_year)
    if style in ("day", "date"):
        return day
    return f"{day} {clock}" if _is_chinese() else f"{day}, {clock}"


@lru_cache(maxsize=2048)  # a page shows some twenty instants of few days
def _day_words(day: date, language: str, *, has_weekday: bool, has_year: bool) -> str:
    """A date in the active language, which is ``language``."""
    if language.startswith("zh"):
        words = dateformat.format(day, ("Y年" if has_year else "") + "n月j日")
        # Django's own abbreviation is the long 星期四.
        return f"{words} 周{CHINESE_WEEKDAYS[day.weekday()]}" if has_weekday else words
    return dateformat.format(day, ("D j F" if has_weekday else "j F") + (" Y" if has_year else ""))


@register.simple_tag
def local_time(moment: datetime | None, style: str = "full") -> SafeString | str:
    """``<time>`` in the organisation's zone. Styles: full (with today, tomorrow), exact (never), day, date."""
    if moment is None:
        return "–"
    return SafeString(f'<time datetime="{moment.isoformat()}">{escape(time_words(moment, style))}</time>')


def duration_words(minutes: int) -> str:
    """Minutes as words: "45 min", "2 h 15 min", "26 h". Hours never become days: service days have other lengths."""
    hours, rest = divmod(abs(minutes), 60)
    if not hours:
        return ngettext("%d min", "%d min", rest) % rest
    words = ngettext("%d h", "%d h", hours) % hours
    if rest and hours < 10:
        words += " " + ngettext("%d min", "%d min", rest) % rest
    return words


@register.simple_tag
def duration(value: timedelta | int | float | None) -> str:
    """A length of time: whole minutes or a timedelta, as words; calendar days from 48 hours of a timedelta."""
    if value is None:
        return "–"
    if isinstance(value, timedelta):
        if abs(value) >= timedelta(days=2):
            days = abs(value).days
            return ngettext("%d day", "%d days", days) % days
        value = value.total_seconds() / 60
    return duration_words(round(value))


@register.simple_tag
def countdown(minutes_left: int | None, running: bool = True, warn_below: int = 60) -> SafeString:
    """What is left of a promise, in minutes of service time; negative is late, None is stopped."""
    if minutes_left is None:
        return format_html('<span class="countdown">{}<span>{}</span></span>', icon("circle-pause"), gettext("stopped"))
    late = minutes_left < 0
    tone = " countdown-late" if late else " countdown-warn" if minutes_left <= warn_below else ""
    pattern = pgettext("countdown", "%s late") if late else pgettext("countdown", "%s left")
    return format_html(
        '<span class="countdown{}" data-minutes-left="{}"{}>{}<span>{}</span></span>',
        tone,
        minutes_left,
        SafeString(" data-running") if running else "",
        icon("triangle-alert" if late else "timer"),
        pattern % duration_words(minutes_left),
    )


@register.simple_tag
def countdown_words() -> SafeString:
    """Data attributes for <body>: the words app.js needs to keep countdowns current ("0" stands for the figure)."""
    return format_html(
        'data-left="{}" data-late="{}" data-hours="{}" data-minutes="{}"',
        pgettext("countdown", "%s left") % "0",
        pgettext("countdown", "%s late") % "0",
        ngettext("%d h", "%d h", 0) % 0,
        ngettext("%d min", "%d min", 0) % 0,
    )


@register.simple_tag(takes_context=True)
def here(context: template.Context, *paths: str) -> SafeString | str:
    """``aria-current="page"`` when the page is one of ``paths`` (exact), or below one ending in ``*``.

    One that begins with ``!`` is not meant, whatever the others say: it goes first.
    """
    request = context.get("request")
    current = getattr(request, "path", "")
    for path in paths:
        if path.startswith("!") and current.startswith(path[1:-1]):
            return ""
        if current == path or (path.endswith("*") and current.startswith(path[:-1])):
            return SafeString(' aria-current="page"')
    return ""


@register.simple_tag(takes_context=True)
def typed_words(context: template.Context) -> list[str]:
    """Longer words of a refused form, to be shown again for copying; never anything that looks secret."""
    request = context.get("request")
    posted: QueryDict = getattr(request, "POST", None) or QueryDict()
    return [
        value
        for name in posted
        if not any(word in name.lower() for word in SECRET_WORDS)
        for value in posted.getlist(name)
        if len(value) >= 15
    ]


@register.simple_tag(takes_context=True)
def kept_fields(context: template.Context) -> list[tuple[str, str]]:
    """Every field of a refused form, to be sent once more; nothing of a form that holds a secret."""
    request = context.get("request")
    posted: QueryDict = getattr(request, "POST", None) or QueryDict()
    names = [name for name in posted if name != "csrfmiddlewaretoken"]
    if any(word in name.lower() for name in names for word in UNSENT_WORDS):
        return []
    return [(name, value) for name in names for value in posted.getlist(name)]


@register.filter
def exact_time(moment: datetime | None) -> str:
    """An instant as plain text for mails and letters, which are read later: never "today"."""
    return time_words(moment, "exact") if moment else "–"


@register.filter(name="device_words")
def device_words_filter(user_agent: str) -> str:
    """Which browser on which system, from what it says of itself."""
    return device_words(user_agent)


@register.simple_tag(takes_context=True)
def typist(context: template.Context) -> SafeString:
    """Says in a form who is writing it, so that its words come back to them when their session ends (tenancy/typed)."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return SafeString()
    return format_html('<input type="hidden" name="typist" value="{}">', user.pk)
