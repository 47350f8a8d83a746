"""A member makes an API token, copies it, reads how the API is used, and revokes the token again."""

from playwright.sync_api import expect

from tests.browser.visitor import WIDE

ASK = """async secret => {
  const answer = await fetch("/api/v1/me/", {headers: {Authorization: `Token ${secret}`}, credentials: "omit"});
  return [answer.status, ((await answer.json()).token || {}).name];
}"""


def test_a_token_is_made_used_and_revoked(visit):
    owner = visit().be("owner")
    owner.open("/accounts/tokens/")
    owner.press("Make the token")
    owner.reads("Write what it is for.")
    owner.see("01-missing")
    owner.write("name", "2026")
    owner.tick("scopes", "complaints:read")
    owner.press("Make the token")
    owner.reads("Copy it now: it is shown this once. We keep only a fingerprint of it.")
    owner.see("02-made", dark=True)
    secret = owner.page.locator("code.secret").inner_text()
    assert owner.page.evaluate(ASK, secret) == [200, "2026"]
    owner.follow("How the API is used")
    owner.reads("How it is used")
    assert owner.page.evaluate(WIDE) == ""
    assert owner._axe() == []
    owner._shoot(f"api-docs-{owner.width}-{owner.language}", wrong=False)
    owner.open("/accounts/tokens/")
    owner.page.get_by_role("button", name=owner.say("Revoke")).first.click()
    owner.reads("The token is revoked. Whatever used it is shut out from now on.")
    expect(owner.page.locator("code.secret")).to_have_count(0)
    assert owner.page.evaluate(ASK, secret)[0] == 401
