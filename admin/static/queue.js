// Who waits: drawn again whenever it changes, in place, so that the focus stays where it is.

import { $, keys, make, page, say, when } from "./dom.js";
import { connect } from "./live.js";
import { wantSound, wantsSound } from "./sound.js";

const rows = { waiting: [], mine: [] };

function minutes(since) {
  const passed = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 60_000));
  if (passed < 1) return say("queue.now");
  if (passed < 60) return say("queue.minutes", { n: passed });
  return say("queue.hours", { n: Math.floor(passed / 60), m: passed % 60 });
}

function due(deadline) {
  if (!deadline) return "";
  const late = Date.parse(deadline) < Date.now();
  return say(late ? "queue.overdue" : "queue.due", { time: when(new Date(deadline)) });
}

function action(item, mine) {
  if (mine) {
    const link = make("a", "button main", say("queue.open"), { href: `${page.root}/talk/${item.conversation}` });
    link.setAttribute("aria-label", say("queue.open_label", { reason: item.reason }));
    return link;
  }
  const form = make("form", "", "", { method: "post", action: `${page.root}/queue/${item.handoff}/claim` });
  form.append(make("input", "", "", { type: "hidden", name: "csrf", value: page.csrf }));
  const label = say("queue.take_label", { place: item.place, reason: item.reason });
  form.append(make("button", "", say("queue.take"), { "aria-label": label }));
  return form;
}

function row(item, mine) {
  const node = $("row").content.firstElementChild.cloneNode(true);
  node.dataset.handoff = item.handoff;
  node.querySelector(".act").append(action(item, mine));
  return node;
}

function fill(node, item) {
  node.querySelector(".mark").className = `mark s${item.severity}`;
  node.querySelector("b").textContent = say(`severity.${item.severity}`);
  node.querySelector(".reason").textContent = item.reason;
  node.querySelector(".since").textContent =
    `${say("queue.since", { time: when(new Date(item.since)) })} · ${minutes(item.since)}`;
  const deadline = node.querySelector(".due");
  deadline.textContent = due(item.deadline);
  deadline.classList.toggle("late", Boolean(item.deadline) && Date.parse(item.deadline) < Date.now());
}

function draw() {
  for (const [name, items] of Object.entries(rows)) {
    const list = $(name);
    const old = new Map([...list.children].map((node) => [node.dataset.handoff, node]));
    items.forEach((item, place) => {
      const node = old.get(item.handoff) ?? row(item, name === "mine");
      old.delete(item.handoff);
      fill(node, item);
      if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
    });
    for (const node of old.values()) node.remove();
    $(`${name}-none`).hidden = items.length > 0;
  }
  const n = rows.waiting.length;
  $("count").textContent = n ? say("queue.waiting_n", { n }) : "";
  $("next").disabled = n === 0;
  document.title = `${n ? `(${n}) ` : ""}${say("queue.title")} · ${say("site.name")}`;
}

$("sound").checked = wantsSound();
$("sound").addEventListener("change", () => wantSound($("sound").checked));

keys({ KeyN: () => $("next").disabled || $("next").click() });
setInterval(draw, 30_000);
draw();
connect({
  hello: () => ({ type: "hello" }),
  take: (frame) => {
    if (frame.type === "queue") {
      Object.assign(rows, { waiting: frame.waiting, mine: frame.mine });
      draw();
    }
  },
});
