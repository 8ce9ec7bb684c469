#include "include/descent.h"

#include "vectors.h"

INLINE void adapt(const lethe_adam *adam, float *w, const float *g, float *m, float *v,
                  long count) {
  const lethe_adam a = *adam;
  for (long i = 0; i < count; i += 8) {
    const long left = count - i < 8 ? count - i : 8;
    const float8 old = some8(w + i, left) * a.keep;
    const float8 gradient = some8(g + i, left) + a.decay * old;
    const float8 first = a.beta1 * some8(m + i, left) + a.rest1 * gradient;
    const float8 second = a.beta2 * some8(v + i, left) + a.rest2 * gradient * gradient;
    const float8 root = __builtin_elementwise_sqrt(second);
    put8(m + i, first, left);
    put8(v + i, second, left);
    put8(w + i, old - a.step * first / (root / a.correction + a.epsilon), left);
  }
}

INLINE void descend(float *w, const float *g, float *v, long count, float rate, float momentum,
                    float decay) {
  for (long i = 0; i < count; i++) {
    const float velocity = momentum * v[i] + (g[i] + decay * w[i]);
    v[i] = velocity;
    w[i] -= rate * velocity;
  }
}

WIDE_OR_NOT(lethe_adapt, adapt,
            (const lethe_adam *adam, float *weights, const float *gradients, float *first,
             float *second, long count),
            adam, weights, gradients, first, second, count)

WIDE_OR_NOT(lethe_descend, descend,
            (float *weights, const float *gradients, float *velocities, long count, float rate,
             float momentum, float decay),
            weights, gradients, velocities, count, rate, momentum, decay)
