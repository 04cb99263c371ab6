"""How often something comes, over all processes, as far as it is to be bounded."""

from django.core.cache import cache


def counted(what: str, now: float, window: int) -> int:
    """How often `what` has come in this window of so many seconds, this time included. `now`: seconds since 1970.

    Raises:
        redis.exceptions.RedisError: where nothing can be counted just now.
    """
    key = f"counted:{what}:{int(now // window)}"
    if cache.add(key, 1, 2 * window):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it has just ended
        return 1
