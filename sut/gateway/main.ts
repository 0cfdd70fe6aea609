import { configFromArguments, serve } from '../service.ts';
import { GatewayConfigSchema } from './config.ts';
import { buildGateway } from './server.ts';

const config = configFromArguments(GatewayConfigSchema);
const { app, version, swapTo } = await buildGateway(config);
await serve(app, config, { askedModel: { version, swapTo } });
