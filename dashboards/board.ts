// A board as plain data, so that what draws it (grafana.ts) and what proves it (each query is asked of a real
// Prometheus) read the same thing.

export interface Query {
  /** PromQL; `$__rate_interval` is Grafana's, at least four scrapes long. */
  expr: string;
  /** With the labels of a series in double braces. */
  legend: string;
}

/** Grafana's names of units. */
export type Unit = 'reqps' | 's' | 'percentunit' | 'short' | 'bytes' | 'rowsps';

export interface Panel {
  title: string;
  /** What to look for in it. */
  description: string;
  kind: 'lines' | 'number' | 'states';
  unit: Unit;
  queries: readonly [Query, ...Query[]];
  /** Of `states`: what a value is called. */
  states?: Readonly<Record<number, { text: string; color: string }>>;
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

export interface Board {
  /** Also the name of its file, and its address in Grafana. */
  uid: string;
  title: string;
  description: string;
  rows: readonly Row[];
}

export function lines(
  title: string,
  unit: Unit,
  description: string,
  ...queries: [Query, ...Query[]]
): Panel {
  return { title, description, kind: 'lines', unit, queries };
}

export function number(
  title: string,
  unit: Unit,
  description: string,
  ...queries: [Query, ...Query[]]
): Panel {
  return { title, description, kind: 'number', unit, queries };
}

export function states(
  title: string,
  description: string,
  named: NonNullable<Panel['states']>,
  ...queries: [Query, ...Query[]]
): Panel {
  return { title, description, kind: 'states', unit: 'short', queries, states: named };
}
