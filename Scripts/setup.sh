#!/usr/bin/env bash
# Installs the Debian packages that Lethe needs, and those named beside, if they are missing; silent
# and offline when nothing is missing.
#
#   Scripts/setup.sh [PACKAGE …]
set -euo pipefail

packages=(
  libsqlite3-dev libhdf5-dev libopenblas-dev libssl-dev
  libturbojpeg0-dev libpng-dev libcairo2-dev zlib1g-dev libdeflate-dev
  libgoogle-perftools-dev
  fonts-dejavu-core
)
packages+=("$@")
for tool in make pkg-config; do
  command -v "$tool" >/dev/null || packages+=("$tool")
done
modules=(sqlite3 hdf5 openblas libcrypto libturbojpeg libpng cairo zlib libdeflate libtcmalloc_minimal)

say() { printf 'setup: %s\n' "$*" >&2; }

if ! command -v swift >/dev/null; then
  say 'no swift on the PATH: install a toolchain of version 6.2 or newer (swift.org/install)'
  exit 1
fi

missing=()
if command -v dpkg-query >/dev/null; then
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)
  for package in "${packages[@]}"; do
    grep -qx "$package installed" <<<"$installed" || missing+=("$package")
  done
else
  for module in "${modules[@]}"; do
    pkg-config --exists "$module" 2>/dev/null || missing+=("$module")
  done
fi

if [[ ${#missing[@]} -eq 0 ]]; then
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  say "missing libraries: ${missing[*]}"
  say "this is no Debian; install the development packages that correspond to: ${packages[*]}"
  exit 1
fi

if [[ $(id -u) -eq 0 ]]; then
  as_root=(env)
elif command -v sudo >/dev/null && sudo -v; then
  as_root=(sudo env)
else
  say 'packages are missing, and neither root nor sudo is at hand. Have an administrator run:'
  say "  apt-get install ${missing[*]}"
  exit 1
fi

say "installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
