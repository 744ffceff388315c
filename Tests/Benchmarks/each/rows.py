"""The rows of the table: a filter, its configuration, and a request that it leaves alone or works on."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field

from comparison.http import Request
from comparison.site import KEY

REDIS = {"service_name": "nobody.static"}
_CONSUMER = "alice"
_SECRET = "a-secret-of-at-least-thirty-two-bytes"
_PASSWORD = "correct horse"
_LOG_FIELDS = """start_time method authority path protocol response_code bytes_received bytes_sent duration upstream_host
downstream_remote_address user_agent request_id consumer""".split()


@dataclass(frozen=True)
class Row:
    filter: str
    # What becomes of the request.
    does: str
    config: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    # What comes after the row's own path.
    path: str = ""
    # Tells rows of one filter apart. A filter that is idle does nothing to the request, and so may not cost an allocation.
    tag: str = "idle"

    @property
    def idle(self) -> bool:
        return self.tag == "idle"

    @property
    def name(self) -> str:
        """The name of its route and of its entry in the chain."""
        return f"{self.filter}-{self.tag}"

    @property
    def request(self) -> Request:
        return Request(f"/area-{self.name}{self.path}", fields=self.fields)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _token() -> str:
    head = _base64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    claims = _base64url(json.dumps({"iss": "issuer", "exp": int(time.time()) + 86_400}).encode())
    signature = hmac.digest(_SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    return f"{head}.{claims}.{_base64url(signature)}"


def _signature(path: str) -> str:
    """Of a GET with the fields that every request of the benchmark has."""
    text = f"GET\n*/*\n\n\n\n{path}"
    return _base64(hmac.digest(_SECRET.encode(), text.encode(), hashlib.sha256))


def _jwks() -> str:
    return json.dumps({"keys": [{"kty": "oct", "alg": "HS256", "k": _base64url(_SECRET.encode())}]})


_KEYS = {"keys": ["x-api-key"], "in_query": False, "consumers": [{"name": _CONSUMER, "credential": KEY}]}
_USERS = {"consumers": [{"name": _CONSUMER, "credential": f"{_CONSUMER}:{_PASSWORD}"}]}
_SIGNERS = {"consumers": [{"name": _CONSUMER, "key": "k1", "secret": _SECRET}]}
_ISSUERS = {"consumers": [{"name": _CONSUMER, "issuer": "issuer", "jwks": _jwks()}]}
_NOBODY = {"global_auth": False}
_UNKNOWN = "is for other requests"
_NO_BODY = "is for bodies"
_LOOKS = "looks, and lets it pass"
_CHECKS = "checks, and says whose it is"

_BLOCKED = {
    "block_urls": ["/.env", "/.git/", "swagger.html", "../"],
    "block_headers": ["evil-scanner", "${jndi:"],
    "block_exact_urls": ["/hidden"],
}

ROWS = (
    Row("access-log", "writes no line", {"path": "@FOLDER@/none.log", "keep": {"statuses": ["5xx"]}}),
    Row("access-log", "writes a line of 14 fields", {"path": "@FOLDER@/each.log", "fields": _LOG_FIELDS}, tag="line"),
    Row("ai-cache", _NO_BODY, {"cache": {"type": "memory"}}),
    Row("ai-history", _NO_BODY, {"redis": {"serviceName": "nobody.static"}}),
    Row("ai-prompt-decorator", _NO_BODY, {"prepend": [{"role": "system", "content": "Be brief."}]}),
    Row("ai-prompt-template", _NO_BODY, {"templates": [{"name": "t", "template": {"model": "m", "messages": []}}]}),
    # It takes part in every request of its routes, so there is none that it leaves alone.
    Row(
        "ai-proxy",
        "passes a call on, its path and token",
        {"provider": {"type": "generic", "apiTokens": ["t"], "protocol": "original"}},
        path="/v1/models",
        tag="call",
    ),
    Row("ai-quota", _UNKNOWN, {"admin_consumer": "admin", "redis": REDIS}),
    Row("ai-statistics", _UNKNOWN, {"enable_path_suffixes": ["/none"]}),
    Row(
        "ai-token-ratelimit",
        _UNKNOWN,
        {
            "rule_name": "r",
            "rule_items": [{"limit_by_header": "x-none", "limit_keys": [{"key": "a", "token_per_day": 1}]}],
            "redis": REDIS,
        },
    ),
    Row("basic-auth", _UNKNOWN, {**_USERS, **_NOBODY}),
    Row(
        "basic-auth",
        _CHECKS,
        _USERS,
        {"authorization": f"Basic {_base64(f'{_CONSUMER}:{_PASSWORD}'.encode())}"},
        tag="check",
    ),
    Row("bot-detect", _LOOKS, {"deny": ["(?i)evil"]}),
    Row(
        "cluster-key-rate-limit",
        _UNKNOWN,
        {
            "rule_name": "r",
            "rule_items": [{"limit_by_header": "x-none", "limit_keys": [{"key": "a", "query_per_day": 1}]}],
            "redis": REDIS,
        },
    ),
    Row("compress", "finds that the client wants none"),
    Row("cors", _UNKNOWN),
    Row(
        "cors",
        "adds what the origin is told",
        {"allow_origins": ["https://app.example.com"], "allow_credentials": True},
        {"origin": "https://app.example.com"},
        tag="origin",
    ),
    Row("custom-response", "is for other statuses", {"enable_on_status": ["599"], "body": "later"}),
    Row(
        "ext-auth",
        _UNKNOWN,
        {
            "http_service": {"endpoint": {"service_name": "nobody.static", "path_prefix": "/auth"}},
            "match_type": "blacklist",
            "match_list": [{"match_rule_path": "/none", "match_rule_type": "prefix"}],
        },
    ),
    Row("headers", "has nothing to remove", {"request": {"remove": ["x-none"]}}),
    Row(
        "headers",
        "sets a field on both ways",
        {"request": {"set": {"x-edge": "1"}}, "response": {"set": {"x-edge": "1"}}},
        tag="set",
    ),
    Row("hmac-auth", _UNKNOWN, {**_SIGNERS, **_NOBODY}),
    Row(
        "hmac-auth",
        _CHECKS,
        _SIGNERS,
        {"x-ca-key": "k1", "x-ca-signature": _signature("/area-hmac-auth-check")},
        tag="check",
    ),
    Row("ip-restriction", _LOOKS, {"deny": ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"]}),
    Row("jwt-auth", _UNKNOWN, {**_ISSUERS, **_NOBODY}),
    Row("jwt-auth", _CHECKS, _ISSUERS, {"authorization": f"Bearer {_token()}"}, tag="check"),
    Row("key-auth", _UNKNOWN, {**_KEYS, **_NOBODY}),
    Row("key-auth", _CHECKS, _KEYS, {"x-api-key": KEY}, tag="check"),
    Row(
        "key-rate-limit",
        _UNKNOWN,
        {"limit_by_header": "x-none", "limit_keys": [{"key": "a", "query_per_second": 10_000_000}]},
    ),
    Row(
        "key-rate-limit",
        "counts by a listed key",
        {"limit_by_header": "x-api-key", "limit_keys": [{"key": KEY, "query_per_second": 10_000_000}]},
        {"x-api-key": KEY},
        tag="key",
    ),
    Row(
        "key-rate-limit",
        "counts by the client's address",
        {
            "limit_by_per_ip": "from-remote-addr",
            "limit_keys": [{"key": "0.0.0.0/0", "query_per_second": 10_000_000}],
        },
        tag="address",
    ),
    Row("log-request-response", "logs nothing"),
    Row("model-mapper", _NO_BODY, {"modelMapping": {"*": "m"}}),
    Row("model-router", _NO_BODY),
    Row("request-block", _LOOKS, _BLOCKED),
    Row("request-id", "finds an id", {"response": False}),
    Row("request-id", "tells the client the id", tag="told"),
    Row("request-validation", _NO_BODY, {"body_schema": {"type": "object"}}),
    Row("skip-header", _LOOKS),
    Row("transformer", "has nothing to remove", {"reqRules": [{"operate": "remove", "headers": [{"key": "x-none"}]}]}),
    Row(
        "transformer",
        "adds a field",
        {"reqRules": [{"operate": "add", "headers": [{"key": "x-edge", "value": "1"}]}]},
        tag="add",
    ),
)


def provide_rows(site):
    """Puts the routes and the entries of all rows into the configuration."""
    entries = [{"filter": row.filter, "name": row.name, "config": row.config} for row in ROWS]
    others = {row.name: {"disabled": True} for row in ROWS}
    routes = [{"name": "none", "service": "web.static", "filters": others}]
    for row in ROWS:
        filters = {name: off for name, off in others.items() if name != row.name}
        match = {"path": {"prefix": f"/area-{row.name}"}}
        routes.append({"name": row.name, "match": match, "service": "web.static", "filters": filters})
    # JSON is YAML; `$` stands for the environment there.
    site.values["ROUTES"] = json.dumps(routes)
    site.values["FILTERS"] = json.dumps(entries).replace("${", "$${").replace("@FOLDER@", str(site.folder))
