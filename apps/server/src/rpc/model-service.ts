import type { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import type { ServiceImpl } from '@connectrpc/connect';
import type { ServingState } from './serving-state.ts';

/** Says which model answers. */
export function createModelService(state: ServingState): ServiceImpl<typeof ModelService> {
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
      };
    },
  };
}
