#!/usr/local/bin/python
"""Takes the files in /feed: good rows go to the database and the first folder, bad ones to the second."""

import argparse
import csv
import shutil
from pathlib import Path

import psycopg

FEED = Path("/feed")


def main() -> None:
    args = arguments()
    login = {"host": args.db_host, "port": args.db_port, "dbname": args.db_name, "user": args.db_user}
    with psycopg.connect(**login, password=args.db_password) as database:
        database.execute("CREATE TABLE IF NOT EXISTS readings (station text, degrees numeric)")
        for file in sorted(FEED.glob("*.csv")):
            shutil.copy(file, args.backup_folder)
            good, bad = sorted_rows(file)
            for folder, rows in ((args.processed, good), (args.flagged, bad)):
                with open(folder / file.name, "w", newline="") as out:
                    csv.writer(out).writerows(rows)
            with database.cursor() as cursor:
                cursor.executemany("INSERT INTO readings VALUES (%s, %s)", good)
            file.unlink()
            print(f"{file.name}: {len(good)} rows, {len(bad)} flagged")


def sorted_rows(file: Path) -> tuple[list[list[str]], list[list[str]]]:
    good: list[list[str]] = []
    bad: list[list[str]] = []
    with open(file, newline="") as lines:
        for row in csv.reader(lines):
            (good if len(row) == 2 and row[1].lstrip("-").isdigit() else bad).append(row)
    return good, bad


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--backup-folder", type=Path, required=True)
    for name in ("host", "port", "name", "user", "password"):
        parser.add_argument(f"--db-{name}", required=True)
    parser.add_argument("processed", type=Path)
    parser.add_argument("flagged", type=Path)
    return parser.parse_args()


main()
