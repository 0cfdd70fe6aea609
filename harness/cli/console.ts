import pc from 'picocolors';

/** Where a command talks to people: stderr when stdout belongs to `--json`. */
export interface Console {
  /** A line that stays. */
  line(text: string): void;
  /**
   * A line that the next one replaces on a terminal. Elsewhere it is printed when `topic` changes, and for the same
   * topic at most every `PLAIN_MS`, if the text changed.
   */
  status(text: string, topic?: string): void;
  terminal: boolean;
}

const PLAIN_MS = 5_000;

export function openConsole(stream: NodeJS.WriteStream): Console {
  const terminal = stream.isTTY === true;
  let shown = false;
  let lastPlainAt = Number.NEGATIVE_INFINITY;
  let lastPlain = '';
  let lastTopic = '';
  const clear = () => {
    if (shown) stream.write('\r\x1b[K');
    shown = false;
  };
  return {
    terminal,
    line(text) {
      clear();
      stream.write(`${text}\n`);
    },
    status(text, topic = '') {
      if (terminal) {
        stream.write(`\r\x1b[K${pc.dim(text.slice(0, (stream.columns ?? 80) - 1))}`);
        shown = true;
        return;
      }
      const now = performance.now();
      if (topic === lastTopic && (text === lastPlain || now - lastPlainAt < PLAIN_MS)) return;
      lastTopic = topic;
      lastPlainAt = now;
      lastPlain = text;
      stream.write(`${text}\n`);
    },
  };
}
