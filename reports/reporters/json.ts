import type { Reporter } from '../reporter.ts';

/** `verdict.json`, for programs. */
export const json: Reporter = ({ verdict }) => ({
  files: { 'verdict.json': `${JSON.stringify(verdict, null, 2)}\n` },
});
