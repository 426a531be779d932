/**
 * Draws the plots of the documentation from the numbers beside them: held-out accuracy against epsilon.
 *
 *   node tools/plot.mjs [FOLDER]
 *
 * FOLDER is where the plots go, by default docs/plots. On one version of echarts the same numbers give the same bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as echarts from 'echarts';

const plots = fileURLToPath(new URL('../docs/plots', import.meta.url));
const [folder = plots] = process.argv.slice(2);

// Of Okabe and Ito's palette, which is told apart with every kind of colour vision. The white ground makes it legible on a dark page.
const BLUE = '#0072b2';
const ORANGE = '#d55e00';
const TEXT = '#333333';
const GRID = '#dddddd';
const GROUND = '#ffffff';

/** Room beside the outermost points, on a logarithmic scale. */
const MARGIN = 1.15;

const percent = (share) => 100 * share;

function option({ title, delta, points, withoutNoise }) {
  const epsilons = points.map(({ epsilon }) => epsilon);
  const ends = [Math.min(...epsilons) / MARGIN, Math.max(...epsilons) * MARGIN];
  const lowest = percent(Math.min(...points.map(({ min }) => min)));
  const interval = lowest < 75 ? 10 : 5;
  const seeds = points.map((point) => point.seeds);
  const runs = [...new Set([Math.min(...seeds), Math.max(...seeds)])].join(' to ');
  const ticks = { customValues: epsilons };
  const axis = { nameLocation: 'middle', nameTextStyle: { color: TEXT } };
  const series = { type: 'line', symbol: 'none', clip: false, silent: true };
  return {
    animation: false,
    backgroundColor: GROUND,
    textStyle: { fontFamily: 'sans-serif', color: TEXT },
    title: {
      text: title,
      subtext: `δ = ${delta}; mean, lowest and highest of ${runs} runs`,
      left: 'center',
      top: 8,
      textStyle: { fontSize: 15, color: TEXT },
      subtextStyle: { color: TEXT },
    },
    grid: { left: 62, right: 66, top: 64, bottom: 52 },
    xAxis: {
      ...axis,
      type: 'log',
      logBase: 2,
      min: ends[0],
      max: ends[1],
      name: 'ε (smaller: more private)',
      nameGap: 28,
      axisLabel: { ...ticks, color: TEXT },
      axisTick: ticks,
      axisLine: { lineStyle: { color: TEXT } },
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: 'value',
      min: interval * Math.floor(lowest / interval),
      max: 100,
      interval,
      name: 'held-out rows classified rightly, %',
      nameGap: 38,
      axisLabel: { color: TEXT },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: [
      {
        ...series,
        color: ORANGE,
        lineStyle: { type: 'dashed' },
        endLabel: { show: true, formatter: 'without\nnoise', color: ORANGE },
        data: ends.map((epsilon) => [epsilon, percent(withoutNoise.mean)]),
      },
      {
        ...series,
        type: 'custom',
        renderItem: errorBar,
        data: points.map(({ epsilon, min, max }) => [epsilon, percent(min), percent(max)]),
      },
      {
        ...series,
        color: BLUE,
        symbol: 'circle',
        symbolSize: 7,
        data: points.map(({ epsilon, mean }) => [epsilon, percent(mean)]),
      },
    ],
  };
}

const CAP = 5;

function errorBar(_, api) {
  const [x, bottom] = api.coord([api.value(0), api.value(1)]);
  const [, top] = api.coord([api.value(0), api.value(2)]);
  const line = (x1, y1, x2, y2) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: BLUE, lineWidth: 1.5, opacity: 0.7 },
  });
  const children = [line(x, bottom, x, top), line(x - CAP, bottom, x + CAP, bottom), line(x - CAP, top, x + CAP, top)];
  return { type: 'group', children };
}

function draw(curve) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 520, height: 360 });
  chart.setOption(option(curve));
  const svg = chart.renderToSVGString();
  chart.dispose();
  // Classes and their style are for a pointer, which an image has not; ids count the charts of a process.
  return `${svg
    .replaceAll(/ class="[^"]*"| pointer-events="[^"]*"/g, '')
    .replace(/<style[\s\S]*<\/style>\n/, '')
    .replaceAll(/\bzr\d+-/g, 'plot-')}\n`;
}

const { curves } = JSON.parse(readFileSync(`${plots}/accuracy-versus-epsilon.json`, 'utf8'));
for (const curve of curves) writeFileSync(`${folder}/${curve.example}.svg`, draw(curve));
