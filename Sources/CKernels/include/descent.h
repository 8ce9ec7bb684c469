#ifndef LETHE_DESCENT_H
#define LETHE_DESCENT_H

// Steps of optimizers along gradients. Every number has the same bits on any processor.

/// The numbers of one step of Adam.
typedef struct {
  float step;            // rate / (1 − beta1ᵗ)
  float correction;      // √(1 − beta2ᵗ)
  float beta1, beta2;
  float rest1, rest2;    // 1 − beta1, 1 − beta2
  float epsilon;
  float decay;           // times the weight, added to the gradient
  float keep;            // times the weight, before the step
} lethe_adam;

/// Moves weights along their gradients and both moments with them.
void lethe_adapt(const lethe_adam *adam, float *weights, const float *gradients, float *first,
                 float *second, long count);

/// v ← momentum·v + (g + decay·w); w ← w − rate·v.
void lethe_descend(float *weights, const float *gradients, float *velocities, long count,
                   float rate, float momentum, float decay);

#endif
