import type { Effects } from '#contract/effects.ts';
import type { RunRecord } from '#contract/record.ts';
import type { ServerSpec } from '#contract/topology.ts';
import type { HealReport } from '../heal-run.ts';
import type { ChildHandle } from '../process.ts';
import type { ProcessState } from '../process-state.ts';
import type { ProvisionedTool, ProvisionOptions } from '../provision/provision.ts';
import type { RealParts } from '../real.ts';
import type { ServiceStart } from '../services.ts';

/** One service under way, as a process or as a container. SIGSTOP pauses it and SIGCONT lets it go on, whatever it is. */
export interface ServiceHandle extends ChildHandle {
  state(): Promise<ProcessState>;
}

export interface Launcher {
  /** Starts a service with its configuration file; resolves when it was started, which is before it is ready. */
  launch(start: ServiceStart, logFile: string): Promise<ServiceHandle>;
}

/** What a run hands to whatever its services are. */
export interface RunOf {
  runId: string;
  /** Folder of this project. */
  root: string;
  onProgress: (line: string) => void;
}

/** A member of the map of runtimes. */
export interface RuntimeKind {
  /** Whether the proxies of its links are the run's own. */
  startsProxies: boolean;
  /** Rejects in one sentence where there can be none here; before a run is begun, which would be one to heal. */
  check(): Promise<void>;
  /** The programs of others that are services, each at the path, or of the image, that it is started from. */
  findServers(
    names: readonly ServerSpec['program'][],
    options: Pick<ProvisionOptions, 'cacheDir' | 'onProgress' | 'signal'>,
  ): Promise<ProvisionedTool[]>;
  /** Makes what the services are started from; rejects in one sentence where that can't be had. */
  open(
    parts: Omit<RealParts, 'launcher'>,
    run: RunOf,
  ): Promise<{ effects: Effects /** For the record. */; tools: RunRecord['tools'] }>;
  /**
   * Ends what a run left of its services and of faults in them beside processes, whatever became of the run; absent:
   * all of it are processes.
   */
  removeLeft?(runId: string): Promise<HealReport>;
}
