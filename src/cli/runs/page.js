"use strict";
const { runs, differ } = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const COLOURS = 8;
const short = (value) => {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1e4 || Math.abs(value) < 1e-3 ? value.toExponential(3) : value.toPrecision(4);
};

// ---- columns: what runs have in common, then every task and every setting that differs

const tasks = [];
for (const run of runs) {
  for (const [name, task] of Object.entries(run.tasks)) {
    const key = `${name} ${task.metric}`;
    if (!tasks.some((known) => known.key === key)) tasks.push({ key, name, metric: task.metric, higher: task.higher });
  }
}
const columns = [
  { key: "started", of: (run) => run.started.replace("T", " ").replace("Z", ""), text: true },
  { key: "spec", of: (run) => run.name, text: true },
  { key: "score", of: (run) => run.score, higher: true },
  ...tasks.map((task) => ({
    key: task.key,
    higher: task.higher,
    of: (run) => (run.tasks[task.name]?.metric === task.metric ? run.tasks[task.name].value : null),
  })),
  { key: "epochs", of: (run) => run.epochs },
  { key: "seed", of: (run) => run.seed },
  { key: "seconds", of: (run) => run.seconds },
  { key: "parameters", of: (run) => run.parameters },
  { key: "run", of: (run) => run.path + (run.problem ? ` (${run.problem})` : ""), text: true },
];

let sorted = { key: "started", down: true };
let filter = "";
const chosen = new Map();
runs.slice(-3).forEach((run) => choose(run));

function choose(run) {
  if (chosen.has(run)) return chosen.delete(run);
  const taken = [...chosen.values()];
  const free = Array.from({ length: COLOURS }, (_, place) => place + 1).find((place) => !taken.includes(place));
  chosen.set(run, free ?? 1 + (chosen.size % COLOURS));
}

// ---- filter: words, `setting=value`, `column>number`

function passes(run) {
  return filter.split(/\s+/).filter(Boolean).every((word) => {
    const compared = word.match(/^(.+?)(>=|<=|>|<|=)(.*)$/);
    if (compared) {
      const [, name, sign, wanted] = compared;
      const column = columns.find((column) => column.key.replaceAll(" ", ".") === name);
      const value = column ? column.of(run) : run.settings[name];
      if (value === undefined || value === null) return false;
      const [left, right] = [Number(value), Number(wanted)];
      if (sign === "=") return String(value) === wanted || left === right;
      return { ">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right }[sign];
    }
    const text = columns.filter((column) => column.text).map((column) => column.of(run)).join(" ");
    return text.toLowerCase().includes(word.toLowerCase());
  });
}

function shown() {
  const column = columns.find((column) => column.key === sorted.key);
  const value = (run) => column.of(run);
  const order = (left, right) => {
    const [a, b] = [value(left), value(right)];
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return (a < b ? -1 : a > b ? 1 : 0) * (sorted.down ? -1 : 1);
  };
  return runs.filter(passes).sort(order);
}

// ---- the table

function table() {
  const list = shown();
  at("count").textContent = list.length === runs.length ? `${runs.length} runs` : `${list.length} of ${runs.length} runs`;
  const some = (column) => list.some((run) => ![null, undefined].includes(column.of(run)));
  const shownColumns = columns.filter((column) => column.key === sorted.key || some(column));
  at("head").replaceChildren(
    ...shownColumns.map((column) => {
      const cell = document.createElement("th");
      if (column.text) cell.classList.add("text");
      const button = document.createElement("button");
      button.textContent = column.key;
      button.onclick = () => {
        const down = sorted.key === column.key ? !sorted.down : !column.text && column.higher !== false;
        sorted = { key: column.key, down };
        draw();
      };
      cell.append(button);
      if (sorted.key === column.key) cell.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      return cell;
    }),
  );
  const best = shownColumns.map((column) => {
    if (column.higher === undefined) return undefined;
    const values = list.map((run) => column.of(run)).filter((value) => typeof value === "number");
    if (values.length < 2) return undefined;
    return column.higher ? Math.max(...values) : Math.min(...values);
  });
  at("rows").replaceChildren(
    ...list.map((run) => {
      const row = document.createElement("tr");
      row.onclick = () => {
        choose(run);
        draw();
      };
      shownColumns.forEach((column, place) => {
        const cell = document.createElement("td");
        const value = column.of(run);
        if (place === 0) {
          const mark = document.createElement("span");
          mark.className = "mark";
          if (chosen.has(run)) mark.style.background = mark.style.borderColor = `var(--c${chosen.get(run)})`;
          cell.append(mark);
        }
        cell.append(short(value));
        if (column.text) cell.classList.add("text");
        if (best[place] !== undefined && value === best[place]) cell.classList.add("best");
        row.append(cell);
      });
      return row;
    }),
  );
}

// ---- curves of the runs that are chosen

const SVG = "http://www.w3.org/2000/svg";
const element = (name, attributes, text) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};

let curve = "score";
function curves() {
  const own = [...chosen].filter(([run]) => passes(run));
  const names = [...new Set(own.flatMap(([run]) => Object.keys(run.curves)))].sort();
  if (!names.includes(curve)) curve = names.includes("score") ? "score" : names[0];
  at("curve").replaceChildren(...names.map((name) => new Option(name, name, false, name === curve)));
  at("curves").hidden = names.length === 0;
  const [width, height, left, right, top, bottom] = [1100, 320, 64, 20, 16, 34];
  const drawn = own.map(([run, colour]) => ({ run, colour, points: run.curves[curve] ?? [] })).filter((one) => one.points.length);
  const all = drawn.flatMap((one) => one.points);
  const picture = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": curve ?? "" });
  if (all.length) {
    const xs = all.map(([epoch]) => epoch);
    const ys = all.map(([, value]) => value);
    const [from, to] = [Math.min(...xs), Math.max(...xs)];
    let [low, high] = [Math.min(...ys), Math.max(...ys)];
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
    const x = (epoch) => left + ((epoch - from) / Math.max(1, to - from)) * (width - left - right);
    const y = (value) => top + ((high - value) / (high - low)) * (height - top - bottom);
    for (let step = 0; step <= 4; step++) {
      const value = low + ((high - low) * step) / 4;
      picture.append(element("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: "var(--line)" }));
      picture.append(element("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, short(value)));
    }
    const every = Math.max(1, Math.ceil((to - from) / 8));
    for (let epoch = from; epoch <= to; epoch += every) {
      picture.append(element("text", { x: x(epoch), y: height - 12, "text-anchor": "middle" }, epoch));
    }
    for (const { colour, points } of drawn) {
      const line = points.map(([epoch, value]) => `${x(epoch)},${y(value)}`).join(" ");
      picture.append(element("polyline", { points: line, fill: "none", stroke: `var(--c${colour})`, "stroke-width": 1.8 }));
      if (points.length === 1) {
        const [epoch, value] = points[0];
        picture.append(element("circle", { cx: x(epoch), cy: y(value), r: 3, fill: `var(--c${colour})` }));
      }
    }
  }
  at("drawing").replaceChildren(picture);
  at("legend").replaceChildren(
    ...drawn.map(({ run, colour }) => {
      const entry = document.createElement("span");
      const mark = document.createElement("span");
      mark.className = "mark";
      mark.style.background = mark.style.borderColor = `var(--c${colour})`;
      entry.append(mark, run.path);
      return entry;
    }),
  );
}

// ---- settings of the runs that are chosen

function settings() {
  const own = [...chosen.keys()].filter(passes);
  const rows = differ.filter((name) => new Set(own.map((run) => run.settings[name])).size > 1);
  at("settings").hidden = rows.length === 0;
  const cell = (kind, text) => {
    const made = document.createElement(kind);
    made.textContent = text;
    return made;
  };
  at("setting-head").replaceChildren(cell("th", "setting"), ...own.map((run) => cell("th", run.path)));
  at("setting-rows").replaceChildren(
    ...rows.map((name) => {
      const row = document.createElement("tr");
      row.append(cell("td", name), ...own.map((run) => cell("td", run.settings[name] ?? "–")));
      return row;
    }),
  );
}

function draw() {
  table();
  curves();
  settings();
}
at("filter").oninput = (event) => {
  filter = event.target.value;
  draw();
};
at("curve").onchange = (event) => {
  curve = event.target.value;
  draw();
};
draw();
