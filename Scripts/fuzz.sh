#!/usr/bin/env bash
# Fuzzes one reader with libFuzzer, which comes with the Swift toolchain.
#
#   Scripts/fuzz.sh TARGET [SECONDS]     seconds default to 60; TARGET is a case of Fuzz/FuzzTarget.swift
#   Scripts/fuzz.sh --build              builds only
#   Scripts/fuzz.sh TARGET FILE…         reads these files once each, as to see a finding again
#       environment: SANITIZE=1 also watches the memory and the arithmetic of C (AddressSanitizer and
#       UndefinedBehaviorSanitizer), in a build of its own, .build/fuzz-sanitized; for targets that
#       read by C of our own: relu
#
# Seeds come from Fuzz/corpus/TARGET; what is found on the way stays in .build/fuzz/corpus/TARGET, and
# a finding (crash, more than 5 s, more than 500 MB; with sanitizers 2 GB) in .build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?usage: Scripts/fuzz.sh TARGET [SECONDS | FILE…], or --build}
build=.build/fuzz${SANITIZE:+-sanitized}
products=$build/release
# The system's libraries, as the package's manifest names them.
libraries=$(sed -n 's/.*pkgConfig: "\([^"]*\)".*/\1/p' Package.swift)

# The package itself knows nothing of fuzzing: its modules are compiled with coverage in a folder of
# their own, and linked with the targets by hand, since libFuzzer brings its own main.
swift build --build-path "$build" -c release --target Ingest \
  -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link \
  ${SANITIZE:+-Xcc -fsanitize=address,undefined -Xcc -fno-sanitize-recover=all}
# Objects of Ingest and of all that it needs: nothing else is built in this folder.
objects=()
while IFS= read -r object; do objects+=("$object"); done \
  < <(find -L "$products"/*.build -name '*.o' | sort)
# The module maps of C modules, the package's own and those of the system, and the headers.
includes=()
for map in Sources/C*/module.modulemap; do includes+=(-I "$(dirname "$map")"); done
for map in "$products"/*.build/module.modulemap; do
  includes+=(-Xcc "-fmodule-map-file=$map")
done
for flag in $(pkg-config --cflags-only-I $libraries); do includes+=(-Xcc "$flag"); done
# The runtime of the one sanitizer brings that of the other.
# shellcheck disable=SC2046
swiftc -O -swift-version 6 -sanitize="fuzzer${SANITIZE:+,address}" -parse-as-library -module-name Fuzz \
  -I "$products/Modules" "${includes[@]}" \
  Fuzz/*.swift "${objects[@]}" $(pkg-config --libs $libraries) -lm \
  -o "$build/lethe-fuzz"
[ "$target" = --build ] && exit 0

export LETHE_FUZZ_TARGET=$target
limits=(-timeout=5 -rss_limit_mb="$([ -n "${SANITIZE:-}" ] && echo 2000 || echo 500)" -max_len=131072)
if [ -e "${2:-}" ]; then
  shift
  exec "$build/lethe-fuzz" "${limits[@]}" "$@"
fi
mkdir -p "$build/corpus/$target" "$build/findings" "Fuzz/corpus/$target"
exec "$build/lethe-fuzz" "${limits[@]}" -max_total_time="${2:-60}" -print_final_stats=1 \
  -artifact_prefix="$build/findings/$target-" "$build/corpus/$target" "Fuzz/corpus/$target"
