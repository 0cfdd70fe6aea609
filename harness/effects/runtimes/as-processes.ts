import type { Processes } from '../process.ts';
import { processState } from '../process-state.ts';
import { commandOf, type ServiceStart } from '../services.ts';
import type { Launcher, ServiceHandle } from './runtime.ts';

/** Every service is a process of this machine. */
export function asProcesses(processes: Processes): Launcher {
  return { launch: async (start, logFile) => launch(processes, start, logFile) };
}

function launch(processes: Processes, start: ServiceStart, logFile: string): ServiceHandle {
  const child = processes.start({
    name: start.name,
    ...commandOf(start),
    env: { ...process.env, NODE_ENV: 'production' },
    logFile,
    cores: start.cores,
  });
  return { ...child, state: async () => (child.pid === null ? 'gone' : processState(child.pid)) };
}
