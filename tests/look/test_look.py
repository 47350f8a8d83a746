"""The tags of the look and what no page may carry."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from tenancy.templatetags.look import STATES, TONE_ICONS, countdown, duration, duration_words, time_words

ROOT = Path(__file__).parents[2]
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if not {"emails", "pdf"} & set(path.parts)]
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class Words(forms.Form):
    place = forms.ChoiceField(label="Where?", widget=forms.RadioSelect, choices=[("lift", "The lift")])
    words = forms.CharField(label="What happened?", widget=forms.Textarea, help_text="In your own words.")
    phone = forms.CharField(label="Telephone", required=False)


def render(source: str, **context) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def test_an_instant_is_said_in_the_active_zone_and_in_words_near_today():
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert time_words(NOON, now=NOON) == "today 20:00"
        assert time_words(NOON - timedelta(days=1), now=NOON) == "yesterday 20:00"
        assert time_words(NOON + timedelta(days=2), now=NOON) == "Thu 12 March, 20:00"
        assert time_words(NOON, "exact", now=NOON + timedelta(days=365)) == "Tue 10 March 2026, 20:00"


def test_a_period_that_ends_at_midnight_ends_on_the_day_people_have_left():
    midnight = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)  # 00:00 of the 13th in Shanghai
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert time_words(midnight, now=NOON) == "Thu 12 March, 24:00"
        assert time_words(midnight, now=midnight - timedelta(hours=1)) == "today 24:00"
        assert time_words(midnight, "date", now=NOON) == "12 March"
        assert time_words(midnight + timedelta(seconds=1), now=NOON) == "Fri 13 March, 00:00"


def test_a_chinese_date_carries_the_short_weekday():
    with timezone.override(ZoneInfo("Asia/Shanghai")), translation.override("zh-hans"):
        assert time_words(NOON + timedelta(days=2), now=NOON) == "3月12日 周四 20:00"


def test_hours_of_service_never_become_days():
    assert duration_words(45) == "45 min"
    assert duration_words(135) == "2 h 15 min"
    assert duration_words(26 * 60 + 10) == "26 h"


def test_calendar_time_becomes_days_from_two_days_on():
    assert duration(timedelta(hours=47)) == "47 h"
    assert duration(timedelta(days=3)) == "3 days"


def test_a_countdown_says_late_in_words_and_by_an_icon():
    late = countdown(-75)
    assert "1 h 15 min late" in late
    assert "#triangle-alert" in late
    assert "countdown-late" in late


def test_a_field_links_its_hint_and_error_to_its_control():
    html = render("{% field form.words %}", form=Words({"words": ""}))
    assert 'for="id_words"' in html
    assert 'aria-describedby="id_words_helptext id_words_error"' in html
    assert 'id="id_words_helptext"' in html
    assert 'id="id_words_error"' in html
    assert 'aria-invalid="true"' in html


def test_only_what_may_be_left_out_is_marked():
    form = Words()
    assert "optional" in render("{% field form.phone %}", form=form)
    assert "optional" not in render("{% field form.words %}", form=form)


def test_radios_are_one_group_under_one_legend():
    html = render("{% field form.place %}", form=Words({}))
    assert html.count("<legend>Where?</legend>") == 1
    assert 'class="choice" for="id_place_0"' in html


def test_the_error_summary_links_to_each_field_and_names_it_when_the_words_repeat():
    html = render("{% error_summary form %}", form=Words({}))
    assert 'role="alert" tabindex="-1"' in html
    assert '<a href="#id_place_0">Where? – This field is required.</a>' in html
    assert '<a href="#id_words">What happened? – This field is required.</a>' in html


def test_a_sound_form_has_no_error_summary():
    assert render("{% error_summary form %}", form=Words({"place": "lift", "words": "x"})).strip() == ""


def test_no_template_carries_inline_script_style_or_handlers():
    for path in TEMPLATES:
        text = path.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text), path


def test_every_icon_named_anywhere_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons/sprite.svg").read_text()))
    named = {icon for _tone, icon in STATES.values()} | set(TONE_ICONS.values())
    for path in TEMPLATES:
        named |= set(re.findall(r'{% icon "([^"]+)"', path.read_text()))
    assert named - drawn == set()


def test_the_page_of_the_unknown_carries_nothing_that_differs():
    for name in ("404.html", "_error_page.html"):
        text = (ROOT / "templates" / name).read_text()
        assert "csrf" not in text
        assert "request_path" not in text
        assert "exception" not in text
    assert "{%" not in (ROOT / "templates/500.html").read_text()


def test_the_first_page_is_light():
    styles = [
        ROOT / "static/css/tokens.css",
        ROOT / "static/css/base.css",
        *(ROOT / "static/css/components").glob("*.css"),
    ]
    wire = sum(len(gzip.compress(path.read_bytes(), 6)) for path in styles)
    assert wire < 30_000
    rest = ["static/js/app.js", "static/js/vendor/htmx-2.0.11.min.js", "static/icons/sprite.svg"]
    assert wire + sum(len(gzip.compress((ROOT / name).read_bytes(), 6)) for name in rest) < 90_000
    assert (ROOT / "static/js/app.js").stat().st_size < 6_144
