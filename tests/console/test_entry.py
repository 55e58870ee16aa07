from __future__ import annotations

import re

import pyotp
import pytest

from admin.pages import HEADERS
from bot.staff import Role
from tests.support.console import SCRIPT, Site
from tests.support.staffed import PASSWORD

NEW = "en anden stille morgen"


async def test_from_the_invitation_to_the_queue_and_out_again(site: Site) -> None:
    staff = site.staffed.staff
    invitation = await staff.add(tenant="kolding", name="mette", shown="Mette", role=Role.COUNSELOR, by="test")
    async with site.visitor() as mette:
        await mette.get("/begin")
        onward = await mette.post("/begin", name="mette", code=invitation)
        assert (onward.status, onward.location) == (303, "/begin/account")
        page = await mette.get("/begin/account")
        secret = re.search(r'<p class="code">([A-Z2-7 ]+)</p>', page.text)
        assert secret is not None
        picture = await mette.get("/begin/key.svg")
        assert picture.headers["Content-Type"].startswith("image/svg+xml")
        code = pyotp.TOTP(secret[1].replace(" ", "")).at(site.staffed.clock.now())
        weak = await mette.post("/begin/account", password="kort", code=code)
        assert weak.status == 422
        common = await mette.post("/begin/account", password="adgangskode123", code=code)
        assert (common.status, "gættet først" in common.text) == (422, True)
        wrong = await mette.post("/begin/account", password=PASSWORD, code="000000")
        assert wrong.status == 401
        done = await mette.post("/begin/account", password=PASSWORD, code=code)
        assert (done.status, done.location) == (303, "/")
        assert (await mette.get("/")).location == "/queue"
        assert "Mette" in (await mette.get("/queue")).text
        out = await mette.post("/sign-out")
        assert (out.status, out.location) == (303, "/sign-in")
        assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert (await mette.get("/queue")).location == "/sign-in"


async def test_signing_in_makes_a_fresh_session_and_a_strict_cookie(site: Site) -> None:
    await site.staffed.hire("mette")
    async with site.visitor() as mette:
        mette.sign_in_with("a token that somebody put there")
        answer = await mette.sign_in()
        assert answer.status == 303
        cookie = answer.cookies["doertrin"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
        assert mette.cookies()["doertrin"] != "a token that somebody put there"
        assert (await mette.get("/queue")).status == 200


async def test_over_https_the_cookie_is_bound_to_the_host(site: Site) -> None:
    async with site.visitor() as visitor:
        answer = await visitor.get("/sign-in", {"Accept": "text/html", "Host": "chat.example.dk"})
        cookie = answer.cookies["__Host-doertrin-entry"]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("mette", "forkert", None),
        ("nobody", PASSWORD, "123456"),
        ("mette", PASSWORD, "000000"),
        ("mette", PASSWORD, ""),
    ],
)
async def test_every_refusal_is_the_same_page(site: Site, name: str, password: str, code: str | None) -> None:
    await site.staffed.hire("mette")
    async with site.visitor() as visitor:
        refused = await visitor.sign_in(name, password, code)
        assert refused.status == 401
        told = re.findall(r'role="alert">([^<]+)<', refused.text)
        assert told == [
            "Det passede ikke sammen. Vent et øjeblik, og prøv igen. En engangskode kan kun bruges én gang."
        ]
        assert "doertrin" not in visitor.cookies()


async def test_a_network_that_guesses_too_much_is_refused_in_the_same_words_and_holds_up_nobody(site: Site) -> None:
    await site.staffed.hire("mette")
    await site.staffed.hire("ole")
    async with site.visitor() as mette, site.visitor() as guesser:
        assert (await mette.sign_in()).status == 303
        await guesser.get("/sign-in")
        refused = [await guesser.post("/sign-in", name=f"n{n}", password="x", code="1") for n in range(21)]
        assert {answer.status for answer in refused} == {401}
        waited = len(site.staffed.pause.asked)
        assert (await guesser.sign_in("ole")).status == 401  # the right words, but from there no more is tried
        assert len(site.staffed.pause.asked) == waited
        assert (await mette.sign_in()).status == 303  # she got in from there today
        site.staffed.pass_time(minutes=11)
        assert (await guesser.sign_in("ole")).status == 303


async def test_a_password_is_changed_and_the_other_sessions_are_gone(site: Site) -> None:
    async with site.at_work("mette") as mette, site.visitor() as elsewhere:
        await elsewhere.sign_in("mette")
        await mette.get("/account")
        site.staffed.pass_time(seconds=30)
        code = site.staffed.code("mette")
        assert (await mette.post("/account", old="forkert", new=NEW, code=code)).status == 401
        assert (await mette.post("/account", old=PASSWORD, new="kort", code=code)).status == 422
        assert (await mette.post("/account", old=PASSWORD, new=NEW, code=code)).status == 200
        assert (await mette.get("/account")).status == 200
        assert (await elsewhere.get("/account")).location == "/sign-in"


async def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(site: Site) -> None:
    async with site.at_work("mette") as mette:
        await mette.get("/account")
        right = mette.csrf
        for csrf, headers in [
            ("", {}),
            ("0" * 64, {}),
            (right, {"Origin": "https://elsewhere.example"}),
            (right, {"Origin": "null"}),
            (right, {"Sec-Fetch-Site": "cross-site"}),
            (right, {"Sec-Fetch-Site": "same-site"}),
        ]:
            mette.csrf = csrf
            assert (await mette.post("/sign-out", {"Accept": "text/html", **headers})).status == 403
        assert (await mette.get("/account")).status == 200
        mette.csrf = right
        assert (await mette.post("/sign-out", {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"})).status == 303


async def test_an_entry_form_is_held_to_its_own_cookie(site: Site) -> None:
    await site.staffed.hire("mette")
    async with site.visitor() as visitor, site.visitor() as other:
        await visitor.get("/sign-in")
        other.csrf = visitor.csrf  # seen on somebody else's page
        code = site.staffed.code("mette")
        assert (await other.post("/sign-in", name="mette", password=PASSWORD, code=code)).status == 403


async def test_a_session_that_ran_out_leads_to_the_door(site: Site) -> None:
    async with site.at_work("mette") as mette:
        assert (await mette.get("/account")).status == 200
        site.staffed.pass_time(minutes=16)
        assert (await mette.get("/account")).location == "/sign-in"
        assert (await mette.get("/account", SCRIPT)).status == 401


async def test_a_name_with_script_in_it_is_a_name(site: Site) -> None:
    nasty = '<script>alert(1)</script>"><img src=x onerror=alert(2)> {{ 7*7 }}'
    await site.staffed.staff.add(tenant="kolding", name="nasty", shown=nasty, role=Role.COUNSELOR, by="test")
    async with site.at_work("chief", role=Role.ADMIN) as chief, site.visitor() as visitor:
        page = await chief.get("/people")
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "{{ 7*7 }}" in page.text
        await visitor.get("/sign-in")
        refused = await visitor.post("/sign-in", name='"><script>alert(1)</script>', password="x", code="")
        assert "<script>alert" not in refused.text


async def test_an_admin_invites_resets_and_closes_only_at_home(site: Site) -> None:
    await site.staffed.hire("ida", tenant="randers")
    async with site.at_work("chief", role=Role.ADMIN) as chief:
        await chief.get("/people")
        made = await chief.post("/people", name="Ole", shown="Ole B.", role="counselor")
        code = re.search(r'<p class="code">([0-9A-Z-]{19})</p>', made.text)
        assert code is not None
        await site.staffed.begin("ole", code[1])
        assert (await chief.post("/people", name="ole", shown="", role="counselor")).status == 422
        assert (await chief.post("/people", name="per", shown="", role="king")).status == 422
        assert (await chief.post("/people/ole/reset")).status == 200
        assert (await chief.post("/people/ole/disable")).status == 303
        for path in ("/people/ida/reset", "/people/ida/disable", "/people/nobody/reset"):
            assert (await chief.post(path)).status == 404
        assert "ida" not in (await chief.get("/people")).text
        actions = [entry.action for entry in await site.staffed.audit.newest("kolding", limit=3)]
        assert actions == ["account_disabled", "account_reset", "account_begun"]
        assert "lukkede konto" in (await chief.get("/audit")).text


@pytest.mark.parametrize("path", ["/sign-in", "/queue", "/nowhere", "/assets/x/console.css", "/talk/x", "/account"])
async def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    async with site.at_work("mette") as mette:
        for headers in ({"Accept": "text/html"}, SCRIPT):
            answer = await mette.get(path, headers)
            assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Server" not in answer.headers


async def test_assets_lie_under_the_address_of_their_version(site: Site) -> None:
    async with site.visitor() as visitor:
        page = await visitor.get("/sign-in")
        found = re.findall(r'(?:href|src)="/console(/assets/[^"]+)"', page.text)
        assert len(found) >= 2
        for path in found:
            answer = await visitor.get(path)
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "http" not in re.sub(r'xmlns="[^"]+"', "", page.text).replace("http-equiv", "")
