import type { PickleValue } from '../checkpoint/pickle-values.ts';
import { ModelError } from '../model-error.ts';

/**
 * A network's class names in the order of their ids. YOLOv5 stores a list, later a dict from id to name.
 * @throws {ModelError} unless there is a name for each id
 */
export function readClassNames(value: PickleValue | undefined, count: number): string[] {
  const names = value instanceof Map ? Array.from({ length: value.size }, (_, id) => value.get(id)) : value;
  if (!Array.isArray(names)) throw new ModelError('the network has no list of class names');
  if (names.length !== count) {
    throw new ModelError(`the network has ${names.length} class names for ${count} classes`);
  }
  return names.map((name, id) => {
    // YAML turns a class that is called 7 into a number.
    if (typeof name === 'string' || typeof name === 'number') return String(name);
    throw new ModelError(`the network has no name for class ${id}`);
  });
}
