import type { TrialProgress } from '#harness/trial.ts';
import type { Console } from '../console.ts';
import { progressLine, progressLines, progressTopic } from '../progress.ts';
import { type Figures, figuresOf } from './figures.ts';
import { createHistory, type History, type LiveSecond } from './history.ts';
import type { Live } from './live.ts';

/** A trial under way, as terminal and page show it: worked out once for both. */
export interface Look extends TrialProgress {
  /** Its place among all trials of the run, such as `2/6`. */
  place: string;
  /** Null before the first sample, and while nothing is played. */
  figures: Figures | null;
  seconds: readonly LiveSecond[];
}

export function lookAt(progress: TrialProgress, place: string, history: History): Look {
  const figures = progress.stage === 'playing' ? figuresOf(progress) : null;
  return { ...progress, place, figures, seconds: history.add(progress) };
}

/** Shows a trial on the terminal, or in plain lines, and to whoever looks at the page. */
export type Show = (progress: TrialProgress, place: string) => void;

export function showOn(console: Console, live: Live): Show {
  const history = createHistory();
  return (progress, place) => {
    const look = lookAt(progress, place, history);
    console.status(progressLine(look), progressTopic(progress), progressLines(look));
    live.progress(look);
  };
}
