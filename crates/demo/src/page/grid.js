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
    const pitch = model.imageSize + PADDING;
    const sheet = newCanvas(COLUMNS * pitch + PADDING, (TILES / COLUMNS) * pitch + PADDING);
    const context = sheet.getContext("2d");
    context.fillRect(0, 0, sheet.width, sheet.height);
    tiles.forEach(({ canvas }, i) => {
      const [x, y] = [(i % COLUMNS) * pitch + PADDING, Math.floor(i / COLUMNS) * pitch + PADDING];
      context.clearRect(x, y, model.imageSize, model.imageSize);
      context.drawImage(canvas, x, y);
    });
    const last = first + BigInt(TILES - 1);
    const texts = provenanceOfGrid(model, COLUMNS, PADDING, first, last);
    download(withTexts(await pngOf(sheet), texts), `seeds${first}-${last}.png`);
  }

  const mark = (seed) => tiles.forEach((tile) => tile.mark(seed));
  return { show, save, mark, first: () => first };
}

function newTile(list, side, choose) {
  const [item, button, caption] = ["li", "button", "span"].map((name) => document.createElement(name));
  const canvas = newCanvas(side, side);
  let seed;
  button.type = "button";
  button.append(canvas);
  item.append(button, caption);
  list.append(item);
  button.addEventListener("click", () => choose(seed));
  return {
    canvas,
    name(its) {
      seed = its;
      caption.textContent = `${seed}`;
      button.setAttribute("aria-label", `Seed ${seed}`);
    },
    draw: (pixels) => drawPixels(canvas, pixels),
    mark: (shown) => button.setAttribute("aria-current", `${seed === shown}`),
  };
}

function newCanvas(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
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
