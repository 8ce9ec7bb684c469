#!/usr/bin/env bash
# Times VGG16's 3×3 convolutions by Winograd's F(4×4) and F(6×6), layer by layer on one thread, which
# is how it was decided where the larger one pays (docs/design.md).
#
#   Benchmarks/winograd/run.sh [SIZE SAMPLES TURNS]       (224 4 7), CSV on standard output
set -euo pipefail
root=$(realpath "$(dirname "$0")/../..")
folder=$root/.build/bench/winograd
mkdir -p "$folder"
kernels=$root/Sources/CKernels
clang -std=gnu17 -O3 -ffp-contract=off -Wall -Wextra -Wno-psabi -I "$kernels/include" \
  "$root/Benchmarks/winograd/steps.c" "$kernels/winograd.c" "$kernels/products.c" -lm -o "$folder/steps"
[[ $# -gt 0 ]] || set -- 224 4 7
"$folder/steps" "$@"
