// The explorer of the schema: asks for a token when somebody presses the button, keeps it in this page's memory alone,
// and sends it as any other tool would. Nothing typed here, no answer and no token is stored or put into an address.
import { GraphiQL } from "graphiql";
import { parse } from "graphql";
import "graphiql/style.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

import "./explorer.css";

const room = document.getElementById("explorer");
const form = document.getElementById("begin");
const said = document.getElementById("said");
let token = null;
let root = null;

// What the library would keep between visits ends with the page: queries and their variables can hold names.
const kept = new Map();
const memory = {
  get length() {
    return kept.size;
  },
  clear: () => kept.clear(),
  getItem: (name) => kept.get(name) ?? null,
  removeItem: (name) => kept.delete(name),
  setItem: (name, value) => kept.set(name, String(value)),
};

// The editor learns the name of an operation some moments after it was typed; of one operation there is no choice.
function named(parameters) {
  try {
    const operations = parse(parameters.query).definitions.filter((each) => each.kind === "OperationDefinition");
    return operations.length === 1 ? { ...parameters, operationName: operations[0].name?.value } : parameters;
  } catch {
    return parameters;
  }
}

async function ask(parameters) {
  const response = await fetch(room.dataset.schema, {
    method: "POST",
    credentials: "omit",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json",
      Authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(named(parameters)),
  });
  if (response.status === 401) {
    token = null;
    form.hidden = false;
    said.textContent = "The token has ended. Begin again: what you typed stays.";
  }
  return response.json();
}

// The library names the regions its editors stand in, and leaves the editors themselves without a name.
function nameEditors() {
  for (const box of room.querySelectorAll("textarea:not([aria-label])")) {
    box.setAttribute("aria-label", box.closest("[aria-label]")?.getAttribute("aria-label") ?? "Editor");
  }
}

function show() {
  root ??= createRoot(room);
  new MutationObserver(nameEditors).observe(room, { childList: true, subtree: true });
  const query = document.getElementById("first-query").textContent;
  root.render(
    createElement(GraphiQL, {
      defaultQuery: query,
      defaultEditorToolsVisibility: "variables",
      fetcher: ask,
      forcedTheme: "light",
      isHeadersEditorEnabled: false,
      shouldPersistHeaders: false,
      storage: memory,
    }),
  );
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
  if (!response.ok || response.redirected) {
    said.textContent = "No token was given. Open the page again, and sign in if you are asked to.";
    return;
  }
  const given = await response.json();
  token = given.token;
  form.hidden = true;
  said.textContent = given.said;
  room.hidden = false;
  show();
});

document.getElementById("without-script").hidden = true;
form.hidden = false;
