import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildProgram } from '#harness/cli/main.ts';

// What people copy into their CI: that it is YAML of the right shape, and that what it types can be typed.

const root = join(import.meta.dirname, '../..');

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}
interface Action {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: (Step & { id?: string; shell?: string })[] };
}

function read<T>(file: string): { text: string; value: T } {
  const text = readFileSync(join(root, file), 'utf8');
  return { text, value: parse(text) as T };
}

/** Command lines of Gauntlet in a script, without what a shell makes of them. */
function typedIn(script: string): string[] {
  return [...script.matchAll(/gauntlet ([a-z]+ [^\n|;]*)/g)].map(([, line]) => line!.trim());
}

/** The command is one of ours, and takes the options that it is given. */
function expectTypeable(line: string): void {
  const [verb, ...words] = line.split(/\s+/);
  const command = buildProgram(() => {}).commands.find((one) => one.name() === verb);
  expect(command, line).toBeDefined();
  const known = command!.options.map(({ long }) => long);
  for (const option of words.filter((word) => word.startsWith('--'))) expect(known, line).toContain(option);
}

test('the GitHub action is composite, its steps have shells, and it reads only inputs that it declares', () => {
  const { text, value: action } = read<Action>('action.yml');
  expect(action.runs.using).toBe('composite');
  for (const { run, uses, shell } of action.runs.steps) {
    expect([run, uses].filter((one) => one !== undefined)).toHaveLength(1);
    if (run !== undefined) expect(shell).toBe('bash');
  }
  const used = [...text.matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name!);
  expect(new Set(used)).toEqual(new Set(Object.keys(action.inputs)));
  for (const { value } of Object.values(action.outputs)) {
    const step = /steps\.([a-z]+)\.outputs/.exec(value)![1];
    expect(action.runs.steps.map(({ id }) => id)).toContain(step);
  }
});

test('an input of the action never becomes part of a script', () => {
  const { value: action } = read<Action>('action.yml');
  for (const { run } of action.runs.steps) expect(run ?? '').not.toContain('${{');
});

test('the GitHub action types commands that there are', () => {
  const { value: action } = read<Action>('action.yml');
  const lines = action.runs.steps.flatMap(({ run }) => typedIn(run ?? ''));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expectTypeable(line);
  expectTypeable(action.inputs['command']!.default!);
});

test('the workflow for GitHub gives the action inputs that it has, and a command that there is', () => {
  const { value: action } = read<Action>('action.yml');
  const { value: workflow } = read<{ jobs: Record<string, { steps: Step[] }> }>(
    'docs/ci/github-workflow.yml',
  );
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const given = steps.find(({ uses }) => uses === './node_modules/gauntlet')!.with!;
  for (const name of Object.keys(given)) expect(Object.keys(action.inputs)).toContain(name);
  expectTypeable(given['command']!);
});

test('the job for GitLab types commands that there are, and shows the JUnit file that the gate writes', () => {
  const { value } = read<{
    gauntlet: { script: string[]; artifacts: { reports: { junit: string } } };
  }>('docs/ci/gitlab-ci.yml');
  const { script, artifacts } = value.gauntlet;
  const lines = script.flatMap(typedIn);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['loadtest', 'gate']);
  for (const line of lines) expectTypeable(line);
  const out = /--out (\S+)/.exec(lines[1]!)![1];
  expect(artifacts.reports.junit).toBe(`${out}/junit.xml`);
});
