/** A newcomer reads the way in within minutes: its pages stay short. */
import { expect, test } from 'vitest';
import { read, words } from './documents.ts';

test('the README has at most 150 lines and 1,300 words', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  expect(words('README.md')).toBeLessThanOrEqual(1300);
});

test('README, design and the first guide have at most 5,000 words', () => {
  const wayIn = ['README.md', 'docs/explanation/design.md', 'docs/guides/first-model.md'];
  expect(wayIn.reduce((sum, path) => sum + words(path), 0)).toBeLessThanOrEqual(5000);
});

test('the page of the product has at most twenty lines of comment before its code', () => {
  const [comment = ''] = read('src/protocol/product.ts').split('*/');
  expect(comment.trim().split('\n').length).toBeLessThanOrEqual(20);
});
