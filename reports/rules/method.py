"""How each figure is computed, in the words the report prints at its end."""

from django.utils.translation import gettext_lazy as _

METHOD = (
    (
        _("The month"),
        _(
            "From midnight of its first day up to, not including, midnight of the next month's first day, in the time "
            "zone named at the top. Of a month that is not over, everything up to the moment the report was made."
        ),
    ),
    (
        _("Which complaints"),
        _(
            "Every complaint of the estates named at the top, whatever its channel, also anonymous ones and those found "
            "outside our duty. Category, handler and priority are those at the moment the report was made."
        ),
    ),
    (
        _("Open, received, closed"),
        _(
            "Received counts receipts in the month. Closed counts every closing, rejection and referral in the month; "
            "a complaint that came back and was closed again counts twice. Open at the start plus received plus came "
            "back after closing less closed is open at the end."
        ),
    ),
    (
        _("On time"),
        _(
            "Each promised time counts once, in the month in which it was kept or broken: kept when the act came no "
            "later than the due time, broken at the due time when it had not come by then. On time is kept divided by "
            "kept and broken together. Promises that were still running, paused or called off before they fell due "
            "are not counted. A reopened complaint gets promises of its own."
        ),
    ),
    (
        _("Due times"),
        _(
            "Acceptance, first answer and resolution are counted in the business time of the estate's service calendar, "
            "safety cases round the clock; the statutory limit in calendar days. Waiting for the complainant, for access "
            "or for an outside party moves a due time on: what was left when the wait began is left when it ends."
        ),
    ),
    (
        _("Times the clocks stood still"),
        _(
            "Waits for the complainant, for access or for an outside party that ended in the month, and their business "
            "time by the estate's service calendar. It is in no other figure of this report."
        ),
    ),
    (
        _("How complaints were closed"),
        _(
            "Every closing in the month: the complainant said that it is solved, a return visit found so, nobody was "
            "reached on several days, nobody could be asked, or no word came. Silence is no word that it is solved."
        ),
    ),
    (
        _("How long it took"),
        _(
            "Business time of the estate's service calendar from the receipt to the first answer, of complaints first "
            "answered in the month; and to the last resolution in the month, of complaints resolved in it. The median "
            "is the middle value, of an even number the mean of the two in the middle. Time spent waiting for the "
            "complainant is not taken off."
        ),
    ),
    (
        _("Reopened"),
        _(
            "Complaints that were reopened in the month, divided by those that were answered, resolved or closed in it "
            "or came back in it."
        ),
    ),
    (
        _("Not solved"),
        _(
            "Complaints whose complainant last said in the month that it is not solved, divided by all whose "
            "complainant said either in the month."
        ),
    ),
    (
        _("Satisfaction"),
        _("Every rating from 1 to 5 given in the month; the average is their sum divided by their number."),
    ),
    (
        _("By handler"),
        _(
            "All promises of a complaint count for who has it now, also those that were broken before; acceptance is "
            "mostly the front desk's."
        ),
    ),
    (
        _("Names"),
        _(
            "No complainant is named and no home: the list gives the building. A case about a member of staff is "
            "counted like any other, and listed without its number, place and handler."
        ),
    ),
    (
        _("Rounding"),
        _(
            "Percentages, hours and averages have one decimal, rounded half away from zero. What they are made of stands beside them."
        ),
    ),
)


def method() -> list[tuple[str, str]]:
    """Term and definition, in the active language."""
    return [(str(term), str(definition)) for term, definition in METHOD]
