/** One line of a bench's table. */
export interface Row {
  what: string;
  /** With its unit. */
  seen: string;
  /** What is asked; null where the figure only informs. */
  asked: string | null;
  held: boolean;
}

export function atMost(what: string, value: number, most: number, unit: string, digits = 1): Row {
  return {
    what,
    seen: `${value.toFixed(digits)} ${unit}`,
    asked: `at most ${most} ${unit}`,
    held: value <= most,
  };
}

export function told(what: string, seen: string): Row {
  return { what, seen, asked: null, held: true };
}

export function atLeast(what: string, value: number, least: number, unit: string, digits = 1): Row {
  return {
    what,
    seen: `${value.toFixed(digits)} ${unit}`,
    asked: `at least ${least} ${unit}`,
    held: value >= least,
  };
}
