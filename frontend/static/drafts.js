// Keeps the draft while somebody types, and says so. Without it everything works by the button.
(() => {
  const form = document.querySelector("form[data-drafts]");
  const said = form?.querySelector("[data-draft-saved]");
  if (!said) return;

  // Long enough not to save every letter, short enough to lose no sentence.
  const QUIET_MS = 2000;
  let timer = 0;
  let saving = null;
  let stopped = false;

  const say = (words) => { said.textContent = words; };

  async function send() {
    const body = new URLSearchParams(new FormData(form));
    body.set("step", "save");
    const answer = await fetch(form.getAttribute("action") || location.href, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual",
    });
    if (answer.ok && answer.headers.get("Content-Type") === "application/json") {
      const { draft, version, at } = await answer.json();
      form.elements.namedItem("draft_id").value = draft;
      form.elements.namedItem("expected_version").value = version;
      say(`Draft saved ${at}. Only you can see it.`);
    } else if (answer.status === 403 || answer.type === "opaqueredirect") {
      stopped = true;
      say("Not saved: you were signed out. Press Save draft and sign in again; what you typed stays.");
    } else if (answer.status === 409) {
      stopped = true;
      say("Not saved: this draft was changed in another window. Press Save draft to choose.");
    } else {
      say("Not saved yet: something cannot be kept as it stands. Press Save draft to see what.");
    }
  }

  async function save() {
    if (saving || stopped) return;
    saving = send().catch(() => say("Not saved yet: there is no connection."));
    await saving;
    saving = null;
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  });

  // A form that is sent while a save is under way waits for it, or both would be kept.
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    stopped = true;
    if (!saving) return;
    event.preventDefault();
    await saving;
    form.requestSubmit(event.submitter);
  });
})();
