/**
 * Figures as people read them: digits that mean something, whatever the size of a number.
 * @module
 */

const DIGITS = 4;
/** From here down leading zeros hide the digits, and from here up there are too many. */
const LEAST_PLAIN = 1e-3;
const MOST_PLAIN = 1e9;
/** Decimals of a percentage, and the most that may be needed to tell it from 0 and from 100. */
const DECIMALS = 2;
const MOST_DECIMALS = 8;

/** `0.1051`, `10429`, `4.517e-7`: so many significant digits, all of those before the point. */
export function significant(value: number, digits = DIGITS): string {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(value)) return `${value}`;
  if (size < LEAST_PLAIN || size >= MOST_PLAIN) return Number(value.toPrecision(digits)).toExponential();
  const text = value.toPrecision(digits);
  return text.includes('e') ? value.toFixed(0) : text;
}

/** The same of a number above 0, rounded up: what is not above the number is not above the figure. */
export function upperBound(value: number, digits: number): string {
  const text = significant(value, digits);
  if (Number(text) >= value) return text;
  const place = 10 ** (Math.floor(Math.log10(value)) - digits + 1);
  return significant(value + 0.75 * (value < MOST_PLAIN ? Math.min(place, 1) : place), digits);
}

/** `97.37 %`; only what is 100 % or 0 % is called so. */
export function percent(share: number, decimals = DECIMALS): string {
  const value = 100 * share;
  const isHidden = (text: string) => Number(text) !== value && (Number(text) === 0 || Number(text) === 100);
  for (let more = decimals; more <= MOST_DECIMALS; more++) {
    const text = value.toFixed(more);
    if (!isHidden(text)) return `${text} %`;
  }
  return `${value.toFixed(decimals)} %`;
}

/** So many decimals, or where these hide a number that is not 0, its first digits. */
export function decimal(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 && value !== 0 ? significant(value, 2) : text;
}
