import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import type { TargetFile } from '#contract/target.ts';
import { remoteHosts } from '#harness/target/address.ts';
import type { PlayOptions } from './options.ts';
import type { Play } from './play-trials.ts';

/** The options with what an experiment decides by having a target; refuses what can't be played together with one. */
export function onTarget({ command, experiments, options, against }: Play): PlayOptions {
  const own = experiments.filter(({ target }) => target);
  if (own.length === 0) return options;
  const { name } = own[0]!;
  if (own.length < experiments.length)
    throw notPlayable(
      `'${name}' has a target and '${experiments.find(({ target }) => !target)!.name}' has services of ours; play them one by one.`,
    );
  if (options.runtime !== 'processes')
    throw notPlayable(`'${name}' has a target, so it has no services for --runtime ${options.runtime}.`);
  if (against ? !('url' in against.system) : command === 'compare')
    throw notPlayable(
      `'${name}' has a target, which is one system as it is: there is nothing to compare. Hold it against a pin ` +
        '(npm run gate), or against another server that is up beside it: --against-target URL',
    );
  for (const experiment of own) refuseRemote(experiment, options.allowTarget ?? []);
  for (const { name, target } of own) refuseUnset(target?.headers, `'${name}' takes`);
  return { ...options, runtime: 'target' };
}

/** Load goes to this machine alone, unless it was said which other it may go to. Nothing was sent yet, no name looked up. */
function refuseRemote({ name, target }: Experiment, allowed: readonly string[]): void {
  const remote = target ? remoteHosts(target, allowed) : [];
  if (remote.length === 0) return;
  throw targetNotAllowed(`'${name}' would send its load to`, remote);
}

export function targetNotAllowed(what: string, hosts: readonly string[]): GauntletError {
  return new GauntletError(
    'target-not-allowed',
    `${what} ${hosts.join(', ')}, which is not this machine by its literal name (localhost, 127.0.0.1, [::1]). ` +
      `If it is yours to load: ${hosts.map((host) => `--allow-target ${host}`).join(' ')}`,
  );
}

/** What can be sent as a header's value: anything else would be shown, value and all, by whoever refuses it. */
const HEADER_VALUE = /^[\t\x20-\x7e]+$/;

/** `who` takes its headers from the environment; refuses where one is not there, or is none. */
export function refuseUnset(headers: TargetFile['headers'], who: string): void {
  for (const [header, value] of Object.entries(headers ?? {})) {
    if (typeof value === 'string') continue;
    const found = process.env[value.fromEnv];
    if (found && HEADER_VALUE.test(found)) continue;
    const why = found ? 'has a line break, or another sign that no header can have' : 'is not set';
    throw new GauntletError(
      'bad-environment',
      `${value.fromEnv} ${why}, and ${who} the header '${header}' from there: ${value.fromEnv}=… npm run …`,
    );
  }
}

function notPlayable(message: string): GauntletError {
  return new GauntletError('not-playable', message);
}
