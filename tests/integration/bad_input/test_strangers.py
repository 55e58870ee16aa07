"""Who has no code, comes from another site's page, or wants the figures without the token."""

from __future__ import annotations

import json
import time
from statistics import median

import pytest
from aiohttp import ClientSession

from bot.privacy.pseudonyms import new_code
from tests.support.served import TOKEN, Served, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.alone
async def test_codes_that_do_not_work_take_the_same_time_and_tell_nothing_more(
    served: Served, talk: Talk, http: ClientSession
) -> None:
    """Unknown, of another tenant, or no code at all: the contract has two names for it, and one time."""
    took: dict[str, list[float]] = {"unknown": [], "elsewhere": [], "none": []}
    for _ in range(2):
        for kind, tenant, code in (
            ("unknown", "kolding", new_code()),
            ("elsewhere", "randers", talk.code),
            ("none", "kolding", "not a code"),
        ):
            began = time.monotonic()
            headers = {"Authorization": f"Bearer {code}"}
            async with http.get(f"{served.url}/chat/{tenant}/frames", headers=headers) as answer:
                (error,) = (await answer.json())["frames"]
                if answer.status == 429:
                    continue  # five guesses in ten minutes, and no more
                assert answer.status == 404
            took[kind].append(time.monotonic() - began)
            assert error["code"] == ("wrong_tenant" if kind == "elsewhere" else "unknown_code")
            assert code not in json.dumps(error)
    assert all(times and 0.2 <= median(times) < 0.6 for times in took.values()), took
    headers = {"Authorization": f"Bearer {talk.code}"}
    async with http.get(f"{served.url}/chat/kolding/frames", headers=headers) as answer:
        assert answer.status == 200  # who has a good code is never locked out


async def test_a_code_is_taken_from_the_header_only(served: Served, talk: Talk, http: ClientSession) -> None:
    async with http.get(f"{served.url}/chat/kolding/frames?code={talk.code}") as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert talk.code not in await answer.text()


# Who may ask.


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://[", "http://[::1", "", "file://", "https://127.0.0.1@evil.example"],
)  # fmt: skip
async def test_a_page_of_another_site_is_refused(served: Served, http: ClientSession, origin: str) -> None:
    for method, path in (("GET", "ws"), ("GET", "frames"), ("POST", "frames")):
        async with http.request(
            method, f"{served.url}/chat/kolding/{path}", headers={"Origin": origin}, data=b"{}"
        ) as answer:
            assert answer.status == 403
            (error,) = (await answer.json())["frames"]
            assert error == {"type": "error", "code": "closed_service", "text": served.page_says("closed_service")}
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_metrics_are_for_the_token_only(served: Served, http: ClientSession) -> None:
    for shown in ("", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer blåbær", "Bearer \udcff"):
        async with http.get(f"{served.url}/metrics", headers={"Authorization": shown}) as answer:
            assert answer.status == 404
    async with http.get(f"{served.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
        assert answer.status == 200
        assert "kolding" not in await answer.text()
