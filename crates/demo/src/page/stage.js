"use strict";

/** Images from one seed to another, both included. */
const FRAMES = 33;

/** Time of a frame of an animation, if it can be made in time. */
const FRAME_MS = 60;

/** The large image, a blend of two seeds: shows the newest request, and leaves out those that were overtaken. */
function openStage(model, paint, onShown) {
  const canvas = document.getElementById("image");
  Object.assign(canvas, { width: model.imageSize, height: model.imageSize });
  let wanted = null;
  let isBusy = false;
  // The frames of the present pair of seeds.
  let frames = new Map();
  let pair = "";

  async function framePixels(request) {
    const own = `${request.from} ${request.to}`;
    if (own !== pair) [pair, frames] = [own, new Map()];
    const of = frames;
    if (!of.has(request.frame)) of.set(request.frame, await paint(request));
    return of.get(request.frame);
  }

  async function show(request) {
    wanted = request;
    if (isBusy) return;
    isBusy = true;
    try {
      for (let shown = null; shown !== wanted; ) {
        const next = wanted;
        drawPixels(canvas, await framePixels(next));
        shown = next;
        onShown(shown);
      }
    } finally {
      isBusy = false;
    }
  }

  /** All frames as an animation, there and back. */
  async function animation(request, onProgress) {
    const sheet = newCanvas(model.imageSize, model.imageSize);
    const pngs = [];
    for (let frame = 0; frame < FRAMES; frame++) {
      onProgress(frame / FRAMES);
      drawPixels(sheet, await framePixels({ ...request, frame }));
      pngs.push(await pngOf(sheet));
    }
    const back = pngs.slice(1, -1).reverse();
    return withTexts(animated([...pngs, ...back], FRAME_MS), { Software: model.software });
  }

  const save = async (request) => {
    const png = withTexts(await pngOf(canvas), provenanceOf(model, request));
    download(png, nameOf(request));
  };
  return { canvas, show, save, animation };
}
