"use strict";

// Where images are made: in a worker, so that the page stays responsive, or in the page if there can be none. From a file
// on disk a worker can only be made of a blob.

/** The text of an element. */
const textOf = (id) => document.getElementById(id).textContent;

/** A function from a request to a promise of its pixels. */
function openWorkshop(model) {
  const weights = textOf("weights");
  const workers = startWorker({ model, weights });
  let painter;
  const inPage = async (request) => {
    painter ??= createPainter(model, weights);
    // Lets the page draw what it has.
    await new Promise((resume) => setTimeout(resume));
    return painter(request);
  };
  return async (request) => {
    const worker = await workers;
    return worker ? worker(request) : inPage(request);
  };
}

/** The same of a worker, or null if there can be none. */
async function startWorker(start) {
  const waiting = new Map();
  let count = 0;
  try {
    const source = new Blob([textOf("engine"), "\n", textOf("worker")], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(source));
    const send = (message) =>
      new Promise((resolve, reject) => {
        count += 1;
        waiting.set(count, { resolve, reject });
        worker.postMessage({ ...message, id: count });
      });
    worker.onmessage = ({ data: { id, pixels } }) => {
      waiting.get(id).resolve(pixels);
      waiting.delete(id);
    };
    worker.onerror = (error) => {
      error.preventDefault();
      waiting.forEach(({ reject }) => reject(error));
      waiting.clear();
    };
    await send(start);
    return (request) => send({ request });
  } catch {
    return null;
  }
}
