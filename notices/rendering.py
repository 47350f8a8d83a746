"""A notice's words for one reader: compiled once per version and language, filled for each of a hundred thousand.

``render_notice`` is the only place where they are put together, so that portal, mail, message and paper say the same.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.rules import one_line
from notices.rules.markdown import to_html, to_text
from notices.rules.placeholders import PLACEHOLDERS, Compiled, compiled
from notices.rules.sms import short_text
from notices.writing import ACCENTS, HTML_LANGUAGES, Words, plain_text
from owners.models import Building, Estate
from tenancy.models import Organisation
from tenancy.origins import origin_of

Channel = Delivery.Channel
PUSH_LENGTH = 140
SENDER_LENGTH = 30


def render_notice(
    version: NoticeVersion,
    recipient: NoticeRecipient,
    organisation: Organisation,
    language: str,
    channel: str,
    *,
    link: str | None = None,
    has_foot: bool = True,
) -> Words:
    """The words of one version for one reader by one channel. Reads ``version.notice`` with its approver, and the
    recipient's estate and building: select them for many.

    For the portal and paper ``body`` is safe HTML; for an e-mail ``text`` and ``html`` are its two parts; for an SMS
    and a push message ``text`` is all there is. ``link`` is the path on the organisation's host where it is read: by
    default the notice's own for who signs in, none for others. ``has_foot`` is off where a page tells what the foot
    tells by its own means. An e-mail names ``version.files``, with a link for who signs in.
    A name with marks or tags in it stays the letters it is made of.
    """
    notice = version.notice
    title, body = version.words_in(language)
    spoken = _language_of(version, language)
    values = values_for(notice, recipient, organisation, spoken)
    if link is None:
        link = read_path(notice) if recipient.membership_id else ""
    values["link"] = f"{origin_of(organisation)}{link}" if link else ""
    subject = compiled(title).fill(values)
    if channel in (Channel.SMS, Channel.PUSH, Channel.CALL):
        text = _short(channel, subject, _text_of(body), values, notice)
        return Words(subject, text, text, "")
    foot = foot_of(version, spoken) if has_foot else ""
    text = f"{_text_of(body).fill(values)}\n\n{foot}".strip()
    html = mark_safe(f"{_html_of(body).fill(values, _inert)}{_foot_html(foot)}")
    if channel != Channel.EMAIL:
        return Words(subject, html, text, html)
    origin = origin_of(organisation) if recipient.membership_id else ""
    files = tuple((name, f"{origin}{file_path(pk)}" if origin else "") for name, pk in version.files)
    frame = _mail_frame(_frame_key(organisation, notice), title, body, foot, spoken, bool(link), files)
    return Words(subject, html, frame[0].fill(values), frame[1].fill(values, _inert))


def headline_of(version: NoticeVersion, language: str) -> str:
    """The title for who looks after the notice: its times filled in, what differs from reader to reader by its name.

    Reads ``version.notice``.
    """
    notice = version.notice
    with translation.override(_language_of(version, language)):
        values = {name: f"‹{told}›" for name, told in PLACEHOLDERS.items()}
    if notice.event_starts_at is not None:
        spoken = _language_of(version, language)
        date, time = _when(notice.event_starts_at, notice.event_ends_at, _zone(notice), spoken)
        values |= {"date": date, "time": time}
    values |= {name: told for name, told in (("place", notice.event_place), ("number", notice.number)) if told}
    return compiled(version.words_in(language)[0]).fill(values)


def words_for_all(version: NoticeVersion, organisation: Organisation, language: str) -> Words:
    """What everybody was told alike: as `headline_of` for the title, and the body as safe HTML. For the record.

    Reads ``version.notice``.
    """
    nobody = NoticeRecipient(notice=version.notice, name="{name}", units="{unit}", language=language)
    values = values_for(version.notice, nobody, organisation, language)
    values |= {"building": "{building}", "estate": "{estate}"}
    body = version.words_in(language)[1]
    html = mark_safe(_html_of(body).fill(values, _inert))
    return Words(headline_of(version, language), html, _text_of(body).fill(values), html)


def read_path(notice: Notice) -> str:
    """Where a reader who signs in finds it: one address for all of them, which leads to each one's own message."""
    return f"/notices/read/{notice.pk}/"


def file_path(attachment_id: UUID) -> str:
    return reverse("attachments:download", args=[attachment_id])


def _foot_html(foot: str) -> str:
    return f"<p>{escape(foot).replace(chr(10), '<br>')}</p>" if foot else ""


def _language_of(version: NoticeVersion, language: str) -> str:
    """The language the reader gets: theirs when the notice is written in it."""
    has = version.languages()
    wanted = "zh-hans" if language.startswith("zh") else "en"
    return wanted if wanted in has or not has else has[0]


def _inert(value: str) -> str:
    return str(escape(one_line(value, length=300)))


@lru_cache(maxsize=128)
def _html_of(body: str) -> Compiled:
    return compiled(to_html(body))


@lru_cache(maxsize=128)
def _text_of(body: str) -> Compiled:
    return compiled(to_text(body))


def values_for(notice: Notice, recipient: NoticeRecipient, organisation: Organisation, language: str) -> dict[str, str]:
    """What stands in place of each placeholder."""
    date, time = _when(notice.event_starts_at, notice.event_ends_at, organisation.time_zone, language)
    estate = recipient.estate.name if recipient.estate else ""
    return {
        "name": recipient.name,
        "unit": recipient.units,
        # Who has no building of it has the whole estate.
        "building": recipient.building.name if recipient.building else estate,
        "estate": estate,
        "date": date, "time": time, "place": notice.event_place,
        "organisation": organisation.name, "phone": organisation.phone, "number": notice.number,
    }  # fmt: skip


@lru_cache(maxsize=256)
def _when(starts: datetime | None, ends: datetime | None, zone: str, language: str) -> tuple[str, str]:
    """The day (or days) and the hours of an event, in the organisation's time, as the language writes them."""
    if starts is None:
        return "", ""
    with translation.override(language):
        begin = starts.astimezone(ZoneInfo(zone))
        end = ends.astimezone(ZoneInfo(zone)) if ends else None
        day = date_format(begin, "DATE_FORMAT")
        hours = date_format(begin, "H:i")
        if end is not None and end.date() != begin.date():
            return f"{day} – {date_format(end, 'DATE_FORMAT')}", f"{hours} – {date_format(end, 'H:i')}"
        return day, hours if end is None else f"{hours}–{date_format(end, 'H:i')}"


def foot_of(version: NoticeVersion, language: str) -> str:
    """Under the words of every output: what was corrected, withdrawn, by when to confirm, its number, who approved."""
    notice = version.notice
    zone = ZoneInfo(_zone(notice))
    with translation.override(language), timezone.override(zone):
        lines = []
        if version.number > 1:
            on = date_format(timezone.localtime(version.created_at), "DATETIME_FORMAT")
            lines.append(_("Corrected on %(on)s: %(reason)s") % {"on": on, "reason": one_line(version.reason)})
        if notice.state == Notice.State.WITHDRAWN and notice.withdrawn_at:
            on = date_format(timezone.localtime(notice.withdrawn_at), "DATETIME_FORMAT")
            told = {"on": on, "reason": one_line(notice.withdrawal_reason)}
            lines.append(_("Withdrawn on %(on)s: %(reason)s") % told)
        if notice.must_acknowledge and notice.acknowledge_by:
            by = date_format(timezone.localtime(notice.acknowledge_by), "DATETIME_FORMAT")
            lines.append(_("Please confirm by %(by)s that you have read this.") % {"by": by})
        marks = [notice.number] if notice.number else []
        if notice.approver is not None:
            marks.append(_("Approved by %(name)s") % {"name": one_line(notice.approver.name)})
        lines += [" · ".join(marks)] if marks else []
    return "\n".join(lines)


def _zone(notice: Notice) -> str:
    return _zone_of(notice.organisation_id)


@lru_cache(maxsize=1024)
def _zone_of(organisation_id: int) -> str:
    return str(Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id))


def _short(channel: str, subject: str, body: Compiled, values: dict[str, str], notice: Notice) -> str:
    """What fits a small screen: the title, the number and where the rest stands."""
    if channel == Channel.SMS:
        sender = one_line(values["organisation"], length=SENDER_LENGTH)
        return short_text(sender=sender, title=subject, number=notice.number, link=values["link"])
    return one_line(body.fill(values), length=PUSH_LENGTH)


# -- the e-mail's frame --------------------------------------------------------------------------------------------------


def _frame_key(organisation: Organisation, notice: Notice) -> tuple[str, ...]:
    return (
        organisation.name, organisation.address, organisation.phone, organisation.accent,
        "1" if notice.must_acknowledge else "",
    )  # fmt: skip


@lru_cache(maxsize=128)
def _mail_frame(
    key: tuple[str, ...],
    title: str,
    body: str,
    foot: str,
    language: str,
    has_link: bool,
    files: tuple[tuple[str, str], ...],
) -> tuple[Compiled, Compiled]:
    """Text and HTML of the mail with every placeholder still in it: the templates run once, not for each reader."""
    name, address, phone, accent, must_acknowledge = key
    with translation.override(language):
        files_text, files_html = _files_in_mail(files)
        frame = {
            "organisation": {"name": name, "address": address, "phone": phone},
            "subject": title,
            "body": "\n\n".join(part for part in (to_text(body), files_text, foot) if part),
            "html_body": mark_safe(f"{to_html(body)}{files_html}{_foot_html(foot)}"),
            "accent": ACCENTS.get(accent, ACCENTS["teal"]),
            "language": HTML_LANGUAGES.get(language, language),
            "link": "{link}" if has_link else "",
            "button": _("Read and confirm") if must_acknowledge else "",
        }
        text = plain_text().get_template("emails/layout.txt").render(frame)
        html = get_template("emails/layout.html").render(frame)
    return compiled(f"{text.strip()}\n"), compiled(html)


def _files_in_mail(files: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The notice's files by name, with where each is read; as text and as HTML. They are not sent along."""
    if not files:
        return "", ""
    # A name is no place for placeholders.
    named = [(name.replace("{", "(").replace("}", ")"), url) for name, url in files]
    text = "\n".join([_("Files:"), *(f"- {name}{f': {url}' if url else ''}" for name, url in named)])
    items = "".join(
        f'<li><a href="{escape(url)}">{escape(name)}</a></li>' if url else f"<li>{escape(name)}</li>"
        for name, url in named
    )
    return text, f"<p>{escape(_('Files:'))}</p><ul>{items}</ul>"


def sample_recipient(notice: Notice, *, name: str, language: str) -> NoticeRecipient:
    """Somebody who stands for the readers in a preview; never saved."""
    return NoticeRecipient(notice=notice, name=name, language=language, units="A-0101")


def passer_by(
    notice: Notice, language: str, estate: Estate | None, buildings: Sequence[Building] = ()
) -> NoticeRecipient:
    """Everybody who stands before a notice where it hangs, for the whole estate or these buildings; never saved."""
    building = buildings[0] if len(buildings) == 1 else None
    if len(buildings) > 1:
        building = Building(estate=estate, name=", ".join(each.name or each.code for each in buildings))
    place = building or estate
    with translation.override(language):
        name = _("everybody in %(place)s") % {"place": place.name} if place else ""
    return NoticeRecipient(notice=notice, name=name, language=language, estate=estate, building=building)
