"""nginx and Caddy as docs/deploy.md and docs/static-site.md have them, on ports of a test's own.

The blocks are taken from the pages themselves. Only ports, files and folders are other than printed.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from scripts.proxies import find
from tests.support.servers import ROOT, free_port

NAME = "clinics.example.org"
SITE_FOLDER = "/var/www/drg-locator/site"


def block(page: str, heading: str, kind: str, *, nth: int = 0) -> str:
    """A fenced block of this kind under this heading of a page in docs/."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    found: list[str] = re.findall(rf"^```{kind}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    return found[nth]


NGINX = "TLS with nginx"
CADDY = "TLS with Caddy"
NGINX_LOCATION = "    location / {\n        proxy_pass http://127.0.0.1:8501;\n    }\n"
CADDY_PROXY = "\treverse_proxy 127.0.0.1:8501 {\n\t\theader_up X-Forwarded-For {remote_host}\n\t}\n"


def replaced(text: str, printed: Mapping[str, str]) -> str:
    """The text with each printed thing in the place of another; all of them must be there."""
    for old, new in printed.items():
        assert old in text, f"{old!r} is not in:\n{text}"
        text = text.replace(old, new)
    return text


@dataclass(frozen=True, slots=True)
class Proxy:
    """A web server that runs: its port, and what is needed to speak TLS with it."""

    port: int
    trust: ssl.SSLContext
    log: Path

    def client(self, *, source: str | None = None) -> httpx.Client:
        """A browser's requests for the printed name, from an address of this machine."""
        transport = httpx.HTTPTransport(verify=self.trust, local_address=source)
        return httpx.Client(transport=transport, base_url=f"https://127.0.0.1:{self.port}", timeout=60)

    def get(self, path: str, *, source: str | None = None, **headers: str) -> httpx.Response:
        """One answer."""
        with self.client(source=source) as client:
            return client.get(path, headers={"Host": NAME, **headers}, extensions={"sni_hostname": NAME})

    def connection(self, source: str | None = None) -> socket.socket:
        """A connection from an address of this machine, on which nothing has been said, TLS neither."""
        bound = (source, 0) if source else None
        return socket.create_connection(("127.0.0.1", self.port), timeout=60, source_address=bound)

    def tls_connection(self) -> ssl.SSLSocket:
        """The same, with TLS."""
        return self.trust.wrap_socket(self.connection(), server_hostname=NAME)


@contextmanager
def nginx(
    folder: Path, backend: str, *, location: str = NGINX_LOCATION, outside: str = "", **printed: str
) -> Iterator[Proxy]:
    """Run the printed block, `location` in the place of its first one, `outside` before the server."""
    program = find("nginx")
    assert program is not None
    port = free_port()
    key, certificate, trust = _certificate(folder)
    ours = replaced(
        block("deploy.md", NGINX, "nginx"), {NGINX_LOCATION: location, "server {\n": outside + "server {\n"}
    )
    ours = replaced(
        ours,
        {
            "listen 443 ": f"listen 127.0.0.1:{port} ",
            "listen [::]:443 ": f"listen 127.0.0.2:{port} ",
            f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(certificate),
            f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(key),
            "/var/log/nginx/drg-locator.log": str(folder / "access.log"),
            **({"127.0.0.1:8501": backend} if "127.0.0.1:8501" in ours else {}),
            **printed,
        },
    )
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        # As root, its processes would become a user who may not read this test's folder.
        f"{'user root;' if _is_root() else ''}\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        "events { worker_connections 2048; }\n"
        f"http {{\n{temporary}include {_mime_types(folder)};\n{ours}}}\n"
    )
    (folder / "nginx.conf").write_text(whole)
    command = [
        program,
        "-e",
        str(folder / "error.log"),
        "-c",
        str(folder / "nginx.conf"),
        "-g",
        "daemon off;",
    ]
    with _running(command, folder, Proxy(port, trust, folder / "error.log")) as proxy:
        yield proxy


@contextmanager
def caddy(folder: Path, backend: str, *, inside: str = CADDY_PROXY, **printed: str) -> Iterator[Proxy]:
    """Run the printed file, `inside` in the place of its last block."""
    program = find("caddy")
    assert program is not None
    port = free_port()
    key, certificate, trust = _certificate(folder)
    ours = replaced(block("deploy.md", CADDY, "caddyfile"), {CADDY_PROXY: inside})
    ours = replaced(
        ours,
        {
            "{\n\tservers {": "{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {",
            f"{NAME} {{\n": f"https://{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {key}\n",
            **({"127.0.0.1:8501": backend} if "127.0.0.1:8501" in ours else {}),
            **printed,
        },
    )
    (folder / "Caddyfile").write_text(ours)
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with _running(command, folder, Proxy(port, trust, folder / "log")) as proxy:
        yield proxy


def before_two(kind: str, folder: Path, one: str, other: str) -> AbstractContextManager[Proxy]:
    """Run the printed example for two processes with nginx or Caddy, as `kind` says."""
    heading = "Two processes behind one proxy"
    if kind == "caddy":
        return caddy(
            folder, one, inside=block("deploy.md", heading, "caddyfile"), **{"127.0.0.1:8502": other}
        )
    upstream = block("deploy.md", heading, "nginx")
    upstream = replaced(upstream, {"127.0.0.1:8501": one, "127.0.0.1:8502": other})
    # As the page says: `proxy_pass http://drg_locator;` in each place.
    return nginx(folder, "drg_locator", outside=upstream)


@contextmanager
def _running(command: list[str], folder: Path, proxy: Proxy) -> Iterator[Proxy]:
    environ = {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "PATH": "/usr/bin:/bin",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
    with process:
        try:
            while not _listens(proxy.port):
                if process.poll() is not None:
                    raise AssertionError(proxy.log.read_text() + (folder / "log").read_text())
                time.sleep(0.05)
            yield proxy
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def _certificate(folder: Path) -> tuple[Path, Path, ssl.SSLContext]:
    """A key and a certificate for the printed name, and who trusts it."""
    private = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, private.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    key.write_bytes(private.private_bytes(*form))
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    return key, certificate, ssl.create_default_context(cafile=certificate)


def _is_root() -> bool:
    return os.geteuid() == 0


def _mime_types(folder: Path) -> Path:
    """The types that Debian's nginx.conf includes."""
    path = folder / "mime.types"
    path.write_text(
        "types { text/html html; text/css css; text/javascript js; application/geo+json geojson; }\n"
    )
    return path
