"""Trains the first pipeline with `--mlflow`, into a folder and into a server, and reads it back with MLflow: parameters, curves, files, and
the model, which must answer as `mtlc predict` does.

    python scripts/followed.py target/debug/mtlc

Needs mlflow, onnx, onnxruntime and pandas. The server stands on loopback and goes at the end.
"""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

# Its folders are there for who has them.
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "1"
import mlflow
import numpy
import pandas

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]


def run(*command):
    subprocess.run([str(word) for word in command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def holds(at, mtlc, scratch):
    name = "folder" if at.startswith("file:") else "server"
    out = scratch / name
    run(mtlc, "run", "pipelines/penguins.mtl", "-q", "--epochs", 3, f"--mlflow={at}", "--out", out)
    answers = scratch / f"{name}.csv"
    run(mtlc, "predict", out, "--part", "test", "--out", answers)
    mlflow.set_tracking_uri(at)
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name("penguins")
    [found] = client.search_runs([experiment.experiment_id])
    identity = found.info.run_id
    assert found.info.status == "FINISHED", found.info.status
    assert found.data.params["train.epochs"] == "3", found.data.params
    curve = [point.step for point in client.get_metric_history(identity, "species/accuracy/valid")]
    assert curve == [1, 2, 3], curve
    files = {file.path for file in client.list_artifacts(identity)}
    assert {"report.html", "report.json", "spec.mtl", "CARD.md", "model", "penguins.mtlpack"} <= files, files
    model = mlflow.pyfunc.load_model(f"runs:/{identity}/model")
    expected = pandas.read_csv(answers)
    table = pandas.read_csv(ROOT / "pipelines/data/penguins.csv").iloc[expected["row"] - 1]
    given = {"body": table[COLUMNS].to_numpy(numpy.float64), "island": table["island"].to_numpy(object)}
    said = model.predict(given)
    assert (said["species"] == expected["species"].to_numpy()).all()
    difference = numpy.abs(said["mass"] / expected["mass"] - 1).max()
    assert difference < 1e-5, difference
    print(f"{name}: {len(found.data.params)} parameters, {len(found.data.metrics)} metrics, mass to {difference:.0e}")


def main():
    mtlc = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        holds(f"file://{scratch}/mlruns", mtlc, scratch)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
            + ["--backend-store-uri", f"sqlite:///{scratch}/db", "--artifacts-destination", str(scratch / "kept")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            at = f"http://127.0.0.1:{port}"
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"{at}/health", timeout=1)
                    break
                except OSError:
                    time.sleep(1)
            holds(at, mtlc, scratch)
        finally:
            os.killpg(server.pid, 15)
            server.wait(timeout=30)


main()
