"""Wrong sign-ins at a fixed rate, by a process of its own: `python benchmarks/guesses.py PORT RATE SECONDS one|many`.

`many` gives each guess an account and a network address of its own, as a proxy in front would tell them. Prints how
many guesses were answered with which status, as JSON.
"""

import http.client
import json
import queue
import re
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from urllib.parse import urlencode

HANDS = 24


def main(port: int, rate: int, seconds: int, many: bool) -> Counter[str]:
    """Sends each guess at its own time, whether or not those before were answered."""
    cookie, token = papers(port)
    due: queue.Queue[int | None] = queue.Queue()
    found: Counter[str] = Counter()

    def work() -> None:
        while (number := due.get()) is not None:
            found[guess(port, number if many else 0, cookie, token)] += 1

    hands = [threading.Thread(target=work) for _ in range(HANDS)]
    for hand in hands:
        hand.start()
    began = time.monotonic()
    for number in range(rate * seconds):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        due.put(number + 1)
    for _ in hands:
        due.put(None)
    for hand in hands:
        hand.join()
    return found


def papers(port: int) -> tuple[str, str]:
    """What the form asks for beside the password."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as link:
        link.request("GET", "/accounts/login/")
        answer = link.getresponse()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
        assert token
        return str(answer.headers["Set-Cookie"]).partition(";")[0], token[1]


def guess(port: int, number: int, cookie: str, token: str) -> str:
    """The status of one wrong sign-in; `late` where none came. By hand: who guesses must cost this machine little."""
    login = f"somebody{number}@haldencloud.example"
    body = urlencode({"login": login, "password": f"guess {time.time_ns()}", "csrfmiddlewaretoken": token})
    lines = (
        "POST /accounts/login/ HTTP/1.1",
        "Host: 127.0.0.1",
        "Connection: close",
        f"X-Forwarded-For: 198.{18 + number // 65536}.{number // 256 % 256}.{number % 256}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"Cookie: {cookie}",
    )
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
            link.sendall(("\r\n".join(lines) + f"\r\n\r\n{body}").encode())
            answer = link.recv(65536)
            while link.recv(65536):
                pass
    except OSError:
        return "late"
    return answer[9:12].decode()


if __name__ == "__main__":
    answers = main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "many")
    sys.stdout.write(json.dumps(answers))
