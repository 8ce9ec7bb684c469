"""Starts commands, and says how long each took and how much memory it had resident at most.

A process counts as its own what its parent had resident when it was started. A benchmark that has
loaded NumPy or PyTorch therefore has its commands started by this small process.

A line on standard input is a command as a JSON object, {"command": […], "output": PATH}, PATH being
where its standard output goes; it is answered by one with code, seconds, processor_s and peak_mb.
"""
import json
import os
import subprocess
import sys
import time

for line in sys.stdin:
    order = json.loads(line)
    with open(order["output"], "wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(order["command"], stdin=subprocess.DEVNULL, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps({
        "code": process.returncode, "seconds": seconds,
        "processor_s": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024}),
        flush=True)
