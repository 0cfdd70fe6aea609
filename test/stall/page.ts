import type { Outcome } from '#contract/verdict.ts';
import { count, exactPercent, percent, plural } from '#reports/format.ts';
import { deviation, type Figures } from './arithmetic.ts';
import type { GauntletPlay } from './play-gauntlet.ts';
import type { K6Play } from './play-k6.ts';
import { OWN_VUS, RATE_PER_SECOND, SECONDS, SERVICE_MS, STALL_MS, TARGET, WITHIN_MS } from './setup.ts';

/** How far the harness may be off what arithmetic says. */
export const ALLOWED = 0.05;

/** Why the verdict is not the same as the count. */
const ONE_EVENT =
  ' Its verdict on the objective is no pass, and no fail either: all late answers come from one stall, and one event says little of how often the next will come.';

export interface StallFigures {
  gauntlet: GauntletPlay;
  arrivalRate: K6Play;
  closedLoop: K6Play;
}

/** The stall as a section of docs/selftest.md. */
export function sectionOf(figures: StallFigures): string {
  const { expected, mostInFlight } = figures.gauntlet;
  return `## A server that stops for two seconds

A server answers one request at a time, each after ${SERVICE_MS} ms, so ${1000 / SERVICE_MS} a second. It is asked ${RATE_PER_SECOND} times a second for ${SECONDS} s, and after a third of that it stops for ${STALL_MS / 1000} s: its event loop is blocked, and it reads the clock before and after. From the tape and those two instants arithmetic gives the response time of every request: those planned in the stall wait for its end, and then for all that came before them. That makes ${percent(expected.beyond / expected.requests)} of the requests slower than ${WITHIN_MS} ms, so the p99 lies amid those that met the stall, a good millisecond from its neighbours, and not at their edge. No client gives up. Two of k6's own executors ask the same server as often, with ${OWN_VUS} virtual users, many more than wait while all is well; their columns are what k6 itself says at the end.

${table(figures)}

${ours(figures.gauntlet)}

The closed loop (\`constant-vus\`) asks nothing while it waits: each of its ${OWN_VUS} users meets the stall once, and the ${count(STALL_MS * (RATE_PER_SECOND / 1000))} requests that others would have sent meanwhile are not slow but absent. k6's open loop (\`constant-arrival-rate\`) plans them, and leaves out those for which no virtual user is free; it counts them as \`dropped_iterations\`, and its percentiles know nothing of them. With ${count(mostInFlight)} virtual users it would have sent them all, and its p99 would be right too; but that number follows from how long the server is going to stop. The virtual users of a tape wait for no answer before they send what is planned next, so that a few are always enough; a tape times each response from the planned instant, and calls the play invalid when one is missing or too many leave late.
`;
}

function table({ gauntlet, arrivalRate, closedLoop }: StallFigures): string {
  const { expected, seen, stall, broken } = gauntlet;
  const stalledMs = stall.toMs - stall.fromMs;
  const all = [expected, seen, arrivalRate.seen, closedLoop.seen];
  const ofRequests = ({ beyond, requests }: Figures) => `${count(beyond)} of ${count(requests)}`;
  const verdicts = [
    expected.beyond <= (1 - TARGET) * expected.requests ? 'kept' : '**missed**',
    bold(broken.length > 0 ? 'invalid' : gauntlet.outcome),
    bold(arrivalRate.passed ? 'pass' : 'fail'),
    bold(closedLoop.passed ? 'pass' : 'fail'),
  ];
  const rows = [
    ['', 'arithmetic', 'Gauntlet', 'k6 `constant-arrival-rate`', 'k6 `constant-vus`'],
    ['---', '---:', '---:', '---:', '---:'],
    ['p99 of the response time', ...all.map(({ p99Ms }) => ms(p99Ms))],
    [`answered after more than ${WITHIN_MS} ms`, ...all.map(ofRequests)],
    ['planned and never sent', '0', count(gauntlet.neverSent), count(arrivalRate.dropped), 'none is planned'],
    [`${exactPercent(TARGET)} within ${WITHIN_MS} ms`, ...verdicts],
    [
      'the server stood still, by its clock',
      ms(stalledMs),
      ms(stalledMs),
      ms(arrivalRate.stallMs),
      ms(closedLoop.stallMs),
    ],
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function ours({ expected, seen, outcome, broken, lateness, disturbed }: GauntletPlay): string {
  const replays =
    disturbed === 0 ? '' : ` The machine disturbed ${plural(disturbed, 'earlier play')}, left out here.`;
  if (broken.length > 0)
    return `**Gauntlet's play is invalid and proves nothing:** ${broken.join('; ')}.${replays} Play it again on a machine with nothing else to do.`;
  const p99 = signed(deviation(seen.p99Ms, expected.p99Ms));
  const beyond = signed(deviation(seen.beyond, expected.beyond));
  return `Gauntlet's p99 is off by ${p99} and its count by ${beyond}, where ${exactPercent(ALLOWED)} are allowed. Validity comes first, as in every run: ${lateness}.${replays}${outcome === 'inconclusive' ? ONE_EVENT : ''}`;
}

export function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`;
}

function bold(outcome: Outcome): string {
  return outcome === 'pass' ? outcome : `**${outcome}**`;
}

function ms(value: number): string {
  return `${count(value)} ms`;
}
