import type { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import type { ServiceImpl } from '@connectrpc/connect';
import type { Settings } from '../config.ts';
import type { ServingState } from './serving-state.ts';

/** Says which model answers, and within which limits. */
export function createModelService(
  state: ServingState,
  {
    maxDetections,
    maxMessageBytes,
    maxPixels,
  }: Pick<Settings, 'maxDetections' | 'maxMessageBytes' | 'maxPixels'>,
): ServiceImpl<typeof ModelService> {
  return {
    getModel() {
      const { name, classes, stride, fixedSize, sha256 } = state.detector().model;
      return {
        model: {
          ...{ name, stride, sha256, classes: [...classes] },
          fixedWidth: fixedSize?.width ?? 0,
          fixedHeight: fixedSize?.height ?? 0,
        },
        notice: state.notice,
        limits: { maxDetections, maxMessageBytes, maxPixels },
      };
    },
  };
}
