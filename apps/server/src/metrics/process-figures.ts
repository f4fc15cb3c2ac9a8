import { existsSync, readdirSync } from 'node:fs';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import { openFilesLimit } from '../open-files.ts';

/** Linux lists them there. */
const OPEN_FILES = '/proc/self/fd';

/**
 * What Prometheus' dashboards expect of any process, under the names they know. The library's own list observes every
 * collection of garbage, too, and the event loop all the time: a raw frame then takes 1.17 times the serving thread's time.
 */
export function addProcessFigures(registers: Registry[]): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(value());
      },
    });
  const startedAt = performance.timeOrigin / 1000;
  const limit = openFilesLimit();
  let before: EventLoopUtilization | undefined;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time of this process and its threads, in seconds',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  gauge('process_start_time_seconds', 'When this process began, in seconds since 1970', () => startedAt);
  gauge('process_resident_memory_bytes', 'Memory of this process', () => process.memoryUsage.rss());
  if (existsSync(OPEN_FILES)) {
    gauge('process_open_fds', 'Open files and connections', () => readdirSync(OPEN_FILES).length);
  }
  gauge('process_max_fds', 'How many of them there may be', () => limit);
  gauge(
    'nodejs_heap_size_used_bytes',
    "Memory of the serving thread's objects",
    () => process.memoryUsage().heapUsed,
  );
  gauge(
    'nodejs_eventloop_utilization',
    'Share of the time since it was last asked that the serving thread was busy',
    () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
  );
}
