import type { Reporter } from '../reporter.ts';
export const console: Reporter = ({ verdict, runFolder }) => ({
  files: {},
  text:
    JSON.stringify(
      verdict.experiments.map((e) => ({
        ...e,
        validity: e.validity.filter((v) => !v.held),
        v: e.validity.map((v) => v.observed),
      })),
      null,
      1,
    ) + `\n${runFolder}`,
});
