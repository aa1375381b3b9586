/* Reports page views; tells forms where a visitor came from.
   <script src="…/assets/crm.js" data-key="crm_pub_…" defer></script>
   Stores nothing before crm.consent(true). If it fails, forms still work. */
(() => {
  "use strict";
  const { dataset, src } = document.currentScript;
  const api = (dataset.api || new URL(src).origin).replace(/\/$/, "");
  const VISITOR = "crm_visitor", TOUCH = "crm_touch";
  const STALE_TOKEN_MS = 12 * 3600e3;
  const RETRY_MS = [2e3, 10e3];

  // Storage may be switched off: then naming it throws.
  const stored = (store, name, value) => {
    try {
      if (value === undefined) return window[store].getItem(name);
      if (value === null) window[store].removeItem(name);
      else window[store].setItem(name, value);
    } catch { /* anonymous */ }
  };

  // randomUUID: secure pages only.
  const newId = () => crypto.randomUUID?.() ??
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("-");

  const page = () => location.origin + location.pathname;
  const utm = () => Object.fromEntries([...new URLSearchParams(location.search)]
    .filter(([name]) => /^utm_(source|medium|campaign|term|content)$/.test(name)));
  const here = () => ({ ...utm(), _referrer: document.referrer, _landing_page: page() });

  let visitor = stored("localStorage", VISITOR);
  let consented = !!visitor;
  let touch = here();
  visitor ||= newId();

  const remember = () => {
    stored("localStorage", VISITOR, visitor);
    // The first page counts, unless a campaign brings them again.
    if (!touch.utm_source)
      try { touch = JSON.parse(stored("sessionStorage", TOUCH)) || touch; } catch { /* not ours */ }
    stored("sessionStorage", TOUCH, JSON.stringify(touch));
  };

  const send = (body, attempt = 0) => {
    const again = () => // same id: counts once
       RETRY_MS[attempt] && setTimeout(send, RETRY_MS[attempt], body, attempt + 1);
    // Text needs no preflight; keepalive outlives the page.
    fetch(api + "/v1/events", {
      method: "POST", body, keepalive: true, credentials: "omit",
      headers: { "content-type": "text/plain" },
    }).then((answer) => answer.status >= 500 && again(), again);
  };

  const track = (name, { object_id, properties } = {}) => dataset.key && send(JSON.stringify({
    write_key: dataset.key,
    events: [{
      id: newId(), name, visitor_id: visitor, object_id, properties,
      occurred_at: new Date().toISOString(),
      url: `${page()}?${new URLSearchParams(utm())}`,
    }],
  }));

  const put = (form, name, value) => {
    let input = form.elements.namedItem(name);
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      form.append(input);
    }
    input.value = value;
  };

  const token = async (form) => {
    if (Date.now() - form.dataset.crmAt < STALE_TOKEN_MS) return;
    form.dataset.crmAt = Date.now();
    const id = encodeURIComponent(form.dataset.crmForm);
    try {
      const answer = await fetch(`${api}/v1/forms/${id}/definition`, { credentials: "omit" });
      put(form, "_token", (await answer.json()).token || "");
    } catch { /* goes without */ }
  };

  const fill = () => {
    for (const form of document.querySelectorAll("form[data-crm-form]")) {
      const added = { ...touch, _visitor: visitor };
      for (const name in added) put(form, name, added[name]);
      if (!form.dataset.crmAt) form.addEventListener("focusin", () => token(form));
      token(form);
    }
  };

  const consent = (given) => {
    if (given) {
      consented = true;
      remember();
    } else if (given === false) {
      stored("localStorage", VISITOR, null);
      stored("sessionStorage", TOUCH, null);
      if (consented) visitor = newId();
      consented = false;
    }
    fill();
    return consented;
  };

  const start = () => { fill(); track("page_viewed"); };
  window.crm = { consent, track, fill };
  if (consented) remember();
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
