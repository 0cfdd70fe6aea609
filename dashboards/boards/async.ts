import { METRICS } from '#contract/metrics.ts';
import { type Board, lines } from '../board.ts';
import { GATEWAY, percentiles, rate, WORKER } from '../queries.ts';

/** Where the jobs are: taken, waiting, under way, done, given up. */
export const asyncJobs: Board = {
  uid: 'gauntlet-async',
  title: 'Gauntlet: async',
  description: 'Jobs from their acceptance at the gateway over the broker and the workers to their results',
  rows: [
    {
      title: 'Jobs',
      panels: [
        lines('Jobs that wait or are under way', 'short', 'What a burst leaves, and how fast it goes down.', {
          expr: `max (${METRICS.jobsWaiting}{${GATEWAY}})`,
          legend: 'jobs',
        }),
        lines(
          'Taken and done',
          'reqps',
          'While taken stands above done, the queue grows.',
          { expr: rate(METRICS.jobsAccepted, GATEWAY), legend: 'taken' },
          { expr: rate(METRICS.jobResults, GATEWAY), legend: 'done' },
        ),
        lines('Under way', 'short', 'Jobs that each worker is at; maxRunning bounds them.', {
          expr: `sum by (instance) (${METRICS.jobsRunning}{${WORKER}})`,
          legend: '{{instance}}',
        }),
        lines(
          'Tries',
          'reqps',
          "How the workers' tries ended; rejected: by the job's own fault. What ended in error is tried again.",
          { expr: rate(METRICS.jobRuns, WORKER, ['outcome']), legend: '{{outcome}}' },
        ),
        lines('Dead letters', 'short', 'Jobs that were given up, kept for whoever looks into why.', {
          expr: `max (${METRICS.deadLetters}{${GATEWAY}})`,
          legend: 'jobs',
        }),
      ],
    },
    {
      title: 'Accepting',
      panels: [
        lines(
          'Turned away',
          'reqps',
          'The queue was full, the job would have been done too late, the broker did not take it, or its key was that of another question. Not those beyond maxAccepting.',
          { expr: rate(METRICS.patternTurnedAway, `${GATEWAY}, pattern="async"`), legend: 'turned away' },
        ),
        lines('Calls to the broker', 'reqps', 'By how they ended, from the gateway and from the workers.', {
          expr: `sum by (job, outcome) (rate(${METRICS.brokerCalls}[$__rate_interval]))`,
          legend: '{{job}}: {{outcome}}',
        }),
        lines(
          'Time of a call to the broker',
          's',
          'At the gateway; most of what an acknowledgement takes.',
          ...percentiles(METRICS.brokerCallDuration, GATEWAY),
        ),
        lines('Calls to the model server', 'reqps', "The workers', by how they ended.", {
          expr: rate(METRICS.upstreamCalls, WORKER, ['outcome']),
          legend: '{{outcome}}',
        }),
      ],
    },
  ],
};
