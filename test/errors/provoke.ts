import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, GauntletError, knownCode } from '#contract/errors.ts';
import type { TargetExperiment } from '#contract/experiment.ts';
import { runCommand } from '#harness/cli/main.ts';
import { verbs } from '#harness/cli/verbs/index.ts';
import type { SimulatedSystem } from '../sim/effects.ts';
import { resilient, saveRun, simulateRun } from '../sim/simulated-run.ts';

/** One way to get an error, done for real. */
export interface Provocation {
  /** What has to be so, where the command alone doesn't say it. */
  situation?: string;
  /** Does it in a folder of its own. */
  provoke(folder: string): Promise<Provoked>;
}

export interface Provoked {
  /** What was typed; what a person would type, where the error was provoked beneath the command line. */
  command: string;
  code: ErrorCode;
  message: string;
}

export function when(situation: string, provocation: Provocation): Provocation {
  return { situation, ...provocation };
}

/** An argument that has to be made first: what is typed for it. */
type Made = (folder: string) => string | Promise<string>;

/** Through the command line, in this process. */
export function typed(...words: readonly (string | Made)[]): Provocation {
  return {
    async provoke(folder) {
      const argv: string[] = [];
      for (const word of words) argv.push(typeof word === 'string' ? word : await word(folder));
      const { failure } = await runCommand(argv);
      if (!failure) throw new Error(`it did not fail: ${argv.join(' ')}`);
      return { command: commandLine(argv), code: failure.code, message: failure.message };
    },
  };
}

function commandLine([verb, ...rest]: readonly string[]): string {
  if (!Object.hasOwn(verbs, verb!)) return ['node harness/cli/gauntlet.js', verb, ...rest].join(' ');
  return ['npm run', verb, ...(rest.length > 0 ? ['--', ...rest] : [])].join(' ');
}

/** By a call beneath the command line, for what can't be made so without harm to the machine or to its patience. */
export function beneath(command: string, fails: (folder: string) => unknown): Provocation {
  return {
    async provoke(folder) {
      try {
        await fails(folder);
      } catch (error) {
        if (!(error instanceof GauntletError)) throw error;
        return { command, code: error.code, message: error.message };
      }
      throw new Error(`it did not fail: ${command}`);
    },
  };
}

/** In a trial of a simulated system: the error that the trial's record says. */
export function inTrial(command: string, system: SimulatedSystem): Provocation {
  return {
    async provoke() {
      const { facts } = await simulateRun(system);
      const { error } = facts.record.experiments[0]!.trials[0]!;
      if (error === null) throw new Error(`it did not fail: ${command}`);
      return { command, code: knownCode(error.code), message: error.message };
    },
  };
}

/** A file with this text. */
export function aFile(name: string, text: string): Made {
  return (folder) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
}

/** An experiment on a target there, beside its payloads. */
export function aTarget(payloads: string, url: string): Made {
  return (folder) => {
    writeFileSync(join(folder, 'mine.jsonl'), payloads);
    const file = join(folder, 'mine.mjs');
    writeFileSync(file, `export default ${JSON.stringify(targetExperiment(url))};\n`);
    return file;
  };
}

/** As small as one can be. */
function targetExperiment(url: string): TargetExperiment {
  return {
    name: 'mine',
    question: 'Does it answer?',
    target: { url, protocol: { name: 'json', path: '/predict' }, payloads: './mine.jsonl' },
    load: {
      scenario: 'steady',
      rate: { perSecond: 20 },
      deadlineMs: 200,
      clientTimeoutMs: 500,
      seconds: { warmUp: 1, steady: 7, fault: 2, recovery: 4 },
      loadtest: { steady: 4, trials: 1 },
    },
    faults: {},
    objectives: [{ name: 'available', indicator: 'availability', phase: 'steady', target: 0.9 }],
  };
}

/** A saved run, with one of its files changed. */
export function aRun(damage?: { file: string; change: (text: string) => string }): Made {
  return async (folder) => {
    const { path } = await saveRun(join(folder, 'reports/runs'), await simulateRun(resilient));
    if (damage) {
      const file = join(path, damage.file);
      const before = readFileSync(file, 'latin1');
      const after = damage.change(before);
      if (after === before) throw new Error(`nothing of ${damage.file} was changed`);
      writeFileSync(file, after);
    }
    return path;
  };
}
