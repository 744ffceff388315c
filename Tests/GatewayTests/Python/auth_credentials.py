"""Credentials as other libraries make them, as one JSON object on standard output.

Usage: auth_credentials.py SECONDS_SINCE_1970

jwks, tokens: keys and JSON Web Tokens by PyJWT and cryptography, valid at that moment unless their name says otherwise.
bcrypt: hashes by bcrypt. hmac: requests that were signed here, step by step as the signature's description says it.
"""

import base64
import hashlib
import hmac
import json
import re
import sys
import time
import urllib.parse

import bcrypt
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

now = int(sys.argv[1]) if len(sys.argv) > 1 else int(time.time())


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# JSON Web Keys and tokens

rsa_key = rsa.generate_private_key(65537, 2048)
other_rsa_key = rsa.generate_private_key(65537, 2048)
curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
keys = {name: ec.generate_private_key(curve) for name, curve in curves.items()}
keys["EdDSA"] = ed25519.Ed25519PrivateKey.generate()
shared = b"a shared secret of 64 bytes, so that it is enough for all three!!"
for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"):
    keys[name] = rsa_key
for name in ("HS256", "HS384", "HS512"):
    keys[name] = shared


def jwk(name: str, **more) -> dict:
    algorithm = jwt.get_algorithm_by_name(name)
    key = keys[name]
    made = algorithm.to_jwk(key if isinstance(key, bytes) else key.public_key(), as_dict=True)
    made.pop("key_ops", None)
    return made | more


jwks = {
    "all": [jwk(name, kid=name, alg=name, use="sig") for name in keys],
    # One key for a whole family, without an algorithm of its own.
    "rsa": [jwk("RS256", kid="rsa")],
    "shared": [jwk("HS256", kid="shared")],
    "anonymous": [jwk("ES256"), jwk("RS256")],
    "mixed": [jwk("ES256", kid="e", use="enc"), {"kty": "AKP", "kid": "x"}, jwk("ES256", kid="ES256")],
}
jwks = {name: json.dumps({"keys": list_of_keys}) for name, list_of_keys in jwks.items()}


def token(algorithm: str, key=None, kid=None, headers=None, **claims) -> str:
    payload = {"iss": "issuer-a", "sub": "alice", "aud": ["api", "other"], "exp": now + 3600, "iat": now} | claims
    payload = {name: value for name, value in payload.items() if value is not None}
    headers = {"kid": kid or algorithm} | (headers or {})
    return jwt.encode(payload, keys[algorithm] if key is None else key, algorithm=algorithm, headers=headers)


tokens = {name: token(name) for name in keys}
tokens |= {
    "rsa": token("RS512", kid="rsa"),
    "rsa_pss": token("PS256", kid="rsa"),
    "shared": token("HS384", kid="shared"),
    "bob": token("ES256", iss="issuer-b", sub="bob"),
    "carol": token("ES256", iss="issuer-c", sub="carol"),
    "expired": token("ES256", exp=now - 120),
    "expired_within_skew": token("ES256", exp=now - 30),
    "not_yet": token("ES256", nbf=now + 120),
    "not_yet_within_skew": token("ES256", nbf=now + 30),
    "endless": token("ES256", exp=None),
    "other_issuer": token("ES256", iss="nobody"),
    "no_issuer": token("ES256", iss=None),
    "other_audience": token("ES256", aud="elsewhere"),
    "one_audience": token("ES256", aud="api"),
    "no_audience": token("ES256", aud=None),
    "wrong_key": token("RS256", key=other_rsa_key),
    "unknown_key": token("ES256", kid="unknown"),
    "claims": token("ES256", tenant="t-1", level=7, staff=True, user={"id": "u-9"}, roles=["a"], empty=""),
    "hostile_claim": token("ES256", tenant="t\r\nx-admin: 1"),
    "critical": token("ES256", headers={"crit": ["b64"]}),
    "text_date": token("ES256").rsplit(".", 2)[0]
    + "."
    + encoded(json.dumps({"iss": "issuer-a", "exp": "tomorrow"}).encode())
    + ".AAAA",
    "none": jwt.encode({"iss": "issuer-a", "sub": "alice", "exp": now + 3600}, None, algorithm="none"),
}
head, payload, signature = tokens["ES256"].split(".")
changed = encoded(json.dumps({"iss": "issuer-a", "sub": "mallory", "exp": now + 3600}).encode())
tokens["tampered"] = f"{head}.{changed}.{signature}"
tokens["short_signature"] = f"{head}.{payload}.{signature[:20]}"
tokens["two_parts"] = f"{head}.{payload}"
tokens["not_base64"] = f"{head}.{payload}.!!!!"
tokens["not_json"] = f"{encoded(b'hello')}.{payload}.{signature}"
# A public key taken for a shared secret: PyJWT refuses to sign so, so it is done by hand.
pem = rsa_key.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
for name, kid in (("confused", "rsa"), ("confused_same_kid", "RS256")):
    signed = encoded(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode()) + "." + payload
    tokens[name] = signed + "." + encoded(hmac.digest(pem, signed.encode(), "sha256"))

# bcrypt

password = "pass:wörd"
hashes = {
    "password": password,
    "2b": bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, b"2b")).decode(),
    "2a": bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, b"2a")).decode(),
    "long_password": "x" * 72,
    "long": bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode(),
    "empty": bcrypt.hashpw(b"", bcrypt.gensalt(4)).decode(),
    "slow": bcrypt.hashpw(b"slow", bcrypt.gensalt(7)).decode(),
}
hashes["2y"] = "$2y" + hashes["2b"][3:]

# Signed requests


def unambiguous(text: str) -> str:
    return re.sub("%(?=[0-9A-Fa-f]{2})", "%25", text).replace("&", "%26")


def signed_request(name, method, target, headers=None, signed=(), body=None, secret="secret-a", **options) -> dict:
    fields = {"x-ca-key": "key-a", "accept": "application/json"} | (headers or {})
    digest = hashlib.sha256
    if fields.get("x-ca-signature-method") == "HmacSHA1":
        digest = hashlib.sha1
    if options.get("md5"):
        fields["content-md5"] = base64.b64encode(hashlib.md5(body.encode()).digest()).decode()
    path, _, query = target.partition("?")
    pairs = [tuple(map(urllib.parse.unquote, pair.partition("=")[::2])) for pair in query.split("&") if pair]
    if fields.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += [tuple(map(urllib.parse.unquote, pair.partition("=")[::2])) for pair in (body or "").split("&") if pair]
    parameters = dict(pairs)
    joined = "&".join(
        unambiguous(key).replace("=", "%3D") + (f"={unambiguous(parameters[key])}" if parameters[key] else "")
        for key in sorted(parameters)
    )
    lines = [method] + [fields.get(key, "") for key in ("accept", "content-md5", "content-type", "date")]
    lines += [f"{key}:{fields[key]}" for key in sorted(key.lower() for key in signed)]
    text = "\n".join(lines) + "\n" + path + ("?" + joined if joined else "")
    if signed:
        fields["x-ca-signature-headers"] = ",".join(signed)
    fields["x-ca-signature"] = base64.b64encode(hmac.new(secret.encode(), text.encode(), digest).digest()).decode()
    return {"name": name, "method": method, "target": target, "headers": fields, "body": body or "", "text": text}


date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now))
form = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
requests = [
    signed_request("plain", "GET", "/"),
    signed_request("query", "GET", "/a/b?z=1&a=x%20y&flag&empty=&w=5%25&v=%2541&p%3Dq=r=s%26t"),
    signed_request("sha1", "GET", "/sha1", {"x-ca-signature-method": "HmacSHA1"}),
    signed_request("sha256", "GET", "/sha256", {"x-ca-signature-method": "HmacSHA256"}),
    signed_request(
        "fields",
        "GET",
        "/fields",
        {"x-ca-nonce": "c9f15cbf", "x-ca-timestamp": str(now * 1000), "x-b": "", "x-ca-stage": "RELEASE"},
        ("x-ca-timestamp", "X-Ca-Key", "x-ca-nonce", "x-b", "x-ca-stage"),
    ),
    signed_request("date", "GET", "/date", {"date": date}),
    signed_request("sdk_date", "GET", "/date", {"date": date + "+00:00"}),
    signed_request("seconds", "GET", "/date", {"x-ca-timestamp": str(now)}, ("x-ca-timestamp",)),
    signed_request("old", "GET", "/date", {"x-ca-timestamp": str((now - 4000) * 1000)}, ("x-ca-timestamp",)),
    signed_request("form", "POST", "/form?b=2", form, body="c=3&a=h%C3%A9llo&e"),
    signed_request("json", "POST", "/json", {"content-type": "application/json"}, body='{"a":1}'),
    signed_request("md5", "POST", "/md5", {"content-type": "application/json"}, body='{"a":1}', md5=True),
    signed_request("form_md5", "POST", "/form", form, body="a=1", md5=True),
    signed_request("bob", "GET", "/bob", {"x-ca-key": "key-b"}, secret="secret-b"),
]

print(
    json.dumps(
        {
            "now": now,
            "jwks": jwks,
            "tokens": tokens,
            "bcrypt": hashes,
            "hmac": {request.pop("name"): request for request in requests},
        },
        indent=1,
    )
)
