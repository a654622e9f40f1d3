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

  const imageOf = (pixels) => ({ width: model.imageSize, height: model.imageSize, channels: model.channels, pixels });

  /** All frames as an animation, there and back. */
  async function animation(request, onProgress) {
    const images = [];
    for (let frame = 0; frame < FRAMES; frame++) {
      onProgress(frame / FRAMES);
      images.push(imageOf(await framePixels({ ...request, frame })));
    }
    const back = images.slice(1, -1).reverse();
    return animatedPng([...images, ...back], FRAME_MS, { Software: model.software });
  }

  async function save(request) {
    const image = imageOf(await framePixels(request));
    download(await png(image, provenanceOf(model, request)), nameOf(request));
  }
  return { canvas, show, save, animation };
}
