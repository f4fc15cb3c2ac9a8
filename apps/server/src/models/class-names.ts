import { ModelError } from './model-error.ts';

/**
 * Class names in the order of their ids. YOLOv5 stores a list, since 6.2 a dict from id to name.
 * @param value a list, or a Map whose keys are 0, 1, 2, ...
 * @throws {ModelError} unless there is a name for each id
 */
export function readClassNames(value: unknown): string[] {
  const names = value instanceof Map ? Array.from({ length: value.size }, (_, id) => value.get(id)) : value;
  if (!Array.isArray(names) || names.length === 0) throw new ModelError('there is no list of class names');
  return names.map((name: unknown, id) => {
    // YAML turns a class that is called 7 into a number.
    if (typeof name === 'string' || typeof name === 'number') return String(name);
    throw new ModelError(`there is no name for class ${id}`);
  });
}
