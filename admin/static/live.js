// The one socket of an open page: it comes again by itself, says that it is alive, and asks a person who has been still
// for long whether she is there. Signed out means gone: the page then shows nothing any more.

import { $, page, say } from "./dom.js";
import { sound } from "./sound.js";

const ALIVE_EVERY = 20_000;
const ASK_AFTER = 13 * 60_000;
const LONGEST_WAIT = 10_000;

let socket = null;
let retries = 0;
let active = true;
let lastSign = Date.now();
let over = false;
let submitted = false;
const unnoticed = new Set(); // alerts since the last sign of the person

function show(words) {
  const link = $("link");
  link.hidden = false;
  if (link.textContent !== words) link.textContent = words;
  link.classList.toggle("bad", words !== say("site.connected"));
}

export function leave() {
  over = true;
  if (submitted) return; // a form is on its way: its answer says where to go
  document.querySelector("main").replaceChildren();
  location.replace(`${page.root}/sign-in`);
}

export function tell(frame) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
}

/** Open the page's socket. `hello` gives the first frame each time, `take` gets what comes, `lost` hears of a refusal. */
export function connect({ hello, take, opened = () => {}, lost = () => {} }) {
  const url = new URL(page.live, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  socket = new WebSocket(url);
  let welcomed = false;
  socket.addEventListener("open", () => tell(hello()));
  socket.addEventListener("message", (event) => {
    const frame = JSON.parse(event.data);
    if (!welcomed) {
      welcomed = true;
      retries = 0;
      show(say("site.connected"));
      opened();
    }
    if (frame.type === "signed_out") leave();
    else if (frame.type === "danger") $("alarm").hidden = !frame.waiting;
    else if (frame.type === "alert") alarm(frame.handoff);
    else if (frame.type === "refused") {
      over = ["gone", "sealed", "forbidden"].includes(frame.error);
      lost(frame);
    } else take(frame);
  });
  socket.addEventListener("close", () => {
    if (over) return;
    show(say("site.connecting"));
    const wait = Math.min(LONGEST_WAIT, 300 * 2 ** retries++) * (0.5 + Math.random() / 2);
    setTimeout(async () => {
      if (!welcomed && retries > 2 && (await signedOut())) leave();
      else connect({ hello, take, opened, lost });
    }, wait);
  });
}

async function signedOut() {
  try {
    const answer = await fetch(`${page.root}/account`, { headers: { Accept: "application/json" } });
    return answer.status === 401;
  } catch {
    return false;
  }
}

function alarm(handoff) {
  unnoticed.add(handoff);
  $("alarm").hidden = false;
  sound();
}

/** The person did something: she is there, and has met with what was told before. */
function sign() {
  active = true;
  lastSign = Date.now();
  $("idle").hidden = true;
  for (const handoff of unnoticed) if (tell({ type: "noticed", handoff })) unnoticed.delete(handoff);
}

addEventListener("submit", (event) => { submitted ||= !event.defaultPrevented; });
for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(kind, sign, { passive: true });
$("here").addEventListener("click", sign);

setInterval(() => {
  if (tell({ type: "alive", active })) active = false;
  if (Date.now() - lastSign > ASK_AFTER && $("idle").hidden && !over) {
    $("idle").hidden = false;
    $("here").focus();
  }
}, ALIVE_EVERY);
