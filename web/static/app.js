"use strict";
// Filters, tabs, tables and links of every page.
(() => {
  const boards = () => (typeof Observatorio === "undefined" ? null : Observatorio);

  // ---- filters: empty fields stay out of the address ------------------------------------------------------------
  document.body.addEventListener("htmx:configRequest", (event) => {
    const kept = new FormData();
    for (const [name, value] of event.detail.formData.entries()) if (value !== "") kept.append(name, value);
    for (const name of [...new Set(event.detail.formData.keys())]) event.detail.formData.delete(name);
    for (const [name, value] of kept.entries()) event.detail.formData.append(name, value);
  });

  let done = null;
  document.body.addEventListener("htmx:beforeRequest", () => { if (done) done(); if (boards()) done = boards().busy(textsOf()); });
  document.body.addEventListener("htmx:afterRequest", () => { if (done) done(); done = null; });
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "answer" && boards()) { boards().update(); showTabs(); } });
  document.body.addEventListener("htmx:pushedIntoHistory", () => { if (boards()) for (const board of boards().boards.values()) boards().writeState(board); });
  document.body.addEventListener("htmx:sendError", () => { if (boards()) boards().say(textsOf().failed); });

  function textsOf() {
    const first = boards().boards.values().next().value;
    return first ? first.options.texts : {};
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.filters");
    if (!form) return;
    if (event.target.matches("[data-statistic]")) {
      for (const box of form.querySelectorAll("[data-options]")) box.hidden = box.dataset.options !== event.target.value;
    }
    for (const badge of form.querySelectorAll("[data-count]")) {
      const names = badge.dataset.count.split(" "), data = new FormData(form);
      const n = names.reduce((sum, name) => sum + data.getAll(name).filter(Boolean).length, 0);
      badge.dataset.none = badge.dataset.none || (/^\d+$/.test(badge.textContent) ? "" : badge.textContent);
      badge.textContent = n || badge.dataset.none || "0";
    }
  });

  // ---- the place in the list and on the map are one thing -------------------------------------------------------
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => { const row = event.target.closest("[data-target]"); if (row && boards()) boards().light(row.dataset.target); });
  }
  for (const kind of ["mouseout", "focusout"]) {
    document.addEventListener(kind, (event) => { if (event.target.closest("[data-target]") && boards()) boards().light(null); });
  }
  document.addEventListener("click", (event) => { const row = event.target.closest("[data-target]"); if (row && boards()) boards().goTo(row.dataset.target); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("tr[data-target]") && boards()) boards().goTo(event.target.dataset.target);
  });

  // ---- tables -----------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sort]");
    if (button) sort(button.closest("table"), Number(button.dataset.sort), button.closest("th"));
  });

  function sort(table, column, head) {
    const up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && !head.classList.contains("number"));
    const value = (row) => row.cells[column].dataset.order ?? row.cells[column].textContent;
    const compare = (one, other) => {
      const [a, b] = [value(one), value(other)];
      const [x, y] = [Number(a), Number(b)];
      return a !== "" && b !== "" && Number.isFinite(x) && Number.isFinite(y) ? x - y : a.localeCompare(b, "es");
    };
    const rows = [...table.tBodies[0].rows].sort((one, other) => (up ? compare(one, other) : compare(other, one)));
    table.tBodies[0].replaceChildren(...rows);
    for (const th of table.tHead.rows[0].cells) th.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  }

  // ---- tabs of a small screen ---------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-show]");
    if (tab) { document.querySelector(".workbench").dataset.tab = tab.dataset.show; showTabs(); }
  });

  function showTabs() {
    const bench = document.querySelector(".workbench");
    if (!bench) return;
    const tabs = [...bench.querySelectorAll("[data-show]")];
    for (const tab of tabs) tab.hidden = !bench.querySelector(`[data-panel="${tab.dataset.show}"]`);
    if (tabs.some((tab) => tab.hidden && tab.dataset.show === bench.dataset.tab)) bench.dataset.tab = "reading";
    for (const tab of tabs) if (tab.dataset.show === bench.dataset.tab) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
  }
  showTabs();

  for (const here of document.querySelectorAll(".sub-nav [aria-current]")) { // a row that scrolls shows where one is
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }

  // ---- search, print, language -----------------------------------------------------------------------------------
  for (const form of document.querySelectorAll("[data-search]")) {
    const field = form.querySelector("input");
    const look = () => {  // a name typed before the limits came is looked up when they are there
      const board = boards().boards.get(form.dataset.search);
      return board.ready.then(() => board.find(field.value));
    };
    form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
    field.addEventListener("change", look);
  }
  document.addEventListener("change", (event) => { // one choice: a proposal, or one of the list beside "other"
    const box = event.target.closest("[data-one]");
    if (!box) return;
    const list = box.querySelector("select");
    if (event.target === list) box.querySelector("[data-other]").checked = true;
    else if (!event.target.matches("[data-other]")) list.value = "";
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const language = event.target.closest("[data-language]");
    if (language) {
      const address = new URL(location.href);
      address.searchParams.set("lang", language.hreflang);
      language.href = address.href;
    }
  });
})();
