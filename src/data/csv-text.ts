/**
 * The text of a CSV file: unpacked where it is compressed with gzip, and in UTF-8 whatever it was.
 * @module
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { TrefoilError } from '../errors.ts';
import type { Encoding } from './csv-dialect.ts';
import { binaryForm } from './file-form.ts';
import { unreadable } from './read-text.ts';

const CHUNK_BYTES = 2 ** 17;

/** The pieces of the file's text, in order. Throws `TREFOIL_DATA` for a file that can not be read or is no text. */
export async function* csvText(path: string, named: Encoding | undefined): AsyncGenerator<Buffer | string> {
  let decode: ((chunk: Buffer) => Buffer | string) | undefined;
  for await (const chunk of unpacked(path)) {
    decode ??= DECODERS[named ?? encodingOf(chunk, path)]();
    yield decode(chunk);
  }
}

/** The encoding that a mark says, or else UTF-8. */
function encodingOf(bytes: Buffer, path: string): Encoding {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe && !(bytes[2] === 0 && bytes[3] === 0)) return 'utf-16le';
  const form = binaryForm(bytes);
  if (form === undefined) return 'utf-8';
  throw new TrefoilError('TREFOIL_DATA', `the data file ${path} is ${form.name}; ${form.remedy}`);
}

const DECODERS: { readonly [E in Encoding]: () => (chunk: Buffer) => Buffer | string } = {
  // The parser decodes it, cell by cell.
  'utf-8': () => (chunk) => chunk,
  'utf-16le': () => streaming('utf-16le'),
  'utf-16be': () => streaming('utf-16be'),
  'windows-1252': () => (chunk) => chunk.toString('latin1').replace(/[\x80-\x9f]/g, windows1252),
};

function streaming(encoding: string): (chunk: Buffer) => string {
  const decoder = new TextDecoder(encoding);
  return (chunk) => decoder.decode(chunk, { stream: true });
}

/** The letters of 0x80 … 0x9f, in which Windows-1252 is not Latin-1. Some releases of Node decode them as Latin-1. */
const UPPER = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
const windows1252 = (letter: string): string => UPPER[letter.charCodeAt(0) - 0x80];

async function* unpacked(path: string): AsyncGenerator<Buffer> {
  let isPacked = false;
  try {
    isPacked = await isGzip(path);
    const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    // What goes wrong comes out of the last stream.
    yield* isPacked ? pipeline(bytes, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : bytes;
  } catch (error) {
    if (error instanceof TrefoilError) throw error;
    const isDamaged = isPacked && typeof error === 'object' && error !== null && 'code' in error && isZlib(error);
    if (!isDamaged) throw unreadable('TREFOIL_DATA', 'data file', path, error);
    throw new TrefoilError(
      'TREFOIL_DATA',
      `can not read the data file ${path} to its end: its gzip compression is damaged or cut off`,
    );
  }
}

const isZlib = (error: { readonly code?: unknown }) => String(error.code).startsWith('Z_');

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
