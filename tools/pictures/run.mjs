/**
 * A run as a picture: what the nodes send each other, phase by phase, from the plan of a job as `trefoil plan JOB --json` prints it.
 * @module
 */
import { BLUE, element, FAINT, GREEN, LINE, ORANGE, PURPLE, picture, text } from './svg.mjs';

const WIDTH = 780;
const HEAD = 84;
const ARROW = 22;
const PAD = 18;
const FIRST_LANE = 318;
const LAST_LANE = 738;

/** Phases that are shown together, in the order of a run. */
const BANDS = [
  ['pooled means and variances', ['pooled means', 'pooled variances']],
  ['sharing records', ['sharing records']],
  ['training', ['training', 'training with loss']],
  ['evaluation on held-out rows', ['evaluation', 'comparing pairs']],
  ['range alarm and outputs', ['range alarm', 'output']],
];
const KINDS = [
  ['input', BLUE, 'masked records'],
  ['correction', ORANGE, 'corrections'],
  ['opening', GREEN, 'openings'],
  ['output', PURPLE, 'outputs'],
];

function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? bytes : bytes.toFixed(1)} ${units[unit]}`;
}

/** What goes from whom to whom in all of these phases; two directions of equal size are one arrow with two heads. */
function arrowsOf(phases) {
  const sums = new Map();
  for (const { repeat, traffic } of phases) {
    for (const { from, to, kind, bytes } of traffic) {
      const key = [kind, from, to].join(' ');
      sums.set(key, (sums.get(key) ?? 0) + repeat * bytes);
    }
  }
  const arrows = [];
  for (const [key, bytes] of sums) {
    const [kind, from, to] = key.split(' ');
    const back = arrows.find((arrow) => arrow.kind === kind && arrow.from === to && arrow.to === from);
    if (back === undefined) arrows.push({ kind, from, to, bytes });
    else back.back = bytes;
  }
  return KINDS.flatMap(([kind]) => arrows.filter((arrow) => arrow.kind === kind));
}

function band([name, names], phases, y, lanes) {
  const members = phases.filter((phase) => names.includes(phase.name));
  const rounds = members.reduce((sum, { repeat, rounds }) => sum + repeat * rounds, 0);
  const times = members.reduce((sum, { repeat }) => sum + repeat, 0);
  const parts = [
    element('line', { x1: 16, x2: WIDTH - 16, y1: y, y2: y, stroke: LINE }),
    text(24, y + 26, name, { 'font-weight': 'bold' }),
    text(24, y + 44, `${name === 'training' ? `${times} steps, ` : ''}${rounds} round${rounds === 1 ? '' : 's'}`, {
      fill: FAINT,
      'font-size': 12,
    }),
  ];
  const arrows = arrowsOf(members);
  arrows.forEach(({ kind, from, to, bytes, back }, i) => {
    const at = y + PAD + 4 + i * ARROW;
    const [, stroke] = KINDS.find(([each]) => each === kind);
    const [start, end] = [lanes.get(from), lanes.get(to)];
    const way = Math.sign(end - start);
    const ends = back === undefined ? {} : { 'marker-start': `url(#${kind})` };
    parts.push(
      element('line', {
        x1: start + 6 * way,
        x2: end - 6 * way,
        y1: at,
        y2: at,
        stroke,
        'stroke-width': 1.6,
        'marker-end': `url(#${kind})`,
        ...ends,
      }),
      text(labelAt(start, end), at - 4, back === undefined ? size(bytes) : both(bytes, back), {
        fill: stroke,
        'font-size': 11,
        'text-anchor': 'middle',
      }),
    );
  });
  return { parts, height: Math.max(60, PAD + arrows.length * ARROW + 8) };
}

/** Between two lanes that are next to each other, and not on one. */
const labelAt = (start, end) => {
  const gap = (LAST_LANE - FIRST_LANE) / 2;
  return Math.abs(end - start) > 1.5 * gap ? start + (Math.sign(end - start) * gap) / 2 : (start + end) / 2;
};

const both = (bytes, back) => (bytes === back ? `${size(bytes)} each way` : `${size(bytes)} and ${size(back)}`);

/** `roles`: what stands below each node's name. */
export function runPicture({ cost }, roles) {
  const names = [...roles.keys()];
  const lanes = new Map(
    names.map((name, i) => [name, FIRST_LANE + (i * (LAST_LANE - FIRST_LANE)) / (names.length - 1)]),
  );
  const parts = [];
  let y = HEAD;
  for (const each of BANDS) {
    const { parts: drawn, height } = band(each, cost.phases, y, lanes);
    parts.push(...drawn);
    y += height;
  }
  const bottom = y + 8;
  const marks = KINDS.map(([kind, fill]) =>
    element(
      'marker',
      { id: kind, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' },
      element('path', { d: 'M0 0L8 4L0 8z', fill }),
    ),
  );
  const heads = [...roles].flatMap(([name, role]) => {
    const x = lanes.get(name);
    return [
      element('line', { x1: x, x2: x, y1: HEAD - 18, y2: bottom, stroke: LINE, 'stroke-width': 2 }),
      text(x, 34, name, { 'font-weight': 'bold', 'font-size': 16, 'text-anchor': 'middle' }),
      text(x, 52, role, { fill: FAINT, 'font-size': 12, 'text-anchor': 'middle' }),
    ];
  });
  const legend = KINDS.flatMap(([, fill, what], i) => [
    element('rect', { x: 24 + i * 130, y: bottom + 14, width: 12, height: 12, fill }),
    text(42 + i * 130, bottom + 25, what, { 'font-size': 12 }),
  ]);
  return picture(WIDTH, bottom + 44, 'Who sends what to whom in a run, phase by phase', [
    element('defs', {}, marks.join('')),
    ...heads,
    ...parts,
    ...legend,
  ]);
}
