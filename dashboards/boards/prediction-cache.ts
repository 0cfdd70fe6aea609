import { METRICS } from '#contract/metrics.ts';
import { type Board, lines, number } from '../board.ts';
import { GATEWAY, percentiles, rate, requestsByPath, share } from '../queries.ts';

/** How often the cache knows the answer, and what that spares the model. */
export const predictionCache: Board = {
  uid: 'gauntlet-prediction-cache',
  title: 'Gauntlet: prediction cache',
  description: 'Hits, size, and the calls that the cache spares the model server',
  rows: [
    {
      title: 'Cache',
      panels: [
        number('Hit ratio', 'percentunit', 'Hits and shared calls, of hits, shared calls and misses.', {
          expr: share(
            rate(METRICS.cacheLookups, `${GATEWAY}, result=~"hit|shared"`),
            rate(METRICS.cacheLookups, `${GATEWAY}, result!="failed"`),
          ),
          legend: 'hit ratio',
        }),
        lines(
          'Questions by result',
          'reqps',
          'Hit: known. Shared: a call for it was under way. Miss: the model was asked. Failed: the store failed or was late, and where the cache fails open it is a miss besides.',
          { expr: rate(METRICS.cacheLookups, GATEWAY, ['result']), legend: '{{result}}' },
        ),
        lines('Rows kept', 'short', 'At its bound the least recently used go.', {
          expr: `sum (${METRICS.cacheRows}{${GATEWAY}})`,
          legend: 'rows',
        }),
      ],
    },
    {
      title: 'What it spares',
      panels: [
        lines(
          'Requests and calls',
          'reqps',
          'The distance is what the model server does not have to compute.',
          { expr: rate(METRICS.requests, GATEWAY), legend: 'requests' },
          { expr: rate(METRICS.upstreamStarted, GATEWAY), legend: 'calls to the model server' },
        ),
        lines('Answers by path', 'reqps', 'Cache beside primary.', requestsByPath),
        lines(
          'Time to answer',
          's',
          'A hit takes microseconds.',
          ...percentiles(METRICS.requestDuration, GATEWAY),
        ),
      ],
    },
  ],
};
