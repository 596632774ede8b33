"""TLS: default CAs, and advice after failed handshakes."""

import errno
import ssl
import sys
import types
from pathlib import Path

import pytest
import trustme
from products import every, named
from tcp_server import serving

from sinch_numbers import InvalidArgumentError, NumbersClient, Request, Secret, TLSError
from sinch_numbers._core.transport import tls
from sinch_numbers._core.transport.aiohttp import AiohttpTransport

REAL_LOAD = ssl.SSLContext.load_verify_locations


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Simulate a Linux on which OpenSSL finds nothing, without truststore and certifi."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda self: None)
    paths = ssl.get_default_verify_paths()._replace(
        cafile=None, capath=None, openssl_capath=str(tmp_path / "none")
    )
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    monkeypatch.setattr(tls, "_BUNDLES", (str(tmp_path / "missing.pem"),))
    monkeypatch.setattr(sys, "platform", "linux")
    install(monkeypatch, truststore=None, certifi=None)
    return monkeypatch


def install(monkeypatch: pytest.MonkeyPatch, **modules: types.ModuleType | None) -> None:
    """Make *modules* importable; ``None`` makes one missing, even if it is installed."""
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)


def module(name: str, **members: object) -> types.ModuleType:
    made = types.ModuleType(name)
    made.__spec__ = types.SimpleNamespace(name=name)  # type: ignore[assignment]  # for find_spec
    vars(made).update(members)
    return made


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return tmp_path / "ca.pem"


def count(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509"]


# Sources


def test_the_cas_of_openssl_are_enough(monkeypatch: pytest.MonkeyPatch, ca: Path) -> None:
    """Where OpenSSL finds certificates, no others are added."""
    monkeypatch.setattr(
        ssl.SSLContext, "load_default_certs", lambda self: self.load_verify_locations(ca)
    )
    install(monkeypatch, certifi=None)

    assert 1 == count(tls.trusting_the_system())


def test_a_file_in_a_usual_place_is_found(bare: pytest.MonkeyPatch, ca: Path) -> None:
    """A Python from elsewhere has another idea of where the CAs of the distribution are."""
    text = ca.parent / "text.pem"
    text.write_text("no certificate")
    bare.setattr(tls, "_BUNDLES", (str(ca.parent / "missing.pem"), str(text), str(ca)))
    install(bare, certifi=module("certifi", where=lambda: pytest.fail("not needed")))

    assert 1 == count(tls.trusting_the_system())


def test_certifi_is_the_last_resort(bare: pytest.MonkeyPatch, ca: Path) -> None:
    """Where the system has no CAs at all, those of certifi are trusted, if it is installed."""
    install(bare, certifi=module("certifi", where=lambda: str(ca)))

    assert 1 == count(tls.trusting_the_system())


def test_a_directory_of_openssl_counts(bare: pytest.MonkeyPatch, ca: Path) -> None:
    """Its certificates are read when they are needed, so the context is still empty."""
    install(bare, certifi=module("certifi", where=lambda: pytest.fail("not needed")))
    (ca.parent / "none").mkdir()
    ca.rename(ca.parent / "none" / "0a1b2c3d.0")

    assert 0 == count(tls.trusting_the_system())


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_choice_of_the_environment_is_not_extended(
    bare: pytest.MonkeyPatch, ca: Path, variable: str
) -> None:
    """A variable that names no certificates means that nothing is trusted, on all platforms."""
    bare.setenv(variable, str(ca.parent / "missing"))
    bare.setattr(tls, "_BUNDLES", (str(ca),))
    install(
        bare,
        certifi=module("certifi", where=lambda: str(ca)),
        truststore=module("truststore", SSLContext=lambda _: pytest.fail("not asked")),
    )

    for platform in ("linux", "darwin", "win32"):
        bare.setattr(sys, "platform", platform)
        assert 0 == count(tls.trusting_the_system())


def test_the_cas_of_the_operating_system_are_those_of_truststore(
    bare: pytest.MonkeyPatch,
) -> None:
    """On macOS and Windows, if it is installed; Linux has no others than those of OpenSSL."""

    class Native(ssl.SSLContext):
        def cert_store_stats(self) -> dict[str, int]:
            raise NotImplementedError  # as truststore does

    install(bare, truststore=module("truststore", SSLContext=Native))
    for platform, expected in {"linux": False, "darwin": True, "win32": True}.items():
        bare.setattr(sys, "platform", platform)
        context = tls.trusting_the_system()
        assert expected is isinstance(context, Native)
        assert ssl.TLSVersion.TLSv1_2 == context.minimum_version
        assert (True, ssl.CERT_REQUIRED) == (context.check_hostname, context.verify_mode)
        if expected:
            why = tls.explanation(verification_error(20, "not trusted"), context, own_cas=False)
            assert "certificates]" not in why


def test_too_many_open_files_are_not_a_lack_of_cas(bare: pytest.MonkeyPatch, ca: Path) -> None:
    """Otherwise a context without certificates would reject every server from then on."""

    def fail(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    bare.setattr(tls, "_BUNDLES", (str(ca),))
    bare.setattr(ssl.SSLContext, "load_verify_locations", fail)
    with pytest.raises(OSError, match="Too many"):
        tls.trusting_the_system()


# Variables


def test_a_file_of_the_environment_is_trusted(
    monkeypatch: pytest.MonkeyPatch, ca: Path, tmp_path: Path
) -> None:
    """``SINCH_CA_BUNDLE`` counts where the argument isn't given, and errors name it."""
    monkeypatch.setenv("SINCH_CA_BUNDLE", str(ca))
    assert 1 == count(NumbersClient("p", "k", "s")._context.transport._ssl)

    monkeypatch.setenv("SINCH_CA_BUNDLE", "missing.pem")
    assert 1 == count(NumbersClient("p", "k", "s", ca_bundle=ca)._context.transport._ssl)
    with pytest.raises(InvalidArgumentError, match=r"^SINCH_CA_BUNDLE: ") as no:
        NumbersClient("p", "k", "s")
    assert ("ca_bundle", "SINCH_CA_BUNDLE") == (no.value.argument, no.value.source)
    assert "missing.pem" in str(no.value)

    monkeypatch.setenv("SINCH_CA_BUNDLE", "")
    assert NumbersClient("p", "k", "s")._context.transport._own_trust is None


# Reasons


def verification_error(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    error.verify_code, error.verify_message, error.reason = code, message, "CERTIFICATE_VERIFY"
    return error


def protocol_error(reason: str | None) -> ssl.SSLError:
    error = ssl.SSLError(1, "x")
    error.reason = reason
    return error


OWN = {"own_cas": True}
SYSTEM = {"own_cas": False}
FIXES = {
    "expired": (verification_error(10, "certificate has expired"), SYSTEM,
                "certificate has expired; the server needs a valid one, unless this machine's"),
    "not yet valid": (verification_error(9, "certificate is not yet valid"), SYSTEM,
                      "certificate is not yet valid; the server needs a valid one, unless"),
    "another host": (verification_error(62, "Hostname mismatch, not valid for 'a_b.example'."),
                     SYSTEM, "not valid for 'a_b.example'; check the host of the URL"),
    "a chain to itself": (verification_error(19, "self-signed certificate in chain"), SYSTEM,
                          "in chain; for a server or proxy of your company, set ca_bundle or"),
    "an unknown CA": (verification_error(20, "unable to get local issuer certificate"), OWN,
                      "issuer certificate; add the server's CA certificate to the file of"),
    "revoked": (verification_error(23, "certificate revoked"), SYSTEM, "certificate revoked"),
    "no TLS": (protocol_error("WRONG_VERSION_NUMBER"), SYSTEM,
               "wrong version number; the response is not TLS: check scheme and port of the URL"),
    "HTTP": (protocol_error("HTTP_REQUEST"), SYSTEM, "http request; the response is not TLS"),
    "old TLS": (protocol_error("TLSV1_ALERT_PROTOCOL_VERSION"), SYSTEM,
                "tlsv1 alert protocol version; the server must support TLS 1.2 or 1.3"),
    "another reason": (protocol_error("SSLV3_ALERT_HANDSHAKE_FAILURE"), SYSTEM,
                       "sslv3 alert handshake failure"),
    "no reason": (protocol_error(None), SYSTEM, "x"),
}  # fmt: skip


@every(("error", "options", "expected"), named(FIXES))
def test_every_reason_has_its_fix(
    error: ssl.SSLError, options: dict[str, bool], expected: str, ca: Path
) -> None:
    """The text of OpenSSL, and what to change where that is known."""
    explained = tls.explanation(error, tls.trusting(ca), **options)

    assert expected in explained
    assert explained == expected or ";" in expected


SCRIPT = f"/Applications/Python {sys.version_info[0]}.{sys.version_info[1]}/Install Certificates"
NO_CAS = {
    "macOS": ("darwin", f"run '{SCRIPT}.command', or pip install 'sinch-numbers[certificates]'"),
    "Linux": ("linux", "install the system's package ca-certificates, or pip install"),
    "another": ("freebsd14", "on this system: pip install 'sinch-numbers[certificates]'"),
}  # fmt: skip


@every(("platform", "expected"), named(NO_CAS))
def test_a_system_without_cas_is_told_how_to_get_them(
    bare: pytest.MonkeyPatch, platform: str, expected: str
) -> None:
    """Each platform has its own way; all have the extra of this package."""
    bare.setattr(sys, "platform", platform)
    error = verification_error(20, "unable to get local issuer certificate")

    explained = tls.explanation(error, tls.trusting_the_system(), own_cas=False)

    start = (
        "unable to get local issuer certificate; Python found no CA certificates on this system"
    )
    assert explained.startswith(start)
    assert expected in explained
    bare.setenv("SSL_CERT_DIR", "/no/such")
    explained = tls.explanation(error, tls.trusting_the_system(), own_cas=False)
    assert "; Python found no CA certificates in SSL_CERT_DIR: correct or unset them" in explained
    assert expected.removeprefix("on this system: ") in explained
    bare.delenv("SSL_CERT_DIR")


def test_the_extra_is_suggested_where_it_helps(bare: pytest.MonkeyPatch, ca: Path) -> None:
    """The CA of a company is often known to macOS and Windows, but not to OpenSSL."""
    error = verification_error(19, "self-signed certificate in certificate chain")
    context = tls.trusting(ca)
    for platform, expected in {"linux": False, "darwin": True, "win32": True}.items():
        bare.setattr(sys, "platform", platform)
        explained = tls.explanation(error, context, own_cas=False)
        assert "SINCH_CA_BUNDLE" in explained
        assert expected is ("pip install 'sinch-numbers[certificates]' to trust" in explained)
    install(bare, truststore=module("truststore"))
    bare.setenv("SSL_CERT_FILE", str(ca))  # as conda does
    explained = tls.explanation(error, context, own_cas=False)
    assert explained.endswith(", or unset SSL_CERT_FILE to trust the CAs of this computer")


def test_the_file_of_other_programs_is_mentioned(
    monkeypatch: pytest.MonkeyPatch, ca: Path
) -> None:
    """The file that a company gave requests and curl is usually the right one here, too."""
    error = verification_error(19, "self-signed certificate in certificate chain")
    for name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(ca))
        explained = tls.explanation(error, tls.trusting(ca), own_cas=False)
        assert explained.endswith(f"a file with the CA certificate, perhaps that of {name}")


@pytest.mark.anyio
@pytest.mark.sandbox
async def test_a_call_without_cas_fails_by_name(bare: pytest.MonkeyPatch) -> None:
    """The advice is in the error of the call, not only in the log."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    async def silent(*_: object) -> None:
        return

    transport = AiohttpTransport()
    async with serving(silent, context) as port:
        request = Request("GET", f"https://127.0.0.1:{port}", {}, Secret("t0ken"), timeout=5.0)
        with pytest.raises(TLSError, match="Python found no CA certificates on this system"):
            await transport.exchange(request)
    await transport.close()
