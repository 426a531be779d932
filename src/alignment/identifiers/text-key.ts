/**
 * A key that is a text, in the one form that all parties give it.
 * @module
 */

/** What a comparison of texts can pass over. */
export const IGNORABLE = ['case', 'accents', 'spaces', 'punctuation', 'leading-zeros'] as const;
export type Ignorable = (typeof IGNORABLE)[number];

/** Letters that Unicode does not take apart into a letter and an accent. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ ł: 'l', Ł: 'L', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', ħ: 'h', Ħ: 'H', ı: 'i' },
  ...{ æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', þ: 'th', Þ: 'TH', ß: 'ss', ẞ: 'SS' },
};
const ODD_LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

const without: Readonly<Record<Ignorable, (text: string) => string>> = {
  // By way of upper case: ß and ss, and both small sigmas, have one.
  case: (text) => text.toLowerCase().toUpperCase().toLowerCase(),
  accents: (text) =>
    text
      .normalize('NFD')
      .replace(/\p{M}+/gu, '')
      .normalize('NFC')
      .replace(ODD_LETTER, (letter) => LETTERS[letter]),
  punctuation: (text) => text.replace(/[\p{P}\p{S}]+/gu, ''),
  spaces: (text) => text.replace(/\s+/gu, ''),
  'leading-zeros': (text) => text.trim().replace(/^0+(?=.)/u, ''),
};
/** The order in which things are passed over, whatever the order in which a job names them. */
const ORDER: readonly Ignorable[] = ['accents', 'case', 'punctuation', 'spaces', 'leading-zeros'];

/** Unicode's compatible forms become one (NFKC) and spaces at the ends go. What a job says to ignore goes as well. */
export function textKey(cell: string, ignore: readonly Ignorable[]): string {
  return ORDER.filter((what) => ignore.includes(what))
    .reduce((text, what) => without[what](text), cell.normalize('NFKC').trim())
    .trim();
}
