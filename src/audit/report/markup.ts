/**
 * HTML from templates, in which every value is escaped that is not markup itself.
 * @module
 */

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => `${text}${rendered(values[i - 1])}${part}`));
}

function rendered(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return content.replace(/[&<>"']/g, (character) => ENTITIES[character]);
  return typeof content === 'number' ? String(content) : content.map(rendered).join('');
}

/** A table that scrolls in a box of its own where it is wider than the page. */
export function table(head: readonly Content[], rows: readonly (readonly Content[])[]): Markup {
  const cells = (row: readonly Content[]) =>
    row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`));
  return html`<div class="wide" tabindex="0"><table>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table></div>`;
}

/** Figures and words for those who want them. */
export const details = (summary: string, content: Content): Markup =>
  html`<details><summary>${summary}</summary>${content}</details>`;
