let paint;

onmessage = ({ data: { model, weights, id, request } }) => {
  if (model) paint = createPainter(model, weights);
  const pixels = request && paint(request);
  postMessage({ id, pixels }, pixels ? [pixels.buffer] : []);
};
