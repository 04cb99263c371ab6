"""How often something comes, or how much, as far as it is to be bounded: over all processes that share the cache."""

from django.core.cache import cache


def counted(what: str, now: float, window: int, more: int = 1) -> int:
    """How much of `what` has come in this window of so many seconds, with so many `more`. `now`: seconds since 1970.

    Raises:
        redis.exceptions.RedisError: where nothing can be counted just now.
    """
    key = f"counted:{what}:{int(now // window)}"
    if cache.add(key, more, 2 * window):
        return more
    try:
        return cache.incr(key, more)
    except ValueError:  # it has just ended
        return more
