/** A setting as the user and the defaults have it, whatever a workspace says of it. */

export interface Inspected {
  readonly defaultValue?: unknown;
  /** Of the user's own settings. */
  readonly globalValue?: unknown;
}

/** Of a section the whole object: what the user did not set is as it is by default. */
export function ownValue({ defaultValue, globalValue }: Inspected): unknown {
  if (globalValue === undefined || globalValue === null) return defaultValue;
  if (!isRecord(defaultValue) || !isRecord(globalValue)) return globalValue;
  const names = new Set([...Object.keys(defaultValue), ...Object.keys(globalValue)]);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      ownValue({ defaultValue: defaultValue[name], globalValue: globalValue[name] }),
    ]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
