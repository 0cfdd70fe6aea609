import { METRICS } from '#contract/metrics.ts';
import { type Board, lines, states } from '../board.ts';
import { GATEWAY, quantile, rate, requestsByPath, share } from '../queries.ts';

/** Whether the breaker is open, what it keeps away, and what is answered meanwhile. */
export const circuitBreaker: Board = {
  uid: 'gauntlet-circuit-breaker',
  title: 'Gauntlet: circuit breaker',
  description: 'State, calls to the model server, and what clients get while it is open',
  rows: [
    {
      title: 'Breaker',
      panels: [
        states(
          'State',
          'Open: no call goes to the model server, the fallback answers.',
          {
            0: { text: 'closed', color: 'green' },
            1: { text: 'half-open', color: 'yellow' },
            2: { text: 'open', color: 'red' },
          },
          { expr: `max (${METRICS.breakerState}{${GATEWAY}})`, legend: 'breaker' },
        ),
        lines('Calls to the model server, by how they ended', 'reqps', 'Few while it is open.', {
          expr: rate(METRICS.upstreamCalls, GATEWAY, ['outcome']),
          legend: '{{outcome}}',
        }),
        lines(
          'Share of failed calls',
          'percentunit',
          'What the breaker opens at; where calls travel together, of requests and not of calls.',
          {
            expr: share(
              rate(METRICS.upstreamCalls, `${GATEWAY}, outcome=~"error|timeout"`),
              rate(METRICS.upstreamCalls, GATEWAY),
            ),
            legend: 'failed',
          },
        ),
      ],
    },
    {
      title: 'What clients get',
      panels: [
        lines('Answers by path', 'reqps', 'Fallback instead of primary while it is open.', requestsByPath),
        lines(
          'Turned away',
          'reqps',
          'Calls that a pattern did not let through, by pattern: the fallback, or an error, answered.',
          { expr: rate(METRICS.patternTurnedAway, GATEWAY, ['pattern']), legend: '{{pattern}}' },
        ),
        lines(
          'Median time to answer, and of a call',
          's',
          'With the breaker open an answer no longer waits for a call.',
          { expr: quantile(0.5, METRICS.requestDuration, GATEWAY), legend: 'answer' },
          { expr: quantile(0.5, METRICS.upstreamCallDuration, GATEWAY), legend: 'call' },
        ),
      ],
    },
  ],
};
