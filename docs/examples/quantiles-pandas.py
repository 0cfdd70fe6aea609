# Response times in milliseconds by phase and path of one trial: python quantiles-pandas.py SAMPLES_PARQUET
import sys

import pandas

samples = pandas.read_parquet(sys.argv[1])
samples["response_ms"] = (samples.lateness_us + samples.connect_us + samples.service_us) / 1000
by = samples.groupby(["phase", "served_by"]).response_ms
print(by.describe(percentiles=[0.5, 0.99]).to_csv(), end="")
