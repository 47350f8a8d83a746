"""The emergency card of a building: for who lives or works there, with who serves it, and offline without a name."""

from contacts.models import OutsideParty
from tests.complaints.pages import signed_in, text
from tests.contacts.making import hill, party
from tests.factories.api import program
from tests.factories.house import in_scope_of


def test_a_resident_reads_whom_to_call_and_nobody_else_does(house, stranger):
    estate, building = hill(house)
    party(house, name="Otto Lifts", emergency_phone="+442079460100", emergency_note="People shut in a lift")
    party(
        house,
        name="Everywhere Gas",
        kind="utility",
        branch="gas",
        emergency_phone="0800",
        areas=[],
        serves_everywhere=True,
    )
    party(house, name="Gone Lifts", emergency_phone="+442079460101", is_active=False)
    party(house, name="Hill Lifts", emergency_phone="+442079460102", areas=[(estate.pk, None)])
    client, path = signed_in(house, "occupant"), f"/contacts/card/{house.building.pk}/"
    page = text(client.get(path))
    for words in ("Otto Lifts", "tel:+442079460100", "People shut in a lift", "Everywhere Gas", "tel:999"):
        assert words in page
    assert "Gone Lifts" not in page
    assert "Hill Lifts" not in page
    assert client.get(f"/contacts/card/{building.pk}/").status_code == 404
    assert signed_in(house, "builder").get(path).status_code == 404
    assert signed_in(house, "engineer").get(path).status_code == 200
    abroad = in_scope_of(stranger.organisation.pk, lambda: stranger.building.pk)
    assert client.get(f"/contacts/card/{abroad}/").status_code == 404
    assert path in text(client.get("/contacts/cards/"))
    assert path in text(client.get("/units/"))


def test_the_copy_for_offline_holds_no_name_no_menu_and_no_token(house):
    party(house, name="Otto Lifts", emergency_phone="+442079460100")
    page = text(signed_in(house, "owner").get(f"/contacts/card/{house.building.pk}/kept/"))
    assert "Otto Lifts" in page
    for words in (house.owner.name, "csrf", "/accounts/"):
        assert words not in page


def test_the_worker_is_served_where_the_cards_are(house):
    answer = signed_in(house, "owner").get("/contacts/card/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "emergency-cards" in text(answer)


def test_the_pdf_is_one_page_and_made_once(house, monkeypatch):
    from notices.paper import pdf

    party(house, name="Otto Lifts", emergency_phone="+442079460100")
    made = []
    monkeypatch.setattr(pdf, "write", lambda html: made.append(html) or b"%PDF-1.7")
    client, path = signed_in(house, "owner"), f"/contacts/card/{house.building.pk}/pdf/"
    for _time in range(2):
        answer = client.get(path)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert len(made) == 1
    assert "020 7946 0100" in made[0]
    assert signed_in(house, "builder").get(path).status_code == 404


def test_a_program_reads_enters_and_changes_parties_as_its_member_may(house):
    clerk = program(house, "clerk")
    area = {"estate": str(house.estate.pk)}
    made = clerk.send(
        "contacts/", {"name": "City Gas", "kind": "utility", "branch": "gas", "phone": "020 7946 0123", "areas": [area]}
    )
    assert made.status_code == 201
    key = made.json()["id"]
    assert made.json()["phone"] == "+442079460123"
    assert [row["name"] for row in clerk.read("contacts/").json()["results"]] == ["City Gas"]
    changed = clerk.send(f"contacts/{key}/", {"emergency_phone": "105"})
    assert (changed.status_code, changed.json()["emergency_phone"], changed.json()["phone"]) == (
        200,
        "105",
        "+442079460123",
    )
    assert clerk.send("contacts/", {"name": "X", "kind": "other", "phone": "call me"}).status_code == 400
    _estate, elsewhere = hill(house)
    for areas in ([{"estate": str(elsewhere.pk)}], [{**area, "building": str(elsewhere.pk)}]):
        assert program(house, "admin").send(f"contacts/{key}/", {"areas": areas}).status_code == 409
    owner = program(house, "owner")
    assert owner.read("contacts/").status_code == 404
    assert [call["phone"] for call in owner.read(f"cards/{house.building.pk}/").json()["calls"]] == ["999", "105"]
    assert OutsideParty.objects.count() == 1
