"""The outside parties of an organisation, by the product's own verbs."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import yaml

from contacts.rules.access import Place
from contacts.rules.phones import normal
from contacts.services import agreements, directory
from contacts.services.directory import PartyFacts, PersonFacts
from owners.services.imports import phone_region
from propcomm.demo.story.cast import DATA, Cast
from propcomm.demo.story.recurring import enter_duties


def enter_outsiders(cast: Cast, *, now: datetime) -> None:
    """Everything that `contacts.yaml` says of the organisation, entered by its quality officer and manager."""
    whole = yaml.safe_load((DATA / "contacts.yaml").read_text(encoding="utf-8"))
    for cue in whole[cast.slug]:
        _Outsider(cast, cue, now).enter()
    enter_duties(cast, now=now)


class _Outsider:
    def __init__(self, cast: Cast, cue: dict[str, Any], now: datetime) -> None:
        self.cast, self.cue, self.now = cast, cue, now
        self.region = phone_region(cast.organisation)
        self.told: dict[str, Any] = {"actor": cast.members["admin"], "now": now}

    def enter(self) -> None:
        extra = ("serves", "people", "contract", "certificates", "evaluations")
        plain = {name: value for name, value in self.cue.items() if name not in extra}
        plain |= {name: self._phone(plain[name]) for name in ("phone", "emergency_phone") if name in plain}
        everywhere = self.cue["serves"] == "everywhere"
        facts = PartyFacts(**plain, serves_everywhere=everywhere, areas=() if everywhere else (self._place(),))
        self.party_id = directory.add_party(facts=facts, **self.told).pk
        for row in self.cue.get("people", ()):
            phones = {name: self._phone(row[name]) for name in ("phone", "mobile") if name in row}
            directory.add_person(party_id=self.party_id, facts=PersonFacts(**row | phones), **self.told)
        self._agreed()

    def _place(self) -> Place:
        if self.cue["serves"] == "main":
            return self.cast.main.pk, None
        home = self.cast.named["owner"].home
        return home.estate_id, home.building_id

    def _phone(self, text: str) -> str:
        return normal(text, self.region)

    def _day(self, ahead: int) -> Any:
        return (self.now + timedelta(days=ahead)).date()

    def _agreed(self) -> None:
        if contract := self.cue.get("contract"):
            said = {name: value for name, value in contract.items() if name not in ("starts", "ends")}
            term = {"starts_on": self._day(contract["starts"]), "ends_on": self._day(contract["ends"])}
            fee = Decimal(contract["fee"])
            agreements.save_contract(
                party_id=self.party_id, facts=agreements.ContractFacts(**said | term | {"fee": fee}), **self.told
            )
        for row in self.cue.get("certificates", ()):
            said = {name: value for name, value in row.items() if name != "expires"}
            facts = agreements.CertificateFacts(**said, expires_on=self._day(row["expires"]))
            agreements.save_certificate(party_id=self.party_id, facts=facts, **self.told)
        for row in self.cue.get("evaluations", ()):
            said = {name: value for name, value in row.items() if name not in ("from", "to")}
            period = {"from_on": self._day(row["from"]), "to_on": self._day(row["to"])}
            agreements.evaluate(party_id=self.party_id, facts=agreements.EvaluationFacts(**said | period), **self.told)
