// What the package `gauntlet` exports: the words in which an experiment is written.
export { defineExperiment } from '#contract/define.ts';
export type { Claim, Experiment, Objective, TargetExperiment } from '#contract/experiment.ts';
export type { FaultUse } from '#contract/fault.ts';
export { fromEnv } from '#contract/target.ts';
export type { Variant } from '#contract/topology.ts';
export { type SystemSpec, system, withOptions, without } from '#sut/system.ts';
