/* Draws `data-chart` elements with uPlot: line, steps (a value holds until the next), bars, and
   stacked (bars of several series on top of each other, by day).
   Colours come from the style sheet, so light and dark both work. The table beneath has the numbers. */
(() => {
  "use strict";
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const drawn = new Map();

  /* a day, or the time of day where ticks are closer; midnight is the day that begins */
  const moment = (ts, step, zone) => {
    const at = new Date(ts * 1000), day = at.toLocaleDateString("en-GB", { timeZone: zone, day: "numeric", month: "short" });
    const time = at.toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
    return step >= 86400 || time === "00:00" ? day : time;
  };

  const options = (spec, width) => {
    const line = colour("--line"), soft = colour("--soft"), font = "12px Inter, system-ui, sans-serif";
    const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const bars = spec.kind === "bars", stacked = spec.kind === "stacked";
    const zone = document.body.dataset.zone || "UTC";
    const paths = bars || stacked ? uPlot.paths.bars({ size: [0.7, 48], radius: 0.15 }) : spec.kind === "steps" ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear();
    const tops = stacked ? spec.labels.map((_, at) => spec.series.reduce((sum, one) => sum + (one.values[at] || 0), 0)) : spec.series.flatMap((one) => one.values);
    const most = Math.max(...tops, spec.threshold || 0, 1);
    return {
      width, height: spec.height || 220, tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), zone),
      cursor: { y: false, points: { size: 7 } },
      legend: { live: true },
      scales: { x: bars ? { time: false, range: [-0.6, spec.labels.length - 0.4] } : { time: true }, y: { range: [0, most * 1.08] } },
      axes: [
        bars ? { ...axis, grid: { show: false }, splits: () => spec.labels.map((_, i) => i), values: (_, at) => at.map((i) => (spec.labels.length > 12 && i % Math.ceil(spec.labels.length / 8)) ? "" : spec.labels[i]) } : { ...axis, grid: { show: false }, space: 70, values: (_, at, __, ___, step) => at.map((ts) => moment(ts, step, zone)) },
        { ...axis, size: 46 },
      ],
      series: [
        bars ? { label: "For", value: (_, i) => i == null ? "" : spec.labels[i] } : { label: "When", value: (_, ts) => ts == null ? "" : new Date(ts * 1000).toLocaleString("en-GB", { timeZone: zone, dateStyle: "medium", timeStyle: "short" }) },
        ...ordered(spec).map((one) => {
          const i = spec.series.indexOf(one), ink = colour(`--hue-${one.hue ?? i % 8}`);
          if (stacked) return { label: one.label, stroke: ink, width: 0, fill: ink, paths, points: { show: false }, value: (_, v, series, at) => at == null ? "" : one.values[at] + (spec.unit || "") };
          return { label: one.label, stroke: ink, width: bars ? 0 : 2, fill: bars ? ink : spec.series.length === 1 ? ink + "22" : undefined, paths, points: { show: !bars && one.values.length < 40, size: 5 }, value: (_, v) => v == null ? "" : v + (spec.unit || "") };
        }),
      ],
      hooks: { setCursor: [(u) => u.root.classList.toggle("reads", u.cursor.idx != null)], draw: spec.threshold ? [(u) => {
        const y = u.valToPos(spec.threshold, "y", true);
        u.ctx.save(); u.ctx.strokeStyle = colour("--good"); u.ctx.setLineDash([6, 5]); u.ctx.lineWidth = 1.5;
        u.ctx.beginPath(); u.ctx.moveTo(u.bbox.left, y); u.ctx.lineTo(u.bbox.left + u.bbox.width, y); u.ctx.stroke(); u.ctx.restore();
      }] : [] },
    };
  };
  // Of stacked series the highest is drawn first and the others over it.
  const ordered = (spec) => spec.kind === "stacked" ? [...spec.series].reverse() : spec.series;
  const heights = (spec) => {
    if (spec.kind !== "stacked") return spec.series.map((one) => one.values);
    const sums = spec.labels.map(() => 0);
    return spec.series.map((one) => one.values.map((value, at) => sums[at] += value || 0)).reverse();
  };
  const draw = (place) => {
    const spec = JSON.parse(place.dataset.chart);
    drawn.get(place)?.destroy();
    if (!spec.labels.length || place.clientWidth < 40) return;
    const x = spec.kind === "bars" ? spec.labels.map((_, i) => i) : spec.labels;
    drawn.set(place, new uPlot(options(spec, place.clientWidth), [x, ...heights(spec)], place));
  };
  const all = (where) => { for (const place of where.querySelectorAll("[data-chart]")) draw(place); };
  const forget = () => { for (const [place, chart] of drawn) if (!place.isConnected) { chart.destroy(); drawn.delete(place); } };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => all(document)); else all(document);
  document.addEventListener("htmx:load", (event) => { forget(); all(event.target); });
  document.addEventListener("crm:theme", () => all(document));
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => all(document), 150); });
})();
