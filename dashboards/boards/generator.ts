import { METRICS } from '#contract/metrics.ts';
import { type Board, lines } from '../board.ts';
import { HARNESS, quantile, rate } from '../queries.ts';

/** Whether the ruler itself is well: what was planned, what was sent, and how late. */
export const generator: Board = {
  uid: 'gauntlet-generator',
  title: 'Gauntlet: load generator',
  description:
    "The generator's own health, as the harness reads it from the samples of the trial that is played",
  rows: [
    {
      title: 'Load',
      panels: [
        lines(
          'Planned and ended',
          'reqps',
          'They part where answers take long, or where the generator cannot keep up.',
          { expr: rate(METRICS.generatorPlanned, HARNESS), legend: 'planned' },
          { expr: rate(METRICS.generatorRequests, HARNESS), legend: 'ended' },
        ),
        lines('Requests by outcome', 'reqps', 'What came back to the client.', {
          expr: rate(METRICS.generatorRequests, HARNESS, ['outcome']),
          legend: '{{outcome}}',
        }),
        lines(
          'Response time',
          's',
          'From the instant that a request was planned for, as the verdict counts.',
          { expr: quantile(0.5, METRICS.generatorResponseTime, HARNESS), legend: 'p50' },
          { expr: quantile(0.99, METRICS.generatorResponseTime, HARNESS), legend: 'p99' },
        ),
      ],
    },
    {
      title: 'Health',
      panels: [
        lines('Lateness', 's', 'Sent after the planned instant: above 20 ms at p99 a trial is invalid.', {
          expr: quantile(0.99, METRICS.generatorLateness, HARNESS),
          legend: 'p99',
        }),
        lines(
          'Open requests',
          'short',
          'Planned and not yet answered; what is on its way to the harness counts as open.',
          {
            expr: `sum (${METRICS.generatorPlanned}{${HARNESS}}) - sum (${METRICS.generatorRequests}{${HARNESS}})`,
            legend: 'open',
          },
        ),
        lines('CPU of the harness', 'short', 'Cores; what is judged runs elsewhere.', {
          expr: `sum (rate(process_cpu_seconds_total{${HARNESS}}[$__rate_interval]))`,
          legend: 'harness',
        }),
        lines('Event loop delay of the harness', 's', 'p99: faults are injected so much late at most.', {
          expr: `max (nodejs_eventloop_lag_p99_seconds{${HARNESS}})`,
          legend: 'p99',
        }),
      ],
    },
  ],
};
