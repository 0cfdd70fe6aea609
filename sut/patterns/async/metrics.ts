import { Gauge, type Registry } from 'prom-client';
import { METRICS } from '#contract/metrics.ts';
import type { Broker, StreamCounts } from '../../jobs/broker.ts';
import { DEAD, JOBS, RESULTS } from '../../jobs/streams.ts';

/** What the broker itself counts, so that a gateway that died takes nothing of it along. */
export function publishResults(registry: Registry, broker: Broker): void {
  const countsOf = sharedWhileAsked(broker.countsOf);
  const gauge = (name: string, help: string, stream: string, of: (counts: StreamCounts) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const counts = await countsOf(stream);
        // What it said last, where it says nothing.
        if (counts) this.set(of(counts));
      },
    });
  gauge(METRICS.jobsAccepted, 'Jobs that were ever taken', JOBS, ({ last_seq }) => last_seq);
  gauge(METRICS.jobsWaiting, 'Jobs that wait or are under way', JOBS, ({ messages }) => messages);
  gauge(METRICS.jobResults, 'Results that were ever written', RESULTS, ({ last_seq }) => last_seq);
  gauge(METRICS.jobResultIds, 'Jobs that have a result', RESULTS, ({ num_subjects = 0 }) => num_subjects);
  gauge(METRICS.deadLetters, 'Jobs that were given up and are kept', DEAD, ({ messages }) => messages);
}

/** Gauges of one stream are read at once, and one question answers them. */
function sharedWhileAsked<T>(ask: (stream: string) => Promise<T>): (stream: string) => Promise<T> {
  const asked = new Map<string, Promise<T>>();
  return (stream) => {
    const known = asked.get(stream);
    if (known) return known;
    const asking = ask(stream).finally(() => asked.delete(stream));
    asked.set(stream, asking);
    return asking;
  };
}
