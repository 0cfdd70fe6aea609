import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GauntletError } from '#contract/errors.ts';
import type { ToolSpec } from './tools.ts';

/** The version at which a folder's go.mod pins a tool, and the Go that it asks for. */
export async function readPin(
  spec: ToolSpec,
  modFolder: string,
): Promise<{ goVersion: string; version: string }> {
  const file = join(modFolder, 'go.mod');
  const { goVersion, required } = parseGoMod(await readFile(file, 'utf8'));
  const version = required.get(spec.goModule);
  if (version === undefined) throw new GauntletError('internal', `${file} does not require ${spec.goModule}`);
  return { goVersion, version };
}

/** The `go` line and the `require` lines of a go.mod, versions without their `v`. */
export function parseGoMod(text: string): { goVersion: string; required: Map<string, string> } {
  const required = new Map<string, string>();
  let goVersion = '';
  let block = '';
  for (const line of text.split(/\r?\n/)) {
    const words = line
      .replace(/\/\/.*/, '')
      .trim()
      .split(/\s+/);
    if (words[1] === '(') block = words[0] ?? '';
    else if (words[0] === ')') block = '';
    const [verb, first = '', second = ''] = block === '' ? words : [block, ...words];
    if (verb === 'go') goVersion = first;
    if (verb === 'require' && second.startsWith('v')) required.set(first, second.slice(1));
  }
  return { goVersion, required };
}
