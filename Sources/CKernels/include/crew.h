#ifndef LETHE_CREW_H
#define LETHE_CREW_H

/// Tells the processor that a thread waits for another one.
static inline void lethe_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
