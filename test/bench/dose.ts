/** How much of a bench is played. */
export interface Dose {
  /** Of one row in closed loop; the rest follows from it. */
  seconds: number;
  /** Ids of rows, or the words that they begin with; none asks for all. */
  rows: readonly string[];
  /** Programs of other people that are measured beside. */
  peers: readonly PeerName[];
  signal: AbortSignal;
  say(line: string): void;
}

export const PEERS = ['fastapi', 'mlserver'] as const;
export type PeerName = (typeof PEERS)[number];
