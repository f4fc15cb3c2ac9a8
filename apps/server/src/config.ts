import { checkExposure } from './access/check-exposure.ts';
import { isLoopback } from './access/loopback.ts';
import { type Setting, SettingError } from './setting.ts';
import { SETTINGS } from './settings.ts';

type Values = {
  -readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

/** What the environment says, complete and checked; lengths of time in milliseconds, paths absolute. */
export type Settings = Readonly<Omit<Values, 'logFormat'>> & {
  readonly logFormat: 'json' | 'pretty';
  /** Whether NODE_ENV is `development`. */
  readonly isDevelopment: boolean;
  /** Whether MODEL was set; a model that was named is never replaced by another. */
  readonly modelWasNamed: boolean;
};

/** @throws {SettingError} naming the variable, the value and what is allowed */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const entries = Object.entries(SETTINGS).map(([key, setting]) => [
    key,
    read(setting as Setting<unknown>, env),
  ]);
  const values = Object.fromEntries(entries) as Values;
  if ((values.tlsCert === undefined) !== (values.tlsKey === undefined)) {
    const [set, missing] = values.tlsCert ? ['TLS_CERT', 'TLS_KEY'] : ['TLS_KEY', 'TLS_CERT'];
    throw new SettingError(
      `${set} is ${JSON.stringify(env[set])}, but ${missing} is not set; allowed is both or neither`,
    );
  }
  const { grpcPort, httpPort } = values;
  if (grpcPort === httpPort && grpcPort !== 0) {
    throw new SettingError(`GRPC_PORT and HTTP_PORT are both ${grpcPort}; each needs a port of its own`);
  }
  checkExposure(values);
  const isDevelopment = env.NODE_ENV === 'development';
  return {
    ...values,
    // Frames are images, too.
    maxVideoPixels: Math.min(values.maxVideoPixels, values.maxPixels),
    allowedHosts: values.allowedHosts ?? (isLoopback(values.host) ? undefined : ['*']),
    logFormat: values.logFormat ?? (isDevelopment ? 'pretty' : 'json'),
    isDevelopment,
    modelWasNamed: textOf(env, 'MODEL') !== undefined,
  };
}

/** A variable that is set to nothing counts as not set. */
function textOf(env: NodeJS.ProcessEnv, name = ''): string | undefined {
  return env[name]?.trim() || undefined;
}

function read<T>(setting: Setting<T>, env: NodeJS.ProcessEnv): T {
  const raw = textOf(env, setting.name) ?? textOf(env, setting.otherName);
  if (raw === undefined) return setting.defaultValue;
  const value = setting.parse(raw);
  if (value !== undefined) return value;
  throw new SettingError(`${setting.name} is ${JSON.stringify(raw)}, allowed is ${setting.allowed}`);
}
