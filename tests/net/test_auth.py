"""Credentials go to their origin only and are never shown."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from resolvetui.net.auth import Credentials, redact, strip

INDEX = "https://me:s3cret@index.example/simple"


def credentials(*urls: str) -> Credentials:
    return Credentials(urls, netrc=False)


@pytest.mark.parametrize(
    "url",
    [
        "https://index.example/simple/flask/",
        "https://index.example:443/files/a.whl",
        "https://INDEX.example/",
    ],
)
def test_they_go_to_their_origin(url: str) -> None:
    assert credentials(INDEX).for_url(url) == ("me", "s3cret")


@pytest.mark.parametrize(
    "url",
    [
        "http://index.example/simple/",
        "https://index.example:8443/simple/",
        "https://files.index.example/a.whl",
        "https://index.example.evil.example/",
        "https://evil.example/?index.example",
        "https://evil.example\\@index.example/",
        "file:///index.example/simple",
        "not a url",
        "https://[broken/",
        "https://index.example:port/",
    ],
)
def test_they_go_nowhere_else(url: str) -> None:
    assert credentials(INDEX).for_url(url) is None


def test_quoted_characters_are_decoded() -> None:
    known = credentials("https://a%40b:p%2Fw@index.example/")
    assert known.for_url("https://index.example/") == ("a@b", "p/w")


def test_a_token_is_a_user_without_password() -> None:
    assert credentials("https://token@index.example").for_url("https://index.example/x") == (
        "token",
        "",
    )


def test_two_indexes_of_one_origin_keep_their_own() -> None:
    known = credentials(
        "https://a:one1@h.example/red/simple", "https://b:two2@h.example/blue/simple"
    )
    assert known.for_url("https://h.example/red/files/x") == ("a", "one1")
    assert known.for_url("https://h.example/blue/simple/flask/") == ("b", "two2")


@pytest.fixture
def netrc_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "netrc"
    path.write_text(
        "machine index.example login me password from-netrc\n"
        "machine 127.0.0.1 login local password here\n"
        "default login any password any\n"
    )
    path.chmod(0o600)
    monkeypatch.setenv("NETRC", str(path))
    return path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://index.example/simple", ("me", "from-netrc")),
        ("https://index.example:8443/simple", ("me", "from-netrc")),
        ("http://127.0.0.1:8080/", ("local", "here")),
        ("http://index.example/simple", None),
        ("https://other.example/", None),
    ],
)
def test_netrc_is_by_host_over_https_or_on_this_machine(
    netrc_file: Path, url: str, expected: tuple[str, str] | None
) -> None:
    assert Credentials([]).for_url(url) == expected


def test_the_url_comes_before_netrc(netrc_file: Path) -> None:
    assert Credentials([INDEX]).for_url("https://index.example/") == ("me", "s3cret")


def test_netrc_is_not_read_when_switched_off(netrc_file: Path) -> None:
    assert Credentials([], netrc=False).for_url("https://index.example/") is None


def test_a_broken_netrc_is_no_netrc(netrc_file: Path) -> None:
    netrc_file.write_text("machine")
    assert Credentials([]).for_url("https://index.example/") is None


def test_a_password_from_netrc_is_hidden_once_it_is_used(netrc_file: Path) -> None:
    known = Credentials([])
    known.for_url("https://index.example/")
    assert known.redact("denied: from-netrc") == "denied: ****"


def test_a_keyring_is_asked_once_and_after_a_refusal_only() -> None:
    asked: list[str] = []

    def ask(url: str) -> tuple[str, str]:
        asked.append(url)
        return "ring", "keyring-password"

    known = Credentials([], netrc=False, ask=ask)
    url = "https://index.example/simple/"
    assert known.for_url(url) is None
    assert known.after_refusal(url) == ("ring", "keyring-password")
    assert known.after_refusal(url) == ("ring", "keyring-password")
    assert known.for_url(url) == ("ring", "keyring-password")
    assert asked == [url]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:pw@h.example/simple", "https://me:****@h.example/simple"),
        ("https://me:p@w@h.example/simple", "https://me:****@h.example/simple"),
        ("https://me:p/w@h.example/simple", "https://me:****@h.example/simple"),
        ("https://token@h.example/simple", "https://****@h.example/simple"),
        ("https://:pw@h.example/", "https://:****@h.example/"),
        ("git+ssh://git:pw@h.example/a@v1", "git+ssh://git:****@h.example/a@v1"),
        ("a https://a:b@c/ and http://d:e@f/", "a https://a:****@c/ and http://d:****@f/"),
        ("https://h.example/a@1.0", "https://h.example/a@1.0"),
        ("https://h.example:8080/a@1.0", "https://h.example:8080/a@1.0"),
        ("http://[::1]:8080/a@1.0", "http://[::1]:8080/a@1.0"),
        ("me@h.example", "me@h.example"),
    ],
)
def test_passwords_in_urls_are_hidden(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_known_passwords_are_hidden_in_every_form() -> None:
    known = credentials("https://me:p%2Fword@index.example/")
    basic = b64encode(b"me:p/word").decode()
    assert known.redact(f"p/word p%2Fword {basic}") == "**** **** ****"


def test_a_proxy_password_is_hidden_and_not_sent() -> None:
    known = credentials()
    known.hide_in("http://me:proxy-pw@proxy.example:3128")
    assert known.redact("proxy-pw") == "****"
    assert known.for_url("http://proxy.example:3128") is None


@pytest.mark.parametrize(
    ("url", "stripped"),
    [
        ("https://me:pw@h.example/a?b=c@d#e", "https://h.example/a?b=c@d#e"),
        ("https://h.example", "https://h.example"),
        ("file:///a@b", "file:///a@b"),
        ("/local/path@1", "/local/path@1"),
    ],
)
def test_stripping_takes_only_the_user_information(url: str, stripped: str) -> None:
    assert strip(url) == stripped
    assert credentials().strip(url) == stripped


@pytest.mark.parametrize(
    ("url", "login"),
    [
        ("https://index.example/simple/a/", "url"),
        ("https://other.example/", "netrc"),
        ("https://nobody.example/", ""),
        ("no url", ""),
    ],
)
def test_where_credentials_come_from_can_be_told(netrc_file: Path, url: str, login: str) -> None:
    netrc_file.write_text("machine other.example login me password word\n")
    assert Credentials(["https://me:pw@index.example/simple"]).login_for(url) == login
