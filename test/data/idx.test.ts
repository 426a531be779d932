import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageFiles } from '../../src/data/idx.ts';
import type { RecordsWanted } from '../../src/data/records.ts';
import { sourceOf } from '../../src/data/source.ts';
import { TrefoilError } from '../../src/errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trefoil-idx-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An IDX file: element type 8 is unsigned bytes. */
function idx(sizes: readonly number[], elements: readonly number[], type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header[2] = type;
  header[3] = sizes.length;
  sizes.forEach((size, i) => {
    header.writeUInt32BE(size, 4 + 4 * i);
  });
  return Buffer.concat([header, Buffer.from(elements)]);
}

const IMAGES = idx([3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]);
const LABELS = idx([3], [7, 0, 3]);

function files(images: Uint8Array, labels: Uint8Array, rows?: readonly [number, number]): ImageFiles {
  const [imagePath, labelPath] = [join(folder, 'images'), join(folder, 'labels')];
  writeFileSync(imagePath, images);
  writeFileSync(labelPath, labels);
  return { images: imagePath, labels: labelPath, ...(rows === undefined ? {} : { rows }) };
}

function wanted(changes: Partial<RecordsWanted> = {}): RecordsWanted {
  const features = [0, 1, 2, 3].map((i) => ({ name: `pixel_${i}`, low: 0, high: 255 }));
  return { label: 'digit', classes: [0, 3, 7], features, outOfRange: 'refuse', ...changes };
}

async function problems(from: ImageFiles, asked: RecordsWanted): Promise<readonly string[]> {
  const error: unknown = await sourceOf(from)
    .read(asked)
    .catch((reason: unknown) => reason);
  if (!(error instanceof TrefoilError)) throw new Error('the files were not refused');
  expect(error.code).toBe('TREFOIL_DATA');
  return error.problems;
}

describe('imageFiles', () => {
  const all = {
    features: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255),
    labels: Float64Array.of(2, 0, 1),
    rows: 3,
    columns: 4,
  };

  it('gives pixels row by row, and labels as indices of their classes', async () => {
    expect(await sourceOf(files(IMAGES, LABELS)).read(wanted({ rows: 3 }))).toEqual(all);
  });

  it('reads gzip, one file or both', async () => {
    expect(await sourceOf(files(gzipSync(IMAGES), LABELS)).read(wanted())).toEqual(all);
    expect(await sourceOf(files(gzipSync(IMAGES), gzipSync(LABELS))).read(wanted())).toEqual(all);
  });

  it('takes a slice of the rows', async () => {
    const records = await sourceOf(files(IMAGES, LABELS, [1, 3])).read(wanted({ rows: 2 }));
    expect(records).toEqual({ features: all.features.slice(4), labels: Float64Array.of(0, 1), rows: 2, columns: 4 });
  });

  it('takes images that are written as plain rows', async () => {
    const flat = idx([3, 4], [...IMAGES.subarray(16)]);
    expect(await sourceOf(files(flat, LABELS)).read(wanted())).toEqual(all);
  });

  it('takes binary labels and values of a target', async () => {
    const { classes: _, ...asked } = wanted();
    const binary = await sourceOf(files(IMAGES, idx([3], [1, 0, 1]))).read(asked);
    expect([...binary.labels]).toEqual([1, 0, 1]);
    const target = await sourceOf(files(IMAGES, LABELS)).read({ ...asked, target: [0, 10] });
    expect([...target.labels]).toEqual([7, 0, 3]);
  });

  it('clips or refuses a pixel outside the declared range', async () => {
    const features = wanted().features.map((feature) => ({ ...feature, high: 16 }));
    const clipped = await sourceOf(files(IMAGES, LABELS)).read(wanted({ features, outOfRange: 'clip' }));
    expect(clipped.features[11]).toBe(16);
    expect(await problems(files(IMAGES, LABELS), wanted({ features }))).toEqual([
      "image 2, 'pixel_3': outside the declared range from 0 to 16",
    ]);
  });

  it('counts images from the start of the file, whatever the slice', async () => {
    expect(await problems(files(IMAGES, LABELS, [1, 3]), wanted({ classes: [7, 3] }))).toEqual([
      'label 1: not one of the classes that the job declares',
    ]);
  });

  it('reports everything at once', async () => {
    const labels = idx([2], [9, 200]);
    const features = wanted().features.slice(1);
    expect(await problems(files(IMAGES, labels, [0, 5]), wanted({ features, rows: 3 }))).toEqual([
      'images: 4 pixels each, but the job has 3 features',
      '3 images, but 2 labels',
      'rows: the files end at 3, before 5',
      'rows: 5, but the job says 3',
      'label 0: not one of the classes that the job declares; the same in 1 more label: 1',
    ]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'images: not an IDX file: the magic number is missing'],
    ['another format', Buffer.from('pixel_0,pixel_1\n'), 'images: not an IDX file: the magic number is missing'],
    ['other elements', idx([3, 2, 2], [], 0x0d), 'images: the elements are not unsigned bytes'],
    ['labels in its place', LABELS, 'images: 1 dimensions, but images have 3, or 2'],
    ['half a header', IMAGES.subarray(0, 10), 'images: cut off within the header'],
    ['a lost byte', IMAGES.subarray(0, -1), 'images: cut off: 11 bytes below the header, which says 3 × 2 × 2'],
    ['a byte more', Buffer.concat([IMAGES, Buffer.of(1)]), 'images: too long: 13 bytes below the header'],
    ['half a gzip file', gzipSync(IMAGES).subarray(0, -9), 'images: not a readable gzip file'],
  ])('refuses %s, and still looks at the labels', async (_, images, problem) => {
    const found = await problems(files(images, idx([3], [0, 9, 0])), wanted());
    expect(found[0]).toContain(problem);
    expect(found.at(-1)).toBe('label 1: not one of the classes that the job declares');
  });

  it('refuses files without a row', async () => {
    expect(await problems(files(idx([0, 2, 2], []), idx([0], [])), wanted())).toEqual([
      'images: empty',
      'labels: empty',
    ]);
  });

  it('refuses images in place of labels', async () => {
    expect(await problems(files(IMAGES, IMAGES), wanted())).toEqual(['labels: 3 dimensions, but labels have 1']);
  });

  it('makes one sentence of equal problems', async () => {
    const [images, labels] = [idx([30, 2, 2], Array(120).fill(0)), idx([30], Array(30).fill(9))];
    expect(await problems(files(images, labels), wanted())).toEqual([
      'label 0: not one of the classes that the job declares; the same in 29 more labels: 1, 2, 3, …',
    ]);
  });

  it('names a file that is not there', async () => {
    const absent = { ...files(IMAGES, LABELS), labels: join(folder, 'absent') };
    await expect(sourceOf(absent).read(wanted())).rejects.toThrow(
      `can not read the data file ${absent.labels}: there is no such file`,
    );
  });
});
