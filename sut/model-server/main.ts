import { configFromArguments, serve } from '../service.ts';
import { ModelServerConfigSchema } from './config.ts';
import { buildModelServer } from './server.ts';

const config = configFromArguments(ModelServerConfigSchema);
await serve(await buildModelServer(config), config);
