import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '#contract/exit-codes.ts';
import { goldenInput, isGolden } from '#sut/models/golden-input.ts';
import { FEATURES, INPUT_NAME } from '#sut/protocol/infer.ts';
import { start } from '../integration/running.ts';

// What must still work after a harness was killed.

const WHOLE_RUN = './test/fixtures/experiments/short-faults.ts';

/** Starts the system and asks it once; what was wrong with that, empty when the answer was right. */
export async function firstRightAnswer(): Promise<string[]> {
  // The command keeps its logs, where temporary files go, for whoever typed it.
  const logs = mkdtempSync(join(tmpdir(), 'gauntlet-torture-'));
  const running = start(['sut', 'circuit-breaker'], { out: false, env: { TMPDIR: logs } });
  try {
    await running.seen(/Ctrl-C stops it/);
    const url = /^curl -s (\S+)/m.exec(running.output())![1]!;
    const input = { name: INPUT_NAME, shape: [1, FEATURES], datatype: 'FP32', data: goldenInput.pixels };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: [input] }),
      signal: AbortSignal.timeout(5_000),
    });
    const answer = (await response.json()) as { outputs: { data: number[] }[] };
    const right = response.ok && isGolden('mlp-1', answer.outputs[0]!.data);
    running.child.kill('SIGINT');
    await running.exit;
    const left = running.processes();
    return [
      ...(right ? [] : [`the first answer afterwards was wrong: ${response.status}`]),
      ...(left.length === 0 ? [] : [`the system alone left ${left}`]),
    ];
  } catch (error) {
    return [`no first answer afterwards: ${(error as Error).message}`];
  } finally {
    running.remove();
    rmSync(logs, { recursive: true, force: true });
  }
}

/** A neighbour's work can cost a run its steady state or an objective; a trace of the kill would cost each try. */
const MOST_TRIES = 3;
const JUDGED: readonly (number | null)[] = [EXIT.fail, EXIT.undecided, EXIT.noSteadyState];

/** A whole run; what was wrong with it, empty when it passed and left nothing. */
export async function wholeRun(): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    const { code, problems } = await playWhole();
    if (tries === MOST_TRIES || !JUDGED.includes(code)) return problems;
  }
}

async function playWhole(): Promise<{ code: number | null; problems: string[] }> {
  const running = start(['chaos', WHOLE_RUN]);
  try {
    const { code } = await running.exit;
    const left = running.processes();
    const problems = [
      ...(code === 0 ? [] : [`a whole run afterwards ended with ${code}: ${lastLines(running.output())}`]),
      ...(left.length === 0 ? [] : [`a whole run afterwards left ${left}`]),
    ];
    return { code, problems };
  } finally {
    running.remove();
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-4).join(' / ');
}
