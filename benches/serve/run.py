#!/usr/bin/env python3
"""How fast one-row questions are answered: `mtlc serve` beside the same model in PyTorch behind FastAPI, each on one core, asked by the same client on another.

What a server computes for an answer is told beside the times, since it is the same on a machine that others use as well.

    pip install fastapi uvicorn uvloop httptools torch safetensors
    cargo build --release && python benches/serve/run.py [--mtlc target/release/mtlc] [--seconds 10]
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ROW = {"bill_length_mm": 39.1, "bill_depth_mm": 18.7, "flipper_length_mm": 181, "island": "Torgersen"}
PATH = "/v1/models/penguins:predict"


def ask(port, rows):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}", json.dumps({"instances": rows}).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))["predictions"]


def wait(port):
    for _ in range(600):
        try:
            return ask(port, [ROW])
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers at port {port}")


def computed(process):
    """Seconds that a process has computed so far, on all of its threads."""
    own = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(own[11]) + int(own[12])) / os.sysconf("SC_CLK_TCK")


def on(core, command):
    return ["taskset", "-c", str(core), *command] if os.cpu_count() > 1 else command


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mtlc", default=str(ROOT / "target/release/mtlc"))
    parser.add_argument("--seconds", default="10")
    parser.add_argument("--without-fastapi", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        load, run = f"{folder}/load", f"{folder}/run"
        subprocess.run(["rustc", "-O", "--edition", "2021", str(HERE / "load.rs"), "-o", load], check=True)
        subprocess.run([given.mtlc, "run", str(ROOT / "pipelines/penguins.mtl"), "--out", run, "-q"], check=True)
        body = pathlib.Path(folder, "body.json")
        body.write_text(json.dumps({"instances": [ROW]}))
        one = {**os.environ, "RAYON_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RUN": run}
        servers = {"mtlc serve": (8871, [given.mtlc, "serve", run, "--port", "8871", "--quiet"])}
        if not given.without_fastapi:
            servers["FastAPI with PyTorch"] = (8872, [sys.executable, "-m", "uvicorn", "fast_api:app", "--app-dir", str(HERE), "--port", "8872", "--log-level", "error"])
        answers = {}
        for name, (port, command) in servers.items():
            server = subprocess.Popen(on(0, command), env=one)
            try:
                answers[name] = wait(port)
                print(name, flush=True)
                for what, more in [("500 a second:", ["16", given.seconds, "500"]), ("one connection:", ["1", given.seconds]), ("16 connections:", ["16", given.seconds]), ("64 connections:", ["64", given.seconds])]:
                    before = computed(server)
                    said = subprocess.run(on(1, [load, f"127.0.0.1:{port}", PATH, str(body), *more]), check=True, capture_output=True, text=True).stdout
                    each = (computed(server) - before) / int(said.split()[0])
                    print(f"  {what:16} {said.rstrip()}; {1e3 * each:.3f} ms computed for each", flush=True)
            finally:
                server.terminate()
                server.wait()
        for name, answered in answers.items():
            for key, value in answers["mtlc serve"][0].items():
                other = answered[0][key]
                alike = abs(other - value) <= 1e-5 * max(1, abs(value)) if isinstance(value, (int, float)) else other == value
                assert alike, f"{name}: {key} is {other}, and {value} elsewhere"


main()
