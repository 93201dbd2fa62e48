"use strict";
// What an address may mean, on the map: a choice and its mark are one thing, and a click sets a point.
(() => {
  const { boards } = Observatorio;
  const form = document.getElementById("decision"), data = document.getElementById("choices-data");
  const INK = "#111827", ACCENT = "#1f4e79";

  document.addEventListener("DOMContentLoaded", () => {
    const board = boards.get("direcciones");
    if (!board || !form) return;
    const choices = JSON.parse(data.textContent), marks = choices.map((choice, i) => mark(board, choice, i));
    const point = { dot: L.circleMarker([0, 0], { pane: "places", radius: 7, color: "#fff", weight: 2, fillColor: INK, fillOpacity: 1, interactive: false }), ring: L.circle([0, 0], { pane: "places", color: INK, weight: 1.5, dashArray: "4 4", fillOpacity: 0.06, interactive: false }) };
    look(board, choices);
    board.map.getContainer().classList.add("drawing");
    board.map.on("click", ({ latlng }) => setPoint(board, latlng));
    form.addEventListener("input", () => update(marks, point, board));
    update(marks, point, board);
  });

  function mark(board, choice, i) {
    const at = [choice.latitude, choice.longitude];
    const ring = L.circle(at, { pane: "places", radius: choice.radius, color: ACCENT, weight: 1, opacity: 0.6, fillOpacity: 0.05, interactive: false });
    const icon = L.divIcon({ className: "place-number", html: Observatorio.make("span", choice.coarse ? "review-coarse" : "", String(i + 1)), iconSize: null });
    const label = L.marker(at, { icon, pane: "places", interactive: !choice.coarse, keyboard: false, bubblingMouseEvents: false });
    label.on("click", () => choose(`[data-choice="${i}"]`));
    ring.addTo(board.map);
    label.addTo(board.map);
    return { ring, at };
  }

  function look(board, choices) {
    const points = choices.map(({ latitude, longitude }) => [latitude, longitude]);
    if (!points.length || location.hash) return;
    board.untouched = false;
    board.map.fitBounds(L.latLngBounds(points), { padding: [40, 40], maxZoom: 15, animate: false });
  }

  function choose(selector) {
    const field = form.querySelector(selector);
    if (!field || field.disabled) return;
    field.checked = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function setPoint(board, latlng) {
    form.elements.latitude.value = latlng.lat.toFixed(6);
    form.elements.longitude.value = latlng.lng.toFixed(6);
    choose('[value="map"]');
  }

  function update(marks, point, board) {
    const chosen = form.querySelector('[name="choice"]:checked'), onMap = chosen !== null && chosen.value === "map";
    for (const name of ["latitude", "longitude", "radius"]) form.elements[name].required = onMap;
    const number = chosen ? Number(chosen.dataset.choice ?? -1) : -1;
    marks.forEach(({ ring }, i) => ring.setStyle({ weight: i === number ? 3 : 1, opacity: i === number ? 1 : 0.6, fillOpacity: i === number ? 0.15 : 0.05 }));
    if (number >= 0 && !board.map.getBounds().contains(marks[number].at)) board.map.panTo(marks[number].at, { animate: false });
    const at = [form.elements.latitude.value, form.elements.longitude.value].map((text) => parseFloat(text.replace(",", ".")));
    const shown = onMap && at.every(Number.isFinite) && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180;
    for (const layer of [point.ring, point.dot]) { if (shown) layer.setLatLng(at).addTo(board.map); else layer.remove(); }
    if (shown) point.ring.setRadius(Number(form.elements.radius.value) || 1);
  }
})();
