"use strict";
// Sending a file: what was chosen, whether it fits, dropping one; the upload's page when its work is over.
(() => {
  const form = document.querySelector("[data-upload]");
  if (form) {
    const field = form.querySelector('input[type="file"]'), button = form.querySelector("[data-sending]");
    const told = form.querySelector("[data-chosen]"), drop = form.querySelector("[data-drop]");
    const limit = Number(form.dataset.limit) * 2 ** 20;

    const tell = () => {
      const file = field.files[0];
      const fits = !file || file.size <= limit;
      field.setCustomValidity(fits ? "" : told.dataset.tooLarge);
      told.textContent = file ? `${file.name} · ${(file.size / 1e6).toFixed(1)} MB${fits ? "" : " · " + told.dataset.tooLarge}` : "";
      drop.classList.toggle("too-large", !fits);
    };
    field.addEventListener("change", tell);
    for (const kind of ["dragenter", "dragover"]) {
      drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length === 1) { field.files = event.dataTransfer.files; tell(); }
    });
    form.addEventListener("submit", () => {
      button.dataset.usual = button.textContent;
      button.textContent = button.dataset.sending;
      setTimeout(() => { button.disabled = true; });
    });
    addEventListener("pageshow", () => { button.disabled = false; button.textContent = button.dataset.usual || button.textContent; tell(); });
  }

  document.body.addEventListener("htmx:afterSwap", () => {
    const state = document.getElementById("upload-state"), cancel = document.querySelector("[data-cancel]");
    if (state && cancel && !state.hasAttribute("hx-get")) cancel.remove();
  });
})();
