/** One step of a growth: what was raised, and what came of it. */
export interface Step {
  x: number;
  y: number;
}

/** From this share of the highest on, more of x brings nothing worth having. */
const NEARLY_ALL = 0.9;

/** The smallest x that brings nine tenths of the highest y; null for no step. */
export function saturationOf(steps: readonly Step[]): number | null {
  const highest = Math.max(...steps.map(({ y }) => y));
  return sorted(steps).find(({ y }) => y >= NEARLY_ALL * highest)?.x ?? null;
}

/** The last x before y, which was as good as level, passes `times` its first value; null where it never does. */
export function lastBefore(steps: readonly Step[], times: number): number | null {
  const all = sorted(steps);
  const i = all.findIndex(({ y }) => y > times * all[0]!.y);
  return i < 1 ? null : all[i - 1]!.x;
}

/** The step that y falls most at, as a share of what it was before; null where it falls at none. */
export function steepestFall(steps: readonly Step[]): { from: number; to: number; kept: number } | null {
  const falls = sorted(steps)
    .map((step, i, all) => ({ step, before: all[i - 1] }))
    .flatMap(({ step, before }) => (before ? [{ from: before.x, to: step.x, kept: step.y / before.y }] : []))
    .filter(({ kept }) => kept < 1);
  return falls.sort((a, b) => a.kept - b.kept)[0] ?? null;
}

/** The power of x that y grows with, by least squares on logarithms: 1 is in proportion; null for fewer than two steps. */
export function powerOf(steps: readonly Step[]): number | null {
  if (steps.length < 2) return null;
  const logs = steps.map(({ x, y }) => [Math.log(x), Math.log(y)] as const);
  const mean = (at: 0 | 1) => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const across = logs.reduce((sum, log) => sum + (log[0] - x) * (log[1] - y), 0);
  const along = logs.reduce((sum, log) => sum + (log[0] - x) ** 2, 0);
  return along === 0 ? null : across / along;
}

function sorted(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => a.x - b.x);
}
