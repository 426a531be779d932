/**
 * Charts as SVG, drawn by echarts without a browser, once for light pages and once for dark ones.
 * @module
 */
import * as echarts from '#echarts';
import { html, Markup } from './markup.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What is allowed or given by chance is drawn with dashes. */
  readonly isDashed?: boolean;
}

export interface Chart {
  readonly title: string;
  /** What is to be seen, for who does not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

export interface Axis {
  readonly name: string;
  readonly scale: 'log' | 'share' | 'category';
  readonly from?: number;
  readonly categories?: readonly string[];
}

interface Theme {
  readonly text: string;
  readonly grid: string;
  /** Of Okabe and Ito's palette, told apart with every kind of colour vision; lightened on a dark ground. */
  readonly colours: readonly string[];
}

const LIGHT: Theme = {
  text: '#3d4451',
  grid: '#dfe3e8',
  colours: ['#0072b2', '#d55e00', '#007a5a', '#8a4f7d', '#5c5c5c'],
};
const DARK: Theme = {
  text: '#c4cad4',
  grid: '#39414d',
  colours: ['#56b4e9', '#f0903f', '#35c49a', '#d99ac5', '#a8a8a8'],
};
const [WIDTH, HEIGHT] = [560, 380];

export function chart(of: Chart): Markup {
  return html`<figure class="chart" role="img" aria-label="${`${of.title}. ${of.description}`}">
<figcaption>${of.title}</figcaption>
<div class="on-light">${drawn(of, LIGHT)}</div><div class="on-dark">${drawn(of, DARK)}</div>
</figure>`;
}

function drawn({ x, y, lines }: Chart, { text, grid, colours }: Theme): Markup {
  const instance = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    instance.setOption({
      animation: false,
      backgroundColor: 'transparent',
      color: [...colours],
      textStyle: { fontFamily: 'system-ui, sans-serif', fontSize: 13, color: text },
      legend: {
        bottom: 0,
        textStyle: { color: text, fontSize: 13 },
        itemWidth: 22,
        itemGap: 18,
        icon: 'roundRect',
        itemHeight: 3,
      },
      grid: { left: 64, right: 18, top: 14, bottom: 92 },
      xAxis: axis(x, text, grid, 32),
      yAxis: axis(y, text, grid, 46),
      series: lines.map(({ name, points, isDashed }) => ({
        ...{ type: 'line', name, silent: true, clip: true },
        ...{ symbol: x.scale === 'category' ? 'circle' : 'none', symbolSize: 7 },
        lineStyle: { width: 2, type: isDashed === true ? 'dashed' : 'solid' },
        data: points.map(([a, b]) => [x.scale === 'category' ? String(a) : a, b]),
      })),
    });
    return new Markup(instance.renderToSVGString());
  } finally {
    // It would keep the process alive.
    instance.dispose();
  }
}

function axis({ name, scale, from, categories }: Axis, text: string, grid: string, gap: number) {
  const common = {
    ...{ name, nameLocation: 'middle', nameGap: gap, nameTextStyle: { color: text, fontSize: 13 } },
    axisLine: { lineStyle: { color: text } },
    splitLine: { show: scale !== 'category', lineStyle: { color: grid } },
  };
  const label = { color: text, fontSize: 12 };
  const percents = { ...label, formatter: (value: number) => `${Number((100 * value).toPrecision(2))} %` };
  if (scale === 'category') return { ...common, type: 'category', data: [...(categories ?? [])], axisLabel: label };
  if (scale === 'log') return { ...common, type: 'log', min: from, max: 1, axisLabel: percents };
  return { ...common, type: 'value', min: 0, max: 1, axisLabel: percents };
}
