import { configFromArguments, refuse, serve } from '../service.ts';
import { ModelServerConfigSchema } from './config.ts';
import { buildModelServer } from './server.ts';

const config = configFromArguments(ModelServerConfigSchema);
const { app, slots } = await buildModelServer(config).catch((error: Error) => refuse(error.message));
await serve(app, config, slots ? { slots } : {});
