"""What is spoken between client and contestant: HTTP/1 or HTTP/2, in clear text or over TLS.

A setup is the same file whatever is spoken; the few words that differ are put in here, so that the work behind is equal.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wire:
    name: str
    tls: bool = False
    http2: bool = False

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"

    def values(self, certificate: str, key: str, both: str) -> dict[str, str]:
        """What stands for `@NAME@` in a configuration. `both` is a file with certificate and key."""
        listen, server, bind, socket, listener = "", "", "", _RAW, _BOTH
        if self.tls:
            listen, bind = " ssl", f" ssl crt {both} ssl-min-ver TLSv1.3"
            server = f"ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.3;"
            alpn = 'alpn_protocols: ["h2"], ' if self.http2 else ""
            socket = _TLS % (alpn, certificate, key)
            files = f"{{ certificate: {certificate}, privateKey: {key} }}"
            listener = f'tls: {{ certificates: [{files}], minimumVersion: "1.3" }}'
        if self.http2:
            listen += " http2"
            bind += " alpn h2" if self.tls else " proto h2"
        return {
            "SCHEME": self.scheme,
            "NGINX_LISTEN": listen,
            "NGINX_TLS": server,
            "HAPROXY_BIND": bind,
            "ENVOY_SOCKET": socket,
            "ENVOY_CODEC": "HTTP2" if self.http2 and not self.tls else "AUTO",
            "SLUICE_LISTENER": listener,
        }


# What it speaks by default: a client shows which one it means.
_BOTH = "protocols: [http2, http1]"
_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets"
_RAW = f'{{ name: envoy.transport_sockets.raw_buffer, typed_config: {{ "@type": {_TYPE}.raw_buffer.v3.RawBuffer }} }}'
_TLS = (
    f'{{ name: envoy.transport_sockets.tls, typed_config: {{ "@type": {_TYPE}.tls.v3.DownstreamTlsContext, '
    "common_tls_context: { tls_params: { tls_minimum_protocol_version: TLSv1_3, tls_maximum_protocol_version: TLSv1_3 }, "
    "%stls_certificates: [{ certificate_chain: { filename: %s }, private_key: { filename: %s } }] } } }"
)

HTTP1 = Wire("http1")
HTTP1_TLS = Wire("http1-tls", tls=True)
HTTP2 = Wire("http2", http2=True)
HTTP2_TLS = Wire("http2-tls", tls=True, http2=True)
