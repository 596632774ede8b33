"""TLS contexts: trusted CAs, and explanations of failed handshakes."""

import errno
import os
import re
import ssl
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.errors import APIConnectionError, InvalidArgumentError

_TOO_MANY_FILES: Final = frozenset((errno.EMFILE, errno.ENFILE))
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",  # older RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # macOS, Arch, BSD
)
"""Files of CA certificates where OpenSSL may not look: its own paths depend on its build."""
_OTHER_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
"""Variables of other programs with a file of CA certificates."""
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.[0-9]+")
"""File names of certificates in a directory of OpenSSL."""

# Codes of OpenSSL's x509_vfy.h. Texts differ between releases, codes don't.
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_UNKNOWN_CA: Final = frozenset((2, 18, 19, 20, 21, 27))
_WRONG_HOST: Final = frozenset((62, 64))
_NO_TLS: Final = frozenset(
    ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "PACKET_LENGTH_TOO_LONG",
     "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
)  # fmt: skip
_OLD_TLS: Final = frozenset(
    ("TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW",
     "NO_PROTOCOLS_AVAILABLE")
)  # fmt: skip


def trusting(ca_bundle: Path | str, source: str | None = None) -> ssl.SSLContext:
    """
    Return a TLS context that trusts the certificates in the file *ca_bundle* only.

    *source* names the environment variable that the path is from.
    """
    expected = "a readable file of PEM certificates"
    if not isinstance(ca_bundle, str | os.PathLike):
        raise InvalidArgumentError("ca_bundle", expected, ca_bundle, source=source)
    context = _context()
    try:
        # Unlike Path.expanduser, it accepts unknown users, and keeps an empty path empty.
        context.load_verify_locations(os.path.expanduser(ca_bundle))  # noqa: PTH111
    except ssl.SSLError:
        why = "no valid PEM certificate in it"
    except OSError as error:
        why = os_reason(error)
        if error.errno in _TOO_MANY_FILES:
            raise APIConnectionError(f"could not read {source or 'ca_bundle'}: {why}") from None
    except ValueError:
        why = "not a path"
    else:
        if context.cert_store_stats()["x509"]:
            return context
        why = "no certificate in it"
    raise InvalidArgumentError("ca_bundle", f"{expected} ({why})", str(ca_bundle), source=source)


def trusting_the_system() -> ssl.SSLContext:
    """
    Return a TLS context that trusts the CAs of the system.

    On macOS and Windows these are the operating system's, if truststore is installed. Elsewhere
    they are OpenSSL's; where it finds none, those of a file in a usual place, or of certifi.
    """
    chosen = _chosen_by_variable()
    if not chosen and (native := _native_context()) is not None:
        return native
    context = _context()
    context.load_default_certs()
    # CAs that the environment chooses are not extended by others.
    if not chosen and not _has_certificates(context):
        for bundle in _other_bundles():
            _load(context, bundle)
            if context.cert_store_stats()["x509"]:
                break
    if not _has_certificates(context) and (file := ssl.get_default_verify_paths().cafile):
        _load(context, file)  # OpenSSL doesn't report a file that it cannot open
    return context


def explanation(error: ssl.SSLError, context: ssl.SSLContext | None, *, own_cas: bool) -> str:
    """
    Return why the handshake failed with *error*, and the fix if known.

    *own_cas*: whether *context* trusts a file that the caller named.
    """
    fix = _fix(error, context, own_cas=own_cas)
    return f"{reason(error)}; {fix}" if fix else reason(error)


def reason(error: ssl.SSLError) -> str:
    """Return OpenSSL's reason of *error*."""
    # Only errors of OpenSSL have these attributes.
    if verified := getattr(error, "verify_message", None):  # "certificate has expired"
        return str(verified).rstrip(".")
    if name := getattr(error, "reason", None):  # "WRONG_VERSION_NUMBER"
        return str(name).replace("_", " ").lower()
    return os_reason(error)


def is_not_tls(error: ssl.SSLError) -> bool:
    """Whether the server's response was not TLS, but probably HTTP."""
    return getattr(error, "reason", None) in _NO_TLS


def _fix(error: ssl.SSLError, context: ssl.SSLContext | None, *, own_cas: bool) -> str | None:
    code = getattr(error, "verify_code", None)
    if code in _UNKNOWN_CA:
        if context is not None and not _has_certificates(context):
            return _no_cas()
        if own_cas:
            return "add the server's CA certificate to the file of ca_bundle"
        return _untrusted_ca()
    if code in _WRONG_HOST:
        return "check the host of the URL"
    if code in (_EXPIRED, _NOT_YET_VALID):
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        return f"the server needs a valid one, unless this machine's clock is wrong ({now})"
    if is_not_tls(error):
        return "the response is not TLS: check scheme and port of the URL"
    if getattr(error, "reason", None) in _OLD_TLS:
        return "the server must support TLS 1.2 or 1.3"
    return None


def _untrusted_ca() -> str:
    advice = (
        "for a server or proxy of your company, set ca_bundle or SINCH_CA_BUNDLE to a file with "
        "the CA certificate"
    )
    if (other := next(filter(os.environ.get, _OTHER_VARIABLES), None)) is not None:
        advice += f", perhaps that of {other}"
    ways: list[str] = []
    if _is_native_platform():
        if find_spec("truststore") is None:
            ways.append("pip install 'sinch-numbers[certificates]'")
        ways += [f"unset {name}" for name in _chosen_by_variable()]
    return (
        f"{advice}, or {' and '.join(ways)} to trust the CAs of this computer" if ways else advice
    )


def _no_cas() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    ways = {
        "darwin": f"run '/Applications/Python {version}/Install Certificates.command', or ",
        "linux": "install the system's package ca-certificates, or ",
    }
    way = f"{ways.get(sys.platform, '')}pip install 'sinch-numbers[certificates]'"
    if chosen := _chosen_by_variable():
        names = " and ".join(chosen)
        return (
            f"Python found no CA certificates in {names}: correct or unset them; without them, "
            f"{way}, or set ca_bundle"
        )
    return (
        f"Python found no CA certificates on this system: {way}, or set SSL_CERT_FILE or ca_bundle"
    )


def _context() -> ssl.SSLContext:
    # Not create_default_context: it honors SSLKEYLOGFILE, which writes session keys to a file.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_native_platform() -> bool:
    return sys.platform in ("darwin", "win32")


def _native_context() -> ssl.SSLContext | None:
    """
    Return a context that asks the operating system; ``None`` if it can't.

    Elsewhere OpenSSL's files are the system's CAs, and truststore would read them for each
    connection, which takes up to 70 ms.
    """
    if not _is_native_platform():
        return None
    try:
        import truststore
    except ImportError:
        return None
    context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _chosen_by_variable() -> list[str]:
    """Return the names of OpenSSL's variables that choose the CAs."""
    paths = ssl.get_default_verify_paths()
    names = (paths.openssl_cafile_env, paths.openssl_capath_env)
    return [name for name in names if os.environ.get(name)]


def _has_certificates(context: ssl.SSLContext) -> bool:
    try:
        if context.cert_store_stats()["x509"]:
            return True
    except NotImplementedError:  # of truststore, which asks the operating system
        return True
    # OpenSSL reads directories when it needs a certificate, so these are not counted.
    return any(map(_is_certificate_directory, _directories()))


def _directories() -> list[str]:
    paths = ssl.get_default_verify_paths()
    return os.environ.get(paths.openssl_capath_env, paths.openssl_capath).split(os.pathsep)


def _is_certificate_directory(path: str) -> bool:
    try:
        return any(_HASHED.fullmatch(name) for name in os.listdir(path or "."))  # noqa: PTH208
    except OSError:
        return False


def _other_bundles() -> Iterator[str]:
    yield from _BUNDLES
    try:
        import certifi
    except ImportError:
        return
    yield certifi.where()


def _load(context: ssl.SSLContext, file: str) -> None:
    """Trust the certificates in *file*, if it has any."""
    try:
        context.load_verify_locations(file)
    except ssl.SSLError:
        return
    except OSError as error:
        # Otherwise the context would have no certificates, and reject every server from then on.
        if error.errno in _TOO_MANY_FILES:
            raise
