"use strict";
// Boards: Folium's maps, filled with layers that come as JSON. Text of data is only ever set as textContent.
const Observatorio = (() => {
  const boards = new Map();
  const NUMBER = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
  const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const HATCH = "url(#hatch)", CROSS = "url(#cross)";
  const LAND = "#f7f5f0", LINE = "#5b6770", LIT = "#111827";
  const PANE_OF = { picture: "surface", cells: "cells", areas: "areas", shapes: "places", lines: "cells" };

  // ---- plain geometry -------------------------------------------------------------------------------------------
  function evaluate(poly, x, y) {
    const u = (x - poly.centre[0]) / poly.scale[0], v = (y - poly.centre[1]) / poly.scale[1];
    let one = 0, other = 0, at = 0, ui = 1;
    for (let i = 0; i <= 5; i++) {
      for (let j = 0, vj = 1; j <= 5 - i; j++, vj *= v) {
        one += poly.first[at] * ui * vj;
        other += poly.second[at] * ui * vj;
        at++;
      }
      ui *= u;
    }
    return [one, other];
  }

  function cellAt(grid, latlng) {
    const mercator = L.CRS.EPSG3857.project(latlng);
    const [x, y] = evaluate(grid.toMetres, mercator.x, mercator.y);
    let row = Math.floor((y - grid.bottom) / grid.height), column = Math.floor((x - grid.left) / grid.size);
    if (grid.shape === "hexagon") [row, column] = nearestHexagon(grid, x, y, row);
    const inside = row >= 0 && row < grid.rows && column >= 0 && column < grid.columns;
    return inside ? row * grid.columns + column : -1;
  }

  function nearestHexagon(grid, x, y, guess) {
    let best = [0, 0], least = Infinity;
    for (const row of [guess - 1, guess, guess + 1]) {
      const shift = Math.abs(row % 2) === 1 ? 0.5 : 0;
      const column = Math.floor((x - grid.left) / grid.size - shift);
      const dx = x - (grid.left + (column + 0.5 + shift) * grid.size), dy = y - (grid.bottom + (row + 0.5) * grid.height);
      if (dx * dx + dy * dy < least) { least = dx * dx + dy * dy; best = [row, column]; }
    }
    return best;
  }

  function outlineOf(grid, cell) {
    const row = Math.floor(cell / grid.columns), column = cell % grid.columns, half = grid.size / 2;
    const shift = grid.shape === "hexagon" && row % 2 === 1 ? 0.5 : 0;
    const x = grid.left + (column + 0.5 + shift) * grid.size, y = grid.bottom + (row + 0.5) * grid.height;
    const corners = grid.shape === "hexagon"
      ? [0, 1, 2, 3, 4, 5].map((k) => Math.PI / 6 + (k * Math.PI) / 3).map((a) => [Math.cos(a), Math.sin(a)].map((c) => (c * grid.size) / Math.sqrt(3)))
      : [[-half, -half], [half, -half], [half, half], [-half, half]];
    return corners.map(([dx, dy]) => { const [lon, lat] = evaluate(grid.toDegrees, x + dx, y + dy); return [lat, lon]; });
  }

  function holds(feature, latlng) {
    const polygons = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates] : feature.geometry.coordinates;
    return polygons.some((rings) => rings.reduce((inside, ring) => inside !== crosses(ring, latlng), false));
  }

  function crosses(ring, { lat, lng }) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i], [xj, yj] = ring[j];
      if (yi > lat !== yj > lat && lng < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside;
    }
    return inside;
  }

  // ---- small helpers --------------------------------------------------------------------------------------------
  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function makeHatch() {
    if (document.getElementById("hatch")) return;
    const ns = "http://www.w3.org/2000/svg", set = (el, values) => { for (const k in values) el.setAttribute(k, values[k]); return el; };
    const svg = set(document.createElementNS(ns, "svg"), { width: 0, height: 0, class: "hatch-store", "aria-hidden": "true" });
    const pattern = set(document.createElementNS(ns, "pattern"), { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    pattern.append(set(document.createElementNS(ns, "line"), { x1: 0, y1: 0, x2: 0, y2: 7, stroke: "#8a8f98", "stroke-width": 1.6, "stroke-opacity": 0.55 }));
    const cross = set(document.createElementNS(ns, "pattern"), { id: "cross", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    for (const end of [{ x2: 0, y2: 8 }, { x2: 8, y2: 0 }]) cross.append(set(document.createElementNS(ns, "line"), { x1: 0, y1: 0, ...end, stroke: "#6b5b3e", "stroke-width": 1.4, "stroke-opacity": 0.5 }));
    svg.append(pattern, cross);
    document.body.append(svg);
  }

  async function getJson(address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  function say(text) {
    document.getElementById("status").textContent = text || "";
  }

  // ---- a board --------------------------------------------------------------------------------------------------
  class Board {
    constructor(map, options) {
      Object.assign(this, { map, options, limits: null, parts: new Map(), companions: {}, wanted: new Set(), hidden: new Set(), turn: 0 });
      makeHatch();
      map.setMaxZoom(17).setMinZoom(8);
      map.attributionControl.remove();
      L.control.zoom({ position: "bottomright", zoomInTitle: options.texts.zoom_in, zoomOutTitle: options.texts.zoom_out }).addTo(map);
      L.control.scale({ imperial: false, position: "bottomright", maxWidth: 120 }).addTo(map);
      const north = L.control({ position: "bottomright" });
      north.onAdd = () => make("div", "north", "N");
      north.addTo(map);
      this.tip = L.tooltip({ className: "tip", direction: "top", offset: [0, -8], opacity: 1, sticky: true });
      this.light = L.layerGroup().addTo(map);
      map.on("mousemove click", (event) => this.point(event.latlng));
      map.getContainer().addEventListener("mouseleave", () => this.leave());
      map.on("zoomend", () => this.showNames());
      this.untouched = true;
      for (const kind of ["pointerdown", "wheel", "keydown"]) map.getContainer().addEventListener(kind, () => { this.untouched = false; }, { passive: true });
      new ResizeObserver(() => this.resize()).observe(map.getContainer());
      this.ready = this.layGround().catch(() => say(options.texts.failed));
    }

    resize() {
      this.map.invalidateSize({ animate: false });
      if (this.untouched && !this.follows) this.map.fitBounds(this.options.bounds, { padding: [8, 8], animate: false });
    }

    async layGround() {
      const [land, limits] = await Promise.all([this.options.land, this.options.limits].map((address) => (address ? getJson(address) : null)));
      if (land) this.layLand(land);
      if (limits) this.layLimits(limits);
    }

    layLand(land) {
      L.geoJSON(land, { pane: "land", renderer: L.svg({ pane: "land" }), interactive: false, style: { stroke: false, fillColor: "#eceae4", fillOpacity: 1 } }).addTo(this.map);
      this.map.getContainer().classList.add("has-sea");
    }

    layLimits(limits) {
      this.limits = limits;
      const renderer = L.svg({ pane: "limits" }), below = L.svg({ pane: "land" });
      L.geoJSON(this.limits, { pane: "land", renderer: below, interactive: false, style: { stroke: false, fillColor: LAND, fillOpacity: 1 } }).addTo(this.map);
      this.limitLines = L.geoJSON(this.limits, {
        pane: "limits", renderer, interactive: false,
        style: (feature) => ({ color: LINE, weight: 1, opacity: 0.75, fill: !feature.properties.observed, fillColor: HATCH, fillOpacity: 1 }),
      }).addTo(this.map);
      this.names = this.limits.features.map((feature) => this.nameOf(feature));
      this.showNames();
      const list = document.getElementById("area-names");
      if (list && !list.children.length) {
        list.replaceChildren(...this.limits.features.map((feature) => { const option = make("option"); option.value = feature.properties.name; return option; }));
      }
    }

    nameOf(feature) {
      const text = feature.properties.observed ? feature.properties.name : `${feature.properties.name} · ${this.options.texts.no_data}`;
      const icon = L.divIcon({ className: "area-name", html: make("span", feature.properties.observed ? "" : "unseen", text), iconSize: null });
      const marker = L.marker(feature.properties.label, { icon, pane: "names", interactive: false, keyboard: false });
      return { size: feature.properties.size, wide: text.length * 6.6, high: 14, rise: 7, marker };
    }

    // Limits are lines of one pixel where areas are large, and fade where many of them share a finger's width.
    thinLimits(metres) {
      if (!this.limitLines) return;
      const sizes = this.names.map((name) => name.size).sort((a, b) => a - b), wide = sizes[Math.floor(sizes.length / 2)] / metres;
      const share = Math.min(1, Math.max(0.25, wide / 60));
      this.limitLines.setStyle({ weight: 0.4 + 0.6 * share, opacity: 0.3 + 0.45 * share });
    }

    showNames() {
      const taken = [], metres = (40075016.686 * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** this.map.getZoom());
      this.thinLimits(metres);
      const fits = ({ marker, wide, high, rise }) => {
        const at = this.map.latLngToLayerPoint(marker.getLatLng()), box = [at.x - wide / 2, at.y - rise, at.x + wide / 2, at.y - rise + high];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return false;
        taken.push(box);
        return true;
      };
      const place = (label, wanted) => { if (wanted && fits(label)) label.marker.addTo(this.map); else label.marker.remove(); };
      const numbers = [...this.parts.values()].filter((part) => part.numbers);
      for (const part of numbers) for (const number of part.numbers) place(number, this.map.hasLayer(part.group));
      for (const name of this.names || []) place(name, name.size / metres > name.wide * 0.8 && !this.hidden.has("limits"));
    }

    // -- what is drawn
    async show({ drawing, companions, statistic }) {
      const turn = ++this.turn;
      this.companions = companions || {};
      this.statistic = statistic;
      await this.ready;
      try {
        const wanted = [...this.wanted].filter((name) => this.companions[name]);
        const all = await Promise.all([drawing ? getJson(drawing) : { layers: [] }, ...wanted.map((name) => getJson(this.companions[name]))]);
        if (turn !== this.turn) return;
        this.clear();
        this.gated = all[0].layers.some((layer) => layer.id === "gate");  // one hatching is enough
        wanted.forEach((name, i) => this.lay(all[i + 1], name));
        this.lay(all[0], "");
      } catch (error) {
        if (turn === this.turn) { this.clear(); say(this.options.texts.failed); }
      }
      this.listLayers();
      this.writeLegend();
      this.showNames();
    }

    clear() {
      this.leave();
      for (const part of this.parts.values()) {
        part.group.remove();
        for (const { marker } of part.numbers || []) marker.remove();
      }
      this.parts.clear();
    }

    lay(drawing, companion) {
      for (const layer of drawing.layers) {
        if (companion && (layer.id === "places" || (layer.id === "gate" && this.gated))) continue;
        const id = companion ? `${companion}:${layer.id}` : layer.id;
        const part = Object.assign(layer, { companion, group: this.groupOf(layer) });
        this.parts.set(id, part);
        if (companion ? layer.shown : this.isOn(id, part)) part.group.addTo(this.map);
      }
    }

    isOn(id, part) {
      return (part.shown && !this.hidden.has(id)) || this.wanted.has(id);
    }

    groupOf(layer) {
      const group = L.layerGroup([], { pane: PANE_OF[layer.kind] });
      if (layer.kind === "picture") group.addLayer(this.picture(layer, "surface"));
      if (layer.kind === "cells") this.fillCells(layer, group);
      if (layer.kind === "areas") this.fillAreas(layer, group);
      if (layer.kind === "shapes") this.fillShapes(layer, group);
      if (layer.kind === "lines") this.fillLines(layer, group);
      return group;
    }

    picture({ url, bounds }, pane) {
      return L.imageOverlay(url, bounds, { pane, interactive: false, className: "picture" });
    }

    fillCells(layer, group) {
      layer.rows = new Map(layer.cell.map((cell, i) => [cell, i]));
      const renderer = L.canvas({ pane: "cells", padding: 0.3 });
      if (layer.picture) group.addLayer(this.picture(layer.picture, "cells"));
      for (const i of layer.drawn) {
        const { colour } = layer.classes[layer.class[i]];
        group.addLayer(L.polygon(outlineOf(layer.grid, layer.cell[i]), { renderer, pane: "cells", interactive: false, color: colour, weight: 0.6, opacity: 0.9, fillColor: colour, fillOpacity: layer.opacity }));
      }
      for (const i of layer.focos || []) {
        const centre = L.latLngBounds(outlineOf(layer.grid, layer.cell[i])).getCenter();
        group.addLayer(L.circleMarker(centre, { renderer, pane: "cells", interactive: false, radius: 6, color: "#1a1a1a", weight: 2.5, fill: false }));
      }
    }

    fillAreas(layer, group) {
      const renderer = L.svg({ pane: "areas" });
      for (const feature of this.limits ? this.limits.features : []) {
        const area = layer.areas[feature.properties.code];
        if (!area || !area.fill || !feature.properties.observed) continue;
        const lines = { hatch: HATCH, cross: CROSS }[area.fill];
        group.addLayer(L.geoJSON(feature, { pane: "areas", renderer, interactive: false, style: { stroke: false, fillColor: lines || area.fill, fillOpacity: lines ? 1 : area.opacity } }));
      }
    }

    fillShapes(layer, group) {
      const renderer = L.svg({ pane: "places" });
      layer.numbers = [];
      L.geoJSON(layer.features, {
        pane: "places", renderer, interactive: layer.id === "places" || layer.id === "shapes", bubblingMouseEvents: true,
        style: ({ properties }) => ({ color: properties.colour || LIT, weight: properties.colour ? 2 : 1.3, fill: true, fillColor: properties.colour, fillOpacity: properties.colour ? 0.18 : 0, dashArray: properties.class === "zone" ? "6 4" : null }),
        onEachFeature: (feature, shape) => {
          shape.target = feature.properties.id;
          if (feature.properties.number) layer.numbers.push(this.numberAt(shape.getBounds(), feature.properties.number));
          shape.on("mouseover", () => light(shape.target, this)).on("mouseout", () => light(null, this)).on("click", () => reveal(shape.target));
          group.addLayer(shape);
        },
      });
    }

    fillLines(layer, group) {
      const renderer = L.canvas({ pane: "cells", padding: 0.3 });
      layer.ends = layer.lines.map((line) => line.map(([lat, lon]) => L.CRS.EPSG3857.project(L.latLng(lat, lon))));
      layer.lines.forEach((line, i) => {
        const color = layer.colours[layer.step[i]], weight = layer.weights[layer.step[i]];
        group.addLayer(L.polyline(line, { renderer, pane: "cells", interactive: false, color, weight, opacity: 0.9 }));
      });
    }

    numberAt(bounds, number) {
      const icon = L.divIcon({ className: "place-number", html: make("span", "", String(number)), iconSize: null });
      const marker = L.marker([bounds.getNorth(), bounds.getCenter().lng], { icon, pane: "names", interactive: false, keyboard: false });
      return { wide: 22, high: 19, rise: 21, marker };
    }

    // -- what the pointer says
    point(latlng) {
      if (this.drawing) return;
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.tell(latlng));
    }

    tell(latlng) {
      const area = this.limits && this.limits.features.find((feature) => holds(feature, latlng));
      const lines = [], code = area && area.properties.code;
      this.light.clearLayers();
      for (const part of this.visible()) {
        if (part.kind === "cells") lines.push(...this.tellCell(part, latlng));
        if (part.kind === "lines") lines.push(...this.tellLine(part, latlng));
        if (part.kind === "shapes") for (const { properties } of part.features.features.filter((feature) => feature.properties.tip.length && holds(feature, latlng))) lines.push(...properties.tip);
        if (part.kind === "areas" && code && part.areas[code]) lines.push(...part.areas[code].tip.filter((line) => !lines.includes(line)));
      }
      if (!area && !lines.length) { this.map.closeTooltip(this.tip); return; }
      const content = make("div");
      if (area) content.append(make("strong", "", area.properties.name));
      if (area && !area.properties.observed) lines.splice(0, lines.length, this.options.texts.no_data);
      lines.forEach((line) => content.append(make("div", "", line)));
      this.tip.setLatLng(latlng).setContent(content);
      if (!this.map.hasLayer(this.tip)) this.map.openTooltip(this.tip);
    }

    tellCell(layer, latlng) {
      const cell = cellAt(layer.grid, latlng), i = layer.rows.get(cell);
      if (i === undefined) return [];
      this.light.addLayer(L.polygon(outlineOf(layer.grid, cell), { pane: "limits", interactive: false, color: LIT, weight: 1.5, fill: false }));
      const values = { class: layer.class[i] < 0 ? layer.none : layer.classes[layer.class[i]].label };
      for (const name in layer.columns) values[name] = this.write(name, layer.columns[name][i]);
      return layer.tip.map((line) => line.replace(/\{(\w+)\}/g, (_, name) => values[name]));
    }

    // The line within a finger's width of the pointer, and its value.
    tellLine(layer, latlng) {
      const at = L.CRS.EPSG3857.project(latlng), reach = (8 * 40075016.686) / (256 * 2 ** this.map.getZoom());
      let least = reach, found = -1;
      layer.ends.forEach((ends, i) => {
        for (let k = 1; k < ends.length; k++) {
          const away = L.LineUtil.pointToSegmentDistance(at, ends[k - 1], ends[k]);
          if (away < least) { least = away; found = i; }
        }
      });
      return found < 0 ? [] : [`${NUMBER.format(layer.value[found])} ${layer.unit}`];
    }

    write(name, value) {
      if (value === null || value === undefined) return "–";
      if (name === "q") return value < 0.001 ? this.options.texts.q_small : value.toFixed(3);
      return Number.isInteger(value) ? WHOLE.format(value) : NUMBER.format(value);
    }

    leave() {
      cancelAnimationFrame(this.frame);
      this.map.closeTooltip(this.tip);
      this.light.clearLayers();
    }

    visible() {
      return [...this.parts.values()].filter((part) => this.map.hasLayer(part.group)).reverse();
    }

    // -- layers and legend
    listLayers() {
      const box = document.querySelector(`[data-layers="${this.options.id}"]`);
      if (!box) return;
      const own = [...this.parts].filter(([, part]) => !part.companion && part.title).map(([id, part]) => this.chip(part.title, this.map.hasLayer(part.group), (on) => this.toggle(id, part, on)));
      const others = Object.keys(this.companions).map((name) => this.chip(this.options.titles[name], this.wanted.has(name), (on) => this.toggleCompanion(name, on)));
      const limits = this.chip(this.options.texts.limits, !this.hidden.has("limits"), (on) => this.toggleLimits(on));
      box.replaceChildren(...own.reverse(), ...others, limits);
    }

    chip(title, on, act) {
      const button = make("button", "chip-button", title);
      button.type = "button";
      button.setAttribute("aria-pressed", on);
      button.addEventListener("click", () => { const now = button.getAttribute("aria-pressed") !== "true"; button.setAttribute("aria-pressed", now); act(now); this.untouched = false; writeState(this); });
      return button;
    }

    toggle(id, part, on) {
      if (on) part.group.addTo(this.map); else part.group.remove();
      this.remember(id, on, part.shown);
      this.writeLegend();
      this.showNames();
    }

    remember(id, on, usual) {
      this.wanted.delete(id); this.hidden.delete(id);
      if (on && !usual) this.wanted.add(id);
      if (!on && usual) this.hidden.add(id);
    }

    async toggleCompanion(name, on) {
      if (on) this.wanted.add(name); else this.wanted.delete(name);
      for (const [id, part] of this.parts) if (part.companion === name) { part.group.remove(); this.parts.delete(id); }
      if (on) {
        const done = busy(this.options.texts);
        try { this.lay(await getJson(this.companions[name]), name); } catch (error) { say(this.options.texts.failed); } finally { done(); }
      }
      this.writeLegend();
    }

    toggleLimits(on) {
      this.remember("limits", on, true);
      if (this.limitLines) { if (on) this.limitLines.addTo(this.map); else this.limitLines.remove(); }
      this.showNames();
    }

    writeLegend() {
      const box = document.querySelector(`[data-legend="${this.options.id}"]`);
      if (!box) return;
      const wide = window.matchMedia("(min-width: 900px)").matches;
      box.replaceChildren(...this.visible().filter((part) => part.legend).map(({ legend }) => {
        const details = make("details"), summary = make("summary", "", legend.title), list = make("ul");
        details.open = wide || box.dataset.open === "1";
        details.addEventListener("toggle", () => { box.dataset.open = details.open ? "1" : "0"; });
        if (legend.unit) summary.append(make("span", "", legend.unit));
        for (const entry of legend.entries) {
          const line = make("li"), swatch = make("span", `swatch ${entry.form}`);
          if (entry.form === "fill") { swatch.style.backgroundColor = entry.colour; swatch.style.opacity = entry.opacity; }
          if (entry.form === "outline") swatch.style.borderColor = entry.colour;
          line.append(swatch, make("span", "", entry.label));
          list.append(line);
        }
        details.append(summary, list);
        return details;
      }));
    }

    // -- places and areas by name
    shapeOf(target) {
      for (const part of this.parts.values()) {
        const shape = part.kind === "shapes" && part.group.getLayers().find((layer) => layer.target === target);
        if (shape) return shape;
      }
      const code = target && target.startsWith("area-") ? target.slice(5) : null;
      const feature = code && this.limits && this.limits.features.find((item) => item.properties.code === code);
      return feature ? L.geoJSON(feature) : null;
    }

    lightUp(target) {
      this.light.clearLayers();
      const shape = target && this.shapeOf(target);
      if (!shape) return;
      L.geoJSON(shape.toGeoJSON(), { pane: "places", interactive: false, style: { color: "#ffffff", weight: 7, opacity: 0.9, fill: false } }).addTo(this.light);
      L.geoJSON(shape.toGeoJSON(), { pane: "places", interactive: false, style: { color: LIT, weight: 3.5, fillColor: LIT, fillOpacity: 0.08 } }).addTo(this.light);
    }

    goTo(target) {
      const shape = this.shapeOf(target);
      this.untouched = false;
      if (shape) this.map.fitBounds(shape.getBounds(), { maxZoom: 15, padding: [60, 60], animate: false });
    }

    find(name) {
      const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
      const wanted = plain(name), features = this.limits ? this.limits.features : [];
      const found = wanted && (features.find((item) => plain(item.properties.name) === wanted) || features.find((item) => plain(item.properties.name).startsWith(wanted)) || features.find((item) => plain(item.properties.name).includes(wanted)));
      if (!found) return false;
      this.goTo(`area-${found.properties.code}`);
      this.lightUp(`area-${found.properties.code}`);
      return true;
    }
  }

  // ---- list and map are one thing -------------------------------------------------------------------------------
  function light(target, from) {
    document.querySelectorAll(".lit").forEach((row) => row.classList.remove("lit"));
    if (target) document.querySelectorAll(`[data-target="${CSS.escape(target)}"]`).forEach((row) => row.classList.add("lit"));
    for (const board of boards.values()) if (board !== from || target) board.lightUp(target);
    if (!target && from) from.light.clearLayers();
  }

  function reveal(target) {
    const row = document.querySelector(`[data-target="${CSS.escape(target)}"]`);
    if (row) row.scrollIntoView({ block: "nearest" });
  }

  function goTo(target) {
    for (const board of boards.values()) if (!board.follows) board.goTo(target);
  }

  // ---- the address holds the view -------------------------------------------------------------------------------
  function writeState(board) {
    if (board.follows || board.untouched) return;
    const { lat, lng } = board.map.getCenter();
    const layers = [...board.wanted, ...[...board.hidden].map((id) => `-${id}`)].join("+");
    const hash = `#${board.map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}${layers ? `/${layers}` : ""}`;
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  }

  function readState(board) {
    const [zoom, lat, lng, layers] = location.hash.slice(1).split("/");
    for (const name of (layers || "").split("+").filter(Boolean)) {
      if (name.startsWith("-")) board.hidden.add(name.slice(1)); else board.wanted.add(name);
    }
    if (Number.isFinite(parseFloat(zoom)) && Number.isFinite(parseFloat(lat)) && Number.isFinite(parseFloat(lng))) {
      board.untouched = false;
      board.map.setView([parseFloat(lat), parseFloat(lng)], parseFloat(zoom), { animate: false });
    }
  }

  // ---- slow answers say so --------------------------------------------------------------------------------------
  function busy(texts) {
    const bar = document.getElementById("progress");
    const soon = setTimeout(() => bar.classList.add("on"), 300), late = setTimeout(() => say(texts ? texts.slow : ""), 2000);
    return () => { clearTimeout(soon); clearTimeout(late); bar.classList.remove("on"); say(""); };
  }

  function update() {
    const data = document.getElementById("answer-data");
    if (!data) return;
    const { maps, outline } = JSON.parse(data.textContent);
    for (const [id, answer] of Object.entries(maps)) {
      const board = boards.get(id);
      if (board) board.show(answer).then(() => board.afterShow && board.afterShow(outline));
    }
  }

  function adopt(map, options) {
    const board = new Board(map, options);
    boards.set(options.id, board);
    if (boards.size === 1) readState(board); else board.follows = true;
    map.on("moveend", () => writeState(board));
    if (document.readyState !== "loading") update();
  }

  document.addEventListener("DOMContentLoaded", update);
  return { adopt, boards, busy, getJson, goTo, light, make, say, update, writeState };
})();
