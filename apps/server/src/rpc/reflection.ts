import {
  type ServerReflectionRequest,
  type ServerReflectionResponseSchema,
  ServerReflection as V1,
} from '@boxwire/proto/grpc/reflection/v1/reflection';
import {
  ServerReflection as V1Alpha,
  type ServerReflectionRequest as V1AlphaRequest,
  type ServerReflectionResponseSchema as V1AlphaResponseSchema,
} from '@boxwire/proto/grpc/reflection/v1alpha/reflection';
import type { DescService, MessageInitShape } from '@bufbuild/protobuf';
import { Code, type ContextValues, type HandlerContext } from '@connectrpc/connect';
import { type AnswerStreamOptions, answerStream } from './answer-stream.ts';
import { callerOf, callOf } from './call.ts';
import { type CallLimit, callsOf, createCallCounter } from './call-counter.ts';
import { createDescriptorIndex, type DescriptorIndex, type FileDescriptors } from './descriptor-index.ts';

type Question = ServerReflectionRequest['messageRequest'];
/** Fits both versions. */
type Answer = NonNullable<
  MessageInitShape<typeof ServerReflectionResponseSchema>['messageResponse'] &
    MessageInitShape<typeof V1AlphaResponseSchema>['messageResponse']
>;

/** Programs ask some questions and are done; a stream takes some 50 kB for as long as its client goes on asking. */
const MAX_STREAMS = 200;
/** Whoever has them leaves others as many. */
const MAX_STREAMS_OF_CALLER = 100;

/** The services of gRPC server reflection: two versions that differ in their names alone. */
export const REFLECTION_SERVICES = [V1, V1Alpha] as const;

/**
 * For either version. Answers what is asked about `services`, in order; what is not known is an answer too, not the end of
 * the stream. A stream too many is refused with RESOURCE_EXHAUSTED.
 */
export function createReflection(
  services: readonly DescService[],
  options: Pick<AnswerStreamOptions<unknown, unknown>, 'idleTimeoutMs' | 'messageTimeoutMs' | 'draining'>,
) {
  const index = createDescriptorIndex(services);
  const count = createCallCounter('too much is asked about the services', 'streams');

  async function respond<R extends ServerReflectionRequest | V1AlphaRequest>(request: R) {
    const messageResponse = answerQuestion(index, request.messageRequest as Question);
    return { validHost: request.host, originalRequest: request, messageResponse };
  }

  return {
    async *serverReflectionInfo<R extends ServerReflectionRequest | V1AlphaRequest>(
      requests: AsyncIterable<R>,
      context: HandlerContext,
    ) {
      const { signal, values } = context;
      signal.throwIfAborted();
      signal.addEventListener('abort', count(limitsOf(values)), { once: true });
      yield* answerStream(requests, context, { ...options, lookAhead: 1, answer: respond });
    },
  };
}

function limitsOf(values: ContextValues): readonly CallLimit[] {
  return [
    { ...callsOf(callerOf(values), callOf(values).request), most: MAX_STREAMS_OF_CALLER },
    { key: 'all', most: MAX_STREAMS, whose: 'all callers together' },
  ];
}

function answerQuestion(index: DescriptorIndex, question: Question): Answer {
  switch (question.case) {
    case 'listServices': {
      const service = index.services.map((name) => ({ name }));
      return { case: 'listServicesResponse', value: { service } };
    }
    case 'fileByFilename':
      return files(index.fileByName(question.value), 'file');
    case 'fileContainingSymbol':
      return files(index.fileBySymbol(question.value), 'symbol');
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = question.value;
      return files(index.fileByExtension(containingType, extensionNumber), 'extension');
    }
    case 'allExtensionNumbersOfType': {
      const numbers = index.extensionNumbers(question.value);
      if (!numbers) return refuse(Code.NotFound, 'the server has no such message type');
      const value = { baseTypeName: question.value, extensionNumber: [...numbers] };
      return { case: 'allExtensionNumbersResponse', value };
    }
    default:
      return refuse(Code.InvalidArgument, 'the request asks for nothing that the server knows');
  }
}

function files(found: FileDescriptors | undefined, what: string): Answer {
  if (!found) return refuse(Code.NotFound, `the server has no such ${what}`);
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto: found } };
}

function refuse(errorCode: Code, errorMessage: string): Answer {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}
