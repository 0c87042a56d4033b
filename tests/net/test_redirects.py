"""Redirects, and where credentials go."""

from __future__ import annotations

import asyncio

import pytest

from resolvetui.errors import IndexUnreachable
from resolvetui.net.auth import Credentials
from resolvetui.net.transport import Transport, TransportOptions
from tests.net.loopback import Answer, answer, loopback
from tests.net.loopback_client import OK, Run, failure, fetch, run

ONCE = TransportOptions(timeout_s=5.0, retries=0)


def redirect(location: str, status: int = 302) -> Answer:
    return answer(status, b"moved", location=location)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/b", "../b", "//{host}/b", "{url}/b"])
def test_redirects_are_followed(status: int, location: str) -> None:
    async def conversation(run: Run) -> None:
        host = run.server.url.removeprefix("http://")
        where = location.format(host=host, url=run.server.url)
        run.server.on("/b", OK)
        response = await run.transport.get(run.server.on("/x/a", redirect(where, status)))
        assert (response.body, response.url) == (b"fine", run.server.url + "/b")
        assert run.server.connections == 1

    run(conversation)


def test_a_redirect_loop_ends() -> None:
    error = failure(redirect("/simple/flask/"))
    assert "redirects more than 10 times" in error.why


def test_a_redirect_without_a_location_is_an_answer() -> None:
    assert fetch(answer(302))[0].status == 302


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://h.example/", "http://[x"])
def test_redirects_lead_to_http_addresses_only(location: str) -> None:
    assert "redirects to no http or https address" in failure(redirect(location)).why


def test_credentials_stay_with_their_origin() -> None:
    async def conversation(run: Run, known: Credentials) -> None:
        async with loopback() as other:
            elsewhere = other.on("/b", OK)
            url = run.server.on("/a", redirect("/again"))
            run.server.on("/again", redirect(elsewhere))
            await run.transport.get(url)
            assert [seen.headers.get("authorization") for seen in run.server.seen] == [
                "Basic bWU6czNjcmV0",
                "Basic bWU6czNjcmV0",
            ]
            assert "authorization" not in other.seen[0].headers

    async def main() -> None:
        async with loopback() as server:
            known = Credentials([server.url.replace("//", "//me:s3cret@")], netrc=False)
            async with Transport(ONCE, known, "x") as transport:
                await conversation(Run(server, transport), known)

    asyncio.run(main())


def test_credentials_in_a_url_are_used_only_if_the_user_gave_them() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", redirect(run.server.url.replace("//", "//x:y@") + "/b"))
        run.server.on("/b", OK)
        response = await run.transport.get(url.replace("//", "//x:y@"))
        assert response.url == run.server.url + "/b"
        assert all("authorization" not in seen.headers for seen in run.server.seen)

    run(conversation)


def test_errors_do_not_show_passwords() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", answer(500))
        await run.transport.get(url.replace("//", "//me:s3cret@"), what="flask")

    with pytest.raises(IndexUnreachable) as caught:
        run(conversation)
    assert "s3cret" not in f"{caught.value} {caught.value.culprit}"


def test_the_keyring_is_asked_after_a_401() -> None:
    def ask(url: str) -> tuple[str, str]:
        return "ring", "pass"

    async def conversation(run: Run) -> None:
        def guarded(request: object) -> Answer:
            return OK if "authorization" in run.server.seen[-1].headers else answer(401)

        url = run.server.on("/a", guarded)
        responses = await asyncio.gather(run.transport.get(url), run.transport.get(url))
        assert [response.status for response in responses] == [200, 200]
        await run.transport.get(url)
        assert run.transport.requests == 5

    run(conversation, credentials=Credentials([], netrc=False, ask=ask))
