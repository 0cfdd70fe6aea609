import { METRICS } from '#contract/metrics.ts';
import { type Board, lines, number } from '../board.ts';
import {
  GATEWAY,
  MODEL_SERVER,
  percentiles,
  rate,
  requestsByPath,
  requestsByStatus,
  share,
} from '../queries.ts';
import { burnRateOf } from '../rules/names.ts';

/** What is promised, what it costs, and whether the system is well. */
export const overview: Board = {
  uid: 'gauntlet-overview',
  title: 'Gauntlet: overview',
  description: 'Objectives, their error budgets, and the four golden signals of gateway and model server',
  rows: [
    {
      title: 'Objectives',
      panels: [
        lines(
          'Burn rate over an hour',
          'short',
          'Misses ÷ what the target allows: at 1 the budget lasts exactly its window, at 14.4 two days.',
          { expr: burnRateOf('1h'), legend: '{{slo}}' },
        ),
        lines('Burn rate over five minutes', 'short', 'The same, young: whether it still goes on.', {
          expr: burnRateOf('5m'),
          legend: '{{slo}}',
        }),
        number('Budget spent in three days', 'percentunit', 'Of what the target allows in three days.', {
          expr: burnRateOf('3d'),
          legend: '{{slo}}',
        }),
      ],
    },
    {
      title: 'Traffic and errors',
      panels: [
        lines(
          'Requests by status',
          'reqps',
          'What the gateway answered; jobs that it took are not in it.',
          requestsByStatus,
        ),
        lines(
          'Answers by path',
          'reqps',
          'Primary is the model; cache, fallback and degraded are what patterns answer instead.',
          requestsByPath,
        ),
        lines(
          'Share of errors',
          'percentunit',
          'Not answered 200, of all requests but the jobs that were taken: refused jobs weigh all the more.',
          {
            expr: share(rate(METRICS.requests, `${GATEWAY}, status!="200"`), rate(METRICS.requests, GATEWAY)),
            legend: 'errors',
          },
        ),
      ],
    },
    {
      title: 'Latency and saturation',
      panels: [
        lines(
          'Time to answer',
          's',
          'In the gateway, from the parsed request on: what a client waits for before that is not in it.',
          ...percentiles(METRICS.requestDuration, GATEWAY),
        ),
        lines('Queue at the models', 'short', 'Requests that wait for a run of a model, or are in one.', {
          expr: `sum (${METRICS.modelQueueDepth}{${MODEL_SERVER}})`,
          legend: 'requests',
        }),
        lines('Event loop delay', 's', 'p99: above some milliseconds a service is out of breath.', {
          expr: 'nodejs_eventloop_lag_p99_seconds',
          legend: '{{job}}',
        }),
        lines('CPU', 'short', 'Cores that each service uses.', {
          expr: 'sum by (job) (rate(process_cpu_seconds_total[$__rate_interval]))',
          legend: '{{job}}',
        }),
        lines('Memory', 'bytes', 'Resident.', {
          expr: 'sum by (job) (process_resident_memory_bytes)',
          legend: '{{job}}',
        }),
      ],
    },
  ],
};
