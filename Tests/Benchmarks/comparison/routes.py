"""Configurations with few and with many routes, and what is asked of both."""

COUNT = 10_000
# These are in both configurations, and only these are asked for: half of them exact, half prefixes.
ASKED = range(0, COUNT, COUNT // 10)


def provide_routes(site):
    site.values["ROUTES"] = "\n".join(_route(number) for number in range(COUNT))
    site.values["FEW_ROUTES"] = "\n".join(_route(number) for number in ASKED)


def paths() -> tuple[str, ...]:
    return tuple(_path(number) + ("" if _is_exact(number) else "/deeper/still") for number in ASKED)


def _route(number: int) -> str:
    kind = "exact" if _is_exact(number) else "prefix"
    return f"  - {{ name: route-{number}, match: {{ path: {{ {kind}: {_path(number)} }} }}, service: web.static }}"


def _is_exact(number: int) -> bool:
    # Alternates among the ten that are asked for, too.
    return (number // (COUNT // 10) + number) % 2 == 0


def _path(number: int) -> str:
    return f"/area-{number % 100}/item-{number}"
