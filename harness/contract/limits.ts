/** The longest that a phase can be. */
export const LONGEST_SECONDS = 86_400;

/** The highest rate that can be asked for, whatever the machine. */
export const HIGHEST_PER_SECOND = 100_000;

/** Requests per second that the load generator can be asked for on each core that it has. */
export const MOST_PER_CORE = 8_000;
