"""Writes `pipelines/data/spoken.parquet` from a folder of spoken digits: a table `digits.csv` (`path`, `digit`, `language`, `speaker`, `voice`, `part`) and the WAV files that it names.

    python scripts/spoken.py digits pipelines/data/spoken.parquet

Needs pyarrow and soundfile. Each clip is a FLAC file in a cell, of the same samples.
"""

import csv
import io
import pathlib
import sys

import pyarrow
import pyarrow.parquet
import soundfile

folder = pathlib.Path(sys.argv[1])
rows = list(csv.DictReader(open(folder / "digits.csv", encoding="utf-8")))


def flac(path):
    samples, rate = soundfile.read(folder / path, dtype="int16")
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="FLAC", subtype="PCM_16", compression_level=1.0)
    again, _ = soundfile.read(io.BytesIO(file.getvalue()), dtype="int16")
    assert (again == samples).all(), "every sample stays as it was"
    return file.getvalue()


columns = {"clip": [flac(row["path"]) for row in rows]}
columns |= {name: [row[name] for row in rows] for name in ["digit", "language", "voice", "speaker", "part"]}
pyarrow.parquet.write_table(pyarrow.table(columns), sys.argv[2], use_dictionary=["digit", "language", "voice", "speaker", "part"])
