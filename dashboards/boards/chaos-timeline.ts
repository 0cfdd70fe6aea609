import { METRICS } from '#contract/metrics.ts';
import { type Board, lines, states } from '../board.ts';
import { activeFaults, GATEWAY, percentiles, requestsByPath, requestsByStatus } from '../queries.ts';

/** A run of the harness, second by second: which phase, which fault, and what became of the answers. */
export const chaosTimeline: Board = {
  uid: 'gauntlet-chaos-timeline',
  title: 'Gauntlet: chaos timeline',
  description: 'Phases and faults of a run that goes on (--metrics-port), above what they do to the system',
  rows: [
    {
      title: 'Run',
      panels: [
        states(
          'Fault',
          'From the acknowledged inject to the verified heal.',
          { 0: { text: 'none', color: 'green' }, 1: { text: 'active', color: 'red' } },
          { expr: activeFaults, legend: '{{fault}}' },
        ),
        states(
          'Phase',
          'Of the trial that is played.',
          { 0: { text: 'no', color: 'transparent' }, 1: { text: 'now', color: 'blue' } },
          { expr: `max by (phase) (${METRICS.phaseInfo})`, legend: '{{phase}}' },
        ),
        states(
          'Verdict',
          'Of each experiment of the last run; it stays for a quarter of an hour, although its process has gone.',
          {
            0: { text: 'pass', color: 'green' },
            1: { text: 'fail', color: 'red' },
            2: { text: 'inconclusive', color: 'yellow' },
            3: { text: 'invalid', color: 'purple' },
          },
          { expr: `max by (experiment) (last_over_time(${METRICS.verdict}[15m]))`, legend: '{{experiment}}' },
        ),
      ],
    },
    {
      title: 'What it does to the system',
      panels: [
        lines(
          'Requests by status',
          'reqps',
          'What the gateway answered; jobs that it took are not in it.',
          requestsByStatus,
        ),
        lines('Answers by path', 'reqps', 'Who answered.', requestsByPath),
        lines('Time to answer', 's', 'In the gateway.', ...percentiles(METRICS.requestDuration, GATEWAY)),
        lines(
          'Services that are up',
          'short',
          '0 while a service is killed or frozen, as Prometheus sees it.',
          {
            expr: 'up{job=~"gateway|model-server|worker"}',
            legend: '{{job}}',
          },
        ),
      ],
    },
  ],
};
