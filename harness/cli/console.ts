import pc from 'picocolors';

/** Where a command talks to people: stderr when stdout belongs to `--json`. */
export interface Console {
  /** A line that stays. */
  line(text: string): void;
  /**
   * A line that the next one replaces on a terminal, where `wide` stands in place of it if it is given. Elsewhere it is
   * printed when `topic` changes, and for the same topic at most every `PLAIN_MS`, if the text changed.
   */
  status(text: string, topic?: string, wide?: readonly string[]): void;
  terminal: boolean;
}

const PLAIN_MS = 5_000;

export function openConsole(stream: NodeJS.WriteStream): Console {
  const terminal = stream.isTTY === true;
  /** Lines of the status that stand on the terminal; the cursor is at the end of the last. */
  let shown = 0;
  let lastPlainAt = Number.NEGATIVE_INFINITY;
  let lastPlain = '';
  let lastTopic = '';
  const clear = () => {
    const up = shown > 1 ? `\x1b[${shown - 1}A` : '';
    const text = shown === 0 ? '' : `\r${up}\x1b[J`;
    shown = 0;
    return text;
  };
  return {
    terminal,
    line(text) {
      stream.write(`${clear()}${text}\n`);
    },
    status(text, topic = '', wide = [text]) {
      if (terminal) {
        const room = (stream.columns ?? 80) - 1;
        // In one write, and cut to the width: a line that wraps could not be taken back.
        const lines = wide.map((line) => pc.dim(onOneLine(line).slice(0, room)));
        stream.write(`${clear()}${lines.join('\n')}`);
        shown = lines.length;
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

/** Names come from outside, and a terminal obeys control characters. */
function onOneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
