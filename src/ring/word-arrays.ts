/**
 * Elements of Z_2^64 and bit planes outside linear memory, whole arrays at a time. JavaScript makes an object of every element that it reads
 * from a `BigUint64Array`, so these compute on halves of 32 bits.
 * @module
 */

const HALF = 2 ** 32;

/** The low and the high half of each element, one after the other. */
const halvesOf = ({ buffer, byteOffset, length }: BigUint64Array) => new Uint32Array(buffer, byteOffset, 2 * length);

/** to += of */
export function addWords(to: BigUint64Array, of: BigUint64Array): void {
  const [sums, terms] = [halvesOf(to), halvesOf(of)];
  for (let i = 0; i < sums.length; i += 2) {
    const low = sums[i] + terms[i];
    sums[i + 1] += terms[i + 1] + (low >= HALF ? 1 : 0);
    sums[i] = low;
  }
}

/** to −= of */
export function subtractWords(to: BigUint64Array, of: BigUint64Array): void {
  const [sums, terms] = [halvesOf(to), halvesOf(of)];
  for (let i = 0; i < sums.length; i += 2) {
    const low = sums[i] - terms[i];
    sums[i + 1] -= terms[i + 1] + (low < 0 ? 1 : 0);
    sums[i] = low;
  }
}

/** to ⊕= of */
export function xorWords(to: BigUint64Array, of: BigUint64Array): void {
  const [sums, terms] = [halvesOf(to), halvesOf(of)];
  for (let i = 0; i < sums.length; i++) sums[i] ^= terms[i];
}

/** What `decodeFixed` gives for each element. */
export function decodeWords(words: BigUint64Array, fractionalBits: number): Float64Array<ArrayBuffer> {
  const halves = halvesOf(words);
  const unit = 2 ** -fractionalBits;
  const numbers = new Float64Array(words.length);
  // The high half is exact as a double, so that the sum is rounded once.
  for (let i = 0; i < numbers.length; i++) numbers[i] = ((halves[2 * i + 1] | 0) * HALF + halves[2 * i]) * unit;
  return numbers;
}
