"""Phone numbers in any writing."""

import pytest

from contacts.rules.phones import UnknownNumberError, digits_of, normal, shown


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("020 7946 0123", "GB", "+442079460123"),
        ("+44 (0)20 7946 0123", "GB", "+442079460123"),
        ("０２０－７９４６－０１２３", "GB", "+442079460123"),
        ("tel:+442079460123", "CN", "+442079460123"),
        ("020 7946 0123 ext. 12", "GB", "+442079460123;ext=12"),
        ("021-5835 0123转8", "CN", "+862158350123;ext=8"),
        ("138 1200 0001", "CN", "+8613812000001"),
        ("400-810-8888", "CN", "+864008108888"),
        ("95598", "CN", "95598"),
        ("119", "CN", "119"),
        ("-", "CN", ""),
        ("", "GB", ""),
    ],
)
def test_any_writing_becomes_one(typed, region, kept):
    assert normal(typed, region) == kept
    assert normal(shown(kept), region) == kept


@pytest.mark.parametrize("typed", ["call me", "12", "020 7946 0123 or 4", "0" * 70, "+9991234567"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(UnknownNumberError):
        normal(typed, "GB")


def test_at_home_a_number_stands_without_the_code_of_the_country():
    assert shown("+442079460123", "GB") == "020 7946 0123"
    assert shown("+442079460123", "CN") == "+44 20 7946 0123"


def test_a_search_by_number_leaves_out_what_is_not_kept():
    assert digits_of("020 7946") == "207946"
    assert digits_of("Lift 3") == ""
