// Times one 3×3 convolution of VGG16 after the other by F(4×4) and by F(6×6), in turns on one
// thread, and holds some outputs against sums in double precision. Prints CSV.
//
//     steps SIZE SAMPLES TURNS       pictures of SIZE × SIZE

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "winograd.h"

typedef struct {
  lethe_winograd shape;
  float *weights, *inputs, *products;
} convolution;

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static float *floats(long count) {
  float *memory = aligned_alloc(64, (4 * count + 63) / 64 * 64);
  if (!memory) exit(1);
  return memset(memory, 0, 4 * count);
}

// About a standard normal number.
static double number(void) {
  double sum = -6;
  for (int i = 0; i < 12; i++) sum += rand() / (double)RAND_MAX;
  return sum;
}

// Taps are [9, inputs, outputs].
static convolution arranged(long side, long inputs, long outputs, int step, const float *taps) {
  const long across = (side + step - 1) / step, points = (step + 2) * (step + 2);
  const long weights = points * inputs * outputs, large = weights > 5 << 18;
  convolution c = {.shape = {side, side, inputs, side, side, outputs, 1, 1, across,
                             across * across, large ? 96 : 24, step}};
  c.weights = floats(points * lethe_winograd_weight_plane(&c.shape));
  for (long input = 0; input < inputs; input++) {
    lethe_winograd_weights(&c.shape, taps + input * outputs, inputs * outputs, input, c.weights);
  }
  c.inputs = floats(points * lethe_winograd_input_plane(&c.shape));
  c.products = floats(points * lethe_winograd_product_plane(&c.shape));
  return c;
}

static double run(const convolution *c, const float *x, long samples, float *y) {
  const lethe_winograd *shape = &c->shape;
  const long all = samples * shape->patches, points = lethe_winograd_points(shape);
  const lethe_finish finish = {.kind = LETHE_RECTIFIED};
  const double start = seconds();
  for (long first = 0; first < all; first += shape->block) {
    const long count = all - first < shape->block ? all - first : shape->block;
    for (long patch = 0; patch < count; patch++) {
      lethe_winograd_gather(shape, x, first + patch,
                            c->inputs + patch * lethe_winograd_input_row(shape));
    }
    for (long point = 0; point < points; point++) {
      lethe_winograd_multiply(shape, c->inputs + point * lethe_winograd_input_plane(shape),
                              c->weights + point * lethe_winograd_weight_plane(shape), count,
                              c->products + point * lethe_winograd_product_plane(shape));
    }
    for (long patch = 0; patch < count; patch++) {
      lethe_winograd_scatter(shape, c->products + patch * lethe_winograd_product_row(shape),
                             first + patch, &finish, y);
    }
  }
  return seconds() - start;
}

static double right(const float *x, const float *taps, long side, long inputs, long outputs,
                    long row, long column, long output) {
  double sum = 0;
  for (long i = 0; i < 9; i++) {
    const long y = row + i / 3 - 1, z = column + i % 3 - 1;
    if (y < 0 || z < 0 || y >= side || z >= side) continue;
    for (long k = 0; k < inputs; k++) {
      sum += (double)x[(y * side + z) * inputs + k] * taps[(i * inputs + k) * outputs + output];
    }
  }
  return sum > 0 ? sum : 0;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void layer(long side, long inputs, long outputs, long samples, int turns) {
  const long pixels = samples * side * side;
  float *taps = floats(9 * inputs * outputs), *x = floats(pixels * inputs);
  const double deviation = sqrt(2. / (9 * inputs));
  for (long i = 0; i < 9 * inputs * outputs; i++) taps[i] = (float)(deviation * number());
  for (long i = 0; i < pixels * inputs; i++) x[i] = (float)fmax(0, number());
  const int steps[2] = {4, 6};
  convolution c[2];
  float *y[2];
  double *times[2], squares[2] = {0, 0}, sum = 0;
  for (int s = 0; s < 2; s++) {
    c[s] = arranged(side, inputs, outputs, steps[s], taps);
    y[s] = floats(pixels * outputs);
    times[s] = malloc(sizeof(double) * turns);
    run(&c[s], x, samples, y[s]);
  }
  for (int turn = 0; turn < turns; turn++) {
    for (int s = 0; s < 2; s++) times[s][turn] = run(&c[s], x, samples, y[s]) / samples;
  }
  for (int i = 0; i < 1000; i++) {
    const long row = rand() % side, column = rand() % side, output = rand() % outputs;
    const double value = right(x, taps, side, inputs, outputs, row, column, output);
    sum += value * value;
    for (int s = 0; s < 2; s++) {
      squares[s] += pow(y[s][(row * side + column) * outputs + output] - value, 2);
    }
  }
  printf("%ld,%ld,%ld", side, inputs, outputs);
  for (int s = 0; s < 2; s++) {
    qsort(times[s], turns, sizeof(double), ascending);
    printf(",%.2f,%.1e", 1e3 * times[s][turns / 2], sqrt(squares[s] / sum));
  }
  printf(",%.2f\n", times[0][turns / 2] / times[1][turns / 2]);
  fflush(stdout);
  for (int s = 0; s < 2; s++) {
    free(c[s].weights), free(c[s].inputs), free(c[s].products), free(y[s]), free(times[s]);
  }
  free(taps), free(x);
}

int main(int count, char **words) {
  const int size = count == 4 ? atoi(words[1]) : 0, samples = count == 4 ? atoi(words[2]) : 0;
  const int turns = count == 4 ? atoi(words[3]) : 0;
  if (size < 16 || samples < 1 || turns < 1) {
    fprintf(stderr, "usage: steps SIZE SAMPLES TURNS\n");
    return 2;
  }
  puts("side,inputs,outputs,f4_ms,f4_relative_l2,f6_ms,f6_relative_l2,times_faster");
  const int layers[8][3] = {{1, 64, 64},   {2, 64, 128},  {2, 128, 128}, {4, 128, 256},
                            {4, 256, 256}, {8, 256, 512}, {8, 512, 512}, {16, 512, 512}};
  for (int i = 0; i < 8; i++) {
    layer(size / layers[i][0], layers[i][1], layers[i][2], samples, turns);
  }
}
