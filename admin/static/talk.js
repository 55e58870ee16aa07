// One talk. Every line has a number and is drawn once, whatever is sent twice or out of turn. What is written goes with an
// id of its own until the server has it, so that trying again never says a thing twice. Nothing is kept in the browser.

import { $, clock, day, keys, make, page, post, say } from "./dom.js";
import { connect, leave, tell } from "./live.js";

const LONGEST = 4000;
const DRAFT_AFTER = 900;
const TYPING_EVERY = 4000;
const STATES = { waiting: "talk.waiting", bot: "talk.with_bot", closed: "talk.ended", erased: "talk.gone" };

const log = $("log");
const field = $("text");
const pending = []; // {id, text, node}, in order; the first is on its way
let lastSeq = 0;
let seen = 0;
let citizenSeen = 0;
let mine = page.mine;
let lastDay = "";
let lastSender = "";
let draftTimer = 0;
let drafting = Promise.resolve();
let typedAt = 0;
let typingTimer = 0;
let sending = false;
let following = true; // the end is in sight, and stays so
const drawn = new Map(); // seq -> node

// -- drawing --

const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
const toEnd = () => { log.scrollTop = log.scrollHeight; };

function bubble(sender, text, at) {
  const node = make("article", `line ${sender}`);
  const who = make("p", "who", say(`talk.${sender}`));
  if (at) who.append(" ", make("time", "", clock(at), { datetime: at.toISOString() }));
  if (sender === lastSender) node.classList.add("same");
  node.append(who, make("p", "text", text));
  return node;
}

function reveal(node, line) {
  const button = make("button", "reveal", say("talk.masked"), { type: "button" });
  button.setAttribute("aria-label", say("talk.masked_label", { seq: line.seq }));
  button.addEventListener("click", async () => {
    button.disabled = true;
    const { status, data } = await post(`${page.talk}/lines/${line.seq}/reveal`, {});
    if (status === 401) return leave();
    if (status !== 200) {
      button.disabled = false;
      return notice(data.text ?? "");
    }
    const text = node.querySelector(".text");
    text.textContent = data.text;
    text.tabIndex = -1;
    text.focus();
    button.remove();
  });
  node.append(button);
}

function draw(line) {
  if (line.seq <= lastSeq) return;
  lastSeq = line.seq;
  const at = new Date(line.at);
  if (day(at) !== lastDay) {
    lastDay = day(at);
    lastSender = "";
    log.append(make("h2", "day", lastDay));
  }
  const mineSent = line.sender === "counselor" ? pending.findIndex((one) => one.seq === line.seq) : -1;
  if (mineSent >= 0) pending.splice(mineSent, 1)[0].node.remove();
  const node = bubble(line.sender, line.text, at);
  node.dataset.seq = line.seq;
  if (line.masked) reveal(node, line);
  if (line.sender === "counselor") node.append(make("p", "state", say("talk.sent")));
  const first = pending.find((one) => !one.seq)?.node;
  log.insertBefore(node, first ?? null);
  lastSender = line.sender;
  drawn.set(line.seq, node);
  if (line.sender === "citizen") $("typing").hidden = true;
}

function drawRead(seq) {
  citizenSeen = Math.max(citizenSeen, seq);
  for (const [number, node] of drawn) {
    const state = node.querySelector(".state");
    if (state && number <= citizenSeen && state.textContent !== say("talk.read")) state.textContent = say("talk.read");
  }
}

function drawState(frame) {
  mine = frame.mine;
  $("state").textContent = mine ? say("talk.mine") : say(STATES[frame.state] ?? "talk.not_mine");
  hideCompose(!mine);
  for (const id of ["end", "lower"]) if ($(id)) $(id).hidden = !mine || (id === "lower" && frame.severity === 0);
  const crisis = $("crisis");
  crisis.hidden = frame.severity < 2;
  crisis.classList.toggle("worst", frame.severity >= 3);
  const words = frame.severity < 2 ? "" : say(`talk.crisis${frame.severity}`);
  if (crisis.textContent !== words) crisis.textContent = words;
  $("severity").textContent = say(`severity.${frame.severity}`);
  $("mark").className = `mark s${frame.severity}`;
}

/** Without the field to write in, whoever wrote stands where it is said why. */
function hideCompose(hidden) {
  if (hidden && $("compose").contains(document.activeElement)) $("state").focus();
  $("compose").hidden = hidden;
}

function notice(text) {
  $("draft-note").textContent = text;
}

function markSeen() {
  if (mine && document.visibilityState === "visible" && lastSeq > seen && tell({ type: "seen", seq: lastSeq })) {
    seen = lastSeq;
  }
}

// -- writing --

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(36)).join("").slice(0, 20);

function write() {
  const text = field.value.trim();
  if (!text || text.length > LONGEST || !mine) return;
  const node = bubble("counselor", text);
  node.classList.add("pending");
  node.append(make("p", "state", say("talk.sending")));
  log.append(node);
  pending.push({ id: newId(), text, node, seq: 0 });
  field.value = "";
  clearTimeout(draftTimer);
  draftTimer = 0;
  notice("");
  grow();
  toEnd();
  flush();
}

/** Send what is pending, one after the other. What the server has is taken away when its line comes. */
async function flush() {
  if (sending) return;
  sending = true;
  try {
    await drafting;
    for (let one; (one = pending.find((item) => !item.seq && !item.refused)); ) {
      const { status, data } = await post(`${page.talk}/lines`, { id: one.id, text: one.text });
      if (status === 200) {
        one.seq = data.seq;
        if (drawn.has(data.seq)) pending.splice(pending.indexOf(one), 1)[0].node.remove();
      } else if (status === 401) return leave();
      else if (status === 0 || status >= 500) {
        setTimeout(flush, 1500);
        return;
      } else refuse(one, data.text ?? "");
    }
  } finally {
    sending = false;
  }
}

function refuse(one, why) {
  one.refused = true;
  one.node.classList.add("failed");
  const state = one.node.querySelector(".state");
  state.textContent = `${say("talk.failed")}. ${why} `;
  const again = make("button", "", say("talk.again"), { type: "button" });
  again.addEventListener("click", () => {
    one.refused = false;
    one.node.classList.remove("failed");
    state.textContent = say("talk.sending");
    flush();
  });
  state.append(again);
}

/** Keep what is half written. One after the other, and before what is sent next: what was sent leaves no draft. */
function saveDraft() {
  clearTimeout(draftTimer);
  draftTimer = 0;
  const text = field.value.slice(0, LONGEST);
  drafting = drafting.then(async () => {
    const { status } = await post(`${page.talk}/draft`, { text });
    if (status === 200 && text && field.value === text) notice(say("talk.draft"));
  });
}

function grow() {
  const over = field.value.length - LONGEST;
  $("left").textContent = over > 0 ? say("talk.too_long", { n: over }) : "";
}

field.addEventListener("input", () => {
  grow();
  notice("");
  clearTimeout(draftTimer);
  draftTimer = setTimeout(saveDraft, DRAFT_AFTER);
  if (Date.now() - typedAt > TYPING_EVERY && tell({ type: "typing" })) typedAt = Date.now();
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  write();
});
$("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  write();
  field.focus();
});

for (const button of document.querySelectorAll(".canned button")) {
  button.addEventListener("click", () => {
    field.value = field.value ? `${field.value.trimEnd()}\n${button.dataset.text}` : button.dataset.text;
    field.dispatchEvent(new Event("input"));
    if (getComputedStyle($("more")).display !== "none") openSide(false);
    field.focus();
  });
}

$("add-note").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("note").value.trim();
  if (!text) return;
  const { status, data } = await post(`${page.talk}/notes`, { text });
  if (status === 401) return leave();
  if (status !== 200) return notice(data.text ?? "");
  drawNote(data);
  $("note").value = "";
});

/** The answer to one's own note and the word that there is a new one may come in any order. */
function drawNote(note) {
  if ([...$("notes").children].some((item) => item.dataset.id === note.id)) return;
  const item = make("li");
  item.dataset.id = note.id;
  item.append(make("p", "", note.text), make("p", "soft", `${note.counselor} · ${clock(new Date(note.at))}`));
  $("notes").append(item);
  $("notes-none")?.remove();
}

// -- around it --

function openSide(open) {
  document.querySelector(".desk").classList.toggle("open", open);
  $("more").setAttribute("aria-expanded", String(open));
  if (open) $("side").scrollIntoView();
}
$("more").addEventListener("click", () => openSide($("more").getAttribute("aria-expanded") !== "true"));
document.addEventListener("visibilitychange", markSeen);
addEventListener("pagehide", () => draftTimer && saveDraft());

// Another size is no wish to read elsewhere: who was at the end stays there.
let size = "";
const sizeNow = () => `${log.clientWidth} ${log.clientHeight}`;
log.addEventListener("scroll", () => { if (size === sizeNow()) following = nearEnd(); }, { passive: true });
new ResizeObserver(() => {
  size = sizeNow();
  if (following) toEnd();
}).observe(log);

keys({
  KeyK: () => location.assign(`${page.root}/queue`),
  KeyS: () => field.focus(),
  KeyM: () => { toEnd(); log.focus(); },
  KeyV: () => document.querySelector("#canned button")?.focus(),
});

connect({
  hello: () => ({ type: "hello", last_seq: lastSeq, notes: $("notes").children.length }),
  opened: flush,
  take: (frame) => {
    if (frame.type === "talk") {
      const follow = following;
      frame.lines.forEach(draw);
      drawState(frame);
      drawRead(frame.citizen_seen);
      if (follow) toEnd();
      markSeen();
    } else if (frame.type === "notes") frame.notes.forEach(drawNote);
    else if (frame.type === "seen") drawRead(frame.seq);
    else if (frame.type === "typing") {
      $("typing").hidden = false;
      clearTimeout(typingTimer);
      typingTimer = setTimeout(() => { $("typing").hidden = true; }, 6000);
    }
  },
  lost: (frame) => {
    if (frame.error === "gone") log.replaceChildren();
    $("state").textContent = frame.error === "gone" ? say("talk.gone") : frame.text;
    hideCompose(true);
  },
});
if (mine) field.focus();
