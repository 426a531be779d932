/**
 * Lines of a CSV file (RFC 4180).
 * @module
 */

/** One line, without its end. A single empty cell is in quotes, since readers skip blank lines. */
export function csvLine(cells: readonly string[]): string {
  return cells.length === 1 && cells[0] === '' ? '""' : cells.map(quoted).join(',');
}

const quoted = (cell: string) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
