"use strict";

// The latent of a seed, as crates/random draws it: ChaCha with 8 rounds, then the Box-Muller transform.

/** Of dcgan's streams, the one for the latents of images: Purpose::Sample, in the highest byte. */
const STREAM_HIGH = 4 << 24;

/** The key that a seed makes: eight outputs of PCG32. */
function keyOfSeed(seed) {
  const key = new Uint32Array(8);
  let state = BigInt(seed);
  for (let i = 0; i < 8; i++) {
    state = BigInt.asUintN(64, state * 0x5851f42d4c957f2dn + 0xa17654e46fbe17f3n);
    const mixed = Number(BigInt.asUintN(32, ((state >> 18n) ^ state) >> 27n));
    const turn = Number(state >> 59n);
    key[i] = (mixed >>> turn) | (mixed << (32 - turn));
  }
  return key;
}

/** The block of 16 words with this number. */
function chacha8(key, counter) {
  const start = new Uint32Array(16);
  start.set([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]);
  start.set(key, 4);
  start.set([counter, 0, 0, STREAM_HIGH], 12);
  const x = start.slice();
  const mix = (a, b, c, d) => {
    const rotated = (value, by) => (value << by) | (value >>> (32 - by));
    x[a] += x[b]; x[d] = rotated(x[d] ^ x[a], 16);
    x[c] += x[d]; x[b] = rotated(x[b] ^ x[c], 12);
    x[a] += x[b]; x[d] = rotated(x[d] ^ x[a], 8);
    x[c] += x[d]; x[b] = rotated(x[b] ^ x[c], 7);
  };
  for (let i = 0; i < 4; i++) {
    mix(0, 4, 8, 12); mix(1, 5, 9, 13); mix(2, 6, 10, 14); mix(3, 7, 11, 15);
    mix(0, 5, 10, 15); mix(1, 6, 11, 12); mix(2, 7, 8, 13); mix(3, 4, 9, 14);
  }
  return x.map((word, i) => word + start[i]);
}

/** A function that draws from the uniform distribution over [0, 1), in steps of 2^-53. */
function uniform(seed) {
  const key = keyOfSeed(seed);
  let block = [], at = 0, counter = 0;
  return () => {
    if (at === block.length) {
      [block, at] = [chacha8(key, counter), 0];
      counter += 1;
    }
    const [low, high] = [block[at], block[at + 1]];
    at += 2;
    return (high * 2 ** 21 + (low >>> 11)) * 2 ** -53;
  };
}

/** The latent of a seed: `length` draws from N(0, 1). */
function latentOfSeed(seed, length) {
  const draw = uniform(seed);
  const latent = new Float32Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - draw()));
    const angle = 2 * Math.PI * draw();
    latent[i] = radius * Math.cos(angle);
    if (i + 1 < length) latent[i + 1] = radius * Math.sin(angle);
  }
  return latent;
}

/** The point at t in [0, 1] on the arc between two latents; on the line, if there is no unique arc. */
function slerp(a, b, t) {
  const dot = (u, v) => u.reduce((sum, value, i) => sum + value * v[i], 0);
  const norms = Math.sqrt(dot(a, a) * dot(b, b));
  const cosine = norms > 0 ? Math.min(1, Math.max(-1, dot(a, b) / norms)) : 1;
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  const isLine = sine < 1e-6;
  const from = isLine ? 1 - t : Math.sin((1 - t) * angle) / sine;
  const to = isLine ? t : Math.sin(t * angle) / sine;
  return a.map((value, i) => from * value + to * b[i]);
}
