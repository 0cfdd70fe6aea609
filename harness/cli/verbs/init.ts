import { type Command, Option } from 'commander';
import { ALLOW_TARGET, collect } from '../options.ts';
import type { Verb } from '../verb.ts';

export const init: Verb = {
  summary: 'writes an experiment, objectives and payloads for a server of your own, which it asks what it is',
  examples: [
    'npm run init -- http://127.0.0.1:8000',
    'npm run init -- http://127.0.0.1:8000 --model digits --name digits-v2',
    'npm run init -- http://127.0.0.1:8000/predict',
    'npm run init -- http://127.0.0.1:8000 --bearer TOKEN  # the token stands in the variable TOKEN',
  ],
  configure: (command: Command) =>
    command
      .argument('<url>', 'of the server; with a path, of a JSON endpoint')
      .option('--model <name>', 'a model of a server that speaks the Open Inference Protocol V2')
      .option('--name <name>', "of the experiment and its files (default: the model's or endpoint's)")
      .option('--mjs', 'write JavaScript, for a Node that takes no types', false)
      .option('--bearer <variable>', 'send the token of this environment variable as authorization: Bearer …')
      .addOption(
        new Option(
          '--header <name=variable>',
          "send a header with this environment variable's value; may be given several times",
        ).argParser(collect),
      )
      .addOption(ALLOW_TARGET()),
  load: async () => (await import('../init.ts')).runInit,
};
