/* What pages need beside htmx: theme, dialogs, clocks that run, toasts that go, keeping the session,
   and signing in again without losing a half-typed form. Everything works on a swapped page too. */
(() => {
  "use strict";
  const root = document.documentElement;

  /* light or dark: the system's choice until somebody chooses */
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => /(?:^|; )crm-theme=(dark|light)/.exec(document.cookie)?.[1];
  const paint = () => { root.dataset.theme = chosen() || (dark.matches ? "dark" : "light"); document.dispatchEvent(new Event("crm:theme")); };
  dark.addEventListener("change", paint);
  paint();

  /* clocks */
  let ahead = 0; // the server's clock may be elsewhere than this machine's
  const span = (seconds) => {
    const s = Math.abs(seconds), d = Math.floor(s / 86400), h = Math.floor(s / 3600), m = Math.floor((s % 3600) / 60);
    if (d >= 2) return d + " days";
    if (h >= 1) return h + " h " + String(m).padStart(2, "0") + " min";
    return s >= 60 ? m + " min" : Math.floor(s) + " s";
  };
  const tickClocks = () => {
    for (const one of document.querySelectorAll("[data-clock]")) {
      const left = (Date.parse(one.dateTime) - Date.now() - ahead) / 1000;
      one.textContent = left >= 0 ? span(left) + " left" : span(left) + " late";
      one.classList.toggle("late", left < 0);
      one.classList.toggle("soon", left >= 0 && left < 3600);
    }
  };
  setInterval(tickClocks, 1000);

  const zone = () => document.body.dataset.zone || "UTC";
  const instant = (seconds) => new Date(seconds * 1000).toLocaleString("en-GB", { timeZone: zone(), weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  /* charts come when a page has one */
  const here = document.currentScript.src.replace(/[^/]*$/, "");
  let charts;
  const load = (name) => new Promise((done) => { const script = document.createElement("script"); script.src = here + name; script.onload = done; document.head.append(script); });
  const loadCharts = () => {
    if (charts) return;
    const style = document.createElement("link");
    style.rel = "stylesheet"; style.href = here + "uplot.css";
    document.head.append(style);
    charts = load("uplot.js").then(() => load("charts.js"));
  };

  /* charts are likely on the next page: have them in the browser's cache by then */
  const whenIdle = window.requestIdleCallback || ((then) => setTimeout(then, 300));
  addEventListener("load", () => whenIdle(() => {
    if ("chartsSoon" in document.body.dataset && !navigator.connection?.saveData) for (const name of ["uplot.js", "uplot.css", "charts.js"]) fetch(here + name).then((answer) => answer.blob()).catch(() => {}); // what nobody reads is not kept
  }));

  const prepare = (where) => {
    if (document.querySelector("[data-chart]")) loadCharts();
    for (const one of where.querySelectorAll("[data-now]")) ahead = Date.parse(one.dataset.now) - Date.now();
    for (const one of where.querySelectorAll("time[data-epoch]")) {
      one.textContent = new Date(one.dataset.epoch * 1000).toLocaleDateString("en-GB", { timeZone: zone(), day: "numeric", month: "short", year: "numeric" });
    }
    for (const toast of where.querySelectorAll(".toast")) {
      setTimeout(() => toast.classList.add("leaving"), 6000);
      setTimeout(() => toast.remove(), 6500);
    }
    const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (named instanceof HTMLDialogElement && !named.open) named.showModal(); // a link may lead to a dialog
    for (const form of where.querySelectorAll("form[data-preview-now]")) preview(form);
    for (const one of where.querySelectorAll("[data-draft]")) recall(one);
    const mine = document.querySelector(".menu-places [aria-current]"), list = mine?.closest(".menu-places");
    if (list) list.scrollTop = Math.max(list.scrollTop, mine.offsetTop + mine.offsetHeight - list.offsetTop - list.clientHeight); // where one is stays in sight
    const wrong = where.querySelector('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    tickClocks();
  };
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.target));

  /* a page swapped in starts at its top, with the focus on its content, as a loaded one would */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== document.body) return;
    const open = document.getElementById("menu-open");
    if (open) open.checked = false;
    if (!location.hash && !document.querySelector('[aria-invalid="true"]')) { scrollTo(0, 0); document.getElementById("content")?.focus({ preventScroll: true }); }
  });
  let busy;
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.boosted) busy = setTimeout(() => document.body.classList.add("busy"), 150); });
  document.addEventListener("htmx:afterRequest", () => { clearTimeout(busy); document.body.classList.remove("busy"); });

  const say = (text) => {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = text;
    document.querySelector(".toasts")?.append(toast);
    setTimeout(() => toast.remove(), 6500);
  };
  document.addEventListener("htmx:sendError", () => say("The server cannot be reached. Nothing was sent; try again."));

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    let hit;
    if (on("[data-theme-toggle]")) {
      document.cookie = `crm-theme=${root.dataset.theme === "dark" ? "light" : "dark"}; path=/; max-age=31536000; samesite=lax`;
      paint();
    } else if ((hit = on("[data-open-dialog]"))) {
      document.getElementById(hit.dataset.openDialog)?.showModal();
    } else if ((hit = on("[data-close-dialog]"))) {
      hit.closest("dialog").close();
    } else if ((hit = on("[data-insert]"))) {
      insert(hit);
    } else if ((hit = on("[data-copy]"))) {
      navigator.clipboard.writeText(document.getElementById(hit.dataset.copy).textContent).then(() => say("Copied"));
    } else if (event.target.matches("dialog.dialog")) {
      event.target.close();
    }
  });
  /* text that a button puts where one last was in its form, else into the field it names */
  const insert = (button) => {
    button.closest("dialog")?.close();
    const form = button.form, into = form.contains(written) ? written : form.elements[button.dataset.into];
    into.focus();
    into.setRangeText(button.dataset.insert, into.selectionStart, into.selectionEnd, "end");
    into.dispatchEvent(new Event("input", { bubbles: true }));
  };
  /* what one has begun to write outlives other changes of the same page, until it is sent */
  const draft = (field) => `draft ${field.dataset.draft}`;
  document.addEventListener("input", ({ target }) => { if (target.dataset?.draft) sessionStorage.setItem(draft(target), target.value); });
  document.addEventListener("submit", ({ target }) => { for (const one of target.querySelectorAll("[data-draft]")) sessionStorage.removeItem(draft(one)); }, true);
  document.addEventListener("submit", ({ target }) => { if (target.action.endsWith("/sign-out")) sessionStorage.clear(); });
  const recall = (field) => { field.value ||= sessionStorage.getItem(draft(field)) || ""; };

  let written;
  document.addEventListener("focusout", (event) => { if (event.target.matches("textarea, input[data-text]")) written = event.target; });

  document.addEventListener("change", (event) => {
    const all = event.target.closest("[data-check-all]");
    if (all) for (const one of document.querySelectorAll(`input[name="${all.dataset.checkAll}"]`)) one.checked = all.checked;
    const sends = event.target.closest("[data-send-on-change]");
    if (sends) sends.form.requestSubmit();
    const into = event.target.dataset?.readsInto && document.getElementById(event.target.dataset.readsInto);
    if (into) event.target.files[0]?.text().then((text) => { into.value = text; });
    const count = document.querySelector("[data-checked-count]");
    if (count) { const n = document.querySelectorAll(`input[name="${count.dataset.checkedCount}"]:checked`).length; count.textContent = n; count.closest("[data-needs-checked]")?.toggleAttribute("hidden", n === 0); }
  });
  document.addEventListener("input", (event) => {
    const shown = event.target.dataset?.shows && document.getElementById(event.target.dataset.shows);
    if (shown) shown.textContent = event.target.value;
    const list = event.target.dataset?.narrows && document.getElementById(event.target.dataset.narrows);
    if (list) for (const one of list.querySelectorAll("li")) one.hidden = !one.textContent.toLowerCase().includes(event.target.value.toLowerCase());
    const told = event.target.dataset?.instants && document.getElementById(event.target.dataset.instants);
    if (told) { told.textContent = instant(event.target.value); event.target.setAttribute("aria-valuetext", told.textContent); }
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.getElementById("menu-open");
    if (event.key === "Escape" && menu?.checked) { menu.checked = false; menu.focus(); }
    if (event.key === "/" && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  /* the search box of every page: suggestions while one types; the arrows choose one, Enter goes
     there, Escape puts them away */
  const box = () => document.querySelector("[data-search]");
  const suggestions = () => [...document.querySelectorAll('#suggestions [role="option"]')];
  const point = (option) => {
    for (const one of suggestions()) one.setAttribute("aria-selected", one === option);
    if (option) { box().setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); } else box().removeAttribute("aria-activedescendant");
  };
  const unfold = (open) => { document.getElementById("suggestions").hidden = !open; box().setAttribute("aria-expanded", open); point(); };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "suggestions") return;
    const found = suggestions().length;
    unfold(found > 0 && document.activeElement === box());
    document.querySelector("[data-search-said]").textContent = found > 1 ? `${found - 1} found` : found ? "Nobody found" : ""; // the last one leads to all
  });
  document.addEventListener("focusin", (event) => { if (event.target === box()) unfold(suggestions().length > 0); });
  document.addEventListener("focusout", (event) => { if (event.target === box()) unfold(false); });
  document.addEventListener("mousedown", (event) => { if (event.target.closest("#suggestions")) event.preventDefault(); }); // the box keeps the focus
  document.addEventListener("keydown", (event) => {
    if (event.target !== box() || document.getElementById("suggestions").hidden) return;
    const all = suggestions(), at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1 }[event.key];
    if (to !== undefined) point(all[to]);
    else if (event.key === "Enter" && at >= 0) all[at].click();
    else if (event.key === "Escape") unfold(false);
    else return;
    event.preventDefault();
  });

  /* a preview of what is being typed: posted into a fresh frame, which takes the old one's place
     when it is there, so that the back button never leads through previews */
  const preview = (form) => {
    const shown = document.querySelector("[data-preview-frame]");
    if (!shown || !form.isConnected) return;
    const next = shown.cloneNode();
    next.removeAttribute("src");
    next.name = `preview-${Date.now()}`;
    next.classList.add("coming");
    shown.after(next);
    const post = document.createElement("form");
    Object.assign(post, { method: "post", action: form.dataset.preview, target: next.name, hidden: true });
    for (const [name, value] of new FormData(form)) { const field = document.createElement("textarea"); field.name = name; field.value = value; post.append(field); }
    document.body.append(post);
    next.addEventListener("load", () => { for (const old of document.querySelectorAll("[data-preview-frame]")) if (old !== next && !(old.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_PRECEDING)) old.remove(); next.classList.remove("coming"); });
    post.submit();
    post.remove();
  };
  let soon;
  document.addEventListener("input", (event) => {
    const form = event.target.form; // of what stands beside a form, too
    if (form?.matches("[data-preview]")) { clearTimeout(soon); soon = setTimeout(() => preview(form), 500); }
  });

  /* typing keeps the session, at most one request in five minutes */
  let kept = Date.now();
  document.addEventListener("input", () => {
    if (Date.now() - kept < 300000 || !document.body.dataset.session) return;
    kept = Date.now();
    fetch(document.body.dataset.session, { headers: { "hx-request": "true" } }).then((answer) => { if (answer.status === 401) again(); });
  });

  /* the session ended: sign in over the page, which keeps what was typed */
  const again = () => {
    const dialog = document.getElementById("sign-in-again");
    if (!dialog || dialog.open) return;
    htmx.ajax("GET", document.body.dataset.signIn, { target: dialog, swap: "innerHTML" }).then(() => { if (!dialog.open) dialog.showModal(); });
  };
  document.addEventListener("session-ended", again);
  document.addEventListener("signed-in", () => { document.getElementById("sign-in-again")?.close(); say("Signed in. Send your form again."); });
})();
