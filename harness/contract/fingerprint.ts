import Type, { type Static } from 'typebox';
import { Hash } from 'typebox/value';
import type { Machine } from './record.ts';

export const FingerprintSchema = Type.Object({
  /** Sixteen hexadecimal digits over the parts. */
  digest: Type.String(),
  parts: Type.Object({
    system: Type.String(),
    cpu: Type.String(),
    cores: Type.Integer(),
    memoryGib: Type.Integer(),
    nodeMajor: Type.Integer(),
    pinnedCores: Type.String(),
    /** What the services are; absent: processes. */
    runtime: Type.Optional(Type.String()),
  }),
});
/** What of a machine decides whether times that were measured on it can be held against each other. */
export type Fingerprint = Static<typeof FingerprintSchema>;

export function fingerprintOf(machine: Machine): Fingerprint {
  const { platform, arch, cpuModel, cores, memoryBytes, node, pinnedCores, runtime } = machine;
  const parts = {
    system: `${platform} ${arch}`,
    cpu: cpuModel,
    cores,
    // The system takes some of it for itself, not the same after every update.
    memoryGib: Math.round(memoryBytes / 2 ** 30),
    nodeMajor: Number.parseInt(node.replace(/^v/, ''), 10) || 0,
    pinnedCores: pinnedCores ? `services ${pinnedCores.services}, load ${pinnedCores.load}` : 'none',
    ...(runtime === undefined ? {} : { runtime }),
  };
  return { digest: Hash(parts), parts };
}

/** A machine in one line, for a sentence that names two. */
export function fingerprintText({ digest, parts }: Fingerprint): string {
  const { system, cpu, cores, memoryGib, nodeMajor, pinnedCores, runtime } = parts;
  return `${digest} (${cpu}, ${cores} core${cores === 1 ? '' : 's'}, ${memoryGib} GiB, ${system}, Node ${nodeMajor}, pinned cores: ${pinnedCores}${runtime === undefined ? '' : `, services in ${runtime}`})`;
}
