/**
 * How a job file writes a model. Every form is read to layers; `written-model.ts` writes them again.
 * @module
 */
import { z } from 'zod';
import { mapping, mustBe, probability, whole } from '../../data/document.ts';
import { initialOf, type LayerSpec } from '../../graph/layers/index.ts';
import type { Image } from '../../graph/layers/layer.ts';
import { layersOf } from '../../graph/layers/short-form.ts';
import type { JobModel } from './job.ts';
import { image, layers, MOST_LAYERS } from './layer-schema.ts';

/** What a file says of a model. The shape of a record is that of a list of its features where the file does not say it. */
export type WrittenModel = Omit<JobModel, 'input'> & { readonly input?: Image };

const MOST_WIDTH = 4096;

const choice = <const C extends readonly [string, ...string[]]>(...names: C) =>
  z.enum(names, mustBe(`${names.slice(0, -1).join(', ')} or ${names.at(-1)}`));

/** Logistic regression is a model without layers. */
const logistic = mapping({ type: z.literal('logistic'), threshold: probability().optional() }).transform(
  ({ threshold, ...model }): WrittenModel => ({
    ...{ ...model, layers: [], output: 'sigmoid', initial: 'he' },
    ...(threshold === undefined ? {} : { threshold }),
  }),
);

const written = mapping({
  type: z.literal('mlp').default('mlp'),
  hidden: z
    .array(whole(1, MOST_WIDTH), mustBe('a list of the widths of the hidden layers'))
    .max(MOST_LAYERS, { error: `must have at most ${MOST_LAYERS} layers` })
    .optional(),
  activation: choice('relu', 'sigmoid').optional(),
  input: image.optional(),
  layers: layers.optional(),
  output: choice('softmax', 'sigmoid', 'linear'),
  initial: choice('he', 'glorot').optional(),
  threshold: probability().optional(),
});

/** `hidden` and `activation` are the short form of `layers`. */
const mlp = written
  .superRefine((model, context) => {
    const report = (key: keyof typeof model, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (model.layers === undefined) {
      if (model.hidden === undefined) report('layers', 'is missing: a model has layers, or their short form hidden');
      if (model.input !== undefined) report('input', 'must be left out with hidden: it is the shape that layers see');
      return;
    }
    const instead = 'must be left out with layers, which say it themselves';
    for (const key of ['hidden', 'activation'] as const) if (model[key] !== undefined) report(key, instead);
  })
  .transform(({ hidden = [], activation = 'relu', layers, input, initial, threshold, ...model }): WrittenModel => {
    const all: readonly LayerSpec[] = layers ?? layersOf({ hidden, activation });
    return {
      ...model,
      ...(input === undefined ? {} : { input }),
      ...{ layers: all, initial: initial ?? initialOf(all) },
      ...(threshold === undefined ? {} : { threshold }),
    };
  });

export const model = z.discriminatedUnion('type', [logistic, mlp], {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? 'must be logistic or mlp'
      : mustBe('a mapping with type, or with layers').error(issue),
});
