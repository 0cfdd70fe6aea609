import { GauntletError } from '#contract/errors.ts';
import type { Experiment } from '#contract/experiment.ts';
import { fingerprintOf } from '#contract/fingerprint.ts';
import type { RuntimeName } from '#contract/names.ts';
import type { Against } from '#contract/plan.ts';
import { linksOf } from '#contract/topology.ts';
import { readCalibrations } from '#harness/effects/calibration-cache.ts';
import { commitFolder, type InstallOptions, installCommit } from '#harness/effects/commit-folder.ts';
import { openRepository } from '#harness/effects/git.ts';
import { describeMachine } from '#harness/effects/machine.ts';
import { topologyIn } from '#harness/effects/other-system.ts';
import { faultedLinks } from '#harness/plan/faults.ts';
import type { ClaimsAgainst } from '#harness/plan/request.ts';
import { withinMargins } from '#slo/against-commit.ts';
import { calibrationAt } from '#slo/calibration.ts';
import { cacheDir } from './cache-dir.ts';
import { isPackage, root } from './home.ts';

/** What the candidate's services are made of. */
const OF_THE_SYSTEM = ['sut', 'harness/contract', 'package.json', 'package-lock.json'];

/** Another commit of this project, or another server, to be played beside this one. */
export interface AgainstOther {
  system: Against;
  claims: ClaimsAgainst;
  /** Makes what it is started from, where that isn't there yet. */
  install(options: Omit<InstallOptions, 'repository'>): Promise<void>;
}

/** Finds the commit and says what the candidate may cost against it; nothing is made yet. */
export async function findCommit(
  ref: string,
  experiments: readonly Experiment[],
  pinCores: boolean,
): Promise<AgainstOther> {
  if (isPackage)
    throw new GauntletError(
      'bad-commit',
      `--against '${ref}' holds the reference system against another commit of Gauntlet's own repository, and a ` +
        'package has none; play it in a checkout.',
    );
  const repository = await openRepository(root);
  const commit = await repository.commitOf(ref);
  const changed = await repository.changedFiles(OF_THE_SYSTEM);
  if (changed.length > 0) {
    const differ = changed.length > 1 ? ` and ${changed.length - 1} more differ` : ' differs';
    throw new GauntletError(
      'bad-commit',
      `${changed[0]}${differ} from the last commit, so nobody could say later what was held against ` +
        `'${ref}'; commit them first.`,
    );
  }
  const variant = `against-${commit.slice(0, 7)}`;
  return {
    system: {
      variant,
      ref,
      commit,
      candidateCommit: await repository.commitOf('HEAD'),
      folder: commitFolder(cacheDir, commit),
    },
    claims: await claimsAgainst(variant, experiments, pinCores),
    install: async (options) => {
      await installCommit(cacheDir, commit, { ...options, repository });
      await checkSystem(ref, commitFolder(cacheDir, commit), experiments);
    },
  };
}

/** What a fault of an experiment touches must be there in the other system too. */
async function checkSystem(ref: string, folder: string, experiments: readonly Experiment[]): Promise<void> {
  const links = linksOf(await topologyIn(folder));
  for (const experiment of experiments) {
    const missing = faultedLinks(experiment).find((link) => !links.includes(link));
    if (missing !== undefined)
      throw new GauntletError(
        'bad-commit',
        `'${ref}' has no link ${missing}, which a fault of '${experiment.name}' is on.`,
      );
  }
}

/** What the candidate may cost against it, by what this machine can see. */
export async function claimsAgainst(
  variant: string,
  experiments: readonly Experiment[],
  pinCores: boolean,
  runtime: RuntimeName = 'processes',
): Promise<ClaimsAgainst> {
  const fingerprint = fingerprintOf(await describeMachine(pinCores, runtime));
  const known = new Map(
    await Promise.all(
      experiments.map(
        async ({ name }) => [name, await readCalibrations(cacheDir, fingerprint, name)] as const,
      ),
    ),
  );
  return (experiment, ratePerSecond, hasFault, pairs) =>
    withinMargins(variant, hasFault, pairs, calibrationAt(known.get(experiment) ?? [], ratePerSecond));
}
