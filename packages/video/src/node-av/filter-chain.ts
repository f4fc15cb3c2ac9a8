import { FFmpegError, Filter, type FilterContext, FilterGraph } from 'node-av/lib';

/** Frames go in at `source` and come out at `sink`. */
export interface FilterChain {
  readonly source: FilterContext;
  readonly sink: FilterContext;
  free(): void;
}

/** A chain of FFmpeg filters; `input` are the options of its `buffer` filter, the steps as one would type them. */
export function buildFilters(input: string, steps: readonly string[]): FilterChain {
  const graph = new FilterGraph();
  graph.alloc();
  const create = (name: string, options: string | null) => {
    const filter = Filter.getByName(name);
    const context = filter && graph.createFilter(filter, `${name}${graph.nbFilters}`, options);
    if (!context) throw new Error(`FFmpeg does not take the filter ${name}=${options}`);
    return context;
  };
  const source = create('buffer', input);
  let last = source;
  for (const step of [...steps, 'buffersink']) {
    const [, name = '', options = null] = /^(\w+)=?(.+)?$/.exec(step) ?? [];
    const next = create(name, options);
    check(last.link(0, next, 0));
    last = next;
  }
  check(graph.configSync());
  return { source, sink: last, free: () => graph.free() };
}

/** @throws where one of FFmpeg's functions returned an error */
export function check(result: number): void {
  if (result < 0) throw new Error(`FFmpeg: ${FFmpegError.strerror(result)}`);
}
