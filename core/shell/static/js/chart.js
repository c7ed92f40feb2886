// Bar charts by ECharts, drawn as SVG with the page's own colours; the figures stand in a table beside each. Tooltips
// are richText: HTML ones would write style attributes, which the content policy forbids.

import * as echarts from "../vendor/echarts.esm.min.js";
import { make, say } from "./words.js";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--at-${name}`).trim();
const BAR_PX = 30;
const LEGEND_PX = 22;

/** The room a legend takes: about three names stand on a line. */
const legendPx = (data) => (data.series.length > 1 ? 8 + LEGEND_PX * Math.ceil(data.series.length / 3) : 4);

function option(data) {
  const text = token("text-2");
  const sideways = data.horizontal;
  const totals = data.categories.map((_, at) => data.series.reduce((sum, one) => sum + (one.values[at] ?? 0), 0));
  const names = { type: "category", data: data.categories, inverse: sideways, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } }, axisLabel: { color: text, fontSize: 12, width: sideways ? 110 : undefined, overflow: sideways ? "truncate" : undefined } };
  const amounts = { type: "value", minInterval: 1, axisLabel: { show: !sideways, color: text, fontSize: 12 }, splitLine: { show: !sideways, lineStyle: { color: token("line") } } };
  const label = { show: true, color: token("text"), fontSize: 12, position: sideways ? "right" : "top" };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: 36, top: 6, bottom: legendPx(data), containLabel: true },
    legend: data.series.length > 1 ? { bottom: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: text, fontSize: 12 } } : undefined,
    tooltip: { renderMode: "richText", trigger: "axis", axisPointer: { type: "shadow" }, backgroundColor: token("inverse"), borderWidth: 0, textStyle: { color: token("on-inverse"), fontSize: 12 }, confine: true },
    xAxis: sideways ? amounts : names,
    yAxis: sideways ? names : amounts,
    series: data.series.map((one, index) => {
      const top = index === data.series.length - 1;
      return {
        name: one.name, type: "bar", data: one.values, stack: data.stacked ? "all" : undefined, barMaxWidth: 16,
        itemStyle: { color: token(one.tone), borderColor: token("surface"), borderWidth: data.stacked && data.series.length > 1 ? 1 : 0 },
        label: data.stacked ? (top ? { ...label, formatter: ({ dataIndex }) => String(totals[dataIndex]) } : undefined) : label,
        cursor: data.urls.length ? "pointer" : "default",
      };
    }),
  };
}

function draw(box) {
  const data = JSON.parse(box.dataset.chart);
  const lanes = data.horizontal ? data.categories.length * (data.stacked ? 1 : data.series.length) : 7;
  box.style.height = `${Math.max(120, lanes * BAR_PX + legendPx(data) + 14)}px`;
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.setOption(option(data));
  if (data.urls.length) chart.on("click", ({ dataIndex }) => location.assign(data.urls[dataIndex]));
  new ResizeObserver(() => chart.resize()).observe(box);
  document.addEventListener("at:theme", () => chart.setOption(option(data), true));
}

for (const box of document.querySelectorAll("[data-chart]")) {
  try {
    draw(box);
  } catch {
    box.replaceWith(make("p", { class: "small muted" }, say("chartFailed")));
  }
}
