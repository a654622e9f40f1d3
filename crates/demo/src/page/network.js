"use strict";

// The generator: a projection of the latent to 4 x 4, then transposed convolutions (4 x 4, stride 2, padding 1), each of
// which doubles the side. Batch norm has been folded into the weights. Channels are innermost everywhere.

/**
 * The network of the weights in a page.
 *
 * For each layer: half-precision weights (row, column, out, in), to be multiplied by the layer's scale, then the biases
 * in single precision, if the layer has them.
 */
function unpackNetwork(model, base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  let at = 0;
  const layers = model.layers.map((layer, i) => {
    const count = 16 * layer.in * layer.out;
    const halves = new Uint16Array(bytes.buffer, at, count);
    at += 2 * count;
    const bias = new Float32Array(layer.out);
    if (layer.bias) {
      bias.set(new Float32Array(bytes.buffer, at, layer.out));
      at += 4 * layer.out;
    }
    const weights = fromHalves(halves, layer.scale);
    return { ...layer, bias, weights: i === 0 ? weights : byPhases(weights, layer) };
  });
  // The input of each layer but the first, with a border of zeros.
  const inputs = layers.map((layer, i) => (i === 0 ? null : bordered(2 << i, layer.in)));
  const last = layers[layers.length - 1];
  const side = model.imageSize;
  return { layers, inputs, output: { floats: new Float32Array(side * side * last.out), border: 0, side } };
}

/** An image of zeros with a border of one pixel. */
function bordered(side, channels) {
  return { floats: new Float32Array((side + 2) ** 2 * channels), border: 1, side };
}

/** IEEE halves as floats, multiplied by `scale`. */
function fromHalves(halves, scale) {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    // The exponent and the fraction in their new places; the exponent's offset is 112 less, also of subnormals.
    bits[i] = ((halves[i] & 0x8000) << 16) | ((halves[i] & 0x7fff) << 13);
    floats[i] *= scale * 2 ** 112;
  }
  return floats;
}

/**
 * The weights of a transposed convolution in the order in which `double` reads them: for each of the four phases of the
 * output and each four channels out, a row of 2 x 2 pixels of channels in.
 *
 * Row y of the input reaches row 2y - 1 + k of the output by row k of the kernel. So a row of the output depends on two
 * rows of the input, by the rows 3 and 1 of the kernel where it is even, else by 2 and 0.
 */
function byPhases(weights, { in: channelsIn, out: channelsOut }) {
  const blocks = Math.ceil(channelsOut / 4);
  const packed = new Float32Array(4 * blocks * 4 * channelsIn * 4);
  let at = 0;
  for (let phase = 0; phase < 4; phase++) {
    for (let block = 0; block < blocks; block++) {
      for (let pixel = 0; pixel < 4; pixel++) {
        const row = 3 - (phase >> 1) - 2 * (pixel >> 1);
        const column = 3 - (phase & 1) - 2 * (pixel & 1);
        for (let c = 0; c < channelsIn; c++) {
          for (let o = 4 * block; o < 4 * block + 4; o++, at++) {
            if (o < channelsOut) packed[at] = weights[((row * 4 + column) * channelsOut + o) * channelsIn + c];
          }
        }
      }
    }
  }
  return packed;
}

/** The image of a latent: floats before the final tanh, row by row, which the next call overwrites. */
function forward({ layers, inputs, output }, latent) {
  project(layers[0], latent, inputs[1]);
  for (let i = 1; i < layers.length; i++) {
    double(layers[i], inputs[i], inputs[i + 1] ?? output);
  }
  return output.floats;
}

/** The first layer, which has a row of weights for each float of its output. */
function project({ weights, bias, out: channels }, latent, to) {
  let w = 0;
  for (let pixel = 0; pixel < 16; pixel++) {
    const start = place(to, pixel >> 2, pixel & 3, channels);
    for (let o = 0; o < channels; o++) {
      let sum = bias[o];
      for (let i = 0; i < latent.length; i++, w++) sum += weights[w] * latent[i];
      to.floats[start + o] = Math.max(sum, 0);
    }
  }
}

/** Where a pixel begins. */
function place({ side, border }, y, x, channels) {
  return ((y + border) * (side + 2 * border) + x + border) * channels;
}

/** A transposed convolution, with ReLU unless its output is the image. Two pixels and four channels at a time. */
function double(layer, from, to) {
  const { weights, bias, in: channelsIn, out: channelsOut } = layer;
  const { floats: input, side } = from;
  const pitch = (side + 2) * channelsIn;
  const run = 2 * channelsIn;
  const least = to.border ? 0 : -Infinity;
  const sums = new Float64Array(8);
  let block = 0;
  for (let phase = 0; phase < 4; phase++) {
    const [down, right] = [phase >> 1, phase & 1];
    for (let o = 0; o < channelsOut; o += 4, block += 8 * run) {
      for (let y = down; y < side + down; y++) {
        for (let x = right; x < side + right; x += 2) {
          let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
          let w = block;
          for (let row = y; row < y + 2; row++) {
            const start = row * pitch + x * channelsIn;
            for (let i = start; i < start + run; i++, w += 4) {
              const a = input[i], b = input[i + channelsIn];
              const w0 = weights[w], w1 = weights[w + 1], w2 = weights[w + 2], w3 = weights[w + 3];
              a0 += w0 * a; a1 += w1 * a; a2 += w2 * a; a3 += w3 * a;
              b0 += w0 * b; b1 += w1 * b; b2 += w2 * b; b3 += w3 * b;
            }
          }
          sums[0] = a0; sums[1] = a1; sums[2] = a2; sums[3] = a3;
          sums[4] = b0; sums[5] = b1; sums[6] = b2; sums[7] = b3;
          const first = place(to, 2 * y - down, 2 * x - right, channelsOut) + o;
          const second = first + 2 * channelsOut;
          for (let c = 0; c < 4 && o + c < channelsOut; c++) {
            to.floats[first + c] = Math.max(sums[c] + bias[o + c], least);
            to.floats[second + c] = Math.max(sums[4 + c] + bias[o + c], least);
          }
        }
      }
    }
  }
}
