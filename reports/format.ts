// Numbers for people. Fixed to one locale, so that the same record reads the same everywhere.

/** Stands where there is no number. */
export const NOTHING = '–';

const MOST_DECIMALS = 4;

export function count(n: number): string {
  return n.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** So many decimals that the share which is missing, or the little that is there, still shows two digits. */
export function percent(ratio: number | null): string {
  if (ratio === null) return NOTHING;
  if (ratio === 0 || ratio === 1) return `${ratio * 100} %`;
  return `${shownPercent(ratio, decimalsFor(ratio))} %`;
}

/** A ratio beside its target: never rounded onto the other side of it. */
export function percentAgainst(ratio: number | null, target: number): string {
  if (ratio === null) return NOTHING;
  for (let decimals = decimalsFor(ratio); decimals <= MOST_DECIMALS; decimals += 1) {
    const shown = Number((ratio * 100).toFixed(decimals));
    if (shown / 100 >= target === ratio >= target && (shown < 100 || ratio === 1))
      return ratio === 1 || ratio === 0 ? percent(ratio) : `${shown.toFixed(decimals)} %`;
  }
  return `${shownPercent(ratio, MOST_DECIMALS)} %`;
}

/** Nearly all is not all, and next to nothing is not nothing. */
function shownPercent(ratio: number, decimals: number): string {
  const shown = (ratio * 100).toFixed(decimals);
  if (ratio < 1 && Number(shown) >= 100) return '> 99.9999';
  return ratio > 0 && Number(shown) === 0 ? '< 0.0001' : shown;
}

function decimalsFor(ratio: number): number {
  const rarer = Math.min(Math.abs(ratio), Math.abs(1 - ratio)) * 100;
  if (rarer === 0) return 0;
  return Math.min(MOST_DECIMALS, Math.max(1, 1 - Math.floor(Math.log10(rarer))));
}

/** A target or bound as it was written down: 0.93 is 93 %, 0.999 is 99.9 %. */
export function exactPercent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(10))} %`;
}

export function intervalText(interval: readonly [number, number] | null): string {
  if (!interval) return NOTHING;
  return `${percent(interval[0]).replace(' %', '')} to ${percent(interval[1])}`;
}

export function milliseconds(ms: number | null): string {
  if (ms === null) return NOTHING;
  return Math.abs(ms) >= 999.5 ? seconds(ms / 1000) : `${threeDigits(ms)} ms`;
}

export function seconds(s: number | null): string {
  return s === null ? NOTHING : `${threeDigits(s)} s`;
}

/** A length that somebody chose, without decimals that say nothing. */
export function exactSeconds(s: number): string {
  return `${Number(s.toFixed(3))} s`;
}

/** Three digits of any number; whole from a hundred on. */
export function threeDigits(n: number): string {
  if (n === 0 || !Number.isFinite(n)) return String(n);
  if (Math.abs(n) >= 99.95) return count(Math.round(n));
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(n)))));
  return String(Number(n.toFixed(decimals)));
}

export function gibibytes(bytes: number): string {
  return `${threeDigits(bytes / 2 ** 30)} GiB`;
}

/** `1 fault`, `2 faults`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
