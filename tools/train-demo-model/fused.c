// Batch norm and SiLU in one, forwards and backwards, for training on a CPU: bfloat16, channels last, [rows, channels].
// Sums are kept in float over a block of rows and in double over the blocks.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 };

static inline float from_bf16(uint16_t value) {
  const uint32_t bits = (uint32_t)value << 16;
  float result;
  memcpy(&result, &bits, 4);
  return result;
}

static inline uint16_t to_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

static inline float sigmoid(float value) { return 1.0f / (1.0f + expf(-value)); }

// Adds per-channel sums of two quantities that `STEP` makes of a row; `a` and `b` are floats of the block.
#define SUM_ROWS(STEP)                                                        \
  _Pragma("omp parallel") {                                                   \
    float *a = malloc(2 * channels * sizeof(float)), *b = a + channels;       \
    double *whole = calloc(2 * channels, sizeof(double));                     \
    _Pragma("omp for schedule(static)") for (int64_t block = 0; block < (rows + BLOCK - 1) / BLOCK; block++) { \
      const int64_t end = (block + 1) * BLOCK < rows ? (block + 1) * BLOCK : rows; \
      memset(a, 0, 2 * channels * sizeof(float));                             \
      for (int64_t row = block * BLOCK; row < end; row++) {                   \
        const int64_t at = row * channels;                                    \
        _Pragma("omp simd") for (int64_t c = 0; c < channels; c++) { STEP }   \
      }                                                                       \
      for (int64_t c = 0; c < 2 * channels; c++) whole[c] += a[c];            \
    }                                                                         \
    _Pragma("omp critical") for (int64_t c = 0; c < 2 * channels; c++) sums[c] += whole[c]; \
    free(a);                                                                  \
    free(whole);                                                              \
  }

// `x`, `y`: [rows, channels]; `weight`, `bias`, `mean`, `deviation` (outputs: the batch's mean, and one over its
// standard deviation): [channels]; `variance` (output): biased.
void forward(const uint16_t *x, uint16_t *y, const float *weight, const float *bias, float *mean, float *variance,
             float *deviation, float epsilon, int64_t rows, int64_t channels) {
  double *sums = calloc(2 * channels, sizeof(double));
  float *scale = malloc(2 * channels * sizeof(float)), *shift = scale + channels;
  SUM_ROWS(const float v = from_bf16(x[at + c]); a[c] += v; b[c] += v * v;)
  for (int64_t c = 0; c < channels; c++) {
    const double m = sums[c] / rows, v = fmax(0, sums[channels + c] / rows - m * m);
    mean[c] = m;
    variance[c] = v;
    deviation[c] = 1 / sqrt(v + epsilon);
    scale[c] = weight[c] * deviation[c];
    shift[c] = bias[c] - m * scale[c];
  }
#pragma omp parallel for schedule(static)
  for (int64_t row = 0; row < rows; row++) {
    const int64_t at = row * channels;
#pragma omp simd
    for (int64_t c = 0; c < channels; c++) {
      const float z = from_bf16(x[at + c]) * scale[c] + shift[c];
      y[at + c] = to_bf16(z * sigmoid(z));
    }
  }
  free(sums);
  free(scale);
}

// `dy`: gradient of y; outputs `dx` [rows, channels], `dweight`, `dbias` [channels].
void backward(const uint16_t *x, const uint16_t *dy, uint16_t *dx, const float *weight, const float *bias,
              const float *mean, const float *deviation, float *dweight, float *dbias, int64_t rows, int64_t channels) {
  double *sums = calloc(2 * channels, sizeof(double));
  float *by_row = malloc(2 * channels * sizeof(float)), *by_value = by_row + channels;
  SUM_ROWS(const float n = (from_bf16(x[at + c]) - mean[c]) * deviation[c]; const float z = n * weight[c] + bias[c];
           const float s = sigmoid(z); const float dz = from_bf16(dy[at + c]) * s * (1 + z * (1 - s));
           dx[at + c] = to_bf16(dz); a[c] += dz; b[c] += dz * n;)
  for (int64_t c = 0; c < channels; c++) {
    dbias[c] = sums[c];
    dweight[c] = sums[channels + c];
    by_row[c] = sums[c] / rows;
    by_value[c] = sums[channels + c] / rows;
  }
#pragma omp parallel for schedule(static)
  for (int64_t row = 0; row < rows; row++) {
    const int64_t at = row * channels;
#pragma omp simd
    for (int64_t c = 0; c < channels; c++) {
      const float n = (from_bf16(x[at + c]) - mean[c]) * deviation[c];
      dx[at + c] = to_bf16((from_bf16(dx[at + c]) - by_row[c] - n * by_value[c]) * weight[c] * deviation[c]);
    }
  }
  free(sums);
  free(by_row);
}
