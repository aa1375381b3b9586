/* Files that go along with a message: each is announced where `data-attach` says, sent straight to
   the bucket, and its token put into the form. What goes wrong is said and leaves the rest. */
(() => {
  "use strict";
  const LIMIT = 10 * 1024 * 1024, MOST = 10;
  const say = (box, text) => { box.querySelector("[data-attach-said]").textContent = text; };
  const hidden = (name, value) => Object.assign(document.createElement("input"), { type: "hidden", name, value });

  const send = (to, file, bar) => new Promise((done, failed) => {
    const data = new FormData(), request = new XMLHttpRequest();
    for (const [name, value] of Object.entries(to.fields)) data.append(name, value);
    data.append("file", file); // S3 ignores what comes after it
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = 100 * event.loaded / event.total; });
    request.addEventListener("load", () => request.status < 300 ? done() : failed(new Error("The file could not be sent. Try again")));
    request.addEventListener("error", () => failed(new Error("The connection was lost. Try again")));
    request.open("POST", to.url);
    request.send(data);
  });

  const attach = async (box, file) => {
    const line = box.querySelector("template").content.firstElementChild.cloneNode(true), form = box.closest("form");
    line.querySelector("bdi").textContent = file.name;
    line.querySelector("[data-detach]").setAttribute("aria-label", `Take ${file.name} away`);
    box.querySelector("[data-attached]").append(line);
    const waits = form.querySelector("[type=submit]");
    waits.disabled = true;
    box.dataset.sending = Number(box.dataset.sending || 0) + 1;
    try {
      const about = new URLSearchParams({ csrf: form.elements.csrf.value, name: file.name, media_type: file.type });
      const answer = await fetch(box.dataset.attach, { method: "POST", body: about, headers: { accept: "application/json" } });
      if (answer.status === 401) throw new Error("Your session has ended. Sign in in another tab, then try again");
      const to = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(to.message || "The file could not be announced. Try again");
      await send(to, file, line.querySelector("progress"));
      line.querySelector("progress").remove();
      line.append(hidden("attachments", to.token), hidden("file_names", file.name));
    } catch (error) {
      line.remove();
      say(box, `${file.name}: ${error.message}`);
    }
    box.dataset.sending -= 1;
    waits.disabled = box.dataset.sending > 0;
  };

  document.addEventListener("change", (event) => {
    const pick = event.target.closest("[data-attach-pick]");
    if (!pick) return;
    const box = pick.closest("[data-attach]"), room = MOST - box.querySelectorAll("[data-attached] > li").length;
    const fits = [...pick.files].filter((file) => file.size <= LIMIT);
    say(box, fits.length < pick.files.length ? "A file may have 10 MB" : fits.length > room ? `At most ${MOST} files` : "");
    for (const file of fits.slice(0, room)) attach(box, file);
    pick.value = "";
  });
  document.addEventListener("click", (event) => event.target.closest("[data-detach]")?.closest("li").remove());
  const show = () => { for (const one of document.querySelectorAll("[data-attach][data-with-script]")) one.hidden = false; };
  show();
  document.addEventListener("htmx:load", show);
})();
