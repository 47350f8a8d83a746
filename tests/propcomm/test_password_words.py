"""Passwords of the house's own words are refused; long ones of anybody's own are not."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from propcomm.password_words import HouseWordsValidator


@pytest.mark.parametrize("password", [
    "PropComm-2026!!", "property management", "Password1234567", "ownerownerowner", "物业业主小区2026!!", "Winter 2026 admin",
])  # fmt: skip
def test_words_of_the_house_are_refused(password):
    with pytest.raises(ValidationError):
        HouseWordsValidator().validate(password)


@pytest.mark.parametrize("password", [
    "blue kettle under snow", "owner of nine kettles", "雨后窗台上的三只麻雀", "x9fkq2vbn7wpl4ms",
])  # fmt: skip
def test_words_of_ones_own_are_fine(password):
    HouseWordsValidator().validate(password)


def test_the_organisations_name_is_no_password_there(house):
    said = {"email": "new@x.example", "password1": "lakeside-lakeside-2026"}
    answer = Client(HTTP_HOST=house.host).post("/accounts/signup/", said)
    assert answer.status_code == 200
    assert "Anybody would try these words first" in answer.content.decode()
