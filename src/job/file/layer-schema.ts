/**
 * How a job file and a model file write a layer: a mapping with one key, the kind, and its settings; a kind with one setting may have the value alone.
 * @module
 */
import { z } from 'zod';
import { isMapping, mapping, mustBe, whole } from '../../data/document.ts';
import { LAYERS, type LayerSpec } from '../../graph/layers/index.ts';
import type { LayerSetting } from '../../graph/layers/layer.ts';

const SCHEMAS: { readonly [K in LayerSetting['is']]: (setting: Extract<LayerSetting, { is: K }>) => z.ZodType } = {
  whole({ least, most, byDefault }) {
    const number = whole(least, most);
    return byDefault === undefined ? number : number.default(byDefault);
  },
  choice: ({ of }) => z.enum(of, mustBe(of.join(' or '))),
};

function schemaOf(setting: LayerSetting): z.ZodType {
  const make: (setting: never) => z.ZodType = SCHEMAS[setting.is];
  return make(setting as never);
}

function kindSchema(settings: Readonly<Record<string, LayerSetting>>): z.ZodType {
  const all = mapping(Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, schemaOf(setting)])));
  const [[key, setting], ...others] = Object.entries(settings);
  return others.length > 0 ? all : schemaOf(setting).transform((value) => ({ [key]: value }));
}

const kinds = Object.entries(LAYERS).map(([type, { settings }]) => [type, kindSchema(settings).optional()] as const);
const names = kinds.map(([type]) => type);
const rule = mustBe(`a mapping with one of ${names.join(', ')}`);

export const layer = mapping(Object.fromEntries(kinds))
  .refine((layer) => Object.keys(layer).length === 1, rule)
  .transform((layer): LayerSpec => {
    const [[type, settings]] = Object.entries(layer);
    // The schema of a kind is made of its settings, which is why it is one of them.
    return { type, ...(isMapping(settings) ? settings : {}) } as LayerSpec;
  });

export const MOST_LAYERS = 16;
const MOST_SIDE = 1024;

export const layers = z
  .array(layer, mustBe('a list of layers'))
  .max(MOST_LAYERS, { error: `must have at most ${MOST_LAYERS} layers` });

const side = () => whole(1, MOST_SIDE);

/** The shape of a record: height, width and channels, the features being row by row and channels last. */
export const image = z
  .tuple([side(), side(), side()], mustBe('[height, width, channels]'))
  .transform(([height, width, channels]) => ({ height, width, channels }));

/** A layer as it is written. */
export function writtenLayer({ type, ...settings }: LayerSpec): Readonly<Record<string, unknown>> {
  const values: unknown[] = Object.values(settings);
  return { [type]: values.length === 1 ? values[0] : settings };
}
