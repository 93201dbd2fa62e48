"use strict";
// Two periods moved together, one map to swipe, and a zone drawn by hand.
(() => {
  const { boards, getJson } = Observatorio;
  const MOST_CORNERS = 200;
  const MOST_BYTES = 1e6;  // a zone fits into far less

  document.addEventListener("DOMContentLoaded", () => {
    const filters = document.querySelector(".filter-box"), wide = window.matchMedia("(min-width: 761px)");
    filters.open = wide.matches;
    wide.addEventListener("change", () => { filters.open = wide.matches; });
    const all = [...boards.values()];
    let leading = null;
    for (const board of all) {
      board.map.on("move", () => {
        if (leading && leading !== board) return;
        leading = board;
        for (const other of all) if (other !== board) other.map.setView(board.map.getCenter(), board.map.getZoom(), { animate: false });
        leading = null;
      });
    }
    const change = boards.get("change");
    if (change) { change.afterShow = (address) => showZone(change, address); listenToZone(change); }
    listenToSwipe(boards.get("before"), boards.get("after"));
  });

  // ---- the zone -----------------------------------------------------------------------------------------------------
  async function showZone(board, address) {
    if (board.zone) board.zone.remove();
    board.zone = null;
    if (!address) return;
    const { layers } = await getJson(address);
    board.zone = L.geoJSON(layers[0].features, { pane: "places", interactive: false, style: { color: "#111827", weight: 2, dashArray: "6 4", fill: false } }).addTo(board.map);
  }

  function listenToZone(board) {
    const field = document.getElementById("zone"), hint = document.getElementById("zone-hint"), wrong = document.getElementById("zone-error");
    const write = (corners) => {
      wrong.hidden = true;
      field.value = corners.map(([lat, lng]) => `${lng.toFixed(5)} ${lat.toFixed(5)}`).join(",");
      if (corners.length) for (const box of document.querySelectorAll('[name="zone_area"]')) { box.checked = false; if (box.options) box.value = ""; }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    document.querySelector('[data-zone="clear"]').addEventListener("click", () => write([]));
    document.querySelector('[data-zone="draw"]').addEventListener("click", () => draw(board, hint, write));
    document.getElementById("zone-file").addEventListener("change", async (event) => {
      event.stopPropagation();
      const file = event.target.files[0];
      const read = file.size > MOST_BYTES ? { wrong: "zone_bytes" } : cornersOf(await file.text());
      event.target.value = "";
      if (read.corners) write(read.corners); else { wrong.textContent = board.options.texts[read.wrong]; wrong.hidden = false; }
    });
    document.addEventListener("change", (event) => { if (event.target.name === "zone_area") field.value = ""; }, true);
  }

  // The corners of the one polygon of a file, or the name of the text that says what is wrong with it.
  function cornersOf(text) {
    try {
      const data = JSON.parse(text), features = data.type === "FeatureCollection" ? data.features : [data];
      const polygons = features.flatMap((feature) => {
        const geometry = feature.geometry || feature;
        return geometry.type === "MultiPolygon" ? geometry.coordinates : geometry.type === "Polygon" ? [geometry.coordinates] : [];
      });
      if (features.length !== 1 || polygons.length !== 1 || polygons[0].length !== 1) return { wrong: "zone_not_one" };
      const corners = polygons[0][0].map(([lng, lat]) => [lat, lng]);
      if (corners.length > MOST_CORNERS) return { wrong: "too_large" };
      const inDegrees = ([lat, lng]) => typeof lat === "number" && typeof lng === "number" && Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
      return corners.every(inDegrees) ? { corners } : { wrong: "zone_not_degrees" };
    } catch (error) {
      return { wrong: "zone_not_json" };
    }
  }

  function draw(board, hint, write) {
    if (board.drawing) return;
    board.drawing = true;
    board.leave();
    hint.hidden = false;
    const [closing, leaving] = ["close", "leave"].map((name) => hint.querySelector(`[data-draw="${name}"]`));
    closing.disabled = true;
    const corners = [], map = board.map, line = L.polyline([], { color: "#111827", weight: 2, dashArray: "4 4", interactive: false }).addTo(map);
    const dots = L.layerGroup().addTo(map);
    map.doubleClickZoom.disable();
    map.getContainer().classList.add("drawing");
    map.getContainer().scrollIntoView({ block: "nearest" });
    map.getContainer().focus();
    const add = ({ latlng }) => {
      if (corners.length >= MOST_CORNERS) return;
      corners.push([latlng.lat, latlng.lng]);
      dots.addLayer(L.circleMarker(latlng, { radius: 4, color: "#111827", weight: 1.5, fillColor: "#fff", fillOpacity: 1, interactive: false }));
      line.setLatLngs(corners);
      closing.disabled = corners.length < 3;
    };
    const follow = ({ latlng }) => { if (corners.length) line.setLatLngs([...corners, [latlng.lat, latlng.lng], corners[0]]); };
    const finish = (keep) => {
      map.off("click", add).off("mousemove", follow).off("dblclick", close);
      document.removeEventListener("keydown", press);
      closing.onclick = leaving.onclick = null;
      map.doubleClickZoom.enable();
      map.getContainer().classList.remove("drawing");
      line.remove(); dots.remove();
      hint.hidden = true; board.drawing = false;
      const distinct = corners.filter(([lat, lng], i) => i === 0 || lat !== corners[i - 1][0] || lng !== corners[i - 1][1]);
      if (keep && distinct.length >= 3) write(distinct);
    };
    const close = () => finish(true);
    closing.onclick = close;
    leaving.onclick = () => finish(false);
    const press = (event) => {
      if (event.key === "Escape") finish(false);
      if (event.target.closest("[data-draw]")) return;  // a button answers its own keys
      if (event.key === "Enter") { event.preventDefault(); if (event.ctrlKey || corners.length >= 3) finish(true); else add({ latlng: map.getCenter() }); }
      if (event.key === " ") { event.preventDefault(); add({ latlng: map.getCenter() }); }
    };
    map.on("click", add).on("mousemove", follow).on("dblclick", close);
    document.addEventListener("keydown", press);
  }

  // ---- the swipe ------------------------------------------------------------------------------------------------------
  function listenToSwipe(before, after) {
    const toggle = document.querySelector("[data-swipe]"), slider = document.querySelector("[data-swipe-at]"), pair = document.getElementById("pair");
    if (!toggle) return;
    const clip = () => { after.map.getContainer().closest("section").style.clipPath = toggle.checked ? `inset(0 0 0 ${slider.value}%)` : ""; };
    toggle.addEventListener("change", () => {
      pair.classList.toggle("swiped", toggle.checked);
      slider.hidden = !toggle.checked;
      clip();
      for (const board of [before, after]) board.map.invalidateSize({ animate: false });
    });
    slider.addEventListener("input", clip);
  }
})();
