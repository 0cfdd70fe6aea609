// Evidence that several faults share. Nearly all, not all: the first calls of the window were begun before it.

/** So many of the requests that it marks were sent. */
export const MARKED = { markedSentAtLeast: 5 };
/** Nearly all calls were given up by their caller. */
export const TIMED_OUT = { timeoutShareAtLeast: 0.9, calls: 5 };
/** Nearly all calls were refused, reset or closed. */
export const FAILED = { errorShareAtLeast: 0.9, calls: 5 };
/** Nearly all calls wait for their answer still: a caller that never gives up, or tries again. */
export const HANGING = { hangingShareAtLeast: 0.9, calls: 5 };
