import { configFromArguments, serve } from '../service.ts';
import { WorkerConfigSchema } from './config.ts';
import { buildWorker } from './server.ts';

const config = configFromArguments(WorkerConfigSchema);
await serve(buildWorker(config), config);
