"""Which column is which, chosen by hand. The options are what stands in the file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from disclosures.exchange import columns as reading
from disclosures.exchange.columns import PARTS, Choice, Remembered
from disclosures.rules.defaults import columns
from owners.registry.workbook import Sheet

LABELS: Mapping[tuple[str, str], str | Promise] = {
    ("about", "estate"): gettext_lazy("Estate"),
    ("about", "from_on"): gettext_lazy("First day of the period"),
    ("about", "to_on"): gettext_lazy("Last day of the period"),
    ("about", "currency"): gettext_lazy("Currency"),
    ("about", "basis"): gettext_lazy("Basis of the service charge"),
    ("balances", "account"): gettext_lazy("Account"),
    ("balances", "opening"): gettext_lazy("Opening balance"),
    ("balances", "closing"): gettext_lazy("Closing balance"),
    ("balances", "bank_balance"): gettext_lazy("Balance at the bank"),
    ("balances", "fund_ratio"): gettext_lazy("Maintenance fund, as a part of its first amount"),
    ("lines", "account"): gettext_lazy("Account"),
    ("lines", "place"): gettext_lazy("Number of the line"),
    ("lines", "booked_on"): gettext_lazy("Date"),
    ("lines", "voucher"): gettext_lazy("Voucher"),
    ("lines", "direction"): gettext_lazy("Income or expense"),
    ("lines", "category"): pgettext_lazy("column", "Code of the category"),
    ("lines", "category_en"): pgettext_lazy("column", "Category, English"),
    ("lines", "category_zh"): pgettext_lazy("column", "Category, Chinese"),
    ("lines", "counterparty"): gettext_lazy("To or from whom"),
    ("lines", "building"): gettext_lazy("Building"),
    ("lines", "text_en"): pgettext_lazy("column", "Description, English"),
    ("lines", "text_zh"): pgettext_lazy("column", "Description, Chinese"),
    ("lines", "amount"): gettext_lazy("Amount"),
    ("lines", "budget"): gettext_lazy("Budget"),
    ("lines", "note"): gettext_lazy("Note"),
}
TITLES = {
    "about": gettext_lazy("The period"),
    "balances": gettext_lazy("The balances of each account"),
    "lines": gettext_lazy("The lines"),
}
EXAMPLE_LENGTH = 24


class ColumnsForm(forms.Form):
    """A field for the sheet of each part, its row of headings, and each column. What is posted for another sheet than
    the one chosen is left out and guessed anew; ``is_turned`` says so, and the form is to be shown again."""

    held = forms.CharField(widget=forms.HiddenInput, max_length=300)
    estate = forms.CharField(widget=forms.HiddenInput, max_length=40)
    anyway = forms.BooleanField(
        label=gettext_lazy("Bring it in as a draft all the same"), required=False,
        help_text=gettext_lazy("Nobody can mark it as prepared until it comes out to the cent."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, held: str, estate: str, sheets: Sequence[Sheet], remembered: Remembered,
        wants_new: bool = False,
    ) -> None:  # fmt: skip
        said: dict[str, Any] = {} if data is None else {name: data[name] for name in data}
        self.sheets, self.is_turned = sheets, wants_new
        guesses = reading.proposed(sheets, remembered)
        self.options = {part: self._part_of(part, said, guesses[part], remembered) for part in PARTS}
        said |= {"held": held, "estate": estate}
        is_bound = data is not None and not self.is_turned
        super().__init__(said if is_bound else None, initial=None if is_bound else said)
        for part in PARTS:
            self._add_fields(part)

    def _part_of(
        self, part: str, said: dict[str, Any], guess: Choice | None, remembered: Remembered
    ) -> dict[str, list[tuple[str, str]]]:
        """The options of one part's fields; fills ``said`` with what is guessed where nothing fitting was posted."""
        sheets = [(str(at), sheet.name) for at, sheet in enumerate(self.sheets)]
        posted = said.get(f"{part}_sheet")
        at = int(posted) if posted in {value for value, _name in sheets} else None
        if at is None:
            if posted:  # what is no sheet is a mistake the field names
                return {"sheet": sheets, "head": [], "column": []}
            at = guess.sheet if guess else None
        if at is None:
            said.setdefault(f"{part}_sheet", "")
            return {"sheet": sheets, "head": [], "column": []}
        heads = [(f"{at}.{place}", words) for place, words in reading.head_rows_of(self.sheets[at])]
        head = said.get(f"{part}_head")
        is_said = part != "about" and head in {value for value, _words in heads}
        chosen = reading.guessed(
            part, self.sheets, at, remembered, head=int(str(head).split(".")[1]) if is_said else None
        )
        options = self._columns(part, chosen)
        codes = [f"{part}_{code}" for code in columns()[part]]
        stale = any(said.get(name) and said[name] not in {value for value, _words in options} for name in codes)
        if posted is None or stale or not any(name in said for name in codes):
            self.is_turned = self.is_turned or posted is not None
            said[f"{part}_sheet"], said[f"{part}_head"] = str(at), f"{at}.{chosen.head}"
            said |= {f"{part}_{code}": _value(chosen, chosen.places[code]) if code in chosen.places else ""
                     for code in columns()[part]}  # fmt: skip
        return {"sheet": sheets, "head": heads, "column": options}

    def _columns(self, part: str, chosen: Choice) -> list[tuple[str, str]]:
        found = reading.headings_of(part, self.sheets[chosen.sheet], chosen.head)
        return [(_value(chosen, one.place), _shown(one)) for one in found]

    def _add_fields(self, part: str) -> None:
        options, nothing = self.options[part], ("", _("Not in the file"))
        self.fields[f"{part}_sheet"] = forms.ChoiceField(
            label=_("Sheet"), choices=[("", _("Choose")), *options["sheet"]],
            error_messages={"required": _("Choose the sheet.")},
        )  # fmt: skip
        if part != "about":
            self.fields[f"{part}_head"] = forms.ChoiceField(
                label=_("Row of the headings"), choices=options["head"], required=False
            )
        for code in columns()[part]:
            if (part, code) == ("about", "estate"):
                continue
            is_needed = code in columns()["needed"][part]
            first = ("", _("Choose")) if is_needed else nothing
            self.fields[f"{part}_{code}"] = forms.ChoiceField(
                label=str(LABELS[part, code]), choices=[first, *options["column"]], required=is_needed,
                error_messages={"required": _("Choose where this stands under “%(part)s”.") % {"part": TITLES[part]}},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Each sheet and each column means one thing."""
        said: dict[str, Any] = super().clean() or {}
        sheets: dict[str, str] = {}
        for part in PARTS:
            sheet = said.get(f"{part}_sheet")
            if sheet and sheet in sheets:
                self.add_error(f"{part}_sheet", _("This sheet is chosen twice."))
            elif sheet:
                sheets[sheet] = part
            taken: set[str] = set()
            for code in columns()[part]:
                value = said.get(f"{part}_{code}")
                if value and value in taken:
                    self.add_error(f"{part}_{code}", _("This column is chosen twice."))
                taken.add(value or "")
        return said

    def chosen(self) -> dict[str, Choice]:
        """Of a form that is valid."""
        said = self.cleaned_data
        made = {}
        for part in PARTS:
            sheet = int(said[f"{part}_sheet"])
            head = int(said[f"{part}_head"].split(".")[1]) if said.get(f"{part}_head") else 0
            values = {code: said.get(f"{part}_{code}") for code in columns()[part]}
            places = {code: int(value.rsplit(".", 1)[1]) for code, value in values.items() if value}
            made[part] = Choice(sheet, head, places)
        return made

    def parts(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        """The fields of each part under its title."""
        for part in PARTS:
            yield TITLES[part], [self[name] for name in self.fields if name.startswith(f"{part}_")]


def _value(chosen: Choice, place: int) -> str:
    return f"{chosen.sheet}.{chosen.head}.{place}"


def _shown(one: reading.Heading) -> str:
    words = f"{one.where} · {one.words}" if one.words else one.where
    return f"{words} ({one.example[:EXAMPLE_LENGTH]})" if one.example else words
