"use strict";

/**
 * A function from a request to the pixels of its image, RGBA. A request is the frame `frame` of `frames` on the way from
 * the seed `from` to the seed `to`, as in `dcgan interpolate`.
 */
function createPainter(model, base64) {
  const network = unpackNetwork(model, base64);
  return ({ from, to, frame, frames }) => {
    const start = latentOfSeed(from, model.nz);
    const latent = frame === 0 ? start : slerp(start, latentOfSeed(to, model.nz), frame / (frames - 1));
    return toPixels(forward(network, latent), model.channels);
  };
}

/** Grey, RGB or RGBA before the final tanh as bytes of RGBA. */
function toPixels(floats, channels) {
  const count = floats.length / channels;
  const pixels = new Uint8ClampedArray(4 * count).fill(255);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 4; c++) {
      const source = channels === 1 ? Math.min(c, 0) : c;
      if (c === 3 && channels < 4) continue;
      pixels[4 * i + c] = Math.floor((Math.tanh(floats[i * channels + source]) + 1) * 127.5 + 0.5);
    }
  }
  return pixels;
}
