"use strict";

const element = (id) => document.getElementById(id);
const model = JSON.parse(textOf("model"));
const paint = openWorkshop(model);
const request = { from: 0n, to: 1n, frame: 0, frames: FRAMES };
const stage = openStage(model, paint, onShown);
const grid = openGrid(model, paint, choose);

/** What the large image shows, which may lag behind the request. */
let shown = null;
let isPlaying = false;

const LARGEST_SEED = 2n ** 64n - 1n;

function onShown(its) {
  shown = its;
  const seed = seedOf(its);
  const words =
    seed !== null ? `Seed ${seed}` : `Frame ${its.frame + 1} of ${its.frames} from seed ${its.from} to seed ${its.to}`;
  stage.canvas.setAttribute("aria-label", words);
  // While it plays, a screen reader would not come to an end.
  element("caption").textContent = isPlaying ? `From seed ${its.from} to seed ${its.to}` : words;
  showCommand(commandOf(model, its));
  grid.mark(seed);
}

/** Shows a command, whose words are not broken at their hyphens. */
function showCommand(command) {
  const parts = command.split(/(\s)/).map((part) => {
    const word = document.createElement("span");
    word.textContent = part;
    return part.trim() ? word : part;
  });
  element("command").replaceChildren(...parts);
}

/** Shows what the request has become. The field that is being typed into keeps its text. */
function update(typed = null) {
  for (const end of ["from", "to"]) {
    if (element(end) !== typed) fillIn(element(end), request[end]);
  }
  element("position").value = `${request.frame}`;
  report(null);
  stage.show({ ...request }).catch(report);
}

function fillIn(field, seed) {
  field.value = `${seed}`;
  field.setAttribute("aria-invalid", "false");
}

function choose(seed) {
  const end = document.querySelector("input[name=end]:checked").value;
  stop();
  request[end] = seed;
  request.frame = end === "from" ? 0 : FRAMES - 1;
  update();
}

/** Follows a field with a seed; an invalid one is reported, and the image stays. */
function followSeed(field, change) {
  field.addEventListener("input", () => {
    const text = field.value.trim();
    const isSeed = /^\d{1,20}$/.test(text) && BigInt(text) <= LARGEST_SEED;
    field.setAttribute("aria-invalid", `${!isSeed}`);
    if (isSeed) change(BigInt(text), field);
    else report(new Error(`A seed is a whole number from 0 to ${LARGEST_SEED}.`));
  });
}

function report(problem) {
  const line = element("problem");
  line.hidden = !problem;
  line.textContent = problem ? problem.message || "The image could not be made." : "";
}

function stop() {
  isPlaying = false;
  element("play").setAttribute("aria-pressed", "false");
  element("play").textContent = "Play blend";
}

/** Walks from one seed to the other and back until it is stopped. */
async function play() {
  isPlaying = true;
  element("play").setAttribute("aria-pressed", "true");
  element("play").textContent = "Pause";
  let step = request.frame === FRAMES - 1 ? -1 : 1;
  while (isPlaying) {
    const pause = new Promise((resume) => setTimeout(resume, FRAME_MS));
    request.frame += step;
    if (request.frame === 0 || request.frame === FRAMES - 1) step = -step;
    element("position").value = `${request.frame}`;
    await Promise.all([stage.show({ ...request }), pause]);
  }
  onShown(shown);
}

/** Does what a button is for, which is disabled meanwhile. */
function onClick(id, action) {
  const button = element(id);
  button.addEventListener("click", async () => {
    const label = button.textContent;
    button.disabled = true;
    try {
      await action(button);
    } catch (problem) {
      report(problem);
    }
    button.disabled = false;
    button.textContent = label;
  });
}

async function copyCommand(button) {
  const range = document.createRange();
  range.selectNodeContents(element("command"));
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  // The clipboard of some browsers is closed to files from disk; the older call is not.
  const isCopied = await navigator.clipboard?.writeText(element("command").textContent).then(
    () => true,
    () => document.execCommand("copy"),
  );
  button.textContent = isCopied ?? document.execCommand("copy") ? "Copied" : "Selected";
  await new Promise((resume) => setTimeout(resume, 1200));
}

function showGrid(first, typed = null) {
  const most = LARGEST_SEED - BigInt(TILES - 1);
  const from = first < 0n ? 0n : first > most ? most : first;
  if (element("first") !== typed) fillIn(element("first"), from);
  report(null);
  grid.show(from).then(() => shown && grid.mark(seedOf(shown)), report);
}

document.body.classList.toggle("transparent", model.channels === 4);
element("position").max = `${FRAMES - 1}`;
element("position").addEventListener("input", ({ target }) => {
  stop();
  request.frame = Number(target.value);
  update();
});
followSeed(element("from"), (seed, field) => {
  stop();
  Object.assign(request, { from: seed, frame: 0 });
  update(field);
});
followSeed(element("to"), (seed, field) => {
  stop();
  Object.assign(request, { to: seed, frame: FRAMES - 1 });
  update(field);
});
followSeed(element("first"), showGrid);
onClick("random", () => {
  stop();
  Object.assign(request, { from: BigInt(Math.floor(Math.random() * 1e6)), frame: 0 });
  update();
});
element("play").addEventListener("click", () => (isPlaying ? stop() : play().catch(report)));
onClick("save", () => stage.save(shown));
onClick("save-blend", async (button) => {
  const { from, to } = request;
  const animation = await stage.animation({ ...request }, (part) => {
    button.textContent = `${Math.round(100 * part)} %`;
  });
  download(animation, `blend-${from}-${to}.png`);
});
onClick("copy", copyCommand);
onClick("earlier", () => showGrid(grid.first() - BigInt(TILES)));
onClick("later", () => showGrid(grid.first() + BigInt(TILES)));
onClick("save-grid", grid.save);

update();
showGrid(0n);
