"""Uses the page of `mtlc serve` as a person does, in Chromium without a window: fills the form, asks, reads the answer.

    python scripts/page.py --mtlc target/debug/mtlc [--chromium /usr/bin/chromium]

It trains a model of a table and one that finds boxes in pictures, serves both with a token, and holds what the page shows against what the server
answers to the same rows: classes, numbers, bars of probabilities, what is said of a missing or a wrong value, a picture that is uploaded with
the boxes drawn where they were found. No request may leave the machine. Needs playwright of Python's index, without its browsers. Ends with
1 if something is otherwise.
"""

import argparse
import base64
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import urllib.request
import zlib

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOKEN = "let-me-in-7"
SPEC = """use std.tasks.{detection}

data d: jsonl("d.jsonl") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { photo: image(gray), things: boxes("light", "dark") }
}

input photo from d.photo -> resize(32, 32) -> normalize

shared seen from photo
  -> conv2d(16, kernel: 3, padding: same) -> batch_norm -> relu -> max_pool(2)
  -> conv2d(24, kernel: 3, padding: same) -> batch_norm -> relu
  -> conv2d(24, kernel: 3, padding: same) -> batch_norm -> relu

task things: detection(16, 16, channels: 24) from seen { label: d.things }

train { epochs: 15, batch: 8, optimizer: adamw(lr: 1e-2), seed: 2 }
"""


def png(rows):
    """A gray picture as a file."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def scenes(folder, count):
    """Gray grounds with a light or a dark rectangle; one of them."""
    draw = random.Random(7)
    lines = []
    for number in range(count):
        rows = [[120] * 40 for _ in range(24)]
        left, top, kind = draw.randrange(2, 28), draw.randrange(2, 14), draw.choice(["light", "dark"])
        width, height = draw.randrange(6, 11), draw.randrange(6, 9)
        for row in rows[top : top + height]:
            row[left : left + width] = [220 if kind == "light" else 20] * width
        folder.joinpath(f"{number}.png").write_bytes(png(rows))
        lines.append(json.dumps({"photo": f"{number}.png", "things": [{"class": kind, "bbox": [left, top, width, height]}]}))
    folder.joinpath("d.jsonl").write_text("\n".join(lines) + "\n")
    folder.joinpath("boxes.mtl").write_text(SPEC)


class Server:
    def __init__(self, mtlc, *runs):
        command = [mtlc, "serve", *map(str, runs), "--port", "0", "--token", TOKEN]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.address = json.loads(self.process.stderr.readline())["address"]

    def ask(self, model, row):
        request = urllib.request.Request(f"{self.address}/v1/models/{model}:predict", json.dumps({"instances": [row]}).encode())
        request.add_header("Content-Type", "application/json")
        request.add_header("Authorization", f"Bearer {TOKEN}")
        return json.load(urllib.request.urlopen(request))


def shown(page):
    """What the table of the answer holds: names, texts, and the widths of bars in percent."""
    page.wait_for_selector("#out table", timeout=30_000)
    rows = page.query_selector_all("#out table tr")
    cells = [row.query_selector_all("td") for row in rows]
    bar = lambda cell: (found := cell.query_selector(".bar")) and found.evaluate("bar => parseFloat(bar.style.width)")
    return {name.inner_text(): (value.inner_text().strip(), bar(value)) for name, value in cells}


def choose(page, model, field):
    """Chooses a model, and waits until the form is its own."""
    page.locator("#fields").evaluate("fields => fields.replaceChildren()")
    page.select_option("#model", model)
    page.wait_for_selector(f"#fields {field}", timeout=30_000)


def of_table(page, server):
    row = {"bill_length_mm": 39.1, "bill_depth_mm": 18.7, "flipper_length_mm": 181, "island": "Torgersen"}
    choose(page, "penguins", "[name=island]")
    for name, value in row.items():
        field = page.locator(f"#fields [name={name}]")
        field.select_option(str(value)) if name == "island" else field.fill(str(value))
    page.click("#ask")
    said, found = server.ask("penguins", row)["predictions"][0], shown(page)
    for name, value in said.items():
        if name == "row":
            continue
        text, bar = found.pop(name)
        assert text == value if isinstance(value, str) else abs(float(text) - value) <= 1e-12 * max(1, abs(value)), (name, text, value)
        assert (bar is not None) == ("." in name), (name, bar)
        assert bar is None or abs(bar - 100 * value) < 0.01, (name, bar, value)
    assert not found, found
    print("a row of a table: the answers and bars of the server")
    # A number that is missing is filled in as in training.
    page.locator("#fields [name=bill_depth_mm]").fill("")
    page.locator("#out").evaluate("out => out.replaceChildren()")
    page.click("#ask")
    said, found = server.ask("penguins", {**row, "bill_depth_mm": None})["predictions"][0], shown(page)
    assert abs(float(found["mass"][0]) - said["mass"]) < 1e-6
    print("a missing value: answered as the server answers it")


def of_picture(page, server, folder):
    choose(page, "boxes", "[type=file]")
    best = None
    for number in range(40):
        encoded = base64.b64encode(folder.joinpath(f"{number}.png").read_bytes()).decode()
        things = server.ask("boxes", {"photo": {"b64": encoded}})["predictions"][0]["things"]
        found = json.loads(things) if isinstance(things, str) else things
        if found:
            best = number, found
            break
    assert best, "nothing is found in any picture"
    number, found = best
    page.set_input_files("#fields [type=file]", folder / f"{number}.png")
    page.click("#ask")
    page.wait_for_selector("#out .stage .box", timeout=30_000)
    boxes = page.query_selector_all("#out .stage .box")
    assert len(boxes) == len(found), (len(boxes), found)
    size = page.query_selector("#out .stage img").evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert size == [40, 24], size
    for box, one in zip(boxes, found):
        left, top, width, height = one["bbox"]
        style = box.evaluate("box => [box.style.left, box.style.top, box.style.width, box.style.height].map(parseFloat)")
        expected = [100 * left / 40, 100 * top / 24, 100 * width / 40, 100 * height / 24]
        assert all(abs(one - other) < 0.01 for one, other in zip(style, expected)), (style, expected)
        assert one["class"] in box.inner_text(), (one, box.inner_text())
    print(f"an uploaded picture: {len(found)} of its boxes drawn where the server found them")


def wrong(page):
    choose(page, "boxes", "[type=file]")
    page.set_input_files("#fields [type=file]", {"name": "no.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.click("#ask")
    page.wait_for_selector("#out .error", timeout=30_000)
    text = page.inner_text("#out .error")
    assert "picture" in text or "image" in text, text
    page.fill("#token", "another")
    page.press("#token", "Tab")
    # By a locator, which asks from outside: the page's policy lets no text be run as code in it, which waiting for a function does.
    page.locator("#out .error", has_text="token").wait_for(timeout=30_000)
    print("what is wrong is said: a file that is no picture, a token that is another")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mtlc", default=str(ROOT / "target/debug/mtlc"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        scenes(folder, 120)
        for spec, run in [(ROOT / "pipelines/penguins.mtl", folder / "table"), (folder / "boxes.mtl", folder / "pictures")]:
            subprocess.run([given.mtlc, "run", str(spec), "--out", str(run), "-q"], check=True, stdout=subprocess.DEVNULL)
        server = Server(given.mtlc, folder / "table", folder / "pictures")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=given.chromium, args=["--no-sandbox"])
                page = browser.new_page()
                asked, failed = [], []
                page.on("request", lambda request: asked.append(request.url))
                page.on("pageerror", lambda error: failed.append(str(error)))
                page.goto(server.address)
                page.wait_for_selector("#token-row", state="visible", timeout=30_000)
                page.fill("#token", TOKEN)
                page.press("#token", "Tab")
                page.wait_for_selector("#model option", state="attached", timeout=30_000)
                of_table(page, server)
                of_picture(page, server, folder)
                wrong(page)
                away = [url for url in asked if not url.startswith((server.address, "data:", "blob:"))]
                assert not away, away
                assert not failed, failed
                print(f"{len(asked)} requests, none to anywhere else")
                browser.close()
        finally:
            server.process.terminate()
            server.process.wait()
    return 0


sys.exit(main())
