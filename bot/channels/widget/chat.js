// The citizen's page. Nothing is kept beyond this tab: the code lives in sessionStorage until the citizen leaves.
// What others wrote is only ever set as text; there is no way from a message to an element.

const $ = (id) => document.getElementById(id);
const page = JSON.parse($("page").textContent);
const MINUTE = 60_000;
const IDLE = page.idle_minutes * MINUTE;
const MAX_TEXT = 4000;
const log = $("log");
const field = $("text");

const talk = {
  code: null, language: "da", easy: false, lastSeq: 0, state: null,
  question: null, commands: [], options: null, lastFrom: null, pending: [], turn: [], edited: null,
};
let socket = null;
let welcomed = false;
let over = false; // the page is blank and stays so until the citizen begins again
let entering = null; // a code being tried, while the old talk waits
let retries = 0;
let retryTimer = 0;
let answerTimer = 0;

// -- words --

function say(key, fields = {}) {
  const { language, easy } = talk;
  const own = page.words[language];
  const text = (easy && own.easy[key]) || own.plain[key] || page.words.da.plain[key] || "";
  return text.replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "");
}

function writeWords() {
  document.documentElement.lang = talk.language;
  document.documentElement.toggleAttribute("data-easy", talk.easy);
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = say(node.dataset.t);
  for (const node of document.querySelectorAll("[data-l]")) node.setAttribute("aria-label", say(node.dataset.l));
  for (const node of document.querySelectorAll("[data-p]")) node.placeholder = say(node.dataset.p);
  showWho();
}

/** The labels of two commands tell which language and level the talk is in now. */
function readSigns(choices) {
  const label = (id) => choices.find((choice) => choice.id === id)?.label;
  const language = page.signs.language[label("cmd.language")] ?? talk.language;
  const easy = label("cmd.easy") ? page.signs.plain.includes(label("cmd.easy")) : talk.easy;
  if (language !== talk.language || easy !== talk.easy) {
    Object.assign(talk, { language, easy });
    remember();
    writeWords();
  }
  for (const node of talk.turn) node.lang = language;
}

function when(moment) {
  return new Intl.DateTimeFormat(talk.language === "da" ? "da-DK" : "en-GB", {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen",
  }).format(new Date(moment));
}

/** Signs that reverse or hide text are taken out, control signs are made visible: nobody is fooled by a message. */
function harmless(text) {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (sign) => String.fromCharCode(0x2400 + sign.charCodeAt(0)))
    .replace(/[\u007f-\u009f]/g, "\ufffd");
}

// -- what this tab remembers --

function remember() {
  const { code, language, easy } = talk;
  if (code) sessionStorage.setItem("chat", JSON.stringify({ tenant: page.tenant, code, language, easy }));
}

function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem("chat"));
    if (kept?.tenant === page.tenant) Object.assign(talk, { code: kept.code, language: kept.language, easy: kept.easy });
  } catch { sessionStorage.clear(); }
}

function forget() {
  sessionStorage.clear();
  clearTalk();
  talk.code = null;
}

function clearTalk() {
  Object.assign(talk, {
    lastSeq: 0, state: null, question: null, commands: [], options: null, lastFrom: null, pending: [], turn: [], edited: null,
  });
  log.replaceChildren();
  $("progress").hidden = true;
  $("commands").replaceChildren();
}

// -- the connection --

function connect() {
  clearTimeout(retryTimer);
  hangUp();
  welcomed = false;
  const line = new WebSocket(`${location.origin.replace(/^http/, "ws")}/chat/${page.tenant}/ws`);
  socket = line;
  expectAnswer();
  line.onopen = () => {
    const code = entering ?? talk.code;
    line.send(JSON.stringify(code ? { type: "hello", code, last_seq: entering ? 0 : talk.lastSeq } : { type: "hello" }));
  };
  line.onmessage = (event) => line === socket && receive(JSON.parse(event.data));
  line.onclose = (event) => line === socket && lost(event.code);
}

function hangUp() {
  const line = socket;
  socket = null;
  clearTimeout(answerTimer);
  line?.close();
}

function lost(why) {
  socket = null;
  welcomed = false;
  clearTimeout(answerTimer);
  if (over) {
    if (entering) { entering = null; $("enter-note").textContent = say("offline"); }
    return;
  }
  if (why === 4410) { blank("blank.erased"); return; }
  if (why === 4401) { blank("blank.code"); return; }
  if (retries > 0 || !navigator.onLine) showNotice(say("offline"), "offline");
  for (const item of talk.pending) setStatus(item, "waiting");
  const wait = Math.min(15_000, 500 * 2 ** retries) * (0.75 + Math.random() / 2);
  retries += 1;
  retryTimer = setTimeout(connect, wait);
}

/** A line that has gone silent is dropped and made anew; the browser may not notice for minutes. */
function expectAnswer() {
  clearTimeout(answerTimer);
  answerTimer = setTimeout(() => { const line = socket; socket = null; line?.close(); lost(0); }, 10_000);
}

function send(frame) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function receive(frame) {
  if (frame.type === "message") receiveMessage(frame);
  else if (frame.type === "ack") receiveAck(frame);
  else if (frame.type === "welcome") receiveWelcome(frame);
  else if (frame.type === "state") receiveState(frame);
  else if (frame.type === "typing") showTyping();
  else if (frame.type === "error") receiveError(frame);
}

function receiveWelcome(frame) {
  clearTimeout(answerTimer);
  welcomed = true;
  retries = 0;
  if (entering) {
    clearTalk();
    entering = null;
    $("enter-dialog").close();
    over = false;
    if (frame.last_used) showNotice(say("code.used", { when: when(frame.last_used) }), "used");
  } else if ($("notice").dataset.kind === "offline") {
    showNotice(say("online"), "online");
  }
  talk.code = frame.code;
  remember();
  $("compose").hidden = false;
  log.setAttribute("aria-busy", String(frame.seq > talk.lastSeq));
  talk.upTo = frame.seq;
  sendNext();
}

function receiveState(frame) {
  talk.state = frame;
  if (frame.state === "erased") blank("blank.erased");
  else showWho();
}

function showWho() {
  if (!talk.state) return;
  const { state, position, wait_minutes: minutes, opens } = talk.state;
  const parts = [];
  if (state === "waiting" && position) parts.push(say("who.place", { position }));
  else parts.push(say(`who.${state}`));
  if (state === "waiting" && minutes) parts.push(say("who.minutes", { minutes }));
  if (opens) parts.push(say("who.opens", { when: when(opens) }));
  $("who").textContent = parts.join(" ");
}

function receiveError(frame) {
  const known = page.words.da.plain[`error.${frame.code}`];
  const text = frame.text && frame.text !== known && frame.code === "busy" ? frame.text : say(`error.${frame.code}`) || frame.text;
  clearTimeout(answerTimer);
  if (!frame.id && !welcomed) refusedEntry(frame.code, text);
  else if (frame.id) refusedMessage(frame, text);
  else showNotice(text, "error");
}

/** The first frame was refused: a code that is none, or the house is busy. */
function refusedEntry(code, text) {
  if (entering) {
    entering = null;
    $("enter-note").textContent = text;
    $("enter-code").focus();
    if (!over) connect();
  } else if (code === "unknown_code" || code === "wrong_tenant") {
    forget();
    showNotice(say("blank.expired"), "expired");
    send({ type: "hello" });
  } else {
    showNotice(text, "offline");
    const line = socket;
    socket = null;
    line?.close();
    retries = Math.max(retries, 3);
    lost(0);
  }
}

function refusedMessage(frame, text) {
  const item = talk.pending.find(({ out }) => out.id === frame.id);
  if (!item) return;
  item.flying = false;
  if (frame.code === "busy" || frame.code === "rate_limited") {
    showNotice(text, "busy");
    setStatus(item, "waiting");
    setTimeout(sendNext, frame.code === "busy" ? 4000 : 10_000);
    return;
  }
  talk.pending = talk.pending.filter((other) => other !== item);
  setStatus(item, "failed");
  item.node.classList.add("failed");
  showNotice(text, "error");
  if (item.out.text && !field.value) field.value = item.out.text;
  sendNext();
}

// -- sending: one message at a time, so that their order is the citizen's --

function post(out, label) {
  const id = newId();
  const item = { out: { ...out, id }, node: messageNode({ from: "citizen", text: label, id }), flying: false };
  log.append(item.node);
  talk.lastFrom = "citizen";
  talk.turn = [];
  talk.pending.push(item);
  setStatus(item, welcomed ? "sending" : "waiting");
  scrollTo(item.node);
  sendNext();
  return item;
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sendNext() {
  const item = talk.pending[0];
  if (!item || !welcomed || item.flying) return;
  item.flying = true;
  setStatus(item, "sending");
  expectAnswer();
  send(item.out);
}

function receiveAck({ id }) {
  const item = talk.pending.find(({ out }) => out.id === id);
  if (!item) return;
  clearTimeout(answerTimer);
  talk.pending = talk.pending.filter((other) => other !== item);
  setStatus(item, "sent");
  if (["busy", "error"].includes($("notice").dataset.kind)) showNotice("");
  sendNext();
}

function setStatus(item, name) {
  if (name === "waiting") item.flying = false;
  for (const old of log.querySelectorAll(".state")) if (!old.closest(".failed, [data-pending]")) old.remove();
  item.node.toggleAttribute("data-pending", name !== "sent" && name !== "failed");
  let state = item.node.querySelector(".state");
  if (!state) { state = document.createElement("p"); state.className = "state"; item.node.append(state); }
  state.textContent = say(`status.${name}`);
}

// -- messages --

function receiveMessage(frame) {
  if (frame.seq <= talk.lastSeq) return;
  if (frame.seq > talk.lastSeq + 1 && talk.lastSeq) { connect(); return; } // a gap: ask for what is missing
  talk.lastSeq = frame.seq;
  hideTyping();
  if (frame.id && log.querySelector(`[data-id="${CSS.escape(frame.id)}"]`)) { // our own, stored
    receiveAck(frame);
    settle(frame);
    return;
  }
  const near = log.scrollHeight - log.scrollTop - log.clientHeight < 160 || log.getAttribute("aria-busy") === "true";
  const node = messageNode(frame);
  log.insertBefore(node, log.querySelector("[data-pending]"));
  if (frame.from === "citizen") { markByLabel(frame.text); talk.turn = []; } else { talk.turn.push(node); }
  talk.lastFrom = frame.from;
  if (frame.question) newQuestion(frame, node);
  moveMark(frame);
  if (frame.from === "counselor") seen();
  settle(frame);
  if (near) follow();
}

/** The history is complete: from now on new messages are read aloud. */
function settle(frame) {
  if (frame.seq >= (talk.upTo ?? 0)) log.setAttribute("aria-busy", "false");
}

function messageNode({ from, text, picture, id }) {
  const node = document.createElement("div");
  node.className = `message ${["bot", "counselor", "citizen"].includes(from) ? from : "system"}`;
  if (id) node.dataset.id = id;
  node.lang = talk.language;
  const sender = document.createElement("span");
  sender.className = from === "citizen" || from === talk.lastFrom ? "from same" : "from";
  sender.textContent = say(`sender.${from}`);
  const words = document.createElement("p");
  words.className = "text";
  words.dir = "auto";
  if (from === "citizen") words.textContent = harmless(text); else withNumbers(words, harmless(text));
  node.append(sender, words);
  if (picture) node.append(figure(picture));
  return node;
}

/** Telephone numbers in what we say can be called with one press, and our own calendar page opened beside the chat. */
function withNumbers(words, text) {
  const number = /(?<![\d.,])(?:112|114|116 111|18(?:13|18|88)|\d\d \d\d \d\d \d\d|\d\d \d{3} \d{3})(?![\d%])|(?<=\s)\/t\/[\w-]+\/aftale(?:\?[a-z-]+)?/g;
  let from = 0;
  for (const found of text.matchAll(number)) {
    const link = document.createElement("a");
    const ours = found[0].startsWith("/");
    link.href = ours ? found[0] : `tel:${found[0].replaceAll(" ", "")}`;
    if (ours) Object.assign(link, { target: "_blank", rel: "noreferrer" });
    link.textContent = found[0];
    words.append(text.slice(from, found.index), link);
    from = found.index + found[0].length;
  }
  words.append(text.slice(from));
}

function figure({ url, alt }) {
  const box = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const asText = () => { caption.textContent = harmless(alt ?? ""); box.replaceChildren(caption); };
  const place = url && URL.canParse(url, location.href) ? new URL(url, location.href) : null;
  if (place?.origin !== location.origin) { asText(); return box; }
  const picture = new Image();
  picture.alt = harmless(alt ?? "");
  picture.onerror = asText;
  picture.src = place.href;
  box.append(picture);
  return box;
}

// -- questions and their buttons --

function newQuestion(frame, node) {
  const hadFocus = talk.options?.contains(document.activeElement);
  talk.options?.classList.add("quiet");
  talk.options = null;
  talk.question = frame.question;
  const choices = frame.choices ?? [];
  const own = choices.filter(({ id }) => !id.startsWith("cmd."));
  readSigns(choices);
  showCommands(choices.filter(({ id }) => id.startsWith("cmd.") && id !== "cmd.human"));
  showProgress(frame.progress);
  if (!own.length) return;
  const box = document.createElement("div");
  box.className = own.every(({ label }) => /^\d\d?$/.test(label)) ? "options numbers" : "options";
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", say("options"));
  box.tabIndex = -1;
  for (const choice of own) box.append(optionButton(choice, frame.question, box));
  node.append(box);
  talk.options = box;
  // Who answers by keyboard goes on from the new question, not from the top; Enter alone still answers nothing.
  if (hadFocus) box.focus({ preventScroll: true });
}

function optionButton({ id, label, picture }, question, box) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = harmless(label);
  if (picture) button.prepend(pictogram(picture));
  button.dataset.option = id;
  button.onclick = () => {
    if (button.classList.contains("chosen") || Date.now() - (box.pressedAt ?? 0) < 700) return; // a double press
    box.pressedAt = Date.now();
    const old = box.querySelector(".chosen");
    if (old) talk.edited = { old, button }; else mark(button);
    box.classList.add("quiet");
    post({ type: "choice", question, option: id }, label);
  };
  return button;
}

/** The label says the same, so whoever cannot see it misses nothing. */
function pictogram(url) {
  const picture = new Image(32, 32);
  picture.alt = "";
  picture.onerror = () => picture.remove();
  picture.src = url;
  return picture;
}

function mark(button, chosen = true) {
  button.classList.toggle("chosen", chosen);
  button.querySelector(".hidden")?.remove();
  if (!chosen) return;
  const note = document.createElement("span");
  note.className = "hidden";
  note.textContent = ` (${say("chosen")})`;
  button.append(note);
}

/** An answer in the history, or from another device: the button with its words. */
function markByLabel(text) {
  const box = talk.options;
  const button = box && [...box.children].find((other) => other.textContent === harmless(text));
  if (!button || box.querySelector(".chosen")) return;
  mark(button);
  box.classList.add("quiet");
}

/** An old button was pressed; its mark moves only once the bot says that the answer was changed. */
function moveMark(frame) {
  if (!talk.edited || frame.from !== "bot") return;
  if (page.signs.corrected.some((start) => frame.text.startsWith(start))) {
    mark(talk.edited.old, false);
    mark(talk.edited.button);
  }
  talk.edited = null;
}

function showProgress(progress) {
  $("progress").hidden = !progress;
  if (!progress) return;
  $("progress-text").textContent = say("progress", progress);
  $("progress-bar").max = progress.of;
  $("progress-bar").value = progress.step;
}

// -- scrolling: the first new message stays in sight --

let followFrame = 0;
function follow() {
  cancelAnimationFrame(followFrame);
  followFrame = requestAnimationFrame(() => {
    const first = talk.turn[0];
    const box = log.scrollHeight > log.clientHeight + 1 ? log : document.scrollingElement;
    const end = box.scrollHeight - box.clientHeight;
    const top = first ? first.offsetTop - log.offsetTop - 12 : end;
    const calm = log.getAttribute("aria-busy") === "true" || matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollTo({ top: box === log ? Math.min(end, Math.max(top, 0)) : end, behavior: calm ? "auto" : "smooth" });
  });
}

function scrollTo(node) { node.scrollIntoView({ block: "nearest" }); }

let typingTimer = 0;
function showTyping() {
  $("typing").textContent = `${say("sender.counselor")} ${say("typing")}`;
  $("typing").hidden = false;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(hideTyping, 6000);
}
function hideTyping() { $("typing").hidden = true; }

let seenTimer = 0;
function seen() {
  clearTimeout(seenTimer);
  seenTimer = setTimeout(() => { if (document.visibilityState === "visible") send({ type: "seen", seq: talk.lastSeq }); }, 800);
}

let noticeTimer = 0;
function showNotice(text, kind = "") {
  clearTimeout(noticeTimer);
  $("notice").textContent = text;
  $("notice").dataset.kind = kind;
  if (kind === "online" || kind === "error") noticeTimer = setTimeout(showNotice, kind === "online" ? 4000 : 20_000, "");
}

// -- the field and its tools --

function submit() {
  const text = field.value.trim();
  if (!text || [...text].length > MAX_TEXT) { field.focus(); return; }
  field.value = "";
  countLeft();
  post({ type: "message", text }, text);
  field.focus();
}

function countLeft() {
  const count = MAX_TEXT - [...field.value.trim()].length;
  $("left").textContent = count < 0 ? say("too_long") : count < 300 ? say("left", { count }) : "";
}

/** The field grows with its text; browsers that can do it by style need no help. */
function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

let typedAt = 0;
function tellTyping() {
  if (talk.state?.state !== "human" || Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  send({ type: "typing" });
}

function command(id, label) {
  closeMenu();
  if (talk.question) post({ type: "choice", question: talk.question, option: id }, label);
  else post({ type: "message", text: label }, label);
  field.focus();
}

function showCommands(commands) {
  $("commands").replaceChildren(...commands.map(({ id, label }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = harmless(label);
    button.dataset.option = id;
    button.onclick = () => command(id, label);
    return button;
  }));
}

function closeMenu() {
  $("menu").hidden = true;
  $("more").setAttribute("aria-expanded", "false");
}

function toggleMenu() {
  $("menu").hidden = !$("menu").hidden;
  $("more").setAttribute("aria-expanded", String(!$("menu").hidden));
  if (!$("menu").hidden) $("menu").querySelector("button").focus();
}

function showCode() {
  closeMenu();
  $("code").textContent = talk.code ?? "";
  $("code-note").textContent = "";
  $("code-dialog").showModal();
}

async function copyCode() {
  try {
    await navigator.clipboard.writeText(talk.code);
    $("code-note").textContent = say("code.copied");
  } catch {
    getSelection().selectAllChildren($("code"));
    $("code-note").textContent = say("code.select");
  }
}

function askForCode() {
  closeMenu();
  $("enter-code").value = "";
  $("enter-note").textContent = "";
  $("enter-dialog").showModal();
}

function useCode() {
  const raw = $("enter-code").value.toUpperCase().replace(/[^0-9A-Z]/g, "");
  if (raw.length !== 16) { $("enter-note").textContent = say("error.unknown_code"); return; }
  entering = raw.match(/.{4}/g).join("-");
  $("enter-note").textContent = "";
  connect();
}

// -- leaving --

function leave() {
  over = true;
  document.body.replaceChildren(); // first of all nothing is to be seen
  document.title = "";
  sessionStorage.clear();
  hangUp();
  fetch("/forlad", { method: "POST", keepalive: true }).catch(() => {});
  location.replace(page.exit);
}

/** Empties the page; `why` is the kind sentence that stays. */
function blank(why) {
  over = true;
  clearTimeout(retryTimer);
  hangUp();
  forget();
  field.value = "";
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  closeMenu();
  $("compose").hidden = true;
  $("idle").hidden = true;
  showNotice("");
  $("who").textContent = "";
  const box = document.createElement("div");
  box.className = "blank";
  const words = document.createElement("p");
  words.textContent = say(why);
  const start = document.createElement("button");
  start.className = "start";
  start.textContent = say("blank.start");
  start.onclick = () => { over = false; clearTalk(); awake(); connect(); };
  box.append(words, start);
  if (why !== "blank.erased") {
    const have = document.createElement("button");
    have.className = "start";
    have.textContent = say("code.have");
    have.onclick = askForCode;
    box.append(have);
  }
  log.replaceChildren(box);
}

let lastActive = Date.now();
function awake() {
  lastActive = Date.now();
  $("idle").hidden = true;
}

function checkIdle() {
  const idle = Date.now() - lastActive;
  if (over || !talk.code) return;
  if (idle >= IDLE) blank("blank.idle");
  else if (idle >= IDLE - MINUTE) $("idle").hidden = false;
}

let shifts = [];
function countShift(event) {
  if (event.key !== "Shift") { shifts = []; return; }
  if (event.type === "keyup") {
    shifts = [...shifts.filter((at) => event.timeStamp - at < 2500), event.timeStamp];
    if (shifts.length >= 3) leave();
  }
}

function listen() {
  $("exit").onclick = (event) => { event.preventDefault(); leave(); };
  $("to-text").onclick = (event) => { event.preventDefault(); field.focus(); };
  $("compose").onsubmit = (event) => { event.preventDefault(); submit(); };
  field.onkeydown = (event) => {
    const byKey = event.key === "Enter" && !event.shiftKey && !event.isComposing && !matchMedia("(pointer: coarse)").matches;
    if (byKey) { event.preventDefault(); submit(); }
  };
  field.oninput = () => { countLeft(); tellTyping(); grow(); };
  $("human").onclick = () => talk.question ? command("cmd.human", say("human")) : command(null, say("human.say"));
  $("more").onclick = toggleMenu;
  $("code-show").onclick = showCode;
  $("code-copy").onclick = copyCode;
  $("code-new").onclick = () => { $("code-dialog").close(); command("cmd.code", say("code.new")); };
  $("code-close").onclick = () => $("code-dialog").close();
  $("code-have").onclick = askForCode;
  $("enter-close").onclick = () => $("enter-dialog").close();
  $("enter").onsubmit = (event) => { event.preventDefault(); useCode(); };
  $("stay").onclick = () => { awake(); field.focus(); };
  for (const dialog of document.querySelectorAll("dialog")) dialog.onclose = () => over || field.focus();
  document.addEventListener("keydown", (event) => {
    countShift(event);
    if (event.key === "Escape" && !$("menu").hidden) { closeMenu(); $("more").focus(); }
  });
  document.addEventListener("keyup", countShift);
  $("more-box").onfocusout = ({ relatedTarget }) => relatedTarget && !$("more-box").contains(relatedTarget) && closeMenu();
  document.addEventListener("pointerdown", (event) => { if (!$("more-box").contains(event.target)) closeMenu(); });
  for (const kind of ["keydown", "pointerdown", "input", "wheel", "touchmove"]) addEventListener(kind, awake, { passive: true });
  addEventListener("online", () => { retries = 0; if (!socket && !over) connect(); });
  addEventListener("offline", () => { if (!over) { hangUp(); lost(0); } });
  document.addEventListener("visibilitychange", () => {
    checkIdle();
    if (document.visibilityState === "visible" && !socket && !over) connect();
  });
  addEventListener("pageshow", (event) => { if (event.persisted && over) location.reload(); });
  setInterval(checkIdle, 5000);
}

recall();
writeWords();
listen();
connect();
