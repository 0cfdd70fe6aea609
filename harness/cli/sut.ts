import type { Verb } from './verb.ts';
export const sut: Verb = { summary: 's', configure: (c) => c, run: async () => 0 };
