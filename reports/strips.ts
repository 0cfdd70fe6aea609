import { CANDIDATE } from '#contract/names.ts';
import { percent } from './format.ts';
import { variantColour } from './palette.ts';
import { fatesIn, goodput, type Tally, tallies, tapeEndMs } from './series.ts';
import { type DrawnTrial, type ExperimentView, variantNames } from './view.ts';

/** What a point of the picture speaks for. */
type Bin = Omit<Tally, 'unfaithful'>;

/** One trial as the picture shows it. */
export interface Strip {
  name: string;
  colour: string;
  trial: DrawnTrial;
  bins: Bin[];
  /** Its goodput where it matters. */
  summary: string;
}

export interface Strips {
  strips: Strip[];
  binSeconds: number;
  endSeconds: number;
  /** Of how many played trials these are. */
  played: number;
}

/** More would make a picture that nobody reads. */
const MOST_STRIPS = 5;
/** Points in time over all strips: bounds the size of the picture, however long the run. */
const MOST_BINS = 480;

/** Which trials are drawn: one of each variant, or, where there is one variant alone, its first few trials. */
export function stripsOf(view: ExperimentView): Strips {
  const { trials, plan } = view;
  const variants = variantNames(view);
  const alone = variants.length === 1;
  const shown = (alone ? trials : variants.flatMap((variant) => firstOf(trials, variant))).slice(
    0,
    MOST_STRIPS,
  );
  const endMs = Math.max(1000, ...shown.map(tapeEndMs));
  const binSeconds = Math.ceil(endMs / 1000 / (MOST_BINS / Math.max(2, shown.length)));
  const strips = shown.map((trial, i) => ({
    name: alone && shown.length > 1 ? `trial ${trial.facts.id}` : trial.facts.variant,
    colour: variantColour(alone ? i : variants.indexOf(trial.facts.variant)),
    trial,
    bins: drawnBins(view, trial, binSeconds) ?? tallies(trial, plan.load.deadlineMs, binSeconds * 1000),
    summary: summaryOf(trial, plan.load.deadlineMs),
  }));
  return { strips, binSeconds, endSeconds: endMs / 1000, played: trials.length };
}

/** As the verdict's figures have them; undefined where it has none of this trial. */
function drawnBins(
  { verdict }: ExperimentView,
  { facts }: DrawnTrial,
  binSeconds: number,
): Bin[] | undefined {
  const drawn = verdict.figures?.drawn.find(({ trial }) => trial === facts.id);
  if (drawn?.stretchSeconds !== binSeconds) return undefined;
  const binMs = binSeconds * 1000;
  return drawn.stretches.map((one, i) => ({
    ...one,
    fates: one.fates as Bin['fates'],
    fromMs: i * binMs,
    toMs: (i + 1) * binMs,
  }));
}

/** The first that came to its end, else the first. */
function firstOf(trials: readonly DrawnTrial[], variant: string): DrawnTrial[] {
  const own = trials.filter(({ facts }) => facts.variant === variant);
  const best = own.find(({ facts }) => facts.ended === 'completed') ?? own[0];
  return best ? [best] : [];
}

function summaryOf(trial: DrawnTrial, deadlineMs: number): string {
  const { fault, steady } = trial.spans;
  const window = trial.windows[0];
  if (fault && window)
    return `${percent(goodput(fatesIn(trial, deadlineMs, fault)))} correct in time during '${window.name}'`;
  return steady ? `${percent(goodput(fatesIn(trial, deadlineMs, steady)))} correct in time` : '';
}

/** The trial whose fault window stands for all in the panel that they share. */
export function leading(strips: readonly Strip[]): Strip | undefined {
  return strips.find(({ trial }) => trial.facts.variant === CANDIDATE) ?? strips[0];
}
