"""A wrong or missing setting stops the start with one sentence, and no sentence repeats a secret."""

import os
import stat
from pathlib import Path

import pytest

from portal.config import SettingsError, load_settings

WEB = "postgresql://web:hush-web@db.example/concord"
OWNER = "postgresql://owner:hush-owner@db.example/concord"
WORKER = "postgresql://worker:hush-worker@db.example/concord"
ADDRESSES = {"PORTAL_DATABASE_URL": WEB, "PORTAL_OWNER_DATABASE_URL": OWNER, "PORTAL_WORKER_DATABASE_URL": WORKER}
COMPLETE = {**ADDRESSES, "PORTAL_SECRET_KEY": "k" * 32}
MAIL = {
    "PORTAL_SMTP_URL": "smtp+starttls://mail:hush-mail@mail.example:587",
    "PORTAL_MAIL_FROM": "concord@partners.example",
    "PORTAL_PUBLIC_URL": "https://concord.partners.example/",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)


def _tell(monkeypatch: pytest.MonkeyPatch, told: dict[str, str]) -> None:
    for name, value in told.items():
        monkeypatch.setenv(name, value)


def test_complete_settings_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    _tell(monkeypatch, COMPLETE)
    settings = load_settings()
    assert settings.database_url == WEB.replace("postgresql:", "postgresql+psycopg:")
    assert (settings.host, settings.port, settings.demo, settings.embedded) == ("127.0.0.1", 8000, False, False)


def test_an_installation_that_sends_mail_says_from_whom_and_leads_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    _tell(monkeypatch, COMPLETE | MAIL)
    settings = load_settings()
    assert (settings.mail_from, settings.home) == ("concord@partners.example", "https://concord.partners.example")
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "are missing: the private PostgreSQL trusts everyone"),
        ({"PORTAL_DATABASE_URL": WEB}, "PORTAL_OWNER_DATABASE_URL and PORTAL_WORKER_DATABASE_URL are missing"),
        ({**COMPLETE, "PORTAL_WORKER_DATABASE_URL": ""}, "PORTAL_WORKER_DATABASE_URL is missing"),
        ({**COMPLETE, "PORTAL_WORKER_DATABASE_URL": WEB}, "must name three different users"),
        ({**COMPLETE, "PORTAL_DATABASE_URL": "mysql://web:hush-web@db.example/c"}, "must begin with postgresql://"),
        ({**COMPLETE, "PORTAL_DATABASE_URL": "hush-web"}, "PORTAL_DATABASE_URL is not an address"),
        ({**COMPLETE, "PORTAL_DATABASE_URL": "postgresql://web:hush-web@db:x/c"}, "is not an address"),
        ({**COMPLETE, "PORTAL_DATABASE_URL": "postgresql://db.example"}, "must name a user and a database"),
        (ADDRESSES, "PORTAL_SECRET_KEY must have at least 32 characters"),
        ({**COMPLETE, "PORTAL_SECRET_KEY": "hush" * 7}, "PORTAL_SECRET_KEY must have at least 32 characters"),
        ({**COMPLETE, "PORTAL_PORT": "eighty"}, "PORTAL_PORT must be a number from 1 to 65535"),
        ({**COMPLETE, "PORTAL_PORT": "65536"}, "PORTAL_PORT must be a number from 1 to 65535"),
        ({**COMPLETE, "PORTAL_TRUSTED_PROXIES": "all"}, "PORTAL_TRUSTED_PROXIES must be a number from 0 to 5"),
        ({**COMPLETE, "PORTAL_INTROSPECTION": "maybe"}, "PORTAL_INTROSPECTION must be 1 or 0"),
        ({**COMPLETE, "PORTAL_DEMO": "perhaps"}, "PORTAL_DEMO must be 1 or 0"),
        ({**COMPLETE, "PORTAL_DATA_DIR": "data"}, "PORTAL_DATA_DIR must be an absolute path"),
        ({**COMPLETE, "PORTAL_DATABSE_URL": WEB}, "PORTAL_DATABSE_URL is not a setting"),
        ({**COMPLETE, "PORTAL_SMTP_URL": "http://mail.example"}, "PORTAL_SMTP_URL must begin with smtp://"),
        ({**COMPLETE, "PORTAL_SMTP_URL": "smtp://"}, "PORTAL_SMTP_URL must begin with smtp://"),
        ({**COMPLETE, "PORTAL_SMTP_URL": "smtp://mail:hush@mail.example"}, "would send its password in the clear"),
        (
            {**COMPLETE, "PORTAL_SMTP_URL": "smtps://mail:hush@mail.example"},
            "PORTAL_MAIL_FROM and PORTAL_PUBLIC_URL are",
        ),
        ({**COMPLETE, **MAIL, "PORTAL_MAIL_FROM": "a@b.example, c@d.example"}, "PORTAL_MAIL_FROM must be one address"),
        ({**COMPLETE, **MAIL, "PORTAL_MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "PORTAL_MAIL_FROM must be one"),
        ({**COMPLETE, **MAIL, "PORTAL_PUBLIC_URL": "concord.example/x"}, "PORTAL_PUBLIC_URL must be where people open"),
        ({"PORTAL_DEMO": "1", **MAIL}, "PORTAL_SMTP_URL is not for a demonstration"),
        ({"PORTAL_DEMO": "1", "PORTAL_HOST": "192.0.2.1"}, "PORTAL_HOST must be 127.0.0.1 in a demonstration"),
    ],
)
def test_each_mistake_is_answered_by_one_sentence_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, str], sentence: str
) -> None:
    _tell(monkeypatch, told)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
    assert "hush" not in str(refusal.value)


def test_settings_do_not_print_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    _tell(monkeypatch, {**COMPLETE, "PORTAL_SECRET_KEY": "hush" * 8})
    assert "hush" not in repr(load_settings())


def test_a_demonstration_makes_its_secret_once_and_keeps_it_to_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _tell(monkeypatch, {"PORTAL_DEMO": "1", "PORTAL_DATA_DIR": str(tmp_path / "data")})
    first, second = load_settings(), load_settings()
    assert len(first.secret_key.get_secret_value()) >= 32
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


def test_a_demonstration_does_not_use_a_secret_that_others_can_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _tell(monkeypatch, {"PORTAL_DEMO": "1", "PORTAL_DATA_DIR": str(tmp_path)})
    load_settings()
    (tmp_path / "secret_key").chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by other users"):
        load_settings()
