import type { Outcome } from '#contract/verdict.ts';
import type { Fate } from './fate.ts';

// From Okabe and Ito's colours, which people with any common colour blindness can tell apart. Variants and fates
// share no colour, so that none means two things in one picture.

export const FATE_COLOUR: Record<Fate, string> = {
  primary: '#009e73',
  'stand-in': '#56b4e9',
  wrong: '#000000',
  late: '#f0c000',
  refused: '#cc79a7',
  failed: '#d55e00',
  unsent: '#a6a6a6',
};

/** The candidate's first. */
const VARIANT_COLOURS = ['#0057a8', '#b0508a', '#7a5c00', '#5b4bb5', '#4d4d4d'] as const;

export function variantColour(position: number): string {
  return VARIANT_COLOURS[position % VARIANT_COLOURS.length]!;
}

export const INK = '#1c1f24';
export const FAINT_INK = '#5a616b';
export const GRID = '#e3e6ea';

/** Background and text of a badge: at least 4.5 to 1. */
export const OUTCOME_COLOUR: Record<Outcome, string> = {
  pass: '#00664b',
  fail: '#a83a00',
  inconclusive: '#7a5c00',
  invalid: '#7b2d66',
};

/** What stands for each colour on a dark page: as far from its ground, and of the same kind. */
export const DARK: Record<string, string> = {
  '#ffffff': '#1d2126',
  '#ffffffe0': '#1d2126e0',
  '#ffffff80': '#1d212699',
  [INK]: '#e8eaed',
  [`${INK}14`]: '#ffffff1f',
  [FAINT_INK]: '#a9b0b9',
  '#3c424b': '#c3c8cf',
  [GRID]: '#3a4048',
  '#a6adb6': '#6b737d',
  '#a8201a': '#ff8d85',
  '#00664b1f': '#5fd0a82e',
  // Outcomes.
  '#00664b': '#5fd0a8',
  '#a83a00': '#ff9a5c',
  '#7a5c00': '#e6c15c',
  '#7b2d66': '#e39bd0',
  // Variants.
  '#0057a8': '#7cb8ff',
  '#b0508a': '#f09ccb',
  '#5b4bb5': '#b5a8ff',
  '#4d4d4d': '#c9c9c9',
  // A wrong answer is black on white.
  '#000000': '#ffffff',
};
