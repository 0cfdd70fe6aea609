import { configFromArguments, serve } from '../service.ts';
import { GatewayConfigSchema } from './config.ts';
import { buildGateway } from './server.ts';

const config = configFromArguments(GatewayConfigSchema);
await serve(await buildGateway(config), config);
