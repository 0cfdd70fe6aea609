/** How many may be inside at once. */
export interface Limit {
  /** Whether one more was let in; whoever was must leave. */
  enter(): boolean;
  leave(): void;
}

/** Nobody waits at the door: there is room, or there is none. */
export function createLimit(most: number): Limit {
  let inside = 0;
  return {
    enter() {
      if (inside >= most) return false;
      inside += 1;
      return true;
    },
    leave() {
      inside -= 1;
    },
  };
}
