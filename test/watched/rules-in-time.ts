// Minutes of a gateway's counters, as promtool plays them against the rules, and what must ring when.

const PER_MINUTE = 10_000;
/** Half of what serving/available allows. */
const QUIET_ERRORS = 5;
const OUTAGE = { from: 61, to: 70 };
const MINUTES = 90;

const errorsAt = (minute: number) =>
  minute >= OUTAGE.from && minute <= OUTAGE.to ? PER_MINUTE : QUIET_ERRORS;

/** A counter's values, minute by minute. */
function counted(perMinute: (minute: number) => number): string {
  let sum = 0;
  const values = Array.from({ length: MINUTES + 1 }, (_, minute) => {
    sum += perMinute(minute);
    return sum;
  });
  return values.join(' ');
}

function rings(burnRate: number, minute: number, times: number) {
  return {
    expr: `count(ALERTS{slo="serving/available", burn_rate="${burnRate}"}) or vector(0)`,
    eval_time: `${minute}m`,
    exp_samples: [{ labels: '{}', value: times }],
  };
}

/** The file of `promtool test rules`. */
export function rulesInTime(rules: string) {
  const [ok, errors] = [counted((minute) => PER_MINUTE - errorsAt(minute)), counted(errorsAt)];
  return {
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: [
          { series: 'inference_requests_total{job="gateway", status="200"}', values: ok },
          { series: 'inference_requests_total{job="gateway", status="503"}', values: errors },
          { series: 'inference_request_duration_seconds_bucket{job="gateway", le="0.1"}', values: ok },
        ],
        promql_expr_test: [
          rings(14.4, OUTAGE.from - 1, 0),
          rings(14.4, OUTAGE.from + 2, 1),
          // Its five minutes are quiet again, the half hour of the slower page is not.
          rings(14.4, OUTAGE.to + 7, 0),
          rings(6, OUTAGE.to + 7, 1),
        ],
      },
    ],
  };
}
