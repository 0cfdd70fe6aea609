import envPaths from 'env-paths';

/** Where tools, golden answers, capacities and compiled code are kept between runs. */
export const cacheDir = process.env['GAUNTLET_CACHE'] ?? envPaths('gauntlet', { suffix: '' }).cache;
