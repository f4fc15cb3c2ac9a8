import { AnalysisService } from '@boxwire/proto/boxwire/v1/analysis_service';
import { ModelService } from '@boxwire/proto/boxwire/v1/model_service';
import { UploadService } from '@boxwire/proto/boxwire/v1/upload_service';
import { Health } from '@boxwire/proto/grpc/health/v1/health';
import { MlPredictions } from '@boxwire/proto/mlpredictions/mlpredictions';
import type { Analyzer } from '../analysis/analysis.ts';
import type { Settings } from '../config.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import { createAnalysisService } from './analysis-service.ts';
import { createHealth } from './health.ts';
import { createModelService } from './model-service.ts';
import { createPredictions } from './predictions.ts';
import { createReflection, REFLECTION_SERVICES } from './reflection.ts';
import type { Router } from './router.ts';
import type { ServingState } from './serving-state.ts';
import { createUploadService } from './upload-service.ts';

/** A request for health or reflection is a name; health is asked for without a token, too. */
const SMALL_REQUESTS = { readMaxBytes: 2 ** 16 };

export interface RouteOptions {
  readonly state: ServingState;
  readonly settings: Settings;
  readonly uploads: UploadStore;
  readonly analyzer: Analyzer;
}

/** Every service of the server. What is listed here is served, watched by health checks, and seen by reflection. */
export function addRoutes(router: Router, { state, settings, uploads, analyzer }: RouteOptions): void {
  const needDetector = [MlPredictions, ModelService, AnalysisService];
  const alwaysServing = [
    UploadService,
    ...(settings.health === 'off' ? [] : [Health]),
    ...(settings.reflection === 'off' ? [] : REFLECTION_SERVICES),
  ];
  const reflection = createReflection([...needDetector, ...alwaysServing], {
    idleTimeoutMs: settings.streamIdleTimeoutMs,
    messageTimeoutMs: settings.requestTimeoutMs,
    draining: state.draining,
  });
  const names = {
    needDetector: needDetector.map(({ typeName }) => typeName),
    alwaysServing: alwaysServing.map(({ typeName }) => typeName),
  };
  router
    .service(MlPredictions, createPredictions(state, settings))
    .service(ModelService, createModelService(state, settings))
    .service(
      AnalysisService,
      createAnalysisService(state, { analyzer, uploads, maxCalls: settings.maxAnalyzeCalls }),
    )
    .service(UploadService, createUploadService(uploads));
  if (settings.health !== 'off') router.service(Health, createHealth(state, names), SMALL_REQUESTS);
  const [v1, v1alpha] = REFLECTION_SERVICES;
  if (settings.reflection === 'on') {
    router.service(v1, reflection, SMALL_REQUESTS).service(v1alpha, reflection, SMALL_REQUESTS);
  }
}
