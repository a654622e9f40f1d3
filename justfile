# List the recipes
default:
    @just --list

# Train on the built-in cats; `just train --data DIR` for pictures of your own
[group('use')]
train *ARGS:
    cargo run --release -- train {{ARGS}}

# Time the training step on this machine
[group('use')]
step *ARGS:
    cargo run --release -- bench {{ARGS}}

# Criterion suites over kernels and the step; `just bench conv` for one of them
[group('check')]
bench *FILTER:
    cargo bench -p dcgan-benches -- {{FILTER}}

# Beside PyTorch, in turn, on this machine: sets up a Python environment of its own, then takes minutes
[group('check')]
bench-peers *ARGS:
    cargo build --release
    [ -x target/peers/bin/python ] || python3 -m venv target/peers
    target/peers/bin/python -c 'import torch, safetensors, PIL, numpy' 2>/dev/null || target/peers/bin/pip install torch safetensors pillow numpy
    target/peers/bin/python benches/peers/compare.py target/release/dcgan {{ARGS}}

# All tests
[group('check')]
test:
    cargo test --workspace

# Kill the binary at random moments, many more times than the tests do
[group('check')]
soak KILLS="500":
    DCGAN_KILLS={{KILLS}} cargo test -p dcgan --test it kill -- --nocapture

# Throw inputs at one of the readers: checkpoint, safetensors, npy, idx, cache, config (needs cargo-fuzz and a nightly toolchain)
[group('check')]
fuzz TARGET SECONDS="60":
    cd fuzz && cargo run --bin seeds
    cd fuzz && cargo +nightly fuzz run {{TARGET}} -- -max_total_time={{SECONDS}}

# Every kernel at its smallest in an interpreter that looks at each access to memory: ten minutes (needs a nightly toolchain with miri)
[group('check')]
miri:
    RAYON_NUM_THREADS=1 MIRIFLAGS="-Zmiri-ignore-leaks -Zmiri-disable-isolation -Zmiri-disable-stacked-borrows -Zmiri-permissive-provenance" RUSTFLAGS="-Ctarget-feature=+avx512f,+avx2,+fma" cargo +nightly miri test -p dcgan-tensor --lib smallest

# All tests of the kernels with each access checked as it happens, but one whose oracle takes an hour so: twenty minutes (needs a nightly toolchain)
[group('check')]
address:
    RUSTFLAGS="-Zsanitizer=address" cargo +nightly test -p dcgan-tensor --lib --target x86_64-unknown-linux-gnu -- --skip the_default_layers

# Ten healthy runs, in which the watch must be silent, and one whose steps are far too large: some minutes
[group('check')]
watchdog RUNS="0-9":
    DCGAN_WATCHDOG={{RUNS}} cargo test -p dcgan --test it healthy -- --nocapture

# Formatting and lints, warnings as errors
[group('check')]
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# The documentation of all crates, warnings as errors
[group('check')]
docs:
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps

# Licences, advisories, unused dependencies, spelling (needs cargo-deny, cargo-machete, typos)
[group('check')]
audit:
    cargo deny check
    cargo deny --manifest-path fuzz/Cargo.toml --config deny.toml check
    cargo machete
    typos

# Two steps of the built binary on drawn pictures, into a folder that is thrown away
[group('check')]
smoke:
    bash .ci/smoke

# What CI runs
[group('check')]
ci: lint test docs smoke

# PyTorch's numbers for the golden tests, made anew (needs torch, numpy, safetensors)
[group('proof')]
goldens:
    python3 crates/layers/src/tests/golden/make.py
    python3 crates/gan/tests/golden/make.py

# The golden checkpoint of the present format, made anew: once in each version of it
[group('proof')]
golden-checkpoint:
    cargo run -p dcgan-gan --example golden_checkpoint

# Load exported networks into PyTorch and compare (needs torch, numpy, safetensors)
[group('proof')]
exchange MODEL:
    cargo build --release
    python3 crates/gan/tests/golden/check_export.py target/release/dcgan {{MODEL}}
