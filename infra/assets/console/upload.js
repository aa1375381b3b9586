/* Sends a file from the browser straight to the bucket, by the form a page holds for it, and shows
   how far it is. `data-upload` is that form; `data-upload-new` announces the file first and finds
   the form in the page it is led to. Without this script forms are sent as they are. */
(() => {
  "use strict";
  const say = (form, text, wrong) => { const said = form.querySelector("[data-upload-said]"); said.textContent = text; said.classList.toggle("error", !!wrong); };
  const busy = (form, on) => { form.querySelector("[type=submit]").setAttribute("aria-busy", on); form.querySelector("[data-upload-shown]").hidden = !on; };
  const stop = (form, text) => { busy(form, false); say(form, text, true); };

  /* the answer of S3 names what is wrong in an XML element */
  const why = (request) => request.responseText?.includes("EntityTooLarge") ? "The file is too large" : request.status === 403 ? "The address to send it to is no longer good. Load the page again" : "The file could not be sent. Try again";

  const send = (shown, to, file) => {
    const data = new FormData(), request = new XMLHttpRequest(), bar = shown.querySelector("progress");
    for (const one of to.querySelectorAll("input[type=hidden]")) data.append(one.name, one.value);
    data.append("file", file); // S3 ignores what comes after it
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) { bar.value = 100 * event.loaded / event.total; say(shown, `${Math.round(bar.value)} % sent`); } });
    request.addEventListener("load", () => { if (request.status < 300) location.assign(to.dataset.then); else stop(shown, why(request)); });
    request.addEventListener("error", () => stop(shown, "The connection was lost. Try again"));
    request.open("POST", to.getAttribute("action"));
    request.send(data);
  };

  const announce = async (form, file) => {
    const fields = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "file"));
    fields.set("file_name", file.name);
    const answer = await fetch(form.action, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const to = page.querySelector("form[data-upload]");
    if (!to) return stop(form, answer.status === 401 ? "Your session has ended. Sign in in another tab, then try again" : page.querySelector("[role=alert]")?.textContent.trim() || "The file could not be announced. Try again");
    send(form, to, file);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-upload], form[data-upload-new]");
    const file = form?.querySelector("input[type=file]")?.files[0];
    if (!form) return;
    event.preventDefault();
    if (!file) return say(form, "Choose a file", true);
    if (file.size > Number(form.dataset.limit)) return say(form, "The file is too large", true);
    busy(form, true);
    if ("upload" in form.dataset) send(form, form, file); else announce(form, file).catch(() => stop(form, "The server cannot be reached. Try again"));
  });
  for (const one of document.querySelectorAll("[data-with-script]")) one.hidden = false;
})();
