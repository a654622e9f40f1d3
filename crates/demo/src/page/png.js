"use strict";

// PNG files, also animated, from pixels: a canvas would lose colours where they are nearly transparent.

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The type of a PNG with this many channels. */
const COLOUR_TYPES = { 1: 0, 3: 2, 4: 6 };

/** The most bytes of a block that is not compressed. */
const BLOCK = 65_535;

/**
 * An image as PNG. `image` has width, height, channels, and pixels as RGBA; `texts` are those by which dcgan knows its
 * images (crates/run/src/provenance.rs).
 */
async function png(image, texts) {
  return joined([...opening(image, texts), chunk("IDAT", await compressed(image)), chunk("IEND", [])]);
}

/** Images of one size as an animation that repeats. */
async function animatedPng(images, milliseconds, texts) {
  const { width, height } = images[0];
  const parts = [...opening(images[0], texts), chunk("acTL", numbers([4, images.length], [4, 0]))];
  let sequence = 0;
  for (const [i, image] of images.entries()) {
    const place = [[4, width], [4, height], [4, 0], [4, 0]];
    const timing = [[2, milliseconds], [2, 1000], [1, 0], [1, 0]];
    parts.push(chunk("fcTL", numbers([4, sequence++], ...place, ...timing)));
    const data = await compressed(image);
    parts.push(i === 0 ? chunk("IDAT", data) : chunk("fdAT", joined([numbers([4, sequence++]), data])));
  }
  return joined([...parts, chunk("IEND", [])]);
}

/** What stands before the pixels. */
function opening({ width, height, channels }, texts) {
  const header = numbers([4, width], [4, height], [1, 8], [1, COLOUR_TYPES[channels]], [3, 0]);
  const chunks = Object.entries(texts).map(([key, text]) => chunk("tEXt", latin1(`${key}\0${text}`)));
  return [SIGNATURE, chunk("IHDR", header), ...chunks];
}

/** The pixels as the contents of IDAT: lines without a filter, each after the number of that. */
async function compressed({ width, height, channels, pixels }) {
  const pitch = 1 + width * channels;
  const lines = new Uint8Array(height * pitch);
  for (let i = 0; i < width * height; i++) {
    const start = Math.floor(i / width) * pitch + 1 + (i % width) * channels;
    for (let c = 0; c < channels; c++) lines[start + c] = pixels[4 * i + c];
  }
  if (typeof CompressionStream === "undefined") return stored(lines);
  const stream = new Blob([lines]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes in the format of zlib, not compressed, for browsers before 2023. */
function stored(bytes) {
  const parts = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    const isLast = at + BLOCK >= bytes.length;
    const [low, high] = [block.length & 255, block.length >> 8];
    parts.push(Uint8Array.of(isLast, low, high, ~low, ~high), block);
  }
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return joined([...parts, numbers([2, b], [2, a])]);
}

function chunk(name, data) {
  const named = joined([latin1(name), data]);
  return joined([numbers([4, data.length]), named, numbers([4, crc32(named)])]);
}

/** Pairs of a size in bytes and a number, big-endian. */
function numbers(...pairs) {
  return Uint8Array.from(
    pairs.flatMap(([size, value]) =>
      Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256),
    ),
  );
}

function latin1(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ -1) >>> 0;
}
