import { describe, expect, test } from 'vitest';
import { openConsole } from './console.ts';

/** A stream that keeps what is written to it. */
function stream(more: object): NodeJS.WriteStream & { text: string } {
  const kept = {
    text: '',
    write(chunk: string) {
      kept.text += chunk;
      return true;
    },
    ...more,
  };
  return kept as unknown as NodeJS.WriteStream & { text: string };
}

const ESC = String.fromCharCode(27);
const PARTS = new RegExp(`${ESC}\\[(\\d*)([A-Za-z])|\\r|\\n|[^${ESC}\\r\\n]+`, 'g');

/** What a terminal shows after all that was written. */
function screen(text: string): string[] {
  const lines = [''];
  let row = 0;
  for (const [part, count, code] of text.matchAll(PARTS)) {
    if (code === 'A') row -= Number(count);
    else if (code === 'J') lines.splice(row, lines.length, '');
    else if (part === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (code === undefined && part !== '\r') lines[row] += part;
  }
  return lines;
}

describe('the console', () => {
  test('shows a status of several lines on a terminal and takes all of it back for the next', () => {
    const terminal = stream({ isTTY: true, columns: 80 });
    const console = openConsole(terminal);
    console.line('a line that stays');
    console.status('plain', 'one', ['first', 'second']);
    expect(screen(terminal.text)).toEqual(['a line that stays', 'first', 'second']);
    console.status('plain', 'one', ['alone']);
    expect(screen(terminal.text)).toEqual(['a line that stays', 'alone']);
    console.status('plain', 'one', ['third', 'fourth']);
    console.line('done');
    expect(screen(terminal.text)).toEqual(['a line that stays', 'done', '']);
  });

  test('cuts a line that would wrap, and lets no name steer the terminal', () => {
    const terminal = stream({ isTTY: true, columns: 12 });
    openConsole(terminal).status('', '', ['0123456789abcdef', `a${ESC}[2Jb\nc`]);
    expect(screen(terminal.text)).toEqual(['0123456789a', 'a [2Jb c']);
  });

  test('prints plain lines elsewhere: of another topic at once, of the same one not again and again', () => {
    const file = stream({});
    const console = openConsole(file);
    console.status('one', 'a', ['wide']);
    console.status('two', 'a', ['wide']);
    console.status('three', 'b', ['wide']);
    expect(file.text).toBe('one\nthree\n');
  });
});
