import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERRORS, type ErrorCode } from '#contract/errors.ts';
import { EXIT_MEANING } from '#contract/exit-codes.ts';
import { provocations, type Unprovoked } from './provocations.ts';
import type { Provocation, Provoked } from './provoke.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** An error as it was provoked, with nothing of this machine in it. */
export interface Example extends Provoked {
  situation?: string;
}

export type Examples = Record<ErrorCode, readonly Example[] | Unprovoked>;

/** Provokes every error. */
export async function provokeAll(): Promise<Examples> {
  const found = Object.entries(provocations).map(
    async ([code, all]) => [code, 'why' in all ? all : await Promise.all(all.map(exampleOf))] as const,
  );
  return Object.fromEntries(await Promise.all(found)) as Examples;
}

async function exampleOf({ situation, provoke }: Provocation): Promise<Example> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gauntlet-errors-')));
  try {
    const { command, code, message } = await provoke(folder);
    const texts = { command: anywhere(command, folder), message: anywhere(message, folder) };
    return { ...(situation === undefined ? {} : { situation }), code, ...texts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A text as it would be on any machine. */
function anywhere(text: string, folder: string): string {
  return text
    .replaceAll(`${folder}/`, '')
    .replaceAll(folder, '.')
    .replaceAll(root, '')
    .replaceAll(`process ${process.pid}`, 'process 4711')
    .replaceAll(`${process.platform}-${process.arch}`, 'linux-x64');
}

/** docs/errors.md */
export function errorsPage(examples: Examples): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { exit, when, do: advice }]) => `| [\`${code}\`](#${code}) | ${exit} | ${when} | ${advice} |`,
  );
  const sections = (Object.keys(ERRORS) as ErrorCode[]).map((code) => section(code, examples[code]));
  return `# Errors

Made by \`npm run docs\`: every message was printed by the command above it, or by the code beneath that command. Paths are shown from the folder in which it was typed.

## Exit codes

Of several, the worst speaks.

| exit code | meaning |
| ---: | --- |
${Object.entries(EXIT_MEANING)
  .map(([code, meaning]) => `| ${code} | ${meaning} |`)
  .join('\n')}

## Every known error

An error is one sentence on stderr, or several problems of one file at once. In a run it stands in \`record.json\` with its code, at the trial that it ended; only an error of the candidate, a heal that failed or an internal error then decides about the exit.

| error | exit code | what has happened | what to do |
| --- | ---: | --- | --- |
${rows.join('\n')}

## Examples

${sections.join('\n\n')}
`;
}

function section(code: ErrorCode, all: readonly Example[] | Unprovoked): string {
  const { exit, do: advice } = ERRORS[code];
  const body = 'why' in all ? [`No example: ${all.why}`] : all.map(exampleText);
  return [`### ${code}`, `Exit code ${exit}. ${advice}`, ...body].join('\n\n');
}

function exampleText({ situation, command, message }: Example): string {
  const before = situation === undefined ? '' : `${situation}:\n\n`;
  return `${before}\`\`\`text\n$ ${command}\n${message}\n\`\`\``;
}
