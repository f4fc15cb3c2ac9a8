import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from 'vitest';
import { gate, reaches, setUp } from './support/video-jobs.ts';

describe('a video job in trouble', () => {
  it('says who does not answer while it waits, and goes on by itself', async () => {
    let refused = 0;
    const { noAnswer, open } = setUp({
      around: async (name, go) => {
        if (name === 'PutPiece' && refused++ < 2) throw ConnectError.from(new TypeError('Failed to fetch'));
        return go();
      },
    });
    const job = open();
    await reaches(job, 'done');
    expect(noAnswer).toHaveBeenCalledTimes(2);
    expect(job.getState().upload.trouble).toBeUndefined();
  });

  it('explains a failure, and tries again', async () => {
    let full = true;
    const { open } = setUp({
      around: async (name, go) => {
        if (name === 'CreateUpload' && full)
          throw new ConnectError('the quota is full', Code.ResourceExhausted);
        return go();
      },
    });
    const job = open();
    await reaches(job, 'failed');
    expect(job.getState().problem).toMatchObject({ serverSays: 'the quota is full', canRetry: true });
    full = false;
    job.resume();
    await reaches(job, 'done');
  });

  it('forgets at another try whom the one before had waited for', async () => {
    const pieces = gate('PutPiece', 3);
    const refusals = [
      ConnectError.from(new TypeError('Failed to fetch')),
      new ConnectError('who?', Code.Unauthenticated),
    ];
    const { open } = setUp({
      async around(name, go) {
        if (name === 'PutPiece' && refusals[0]) throw refusals.shift();
        return pieces.around(name, go);
      },
    });
    const job = open();
    await reaches(job, 'failed');
    expect(job.getState().upload.trouble).toBe('no-server');
    job.resume();
    expect(job.getState()).toMatchObject({ phase: 'running', upload: { trouble: undefined } });
    pieces.open();
    await reaches(job, 'done');
  });

  it('has it looked at why nobody is let in', async () => {
    const { noAnswer, open } = setUp({
      around: async () => {
        throw new ConnectError('who?', Code.Unauthenticated);
      },
    });
    const job = open();
    await reaches(job, 'failed');
    expect(job.getState().problem).toMatchObject({ title: 'You are signed out', noAnswer: true });
    expect(noAnswer).toHaveBeenCalledOnce();
  });
});
