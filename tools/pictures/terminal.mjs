/**
 * The text of a terminal as a picture.
 * @module
 */
import { element, escaped, picture } from './svg.mjs';

const GROUND = '#14202b';
const INK = '#e6edf3';
const PROMPT = '#7ee2b8';
const LINE = 17;
const CHARACTER = 7.25;
const PAD = 18;

/** Lines that begin with `$ ` were typed. */
export function terminalPicture(content, title) {
  const lines = content.trimEnd().split('\n');
  const width = Math.ceil(2 * PAD + CHARACTER * Math.max(...lines.map((line) => [...line].length)));
  const height = 2 * PAD + LINE * lines.length;
  const rows = lines.map((line, i) =>
    element(
      'text',
      { x: PAD, y: PAD + LINE * (i + 0.75), fill: line.startsWith('$ ') ? PROMPT : INK, 'xml:space': 'preserve' },
      escaped(line),
    ),
  );
  return picture(width, height, title, [
    element('rect', { width, height, fill: GROUND, rx: 6 }),
    element(
      'g',
      { 'font-family': 'ui-monospace, Menlo, Consolas, monospace', 'font-size': 12 },
      `\n${rows.join('\n')}\n`,
    ),
  ]);
}
