import { growthSvg } from '#reports/charts/growth.ts';
import { variantColour } from '#reports/palette.ts';
import { lastBefore, powerOf, type Step, saturationOf, steepestFall } from './knee.ts';

/** Something that was raised step by step, and what came of it. */
export interface Growth {
  /** Of its picture: `docs/growth-<name>.svg`. */
  name: string;
  title: string;
  /** What is raised. */
  of: string;
  steps: readonly GrowthStep[];
  /** Names of the two quantities. */
  quantities: readonly [more: string, less: string];
  /** Whether x is a number that grows, or the position of a name. */
  isNumber: boolean;
}

export interface GrowthStep {
  x: number;
  label: string;
  /** The more the better: a rate. */
  more: number;
  /** The less the better: a time. */
  less: number;
}

const TIMES = 2;

/** Where the growth bends, in a sentence that follows from its steps. */
export function kneeText({ steps, isNumber, quantities, of }: Growth): string {
  const [more, less] = quantities;
  const rates = steps.map(({ x, more: y }): Step => ({ x, y }));
  const times = steps.map(({ x, less: y }): Step => ({ x, y }));
  if (!isNumber) return fallText(steps, steepestFall(rates), more);
  const power = powerOf(times);
  const knee = saturationOf(rates);
  const level = lastBefore(times, TIMES);
  const levelText =
    level === null
      ? `${less} never passes ${TIMES} × its first value`
      : `${less} stays within ${TIMES} × its first value up to ${level}`;
  return (
    `The knee: ${knee} ${of} bring nine tenths of the highest ${more}; ${levelText}, and grows over all with the ` +
    `power ${power?.toFixed(2) ?? '–'} of ${of}.`
  );
}

function fallText(steps: readonly GrowthStep[], fall: ReturnType<typeof steepestFall>, more: string): string {
  if (!fall) return `No step takes anything of the ${more}.`;
  const label = (x: number) => steps.find((step) => step.x === x)!.label;
  return `The steepest step: from ${label(fall.from)} to ${label(fall.to)}, which keeps ${(100 * fall.kept).toFixed(0)} % of the ${more}.`;
}

export function growthPicture({ name, title, of, steps, quantities }: Growth): string {
  const [more, less] = quantities;
  return growthSvg(
    title,
    { name: of, labels: steps.map(({ label }) => label) },
    [
      { name: more, colour: variantColour(0), values: steps.map((step) => step.more) },
      { name: less, colour: variantColour(1), values: steps.map((step) => step.less), isLog: true },
    ],
    `growth-${name}`,
  );
}

/** The generated part of docs/performance.md. */
export function growthPart(growths: readonly Growth[]): string {
  return growths
    .map((growth) =>
      [`### ${growth.title}`, `![${growth.title}](growth-${growth.name}.svg)`, kneeText(growth)].join('\n\n'),
    )
    .join('\n\n');
}
