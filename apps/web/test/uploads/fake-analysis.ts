import {
  AnalysisProgress_Stage,
  AnalysisService,
  type AnalyzeRequest,
  AnalyzeResponseSchema,
  MediaInfo_Kind,
} from '@boxwire/proto/boxwire/v1/analysis_service';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { createRouterTransport, type Interceptor, type StreamResponse } from '@connectrpc/connect';

type Response = MessageInitShape<typeof AnalyzeResponseSchema>;

/** What happens to a response on its way: it may be dropped, or the connection break by an error. */
export type OnTheWay = (call: number, response: Response) => 'pass' | 'drop' | Error;

/** Every response of the whole analysis of one clip: progress, facts, `frames` frames, the summary. */
function script(frames: number, kind: MediaInfo_Kind): Response[] {
  const progress = { stage: AnalysisProgress_Stage.ANALYSING };
  const sequence = (index: number) => BigInt(index);
  const media = { kind, width: 640, height: 360, codec: 'h264', model: 'test' };
  return [
    { event: { case: 'progress', value: progress } },
    { event: { case: 'media', value: media } },
    ...Array.from({ length: frames }, (_, index): Response => {
      const frame = { frame: BigInt(index + 1), timeMs: index * 40, width: 640, height: 360 };
      return { sequence: sequence(index + 1), event: { case: 'frame', value: frame } };
    }),
    {
      sequence: sequence(frames + 1),
      event: { case: 'summary', value: { frames: BigInt(frames), analysedFrames: BigInt(frames) } },
    },
  ];
}

/** An analysis service of which the connection can break at any response. */
export function createFakeAnalysis(
  frames: number,
  onTheWay: OnTheWay = () => 'pass',
  kind = MediaInfo_Kind.VIDEO,
) {
  const requests: AnalyzeRequest[] = [];
  let ended = 0;

  async function* analyze(request: AnalyzeRequest) {
    requests.push(request);
    const numbered = script(frames, kind).filter(
      ({ sequence = 0n }) => sequence === 0n || sequence > request.afterSequence,
    );
    for (const response of numbered) {
      yield create(AnalyzeResponseSchema, response);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const breaking: Interceptor = (next) => async (request) => {
    const call = requests.length + 1;
    const answer = (await next(request)) as StreamResponse;
    request.signal.addEventListener('abort', () => ended++);
    async function* message() {
      for await (const response of answer.message) {
        request.signal.throwIfAborted();
        const fate = onTheWay(call, response as Response);
        if (fate instanceof Error) throw fate;
        if (fate === 'pass') yield response;
      }
    }
    return { ...answer, message: message() };
  };

  const transport = createRouterTransport((router) => router.service(AnalysisService, { analyze }), {
    transport: { interceptors: [breaking] },
  });
  return { transport, requests, endedCalls: () => ended };
}
