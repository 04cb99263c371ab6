"""Runs one command and prints its exit code, seconds by the clock and of the processor, and greatest memory in bytes.

As JSON. A process of its own, because a child is charged with what its parent held when it was forked: ours is small.
"""

import json
import os
import subprocess
import sys
import time

if __name__ == "__main__":
    began = time.monotonic()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    unit = 1 if sys.platform == "darwin" else 1024
    busy = usage.ru_utime + usage.ru_stime
    sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), seconds, busy, usage.ru_maxrss * unit]))
