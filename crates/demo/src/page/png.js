"use strict";

// PNG files with the text by which dcgan knows its images (crates/run/src/provenance.rs), and animated PNG.

const SIGNATURE = 8;
const HEADER = 25;

/** The bytes of a canvas as PNG. */
async function pngOf(canvas) {
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return new Uint8Array(await blob.arrayBuffer());
}

/** The PNG with texts, which stand after its header. */
function withTexts(png, texts) {
  const chunks = Object.entries(texts).map(([key, text]) => chunk("tEXt", latin1(`${key}\0${text}`)));
  const end = SIGNATURE + HEADER;
  return joined([png.subarray(0, end), ...chunks, png.subarray(end)]);
}

/** PNGs of one size as an animation that repeats. */
function animated(pngs, milliseconds) {
  const { width, height } = sizeOf(pngs[0]);
  let sequence = 0;
  const parts = [pngs[0].subarray(0, SIGNATURE + HEADER), chunk("acTL", numbers([4, pngs.length], [4, 0]))];
  pngs.forEach((png, frame) => {
    const place = [[4, width], [4, height], [4, 0], [4, 0]];
    const control = numbers([4, sequence++], ...place, [2, milliseconds], [2, 1000], [1, 0], [1, 0]);
    parts.push(chunk("fcTL", control));
    for (const data of imageData(png)) {
      parts.push(frame === 0 ? chunk("IDAT", data) : chunk("fdAT", joined([numbers([4, sequence++]), data])));
    }
  });
  return joined([...parts, chunk("IEND", new Uint8Array())]);
}

function sizeOf(png) {
  const view = new DataView(png.buffer, png.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** The contents of the IDAT chunks. */
function imageData(png) {
  const view = new DataView(png.buffer, png.byteOffset);
  const found = [];
  for (let at = SIGNATURE; at < png.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (name === "IDAT") found.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return found;
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
