#!/usr/bin/env python3
"""`./check fuzz`: builds every target and lets each run for a few seconds, from its seeds.

Fails on a panic, on a target that is not instrumented, and on one that takes none of its seeds: it would
fuzz nothing but the refusal.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import seeds

HERE = pathlib.Path(__file__).resolve().parent
# A few seconds each: enough to notice what a change has broken, not to search.
RUNS, SECONDS = 20_000, 3

# Flags of a caller would take the place of those in .cargo/config.toml, and the targets would run blind.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.endswith("RUSTFLAGS")}


def cargo(*arguments, **more):
    return subprocess.run(["cargo", *arguments], cwd=HERE, env=ENVIRONMENT | more.pop("env", {}), **more)


def run(target, *arguments, **environment):
    """The target's exit status and what libFuzzer said."""
    command = ["run", "--quiet", "--release", "--locked", "--bin", target, "--", *map(str, arguments)]
    ran = cargo(*command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return ran.returncode, ran.stdout.decode("utf-8", "replace")


def smoke(target, scratch):
    """What is wrong with the target; None when nothing is."""
    corpus = HERE / "corpus" / target
    taken = scratch / f"{target}.taken"
    artifacts = HERE / "artifacts" / target
    artifacts.mkdir(parents=True, exist_ok=True)
    # An input that takes 10 seconds has found a loop.
    rules = [f"-artifact_prefix={artifacts}/", "-timeout=10"]
    # The seeds alone, each once.
    status, said = run(target, "-runs=0", *rules, corpus, FUZZ_TAKEN=str(taken))
    if status == 0 and "inline 8-bit counters" not in said:
        return "it is not instrumented"
    if status == 0 and not taken.exists():
        return "it takes none of its seeds (fuzz/seeds.py)"
    if status == 0:
        found = scratch / target
        found.mkdir()
        limits = [f"-runs={RUNS}", f"-max_total_time={SECONDS}", "-seed=1"]
        status, said = run(target, *limits, *rules, found, corpus)
    if status != 0:
        return said
    print(f"{target}: {said.strip().splitlines()[-1]}", flush=True)
    return None


def main():
    cargo("build", "--release", "--locked", check=True)
    seeds.write()
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        for target in sorted(path.stem for path in (HERE / "fuzz_targets").glob("*.rs")):
            problem = smoke(target, pathlib.Path(scratch))
            if problem:
                wrong += 1
                print(f"{target}: {problem}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
