import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { ObjectiveSchema } from '#contract/experiment.ts';
import { problemsOf } from '#contract/validate.ts';
import { readOpenSlo } from '#slo/openslo.ts';
import { type Effort, fuzz } from './fuzz.ts';
import { edited, edits, jsonJunk, mutate, mutations, type Tree } from './mutate.ts';

const root = join(import.meta.dirname, '../..');
const committed = join(root, 'slo/objectives');
const valid = readFileSync(join(root, 'test/fixtures/objectives/quick.yaml'), 'utf8');
const documents = [
  valid,
  ...readdirSync(committed).flatMap((name) => readFileSync(join(committed, name), 'utf8').split('---\n')),
];

/** No exception; what comes out is valid, and every sentence points into the text. */
export function expectObjectivesOrProblems(text: string): void {
  const { objectives, problems, skipped } = readOpenSlo(text, 'f');
  for (const objective of objectives) expect(problemsOf(ObjectiveSchema, objective)).toEqual([]);
  const lines = text.split('\n').length;
  for (const sentence of [...problems, ...skipped]) {
    const [, line, column] = /^f:(\d+):(\d+): ./.exec(sentence) ?? [];
    expect(Number(line), sentence).toBeGreaterThanOrEqual(1);
    expect(Number(line), sentence).toBeLessThanOrEqual(lines);
    expect(Number(column), sentence).toBeGreaterThanOrEqual(1);
  }
  const said = objectives.length + problems.length + skipped.length;
  if (text.startsWith('apiVersion')) expect(said).toBeGreaterThan(0);
}

/** A document whose nodes are deleted, doubled, replaced … */
export async function fuzzOpenSloDocuments(effort: Effort): Promise<void> {
  const junk = fc.oneof(jsonJunk, fc.date(), fc.double());
  const input = fc.record({ text: fc.constantFrom(...documents), changes: mutations(junk, 4) });
  const holds = async ({ text, changes }: { text: string; changes: Parameters<typeof mutate>[1][] }) => {
    const tree = parse(text) as Tree;
    for (const change of changes) mutate(tree, change);
    expectObjectivesOrProblems(stringify(tree));
  };
  await fuzz(input, holds, effort);
}

const MARKS = [
  '&a ',
  '*a',
  '!!set ',
  '!!binary ',
  '- ',
  ': ',
  '{',
  '[',
  '"',
  "'",
  '|',
  '\t',
  '---\n',
  '%',
  '\0',
  '?',
  '<<: ',
] as const;

/** A text that is cut, or has marks thrown in. */
export async function fuzzOpenSloText(effort: Effort): Promise<void> {
  const input = fc.record({
    text: fc.constantFrom(...documents, `${documents[1]}---\n${valid}`),
    changes: edits(fc.oneof(fc.constantFrom(...MARKS), fc.string()), 5),
    end: fc.nat(),
  });
  const holds = async ({ text, changes, end }: typeof input extends fc.Arbitrary<infer T> ? T : never) => {
    const changed = edited(text, changes);
    expectObjectivesOrProblems(end % 3 === 0 ? changed.slice(0, end % (changed.length + 1)) : changed);
  };
  await fuzz(input, holds, effort);
}
