/**
 * Where a value is not plain data, one sentence each. Only plain data can be kept in a plan and read again as it was:
 * a function, a class's object, a number without end or something that contains itself can't.
 */
export function dataProblems(value: unknown): string[] {
  try {
    return problemsIn(value, [], new Set());
  } catch (error) {
    // A getter or a proxy of somebody's, or nesting without end.
    return [`(whole value): can't be read: ${(error as Error | null)?.message ?? error}`];
  }
}

function problemsIn(value: unknown, path: readonly string[], above: ReadonlySet<object>): string[] {
  const words = whyNoData(value, above);
  if (words !== null) return [`${path.length === 0 ? '(whole value)' : path.join('.')}: ${words}`];
  if (typeof value !== 'object' || value === null) return [];
  const within = new Set([...above, value]);
  return Object.entries(value).flatMap(([key, inner]) => problemsIn(inner, [...path, key], within));
}

function whyNoData(value: unknown, above: ReadonlySet<object>): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : `must be a number, not ${value}`;
  if (['function', 'symbol', 'bigint'].includes(typeof value)) return `must be data, not a ${typeof value}`;
  if (typeof value !== 'object' || value === null) return null;
  if (above.has(value)) return 'must not contain itself';
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return isPlain ? null : 'must be plain data, not the object of a class';
}
