import { InferenceSession } from 'onnxruntime-node';
import type { Model } from '../model.ts';
import { silenceRuntime } from './silence-runtime.ts';

/**
 * A network, ready to run.
 * @param threads how many it may use
 * @throws what ONNX Runtime says where the file cannot be read or there is no memory
 */
export function openSession(model: Model, threads: number): Promise<InferenceSession> {
  silenceRuntime();
  return InferenceSession.create(model.onnxPath, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    extra: {
      session: {
        // Threads that wait for the next image must not burn a core that another session could use.
        intra_op: { allow_spinning: '0' },
        ...(model.saturates && { x64quantprecision: '1' }),
      },
    },
  });
}
