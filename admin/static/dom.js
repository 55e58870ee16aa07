// What every page of the console shares. Text is only ever set as text; there is no way from a message to an element.

export const $ = (id) => document.getElementById(id);
export const page = JSON.parse($("page").textContent);

/** A text of the console with its fields filled in. */
export function say(key, fields = {}) {
  return (page.words[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "");
}

const written = (moment, form) =>
  new Intl.DateTimeFormat("da-DK", { ...form, timeZone: "Europe/Copenhagen" }).format(moment);

/** Hours and minutes in Denmark. */
export const clock = (moment) => written(moment, { hour: "2-digit", minute: "2-digit" });

/** The day in Denmark, in full. */
export const day = (moment) => written(moment, { weekday: "long", day: "numeric", month: "long" });

/** Hours and minutes, and the day where it is not today. */
export const when = (moment) =>
  day(moment) === day(new Date()) ? clock(moment) : `${written(moment, { weekday: "long" })} ${clock(moment)}`;

/** An element with its classes, its text and what else it is given. */
export function make(tag, classes = "", text = "", more = {}) {
  const node = document.createElement(tag);
  if (classes) node.className = classes;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(more)) node.setAttribute(name, value);
  return node;
}

/** POST JSON; gives the status (0: nobody answered) and what was answered. */
export async function post(url, body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      keepalive: true, // also of a page that is being left
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF": page.csrf },
      body: JSON.stringify(body),
    });
    return { status: answer.status, data: await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, data: {} };
  }
}

/** Alt and a letter, wherever the focus is. */
export function keys(actions) {
  document.addEventListener("keydown", (event) => {
    const action = event.altKey && !event.ctrlKey && !event.metaKey && actions[event.code];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
