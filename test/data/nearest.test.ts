import { describe, expect, it } from 'vitest';
import { nearest, suggestion } from '../../src/data/nearest.ts';

describe('nearest', () => {
  const keys = ['epochs', 'batch', 'learningRate', 'l2'];

  it.each([
    ['learning_rate', 'learningRate'],
    ['LEARNINGRATE', 'learningRate'],
    ['epoch', 'epochs'],
    ['bacth', 'batch'],
    ['l1', 'l2'],
  ])('takes %s for %s', (name, meant) => {
    expect(nearest(name, keys)).toBe(meant);
    expect(suggestion(name, keys)).toBe(`; did you mean '${meant}'?`);
  });

  it.each(['momentum', '', 'x'])('suggests nothing for %j', (name) => {
    expect(nearest(name, keys)).toBeUndefined();
    expect(suggestion(name, keys)).toBe('');
  });
});
