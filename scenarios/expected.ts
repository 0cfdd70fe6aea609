// Whether an answer of any shape is the one that was expected. Imports nothing: k6 runs it, and tests do.

/** What a JSON pointer (RFC 6901) leads to; undefined where it leads nowhere. */
export function at(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((inner, step) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return Object.hasOwn(inner, key) ? (inner as Record<string, unknown>)[key] : undefined;
  }, value);
}

/** Numbers within the tolerance, all else alike; of an object what is expected counts, and more may be there. */
export function isSame(value: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof expected === 'number')
    return typeof value === 'number' && Math.abs(value - expected) <= tolerance;
  if (Array.isArray(expected))
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((one, i) => isSame(value[i], one, tolerance))
    );
  if (typeof expected !== 'object' || expected === null) return value === expected;
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(expected).every(([key, one]) => isSame(at(value, `/${escaped(key)}`), one, tolerance))
  );
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
