/**
 * Gray pictures as PNG in a data URI: no file beside the page, and every browser scales them.
 * @module
 */
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const [BITS, GRAY] = [8, 0];

/** Row by row; `low` is white paper, `high` black ink. */
export function pngUri(
  pixels: readonly number[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
  [low, high]: readonly [number, number],
): string {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header.set([BITS, GRAY, 0, 0, 0], 8);
  // Each row begins with its filter: none.
  const lines = Buffer.alloc(rows * (columns + 1));
  pixels.forEach((value, i) => {
    const ink = Math.min(1, Math.max(0, (value - low) / (high - low)));
    lines[Math.floor(i / columns) * (columns + 1) + 1 + (i % columns)] = Math.round(255 * (1 - ink));
  });
  const parts = [SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat(parts).toString('base64')}`;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
