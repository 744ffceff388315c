"""The certificate that all contestants show, and what all generators offer: one kind of handshake for everybody."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from .children import Failure
from .tools import program

# The servers' libraries would choose differently from a longer list.
SUITE = "TLS_AES_128_GCM_SHA256"
GROUP = "X25519"

_CLIENT = f"""openssl_conf = benchmark
[benchmark]
ssl_conf = defaults
[defaults]
system_default = client
[client]
MinProtocol = TLSv1.3
Ciphersuites = {SUITE}
Groups = {GROUP}
"""


@dataclass(frozen=True)
class Encryption:
    certificate: Path
    key: Path
    # Both in one file, as HAProxy wants them.
    both: Path
    # A configuration of OpenSSL that offers one suite and one group, in TLS 1.3.
    client: Path

    @classmethod
    def made(cls, folder: Path) -> "Encryption":
        """A certificate of its own signature with a key on P-256, in `folder`."""
        found = cls(folder / "tls.crt", folder / "tls.key", folder / "tls.pem", folder / "openssl.cnf")
        command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        command += ["-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext"]
        command += ["subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", found.key, "-out", found.certificate]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"openssl made no certificate: {done.stderr}")
        # Workers that gave up root read it too.
        found.key.chmod(0o644)
        found.both.write_text(found.certificate.read_text() + found.key.read_text())
        found.client.write_text(_CLIENT)
        return found

    def environment(self) -> dict[str, str]:
        """What a generator needs in its environment."""
        return {"OPENSSL_CONF": str(self.client)}

    def expect(self, name: str, port: int) -> None:
        """Fails unless a handshake comes out as it does with everybody else."""
        command = [program("openssl"), "s_client", "-brief", "-connect", f"127.0.0.1:{port}", "-servername", "localhost"]
        try:
            done = subprocess.run(command, input="", capture_output=True, text=True, env=self.environment(), timeout=10)
        except subprocess.TimeoutExpired:
            raise Failure(f"{name}: no handshake within 10 s") from None
        text = done.stdout + done.stderr
        for line in ("Protocol version: TLSv1.3", f"Ciphersuite: {SUITE}", f"Server Temp Key: {GROUP}", "ECDSA"):
            if line not in text:
                raise Failure(f"{name}: the handshake has no {line!r}:\n{text}")
