# Goodput of correct answers, phase by phase, of every trial of a run: python goodput-duckdb.py RUN_FOLDER
import sys

import duckdb

DEADLINE_US = 200_000
rows = duckdb.sql(
    f"""
    SELECT filename.split('/')[-2] AS trial, phase, count(*) AS sent,
           avg(CAST(status = 200 AND faithful AND "right"
                    AND lateness_us + connect_us + service_us <= {DEADLINE_US} AS DOUBLE)) AS goodput
    FROM read_parquet('{sys.argv[1]}/trials/*/*/samples.parquet', filename = true)
    GROUP BY ALL ORDER BY ALL
    """
)
print(rows.df().to_csv(index=False), end="")
