import { METRICS } from '#contract/metrics.ts';
import { type Board, lines } from '../board.ts';
import { MODEL_SERVER, percentiles, rate, share } from '../queries.ts';

/** How many rows share a run, and what waits. */
export const batchInference: Board = {
  uid: 'gauntlet-batch-inference',
  title: 'Gauntlet: batch inference',
  description: 'Rows in a run, runs, queue and waiting time at the model server',
  rows: [
    {
      title: 'Batches',
      panels: [
        lines('Rows in a run', 'short', 'The mean; 1 while the server is idle, more the busier it is.', {
          expr: share(
            rate(`${METRICS.modelRunRows}_sum`, MODEL_SERVER, ['model_version']),
            rate(`${METRICS.modelRunRows}_count`, MODEL_SERVER, ['model_version']),
          ),
          legend: '{{model_version}}',
        }),
        lines(
          'Rows and runs',
          'rowsps',
          'The distance is what batching gains.',
          { expr: rate(`${METRICS.modelRunRows}_sum`, MODEL_SERVER), legend: 'rows' },
          { expr: rate(`${METRICS.modelRunRows}_count`, MODEL_SERVER), legend: 'runs' },
        ),
        lines(
          'Time of a run',
          's',
          'Longer runs answer more rows.',
          ...percentiles(METRICS.modelRunDuration, MODEL_SERVER),
        ),
      ],
    },
    {
      title: 'Waiting',
      panels: [
        lines('Queue', 'short', 'Requests that wait for a run or are in one.', {
          expr: `sum (${METRICS.modelQueueDepth}{${MODEL_SERVER}})`,
          legend: 'requests',
        }),
        lines('Turned away', 'reqps', 'Requests whose timeout passed before a run took them.', {
          expr: rate(METRICS.patternTurnedAway, `${MODEL_SERVER}, pattern="batch-inference"`),
          legend: 'turned away',
        }),
        lines(
          'Time to answer',
          's',
          'At the model server.',
          ...percentiles(METRICS.requestDuration, MODEL_SERVER),
        ),
      ],
    },
  ],
};
