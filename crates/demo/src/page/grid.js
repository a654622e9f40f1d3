"use strict";

const COLUMNS = 4;
const TILES = 16;

/** Black pixels around the images of a saved grid, as in those of dcgan. */
const PADDING = 2;

/** The images of consecutive seeds, each a button. */
function openGrid(model, paint, choose) {
  const list = document.getElementById("grid");
  const tiles = Array.from({ length: TILES }, () => newTile(list, model.imageSize, choose));
  let first = 0n;
  let round = 0;
  let drawn = Promise.resolve();

  function show(from) {
    drawn = draw(from);
    return drawn;
  }

  async function draw(from) {
    first = from;
    round += 1;
    const own = round;
    list.setAttribute("aria-busy", "true");
    tiles.forEach((tile, i) => tile.name(first + BigInt(i)));
    for (const [i, tile] of tiles.entries()) {
      const seed = first + BigInt(i);
      const pixels = await paint({ from: seed, to: seed, frame: 0, frames: 2 });
      // Other seeds were asked for meanwhile.
      if (own !== round) return;
      tile.draw(pixels);
    }
    list.setAttribute("aria-busy", "false");
  }

  async function save() {
    await drawn;
    const side = model.imageSize;
    const [width, height] = [COLUMNS, TILES / COLUMNS].map((count) => count * (side + PADDING) + PADDING);
    const pixels = new Uint8ClampedArray(4 * width * height);
    if (model.channels < 4) new Uint32Array(pixels.buffer).fill(0xff000000);
    tiles.forEach((tile, i) => {
      const x = (i % COLUMNS) * (side + PADDING) + PADDING;
      const y = Math.floor(i / COLUMNS) * (side + PADDING) + PADDING;
      for (let row = 0; row < side; row++) {
        const line = tile.pixels().subarray(4 * side * row, 4 * side * (row + 1));
        pixels.set(line, 4 * ((y + row) * width + x));
      }
    });
    const last = first + BigInt(TILES - 1);
    const texts = provenanceOfGrid(model, COLUMNS, PADDING, first, last);
    download(await png({ width, height, channels: model.channels, pixels }, texts), `seeds${first}-${last}.png`);
  }

  const mark = (seed) => tiles.forEach((tile) => tile.mark(seed));
  return { show, save, mark, first: () => first };
}

function newTile(list, side, choose) {
  const [item, button, caption] = ["li", "button", "span"].map((name) => document.createElement(name));
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  let seed, pixels;
  button.type = "button";
  button.append(canvas);
  item.append(button, caption);
  list.append(item);
  button.addEventListener("click", () => choose(seed));
  return {
    pixels: () => pixels,
    name(its) {
      seed = its;
      caption.textContent = `${seed}`;
      button.setAttribute("aria-label", `Seed ${seed}`);
    },
    draw(its) {
      pixels = its;
      drawPixels(canvas, pixels);
    },
    mark: (shown) => button.setAttribute("aria-current", `${seed === shown}`),
  };
}

function drawPixels(canvas, pixels) {
  canvas.getContext("2d").putImageData(new ImageData(pixels, canvas.width, canvas.height), 0, 0);
}

/** Saves bytes as a file of this name. */
function download(bytes, name) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
