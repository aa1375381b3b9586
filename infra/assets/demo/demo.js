/* The demo's own script: asks for consent, shows the snippet with this site's address. */
(() => {
  "use strict";
  const REFUSED = "demo_refused"; // for this visit only: a refusal is no reason to keep anything
  const banner = document.getElementById("consent");

  const decide = (given) => {
    window.crm?.consent(given);
    if (given) sessionStorage.removeItem(REFUSED);
    else sessionStorage.setItem(REFUSED, "1");
    banner.hidden = true;
  };

  if (banner) {
    banner.hidden = Boolean(window.crm?.consent()) || sessionStorage.getItem(REFUSED) !== null;
    document.getElementById("consent-yes").addEventListener("click", () => decide(true));
    document.getElementById("consent-no").addEventListener("click", () => decide(false));
    document.getElementById("consent-again").addEventListener("click", () => {
      banner.hidden = false;
      document.getElementById("consent-yes").focus();
    });
  }

  const snippet = document.getElementById("snippet");
  if (snippet) {
    snippet.textContent = snippet.textContent.replaceAll("https://crm.example.com", location.origin);
    const copy = document.getElementById("copy");
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(snippet.textContent);
      copy.textContent = "Copied";
    });
  }
})();
