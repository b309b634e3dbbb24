#!/usr/bin/env bash
# Makes a compiler for wasm32-unknown-unknown out of Debian's packages, for machines where rustup's server cannot be
# reached. Debian ships a compiler for the web (rustc-web) and the standard library's source, but not the library built
# for this target: that is done here, once, offline, since the source carries its dependencies with it.
#
#   wasm-target.sh <folder>     in the end <folder> holds links to the rustc and cargo to use
#
# It needs root, for apt-get and for the library's place beside the compiler. rustup and its toolchains are left alone.
# It may be run again at any time, also while another run is going on.
set -euo pipefail

folder=$1
target=wasm32-unknown-unknown
packages=(rustc-web cargo-web rust-web-src rust-web-llvm lld-22)
# The formatter and the lints, for a machine whose only Rust this is.
[[ -n ${WITH_LINTS:-} ]] && packages+=(rustfmt-web rust-web-clippy)
rustc=/usr/bin/rustc
cargo=/usr/bin/cargo

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '%s\n' "$*" >&2; }

# A true compilation and link. A mere look at the files would miss a library that another compiler has built.
compiles() {
  [[ -x $rustc ]] || return 1
  echo 'pub fn f(n: usize) -> Vec<u8> { vec![0; n] }' >"$work/probe.rs"
  echo '#[unsafe(no_mangle)] pub extern "C" fn g() -> usize { f(9).len() }' >>"$work/probe.rs"
  "$rustc" --edition 2024 --target "$target" --crate-type cdylib -O -o "$work/probe.wasm" "$work/probe.rs" \
    >"$work/probe.log" 2>&1
}

# Whether nothing is left to be installed.
is_complete() {
  compiles && { [[ -z ${WITH_LINTS:-} ]] || [[ -x /usr/bin/cargo-clippy && -x /usr/bin/cargo-fmt ]]; }
}

link() {
  mkdir -p "$folder"
  for tool in rustc cargo rustdoc cargo-clippy clippy-driver cargo-fmt rustfmt; do
    if [[ -x /usr/bin/$tool ]]; then ln -sfn "/usr/bin/$tool" "$folder/$tool"; fi
  done
  say "ready: $("$rustc" --version)"
}

install_packages() {
  local missing=()
  for package in "${packages[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 "${missing[@]}"
}

build_library() {
  say "building the standard library for $target with $("$rustc" --version), about 2 min"
  local vendored home=$work/crate
  vendored=$("$rustc" --print sysroot)/lib/rustlib/src/rust/library/vendor
  [[ -d $vendored ]] || { say "error: $vendored is missing, though rust-web-src should bring it"; return 1; }

  # Cargo builds the standard library along with a crate; this one is empty.
  mkdir -p "$home/src"
  echo '#![no_std]' >"$home/src/lib.rs"
  cat >"$home/Cargo.toml" <<'TOML'
[package]
name = "library-carrier"
version = "0.0.0"
edition = "2021"
[profile.release]
codegen-units = 1
panic = "abort"
[workspace]
TOML

  # A clean environment: no setting of the user's may lead to another compiler. Bitcode has to be embedded, or a crate
  # built with lto could not be linked to this library.
  (
    cd "$home"
    env -i PATH=/usr/bin:/bin HOME="$work" CARGO_HOME="$work/cargo" RUSTC="$rustc" RUSTC_BOOTSTRAP=1 \
      RUSTFLAGS=-Cembed-bitcode=yes \
      "$cargo" build --release --offline --target "$target" --target-dir "$work/out" \
      -Zbuild-std=std,panic_abort,proc_macro,test \
      --config 'source.crates-io.replace-with="vendored"' \
      --config "source.vendored.directory=\"$vendored\""
  )

  local place
  place=$("$rustc" --print target-libdir --target "$target")
  rm -rf "$place.new"
  mkdir -p "$place.new"
  cp "$work/out/$target/release/deps/"*.rlib "$place.new/"
  rm -f "$place.new"/liblibrary_carrier-*.rlib
  rm -rf "$place"
  mv "$place.new" "$place"
}

if is_complete; then
  link
  exit 0
fi
if [[ $(id -u) != 0 ]]; then
  say "error: root is needed to install ${packages[*]}"
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  say "error: apt-get is missing; this way is for Debian and its relatives"
  exit 1
fi

exec 9>/var/lock/postcall-wasm-target
flock 9
is_complete || install_packages
compiles || build_library
if ! compiles; then
  cat "$work/probe.log" >&2
  say "error: the library was built, but a small program for $target still does not compile"
  exit 1
fi
link
