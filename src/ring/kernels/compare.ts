// Comparison of masked integers, and ands of masked bits: planes of bits, see planes.ts.
import { get, put } from './planes';

/**
 * Dealer: for each block of four bits of r, the 15 products of non-empty subsets (subset s at plane 15·block + s − 1); `bits` planes of r,
 * of which the last block may have fewer than four, and fewer products.
 */
export function blockProductsDeal(out: usize, r: usize, bits: i32, words: i32): void {
  for (let first = 0; first < bits; first += 4) {
    const subsets = 1 << min(4, bits - first);
    const base = 15 * (first >> 2) - 1;
    for (let w = 0; w < words; w += 2) {
      for (let s = 1; s < subsets; s++) {
        // A subset is its lowest bit and a smaller subset, of which the product is there already.
        const rest = s & (s - 1);
        let product = get(r, first + ctz(s), words, w);
        if (rest != 0) product = v128.and(product, get(out, base + rest, words, w));
        put(out, base + s, words, w, product);
      }
    }
  }
}

/**
 * Evaluator: for each block of four bits, xor shares of G = [r > c] (plane 2·block) and P = [r = c] (plane 2·block + 1),
 * multilinear in the bits of r with the public bits of c as coefficients; `bits` planes of c, and `products` as they are dealt.
 */
export function blockCompare(out: usize, c: usize, products: usize, bits: i32, words: i32, first: bool): void {
  const ones = i64x2.splat(-1);
  const zero = i64x2.splat(0);
  const blocks = (bits + 3) >> 2;
  for (let block = 0; block < blocks; block++) {
    // Bits that the last block lacks are equal, and 0 in r.
    const size = min(4, bits - 4 * block);
    const base = 15 * block - 1;
    for (let w = 0; w < words; w += 2) {
      // n = not c; r equals c in a bit exactly where r xor n is 1
      const n0 = v128.not(get(c, 4 * block, words, w));
      const n1 = size > 1 ? v128.not(get(c, 4 * block + 1, words, w)) : ones;
      const n2 = size > 2 ? v128.not(get(c, 4 * block + 2, words, w)) : ones;
      const n3 = size > 3 ? v128.not(get(c, 4 * block + 3, words, w)) : ones;
      const r0 = get(products, base + 1, words, w);
      const r1 = size > 1 ? get(products, base + 2, words, w) : zero;
      const r10 = size > 1 ? get(products, base + 3, words, w) : zero;
      const r2 = size > 2 ? get(products, base + 4, words, w) : zero;
      const r20 = size > 2 ? get(products, base + 5, words, w) : zero;
      const r21 = size > 2 ? get(products, base + 6, words, w) : zero;
      const r210 = size > 2 ? get(products, base + 7, words, w) : zero;
      const r3 = size > 3 ? get(products, base + 8, words, w) : zero;
      const r30 = size > 3 ? get(products, base + 9, words, w) : zero;
      const r31 = size > 3 ? get(products, base + 10, words, w) : zero;
      const r310 = size > 3 ? get(products, base + 11, words, w) : zero;
      const r32 = size > 3 ? get(products, base + 12, words, w) : zero;
      const r320 = size > 3 ? get(products, base + 13, words, w) : zero;
      const r321 = size > 3 ? get(products, base + 14, words, w) : zero;
      const r3210 = size > 3 ? get(products, base + 15, words, w) : zero;
      const n32 = v128.and(n3, n2);
      const n10 = v128.and(n1, n0);
      // (r3+n3)(r2+n2) times 1, r1, r0, r1·r0
      const e = v128.xor(v128.xor(r32, v128.and(n2, r3)), v128.xor(v128.and(n3, r2), first ? n32 : zero));
      const e1 = v128.xor(v128.xor(r321, v128.and(n2, r31)), v128.xor(v128.and(n3, r21), v128.and(n32, r1)));
      const e0 = v128.xor(v128.xor(r320, v128.and(n2, r30)), v128.xor(v128.and(n3, r20), v128.and(n32, r0)));
      const e10 = v128.xor(v128.xor(r3210, v128.and(n2, r310)), v128.xor(v128.and(n3, r210), v128.and(n32, r10)));
      const g3 = v128.and(n3, r3);
      const g2 = v128.and(n2, v128.xor(r32, v128.and(n3, r2)));
      const g1 = v128.and(n1, e1);
      const g0 = v128.and(n0, v128.xor(e10, v128.and(n1, e0)));
      put(out, 2 * block, words, w, v128.xor(v128.xor(g3, g2), v128.xor(g1, g0)));
      const p = v128.xor(v128.xor(e10, v128.and(n1, e0)), v128.xor(v128.and(n0, e1), v128.and(n10, e)));
      put(out, 2 * block + 1, words, w, p);
    }
  }
}

// A fold of n = 2, 3 or 4 pairs (G, P), the highest called 3: its masked planes are p3 … (n of them), then g2 … (n − 1 of them); the lowest
// group of all has no P to give, and lacks the last p. The products of masks that it consumes are the first of this list:
//  0 p3g2 | 1 p3p2 | 2 p3g1, 3 p2g1, 4 p3p2g1 | 5 p3p1, 6 p2p1, 7 p3p2p1 | 8 p3g0, 9 p2g0, 10 p1g0, 11 p3p2g0, 12 p3p1g0,
// 13 p2p1g0, 14 p3p2p1g0 | 15 p3p0, 16 p2p0, 17 p1p0, 18 p3p2p0, 19 p3p1p0, 20 p2p1p0, 21 p3p2p1p0.
// It ends after 0, 4 and 14 for the lowest group, and after 1, 7 and 21 for any other.

/** Dealer: the products of masks of one fold. */
export function foldDeal(out: usize, masks: usize, size: i32, lowest: bool, words: i32): void {
  const g = lowest ? size - 1 : size;
  for (let w = 0; w < words; w += 2) {
    const p3 = get(masks, 0, words, w);
    put(out, 0, words, w, v128.and(p3, get(masks, g, words, w)));
    if (size == 2 && lowest) continue;
    const p2 = get(masks, 1, words, w);
    const p32 = v128.and(p3, p2);
    put(out, 1, words, w, p32);
    if (size == 2) continue;
    const g1 = get(masks, g + 1, words, w);
    put(out, 2, words, w, v128.and(p3, g1));
    put(out, 3, words, w, v128.and(p2, g1));
    put(out, 4, words, w, v128.and(p32, g1));
    if (size == 3 && lowest) continue;
    const p1 = get(masks, 2, words, w);
    const p31 = v128.and(p3, p1);
    const p21 = v128.and(p2, p1);
    const p321 = v128.and(p32, p1);
    put(out, 5, words, w, p31);
    put(out, 6, words, w, p21);
    put(out, 7, words, w, p321);
    if (size == 3) continue;
    const g0 = get(masks, g + 2, words, w);
    put(out, 8, words, w, v128.and(p3, g0));
    put(out, 9, words, w, v128.and(p2, g0));
    put(out, 10, words, w, v128.and(p1, g0));
    put(out, 11, words, w, v128.and(p32, g0));
    put(out, 12, words, w, v128.and(p31, g0));
    put(out, 13, words, w, v128.and(p21, g0));
    put(out, 14, words, w, v128.and(p321, g0));
    if (lowest) continue;
    const p0 = get(masks, 3, words, w);
    put(out, 15, words, w, v128.and(p3, p0));
    put(out, 16, words, w, v128.and(p2, p0));
    put(out, 17, words, w, v128.and(p1, p0));
    put(out, 18, words, w, v128.and(p32, p0));
    put(out, 19, words, w, v128.and(p31, p0));
    put(out, 20, words, w, v128.and(p21, p0));
    put(out, 21, words, w, v128.and(p321, p0));
  }
}

// @ts-ignore: decorator
@inline
function and3(a: v128, b: v128, c: v128): v128 {
  return v128.and(v128.and(a, b), c);
}
// @ts-ignore: decorator
@inline
function xor3(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

/** Shares of the products of two and of three masked bits from their public values, mask shares and shares of the products of masks. */
// @ts-ignore: decorator
@inline
function product2(a: v128, b: v128, la: v128, lb: v128, ab: v128, first: bool): v128 {
  const open = first ? v128.and(a, b) : i64x2.splat(0);
  return xor3(v128.xor(v128.and(a, lb), v128.and(b, la)), ab, open);
}

// @ts-ignore: decorator
@inline
function product3(
  a: v128, b: v128, c: v128, la: v128, lb: v128, lc: v128, ab: v128, ac: v128, bc: v128, abc: v128, first: bool,
): v128 {
  const singles = xor3(and3(b, c, la), and3(a, c, lb), and3(a, b, lc));
  const pairs = xor3(v128.and(c, ab), v128.and(b, ac), v128.and(a, bc));
  return v128.xor(xor3(singles, pairs, abc), first ? and3(a, b, c) : i64x2.splat(0));
}

/** Share of the product of four masked bits from their public values, mask shares and shares of the products of masks. */
// @ts-ignore: decorator
@inline
function product4(
  a: v128, b: v128, c: v128, d: v128,
  la: v128, lb: v128, lc: v128, ld: v128,
  ab: v128, ac: v128, bc: v128, ad: v128, bd: v128, cd: v128,
  abc: v128, abd: v128, acd: v128, bcd: v128, abcd: v128,
  first: bool,
): v128 {
  const singles = v128.xor(
    v128.xor(v128.and(and3(b, c, d), la), v128.and(and3(a, c, d), lb)),
    v128.xor(v128.and(and3(a, b, d), lc), v128.and(and3(a, b, c), ld)),
  );
  const pairs = v128.xor(
    xor3(and3(c, d, ab), and3(b, d, ac), and3(a, d, bc)),
    xor3(and3(b, c, ad), and3(a, c, bd), and3(a, b, cd)),
  );
  const triples = v128.xor(v128.xor(v128.and(d, abc), v128.and(c, abd)), v128.xor(v128.and(b, acd), v128.and(a, bcd)));
  const open = first ? v128.and(v128.and(a, b), v128.and(c, d)) : i64x2.splat(0);
  return v128.xor(v128.xor(singles, pairs), xor3(triples, abcd, open));
}

/**
 * Evaluator: shares of G' = G3 + P3·G2 + P3·P2·G1 + P3·P2·P1·G0 and, unless lowest, P' = P3·P2·P1·P0 (of as many pairs as there are), from the
 * opened (masked) planes, the mask shares in the same order, the dealt products and the share of G3, which is never opened.
 */
export function fold(
  outG: usize, outP: usize, opened: usize, masks: usize, dealt: usize, g3: usize, size: i32, lowest: bool, words: i32,
  first: bool,
): void {
  const g = lowest ? size - 1 : size;
  for (let w = 0; w < words; w += 2) {
    const at = (<usize>w) << 3;
    const p3 = get(opened, 0, words, w), l3 = get(masks, 0, words, w);
    const g2 = get(opened, g, words, w), k2 = get(masks, g, words, w);
    let sum = v128.xor(v128.load(g3 + at), product2(p3, g2, l3, k2, get(dealt, 0, words, w), first));
    if (size == 2 && lowest) {
      v128.store(outG + at, sum);
      continue;
    }
    const p2 = get(opened, 1, words, w), l2 = get(masks, 1, words, w);
    const d32 = get(dealt, 1, words, w);
    if (size == 2) {
      v128.store(outG + at, sum);
      v128.store(outP + at, product2(p3, p2, l3, l2, d32, first));
      continue;
    }
    const g1 = get(opened, g + 1, words, w), k1 = get(masks, g + 1, words, w);
    const d3 = get(dealt, 2, words, w), d2 = get(dealt, 3, words, w);
    sum = v128.xor(sum, product3(p3, p2, g1, l3, l2, k1, d32, d3, d2, get(dealt, 4, words, w), first));
    if (size == 3 && lowest) {
      v128.store(outG + at, sum);
      continue;
    }
    const p1 = get(opened, 2, words, w), l1 = get(masks, 2, words, w);
    const d31 = get(dealt, 5, words, w);
    const d21 = get(dealt, 6, words, w);
    const d321 = get(dealt, 7, words, w);
    if (size == 3) {
      v128.store(outG + at, sum);
      v128.store(outP + at, product3(p3, p2, p1, l3, l2, l1, d32, d31, d21, d321, first));
      continue;
    }
    const g0 = get(opened, g + 2, words, w), k0 = get(masks, g + 2, words, w);
    const t0 = product4(
      p3, p2, p1, g0, l3, l2, l1, k0,
      d32, d31, d21, get(dealt, 8, words, w), get(dealt, 9, words, w), get(dealt, 10, words, w),
      d321, get(dealt, 11, words, w), get(dealt, 12, words, w), get(dealt, 13, words, w), get(dealt, 14, words, w),
      first,
    );
    v128.store(outG + at, v128.xor(sum, t0));
    if (lowest) continue;
    const p0 = get(opened, 3, words, w), l0 = get(masks, 3, words, w);
    const t = product4(
      p3, p2, p1, p0, l3, l2, l1, l0,
      d32, d31, d21, get(dealt, 15, words, w), get(dealt, 16, words, w), get(dealt, 17, words, w),
      d321, get(dealt, 18, words, w), get(dealt, 19, words, w), get(dealt, 20, words, w), get(dealt, 21, words, w),
      first,
    );
    v128.store(outP + at, t);
  }
}

// And of four masked bits (planes a b c d); dealt products in the order ab ac bc abc ad bd cd abd acd bcd abcd.

/** Dealer: the eleven products of the masks of four planes. */
export function and4Deal(out: usize, masks: usize, words: i32): void {
  for (let w = 0; w < words; w += 2) {
    const a = get(masks, 0, words, w);
    const b = get(masks, 1, words, w);
    const c = get(masks, 2, words, w);
    const d = get(masks, 3, words, w);
    const ab = v128.and(a, b);
    const abc = v128.and(ab, c);
    put(out, 0, words, w, ab);
    put(out, 1, words, w, v128.and(a, c));
    put(out, 2, words, w, v128.and(b, c));
    put(out, 3, words, w, abc);
    put(out, 4, words, w, v128.and(a, d));
    put(out, 5, words, w, v128.and(b, d));
    put(out, 6, words, w, v128.and(c, d));
    put(out, 7, words, w, v128.and(ab, d));
    put(out, 8, words, w, and3(a, c, d));
    put(out, 9, words, w, and3(b, c, d));
    put(out, 10, words, w, v128.and(abc, d));
  }
}

/** Evaluator: a share of the and of four masked planes. */
export function and4(out: usize, opened: usize, masks: usize, dealt: usize, words: i32, first: bool): void {
  for (let w = 0; w < words; w += 2) {
    const share = product4(
      get(opened, 0, words, w), get(opened, 1, words, w), get(opened, 2, words, w), get(opened, 3, words, w),
      get(masks, 0, words, w), get(masks, 1, words, w), get(masks, 2, words, w), get(masks, 3, words, w),
      get(dealt, 0, words, w), get(dealt, 1, words, w), get(dealt, 2, words, w),
      get(dealt, 4, words, w), get(dealt, 5, words, w), get(dealt, 6, words, w),
      get(dealt, 3, words, w), get(dealt, 7, words, w), get(dealt, 8, words, w), get(dealt, 9, words, w),
      get(dealt, 10, words, w), first,
    );
    v128.store(out + ((<usize>w) << 3), share);
  }
}
