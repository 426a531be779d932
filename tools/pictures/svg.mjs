/**
 * Pieces of a picture: no fonts, scripts or files from elsewhere.
 * @module
 */

export const INK = '#1f2933';
export const FAINT = '#52606d';
export const LINE = '#cbd2d9';
export const GROUND = '#ffffff';
// Of Okabe and Ito's palette, which is told apart with every kind of colour vision.
export const BLUE = '#0072b2';
export const ORANGE = '#d55e00';
export const GREEN = '#007a5a';
export const PURPLE = '#8e4b7c';

export const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const attributes = (values) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');

export const element = (name, values, content) =>
  content === undefined ? `<${name}${attributes(values)}/>` : `<${name}${attributes(values)}>${content}</${name}>`;

export const text = (x, y, content, values = {}) => element('text', { x, y, fill: INK, ...values }, escaped(content));

/** A whole picture on a ground of its own, so that it is legible on a dark page; `title` is read aloud in its place. */
export function picture(width, height, title, parts) {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="sans-serif" font-size="13">`;
  return `${[head, element('rect', { width, height, fill: GROUND, rx: 6 }), ...parts, '</svg>'].join('\n')}\n`;
}
