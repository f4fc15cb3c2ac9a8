// Loaded into a server by `node --import`, which its threads inherit: inference workers that die when the process that
// started the server says so. The server's own files are what they are everywhere else.
import {
  BroadcastChannel,
  getEnvironmentData,
  isMainThread,
  parentPort,
  setEnvironmentData,
} from 'node:worker_threads';

/** How workers are to die. Those that cannot: a thread that is stopped within a native run takes the process with it. */
export interface Death {
  /** `at once` finds them idle or between two steps of a job, `over a job` when it is computed and not answered. */
  readonly when: 'at once' | 'over a job' | 'warming up';
  readonly by: 'error' | 'exit';
}

const CHANNEL = 'death';
const AT_START = 'death at the start';

function die(by: Death['by']): never {
  if (by === 'exit') process.exit(1);
  throw new Error('struck down by a test');
}

/** Takes orders from the parent process, and ends with it. */
function rule(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.unref();
  process.on('message', (death: Death) => {
    // One that is idle dies, and the one that replaces it before it is warm.
    if (death.when === 'warming up') setEnvironmentData(AT_START, death.by);
    channel.postMessage(death.when === 'warming up' ? { ...death, when: 'at once' } : death);
  });
  process.on('worker', () => setEnvironmentData(AT_START, undefined));
  process.on('disconnect', () => process.exit());
  process.channel?.unref();
}

/** A worker says first that it is warm, and then how each job went. */
function obey(port: NonNullable<typeof parentPort>): void {
  let atNextWord = getEnvironmentData(AT_START) as Death['by'] | undefined;
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => {
    const { when, by } = (event as { data: Death }).data;
    if (when === 'at once') die(by);
    atNextWord = by;
  };
  channel.unref();
  const say = port.postMessage.bind(port);
  port.postMessage = (...words) => {
    if (atNextWord) die(atNextWord);
    say(...words);
  };
}

if (isMainThread) rule();
else if (parentPort) obey(parentPort);
