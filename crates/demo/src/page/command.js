"use strict";

// What is shown is a request: frame `frame` of `frames` on the way from seed `from` to seed `to`.

/** The seed that a request is the image of, or null if it is a blend of two. */
function seedOf({ from, to, frame, frames }) {
  if (frame === 0) return from;
  return frame === frames - 1 ? to : null;
}

/** The command that makes the same image; for a blend, by way of a strip of all its frames. */
function commandOf(model, { from, to, frame, frames }) {
  const seed = seedOf({ from, to, frame, frames });
  if (seed !== null) return `dcgan generate ${model.model} --seeds ${seed} --out seed${seed}.png`;
  const strip = `blend-${from}-${to}.png`;
  return (
    `dcgan interpolate ${model.model} --seeds ${from},${to} --frames ${frames} --out ${strip}\n` +
    `dcgan regenerate ${strip} --tile 1,${frame + 1} --model ${model.path} --out blend-${from}-${to}-${frame}.png`
  );
}

/** The text by which `dcgan info` and `dcgan regenerate` know the image. */
function provenanceOf(model, { from, to, frame, frames }) {
  const seed = seedOf({ from, to, frame, frames });
  const tile =
    seed !== null
      ? `{"seeds":{"first":${seed},"last":${seed}}}`
      : `{"blend":{"from":${from},"to":${to},"frames":${frames},"first":${frame},"last":${frame}}}`;
  return provenance(model, 1, 0, tile);
}

/** The same of a grid of consecutive seeds. */
function provenanceOfGrid(model, columns, padding, first, last) {
  return provenance(model, columns, padding, `{"seeds":{"first":${first},"last":${last}}}`);
}

function provenance({ fingerprint, steps, software }, columns, padding, tile) {
  const head = `{"format":1,"model":"${fingerprint}","steps":${steps}`;
  return { Software: software, dcgan: `${head},"columns":${columns},"padding":${padding},"tiles":[${tile}]}` };
}

function nameOf(request) {
  const seed = seedOf(request);
  const { from, to, frame } = request;
  return seed !== null ? `seed${seed}.png` : `blend-${from}-${to}-${frame}.png`;
}
