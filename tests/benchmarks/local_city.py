"""Measures the local city: time to the first page, and memory at rest. Prints the Markdown that is
kept in docs/benchmarks/local-city.md:

    cargo build --workspace --bins && python3 tests/benchmarks/local_city.py > docs/benchmarks/local-city.md
"""

import contextlib
import os
import platform
import statistics
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
REST_SECONDS = 20


def start(data: str) -> tuple[subprocess.Popen, str, float]:
    """A city on `data`; gives the process, its address and the seconds until its first page."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [ROOT / "target" / "debug" / "local", "--no-build", "--port", "0", "--data", data],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for line in process.stdout:
        if "listening on " in line:
            address = line.rsplit("listening on ", 1)[1].strip()
            break
    else:
        raise SystemExit("the city ended before it listened")
    with urllib.request.urlopen(f"{address}/") as page:
        assert page.status == 200
        page.read()
    return process, address, time.monotonic() - begun


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    threads = Path(f"/proc/{pid}/task")
    for thread in threads.iterdir():
        children += (thread / "children").read_text().split()
    return [pid] + [member for child in set(children) for member in family(int(child))]


def rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def memory(pid: int) -> dict[str, float]:
    """MB of resident memory by process, the city's own and its functions'."""
    return {f"{Path(f'/proc/{member}/comm').read_text().strip()}": rss_mb(member) for member in family(pid)}


def wake(address: str) -> None:
    """Makes every function run once, the queues with an empty batch."""
    for path in ("/", "/sign-in", "/cases", "/work"):
        request = urllib.request.Request(address + path)
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.build_opener(NoRedirects).open(request)
    for function in ("event-relay", "deadline-timer"):
        post(f"{address}/_local/schedules/{function}/run", b"")
    for function in ("notification", "notification-feedback"):
        post(f"{address}/_local/functions/{function}/invoke", b'{"Records": []}')


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def post(url: str, body: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")) as answer:
        answer.read()


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    process.wait(20)


def machine() -> str:
    cpu = next(
        (line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {cpu}, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def main() -> None:
    fresh, again = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="city-") as data:
            for times in (fresh, again):
                process, _, seconds = start(data)
                times.append(seconds)
                stop(process)
    with tempfile.TemporaryDirectory(prefix="city-") as data:
        process, address, _ = start(data)
        time.sleep(REST_SECONDS)
        rest = memory(process.pid)
        wake(address)
        awake = memory(process.pid)
        stop(process)
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print("# The local city\n")
    print("Command: `cargo build --workspace --bins && python3 tests/benchmarks/local_city.py`  ")
    print(f"Machine: {machine()}; {rustc}, dev profile\n")
    print("| measure | result | budget |\n|---|---|---|")
    for what, times in (("empty folder", fresh), ("again on the same data", again)):
        middle, most = statistics.median(times), max(times)
        print(f"| start to first page, {what}, {RUNS} runs | median {middle:.2f} s, slowest {most:.2f} s | 3 s |")
    for what, sizes in ((f"{REST_SECONDS} s after the first page", rest), ("every function awake", awake)):
        print(f"| memory, {what}, {len(sizes)} processes | {sum(sizes.values()):.0f} MB | 400 MB |")
    print("\nBy process: " + ", ".join(f"{name} {size:.0f} MB" for name, size in sorted(awake.items())) + ".")


if __name__ == "__main__":
    main()
