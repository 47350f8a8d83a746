"""What people type of a place: the same place is the same, whatever the width, the capitals and the gaps."""

import pytest

from complaints.rules.places import listed, place_of, plain, says, says_one_of


@pytest.mark.parametrize(
    ("typed", "word", "wanted"),
    [
        ("Lift 2", "lift", True),
        ("LIFT 2, floor 5", "Lift 2", True),
        ("\uff2c\uff29\uff26\uff34\u3000\uff12", "lift 2", True),  # typed at full width
        ("1幢2号电梯", "2号电梯", True),
        ("12号电梯", "2号电梯", False),
        ("２号电梯", "2号电梯", True),
        ("Lift 21", "Lift 2", False),
        ("Lift 2a", "Lift 2", True),
        ("the  yard\ndoor", "yard door", True),
        ("地下车库", "车库", True),
        ("Hall", "", False),
        ("", "lift", False),
        ("a.b", "axb", False),
    ],
)
def test_a_word_is_found_as_people_mean_it(typed, word, wanted):
    assert says(typed, word) is wanted


def test_any_of_several_words_is_enough():
    assert says_one_of("车库入口", ["garage", "车库"])
    assert not says_one_of("大堂", ["garage", "车库"])


def test_a_list_of_words_is_parted_in_both_scripts_and_names_each_once():
    assert listed("Garage, garage\uff0c车库、 \n ＧＡＲＡＧＥ;the  ramp") == ["Garage", "车库", "the ramp"]


def test_the_longest_name_that_is_said_is_meant():
    names = [("lift", "Lift 2"), ("door", "Lift 2 door"), ("lift", "2号电梯")]
    assert place_of("lift 2 door, top floor", names) == "door"
    assert place_of("2号电梯 五楼", names) == "lift"
    assert place_of("Lift 2 · 2号电梯", names) == "lift"
    assert place_of("the roof", names) is None


def test_plain_words_keep_what_parts_them():
    assert plain("  Lift\u3000２ ") == "lift 2"
