import { describe, expect, it } from 'vitest';
import type { FaultAlert, TrialAlerts } from '#contract/budget.ts';
import { CANDIDATE } from '#contract/names.ts';
import { alertLines } from './alert-words.ts';
import { alerts, experiment, rang, verdictOf } from './test-fixture.ts';

const lines = (all: TrialAlerts[]) =>
  alertLines({
    plan: experiment('one', {}),
    verdict: verdictOf('one', 'pass', { alerts: all }),
    trials: [],
    disturbed: [],
  });

const seen = (secondsAfterInject: number | null, times = 20, rangBefore = false): FaultAlert => ({
  name: 'latency',
  first: secondsAfterInject === null ? null : rang({ fault: 'latency', secondsAfterInject }),
  rangBefore,
  burnt: { objective: 'correct-in-time', times },
});

const plays = (...faults: FaultAlert[]) =>
  faults.map((fault, i) => alerts(CANDIDATE, `${i + 1}-candidate`, { faults: [fault] }));

const page = '(14.4 × over 60 s/5 s on correct-in-time)';

describe('what is said of the alerts', () => {
  it('is one line for all plays of a variant', () => {
    expect(lines(plays(seen(3), seen(5), seen(null)))).toEqual([
      `latency in candidate: a page would ring in 2 of 3 plays, after 3 to 5 s ${page}`,
    ]);
    expect(lines(plays(seen(3), seen(3)))).toEqual([
      `latency in candidate: a page would ring in 2 of 2 plays, after 3 s ${page}`,
    ]);
  });

  it('says what went unseen, by the worst play, and what it would have taken', () => {
    expect(lines(plays(seen(null, 2), seen(null, 20)))).toEqual([
      'latency in candidate: no alert would have seen it in any of 2 plays (20 × the misses allowed to correct-in-time); the soonest, on correct-in-time, takes 43.2 s of total outage',
    ]);
    const mute = plays(seen(null)).map((one) => ({ ...one, watched: [] }));
    expect(lines(mute)[0]).toMatch(/; none can ring at these targets and rates$/);
  });

  it('says that an alert which rang before the fault may have hidden it', () => {
    expect(lines(plays(seen(null, 20, true)))[0]).toContain('seen it, but one rang before it came (20 ×');
  });

  it('says what rang without a fault, once for all plays', () => {
    const calm = alerts(CANDIDATE, '1-candidate', {});
    const loud = alerts(CANDIDATE, '2-candidate', { rang: [rang({}), rang({ fromSecond: 30 })] });
    expect(lines([calm, loud])).toEqual([
      `candidate: without a fault a page would ring in 1 of 2 plays, from 9 s to 14 s of 2-candidate ${page}`,
    ]);
    expect(lines([calm])).toEqual([]);
  });
});
