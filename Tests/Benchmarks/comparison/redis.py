"""A Redis for the caches that keep their answers in one. It runs beside the load; its own CPU time counts for nobody."""

from .children import await_condition
from .site import free_port, is_open
from .tools import program


def provide_redis(site):
    port = free_port()
    command = [program("redis-server"), "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no"]
    process = site.children.start(command, site.cores.load, site.log("redis"))
    await_condition(lambda: is_open(port), process, "redis-server")
    site.values["REDIS_PORT"] = port
