import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Errors } from 'typebox/value';

// It stops at 8 by default, which would hide the other problems of a file, and all of them behind 8 forbidden keys.
Settings.Set({ maxErrors: 10_000 });

const validators = new WeakMap<TSchema, Validator>();

/** Compiled: millions of a tape's entries take milliseconds, where looking for errors in them takes seconds. */
export function isValid<T extends TSchema>(schema: T, value: unknown): value is Static<T> {
  const validator = validators.get(schema) ?? Compile(schema);
  validators.set(schema, validator);
  return validator.Check(value);
}

/** Every way in which a value departs from its schema, one line each: where, and what would be right. */
export function problemsOf(schema: TSchema, value: unknown): string[] {
  if (isValid(schema, value)) return [];
  const problems = new Set<string>();
  for (const error of Errors(schema, value)) {
    // The schema `false` of a forbidden key is reported a second time, without its name, by its parent.
    if (error.keyword === 'boolean') continue;
    problems.add(`${pathOf(error.instancePath)}: ${wordsFor(error)}`);
  }
  return [...problems];
}

/** One way in which a value departs from its schema. */
export interface Departure {
  /** Keys and indices from the whole value to the place. */
  path: string[];
  /** A key that the schema doesn't have. */
  unknownKey: boolean;
  /** What would be right. */
  words: string;
}

/** The same as `problemsOf`, for a caller that says in its own way where each stands. */
export function departuresOf(schema: TSchema, value: unknown): Departure[] {
  return (
    Errors(schema, value)
      // Each of these keys is reported on its own, at its place.
      .filter(({ keyword }) => keyword !== 'additionalProperties')
      .map((error) => ({
        path: segmentsOf(error.instancePath),
        unknownKey: error.keyword === 'boolean',
        words: error.keyword === 'boolean' ? 'unknown key' : wordsFor(error),
      }))
  );
}

function segmentsOf(instancePath: string): string[] {
  const segments = instancePath.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

interface SchemaError {
  instancePath: string;
  message: string;
  keyword: string;
  params: object;
}

function pathOf(instancePath: string): string {
  return instancePath === '' ? '(whole value)' : instancePath.slice(1).replaceAll('/', '.');
}

function wordsFor(error: SchemaError): string {
  const params = error.params as Record<string, unknown>;
  if (error.keyword === 'additionalProperties') return `unknown key ${list(params['additionalProperties'])}`;
  if (error.keyword === 'required') return `missing ${list(params['requiredProperties'])}`;
  if (error.keyword === 'const') return `must be ${JSON.stringify(params['allowedValue'])}`;
  if (error.keyword === 'enum') return `must be one of ${list(params['allowedValues'])}`;
  return error.message;
}

function list(names: unknown): string {
  return Array.isArray(names) ? names.map((name) => `'${name}'`).join(', ') : String(names);
}
