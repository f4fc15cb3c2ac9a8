import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const REPOSITORY_ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Relative paths in settings start at the checkout, wherever the server is started from. */
export const toPath = (value: string) => resolve(REPOSITORY_ROOT, value);

/** What keeps the server from starting, as one line for people that names the setting and its value. */
export class SettingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SettingError';
  }
}

/** One environment variable: what it is for, and how its text is read. */
export interface Setting<T> {
  readonly name: string;
  /** Read where the name itself is not set. */
  readonly otherName?: string;
  readonly description: string;
  /** What the number counts; absent where there is none. */
  readonly unit?: string;
  /** The default as people would write it, or what it follows from. */
  readonly defaultText: string;
  readonly defaultValue: T;
  /** Completes the sentence "allowed is ...". */
  readonly allowed: string;
  /** `undefined` when the text is not allowed. */
  parse(text: string): T | undefined;
}

interface NumberSpec {
  /** Like `min` and `max` as in the environment. */
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
  readonly defaultText?: string;
}

/** A whole number, in decimal digits. */
export function integer(name: string, spec: NumberSpec, description: string): Setting<number> {
  const { default: defaultValue, defaultText = `${defaultValue}`, min, max, unit } = spec;
  return {
    ...{ name, description, defaultText, defaultValue, ...(unit !== undefined && { unit }) },
    allowed: `a whole number from ${min} to ${max}`,
    parse(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** A length of time: seconds in the environment, milliseconds in the program. */
export function seconds(name: string, spec: NumberSpec, description: string): Setting<number> {
  const { min, max } = spec;
  return {
    ...integer(name, spec, description),
    unit: 'seconds',
    defaultValue: spec.default * 1000,
    allowed: `a number from ${min} to ${max}`,
    parse(text) {
      const value = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? Math.round(value * 1000) : undefined;
    },
  };
}

interface DefaultSpec<T> {
  readonly default: T;
  /** Absent: as it is, or `none`. */
  readonly defaultText?: string;
}

/** Any text that `parse` takes; without one, any at all. */
export function text<T>(
  name: string,
  spec: DefaultSpec<T> & Partial<Pick<Setting<T>, 'allowed' | 'otherName' | 'parse'>>,
  description: string,
): Setting<T> {
  const { default: defaultValue, defaultText = `${defaultValue ?? 'none'}`, ...rest } = spec;
  const anyText = { allowed: 'any text', parse: (value: string) => value as T };
  return { name, description, defaultText, defaultValue, ...anyText, ...rest };
}

/** One of a few words. */
export function choice<const T extends string | undefined>(
  name: string,
  options: readonly NonNullable<T>[],
  spec: DefaultSpec<NoInfer<T>>,
  description: string,
): Setting<T> {
  const parse = (value: string) => options.find((option) => option === value);
  return text<T>(name, { ...spec, allowed: `one of ${options.join(', ')}`, parse }, description);
}

/** For `text`: a file or a folder. */
export const PATH = { allowed: 'a path', parse: toPath };
