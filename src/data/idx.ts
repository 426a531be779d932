/**
 * Records from a pair of IDX files, the format of MNIST: images of unsigned bytes, and one label byte for each.
 *
 * A file is a magic number (two zero bytes, the element type, the number of dimensions), each dimension as 32 bits, the most significant
 * byte first, and the elements. It may be compressed with gzip. As with CSV, no message contains a value of the data.
 * @module
 */

import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { invariant } from '../errors.ts';
import { throwProblems } from './document.ts';
import { labelReader } from './labels.ts';
import { Problems } from './problems.ts';
import { unreadable } from './read-text.ts';
import type { Records, RecordsWanted } from './records.ts';

export interface ImageFiles {
  readonly images: string;
  readonly labels: string;
  /** The images from the first number up to, not including, the second; all where absent. */
  readonly rows?: readonly [number, number];
}

const UNSIGNED_BYTE = 0x08;

/** The elements of one file: `count` items of `size` bytes. */
interface Items {
  readonly count: number;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** The records of a pair of image and label files. Throws `TREFOIL_DATA` with every problem found. */
export async function readImages(files: ImageFiles, wanted: RecordsWanted): Promise<Records> {
  const contents = await Promise.all([files.images, files.labels].map(contentOf));
  const problems = new Problems();
  const [images, labels] = contents.map((content, i) => {
    const report = (problem: string) => problems.add(`${i === 0 ? 'images' : 'labels'}: ${problem}`);
    return content === undefined ? report('not a readable gzip file') : itemsOf(content, i === 0, report);
  });
  const columns = wanted.features.length;
  if (images !== undefined && images.size !== columns) {
    problems.add(`images: ${images.size} pixels each, but the job has ${columns} features`);
  }
  if (images !== undefined && labels !== undefined && images.count !== labels.count) {
    problems.add(`${images.count} images, but ${labels.count} labels`);
  }
  const count = images?.count ?? labels?.count ?? 0;
  const [from, to] = files.rows ?? [0, count];
  if (count > 0 && to > count) problems.add(`rows: the files end at ${count}, before ${to}`);
  if (count > 0 && wanted.rows !== undefined && to - from !== wanted.rows) {
    problems.add(`rows: ${to - from}, but the job says ${wanted.rows}`);
  }
  const records: Records = {
    features:
      images?.size === columns
        ? pixelValues(images.bytes.subarray(from * columns, to * columns), wanted, from, problems)
        : new Float64Array(0),
    labels:
      labels === undefined ? new Float64Array(0) : labelValues(labels.bytes.subarray(from, to), wanted, from, problems),
    rows: to - from,
    columns,
  };
  throwProblems('TREFOIL_DATA', `the image set ${files.images}, ${files.labels}`, problems.list());
  return records;
}

/** The raw bytes of the images and labels that `files` names. Throws `TREFOIL_DATA`. */
export async function imageSet({ images: imageFile, labels: labelFile, rows }: ImageFiles): Promise<{
  readonly images: Uint8Array;
  /** Of one image. */
  readonly size: number;
  readonly labels: Uint8Array;
}> {
  const problems = new Problems();
  const [images, labels] = (await Promise.all([imageFile, labelFile].map(contentOf))).map((content, i) =>
    content === undefined
      ? problems.add('not a readable gzip file')
      : itemsOf(content, i === 0, (problem) => problems.add(problem)),
  );
  throwProblems('TREFOIL_DATA', `the image set ${imageFile}, ${labelFile}`, problems.list());
  invariant(images !== undefined && labels !== undefined, 'an image set without problems is read');
  const [from, to] = rows ?? [0, images.count];
  const { size } = images;
  return { images: images.bytes.subarray(from * size, to * size), size, labels: labels.bytes.subarray(from, to) };
}

/** The file's bytes, decompressed; nothing when they can not be. */
async function contentOf(path: string): Promise<Uint8Array | undefined> {
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (error) {
    throw unreadable('TREFOIL_DATA', 'data file', path, error);
  }
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content;
  return promisify(gunzip)(content).catch(() => undefined);
}

function itemsOf(content: Uint8Array, isImages: boolean, report: (problem: string) => void): Items | undefined {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length < 4 || view.getUint16(0) !== 0) {
    report('not an IDX file: the magic number is missing');
    return undefined;
  }
  const [type, dimensions] = [content[2], content[3]];
  if (type !== UNSIGNED_BYTE) report('the elements are not unsigned bytes');
  const fits = isImages ? dimensions >= 2 : dimensions === 1;
  if (!fits) report(`${dimensions} dimensions, but ${isImages ? 'images have 3, or 2' : 'labels have 1'}`);
  if (type !== UNSIGNED_BYTE || !fits) return undefined;
  const start = 4 + 4 * dimensions;
  if (content.length < start) {
    report('cut off within the header');
    return undefined;
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const [count, size] = [sizes[0], sizes.slice(1).reduce((product, each) => product * each, 1)];
  const bytes = content.subarray(start);
  if (bytes.length !== count * size) {
    const fault = bytes.length < count * size ? 'cut off' : 'too long';
    report(`${fault}: ${bytes.length} bytes below the header, which says ${sizes.join(' × ')}`);
    return undefined;
  }
  if (count === 0) report('empty');
  return { count, size, bytes };
}

function pixelValues(bytes: Uint8Array, wanted: RecordsWanted, from: number, problems: Problems): Float64Array {
  const { features, outOfRange } = wanted;
  const values = new Float64Array(bytes);
  // Bytes are within the range of an image job, so that the usual one needs no look at each.
  if (features.every(({ low, high }) => low <= 0 && high >= 255)) return values;
  values.forEach((value, i) => {
    const { name, low, high } = features[i % features.length];
    if (value >= low && value <= high) return;
    if (outOfRange === 'refuse') {
      const image = from + Math.floor(i / features.length);
      problems.addAt(image, `outside the declared range from ${low} to ${high}`, name, 'image');
    }
    values[i] = Math.min(high, Math.max(low, value));
  });
  return values;
}

function labelValues(bytes: Uint8Array, wanted: RecordsWanted, from: number, problems: Problems): Float64Array {
  if (wanted.label === undefined) return new Float64Array(bytes.length);
  const read = labelReader(wanted);
  const readings = Array.from({ length: 256 }, (_, byte) => read(String(byte)));
  return Float64Array.from(bytes, (byte, i) => {
    const reading = readings[byte];
    if ('value' in reading) return reading.value;
    problems.addAt(from + i, reading.fault, undefined, 'label');
    return 0;
  });
}
