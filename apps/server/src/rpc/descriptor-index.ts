import { type DescFile, type DescService, toBinary } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** Serialised `google.protobuf.FileDescriptorProto`s. */
export type FileDescriptors = Uint8Array[];

/** Finds the definition of whatever has a name. All lookups give `undefined` for what is not there. */
export interface DescriptorIndex {
  /** Full names. */
  readonly services: readonly string[];
  /** The file, then all that it imports, directly or not. */
  fileByName(name: string): FileDescriptors | undefined;
  /** The same, for the file that defines a message, field, oneof, enum, enum value, service, method or extension. */
  fileBySymbol(symbol: string): FileDescriptors | undefined;
  fileByExtension(messageType: string, fieldNumber: number): FileDescriptors | undefined;
  /** Numbers of the known extensions of a message, most often none. */
  extensionNumbers(messageType: string): readonly number[] | undefined;
}

export function createDescriptorIndex(services: readonly DescService[]): DescriptorIndex {
  const files = new Map<string, DescFile>();
  for (const { file } of services)
    for (const needed of withImports(file)) files.set(fileName(needed), needed);

  const symbols = new Map<string, DescFile>();
  const extensions = new Map<string, Map<number, DescFile>>();
  for (const file of files.values()) {
    for (const symbol of symbolsOf(file)) symbols.set(symbol, file);
    for (const type of nestedTypes(file)) {
      if (type.kind === 'message') extensions.set(type.typeName, extensions.get(type.typeName) ?? new Map());
      if (type.kind !== 'extension') continue;
      const extendee = extensions.get(type.extendee.typeName) ?? new Map();
      extensions.set(type.extendee.typeName, extendee.set(type.number, file));
    }
  }

  const serialise = (file: DescFile | undefined) => file && [...withImports(file)].map(toBytes);
  return {
    services: services.map(({ typeName }) => typeName),
    fileByName: (name) => serialise(files.get(name)),
    fileBySymbol: (symbol) => serialise(symbols.get(symbol)),
    fileByExtension: (type, number) => serialise(extensions.get(type)?.get(number)),
    extensionNumbers: (type) => extensions.get(type) && [...(extensions.get(type)?.keys() ?? [])],
  };
}

function withImports(file: DescFile, seen = new Set<DescFile>()): Set<DescFile> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const imported of file.dependencies) withImports(imported, seen);
  return seen;
}

/** With its ending, as an import statement has it. */
function fileName(file: DescFile): string {
  return `${file.name}.proto`;
}

function toBytes(file: DescFile): Uint8Array {
  return toBinary(FileDescriptorProtoSchema, file.proto);
}

function* symbolsOf(file: DescFile): Iterable<string> {
  for (const type of nestedTypes(file)) {
    yield type.typeName;
    if (type.kind === 'message') {
      for (const { name } of [...type.fields, ...type.oneofs]) yield `${type.typeName}.${name}`;
    }
    if (type.kind === 'service') for (const { name } of type.methods) yield `${type.typeName}.${name}`;
    if (type.kind === 'enum') {
      // A value lives beside its enum, not in it.
      const scope = type.typeName.slice(0, -type.name.length);
      for (const { name } of type.values) yield `${scope}${name}`;
    }
  }
}
