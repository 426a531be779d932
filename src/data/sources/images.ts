/**
 * A pair of IDX files, of images and of their labels: each pixel is a feature, row by row.
 * @module
 */
import { z } from 'zod';
import { imageCommitments } from '../commitment.ts';
import { mapping, mustBe, text, whole } from '../document.ts';
import { type ImageFiles, readImages } from '../idx.ts';
import type { SourceKind } from './source-kind.ts';

const slice = '[first, end], whole numbers, the first smaller';

export const IMAGES: SourceKind<ImageFiles> = {
  schema: mapping({
    images: text('the path of an IDX file of images'),
    labels: text('the path of an IDX file of labels'),
    rows: z
      .tuple([whole(0), whole(1)], mustBe(slice))
      .refine(([first, end]) => first < end, mustBe(slice))
      .optional(),
  }).transform(({ rows, ...files }): ImageFiles => (rows === undefined ? files : { ...files, rows })),
  located: (files, path) => ({ ...files, images: path(files.images), labels: path(files.labels) }),
  open: (files) => ({
    read: (wanted) => readImages(files, wanted),
    commitments: () => imageCommitments(files),
  }),
};
