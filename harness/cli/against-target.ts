import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import { remoteHosts, urlProblem } from '#harness/target/address.ts';
import { type AgainstOther, claimsAgainst } from './against.ts';
import { targetNotAllowed } from './on-target.ts';

const VARIANT = 'against-target';

/** Another server of the user's, up beside the one of the experiment; asked nothing yet. */
export async function findTarget(
  url: string,
  experiments: readonly Experiment[],
  allowed: readonly string[],
): Promise<AgainstOther> {
  const problem = urlProblem(url);
  if (problem !== null) throw new GauntletError('bad-option', `--against-target: ${problem}.`);
  const without = experiments.find(({ target }) => !target);
  if (without)
    throw new GauntletError(
      'not-playable',
      `'${without.name}' has no target, so there is nothing that ${url} could be held against; --against REF is for ` +
        'the reference system.',
    );
  const same = experiments.find(({ target }) => new URL(target!.url).origin === new URL(url).origin);
  if (same)
    throw new GauntletError(
      'not-playable',
      `${url} is the target of '${same.name}' itself; name the other server.`,
    );
  const remote = remoteHosts({ url }, allowed);
  if (remote.length > 0) throw targetNotAllowed('--against-target would send load to', remote);
  return {
    system: { variant: VARIANT, url },
    // Nobody's services are pinned.
    claims: await claimsAgainst(VARIANT, experiments, false, 'target'),
    install: async () => {},
  };
}
