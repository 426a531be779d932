// Bit tensors: a plane holds one bit of each of n elements, in `words` u64 words; words is a multiple of 2 so that v128 never splits.
// Addition and multiplication of bits are xor and and; a share of a bit is an xor share.

// @ts-ignore: decorator
@inline
function at(base: usize, plane: i32, words: i32, w: i32): usize {
  return base + (((<usize>plane) * words + w) << 3);
}
// @ts-ignore: decorator
@inline
function get(base: usize, plane: i32, words: i32, w: i32): v128 {
  return v128.load(at(base, plane, words, w));
}
// @ts-ignore: decorator
@inline
function put(base: usize, plane: i32, words: i32, w: i32, value: v128): void {
  v128.store(at(base, plane, words, w), value);
}

/** 64 planes of the n elements of a; lanes beyond n are zero. scratch: 512 bytes. Hacker's Delight, section 7-3. */
export function bitslice(out: usize, a: usize, n: i32, words: i32, scratch: usize): void {
  for (let block = 0; block < words; block++) {
    const first = block << 6;
    const rows = max(0, min(64, n - first));
    for (let i = 0; i < rows; i++) store<u64>(scratch + (i << 3), load<u64>(a + ((<usize>(first + i)) << 3)));
    for (let i = rows; i < 64; i++) store<u64>(scratch + (i << 3), 0);
    let half: i32 = 32;
    let mask: u64 = 0x00000000ffffffff;
    while (half != 0) {
      for (let i = 0; i < 64; i = (i + half + 1) & ~half) {
        const low = scratch + (i << 3);
        const high = scratch + ((i + half) << 3);
        const x = load<u64>(low);
        const y = load<u64>(high);
        const t = ((x >> half) ^ y) & mask;
        store<u64>(low, x ^ (t << half));
        store<u64>(high, y ^ t);
      }
      half >>= 1;
      mask ^= mask << half;
    }
    for (let plane = 0; plane < 64; plane++) store<u64>(at(out, plane, words, block), load<u64>(scratch + (plane << 3)));
  }
}

/** out[i] = bit i of the plane, as 0 or 1. */
export function expandBits(out: usize, bits: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u64>(out + ((<usize>i) << 3), (load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1);
}

/** The plane of the lowest bits of n elements; lanes beyond n are zero. */
export function collectBits(out: usize, a: usize, n: i32, words: i32): void {
  for (let w = 0; w < words; w++) {
    let word: u64 = 0;
    const first = w << 6;
    const count = min(64, n - first);
    for (let i = 0; i < count; i++) word |= (load<u64>(a + ((<usize>(first + i)) << 3)) & 1) << i;
    store<u64>(out + ((<usize>w) << 3), word);
  }
}

/** The first ceil(n/8) bytes of each plane, one after the other. */
export function packPlanes(out: usize, planes: usize, count: i32, n: i32, words: i32): void {
  const bytes = (n + 7) >> 3;
  for (let p = 0; p < count; p++) memory.copy(out + <usize>p * bytes, at(planes, p, words, 0), bytes);
}

/** The inverse of packPlanes; the rest of each plane is zero. */
export function unpackPlanes(out: usize, packed: usize, count: i32, n: i32, words: i32): void {
  const bytes = (n + 7) >> 3;
  for (let p = 0; p < count; p++) {
    const plane = at(out, p, words, 0);
    memory.fill(plane + bytes, 0, ((<usize>words) << 3) - bytes);
    memory.copy(plane, packed + <usize>p * bytes, bytes);
  }
}

/** Dealer: for each of 16 blocks of four bits of r, the 15 products of non-empty subsets (subset s at plane 15·block + s − 1). */
export function blockProductsDeal(out: usize, r: usize, words: i32): void {
  for (let block = 0; block < 16; block++) {
    for (let w = 0; w < words; w += 2) {
      for (let s = 1; s < 16; s++) {
        let product = i64x2.splat(-1);
        for (let i = 0; i < 4; i++) if ((s >> i) & 1) product = v128.and(product, get(r, 4 * block + i, words, w));
        put(out, 15 * block + s - 1, words, w, product);
      }
    }
  }
}

/**
 * Evaluator: for each block of four bits, xor shares of G = [r > c] (plane 2·block) and P = [r = c] (plane 2·block + 1),
 * multilinear in the bits of r with the public bits of c as coefficients. The top bit of block 15 takes no part.
 */
export function blockCompare(out: usize, c: usize, products: usize, words: i32, first: bool): void {
  const ones = i64x2.splat(-1);
  const zero = i64x2.splat(0);
  for (let block = 0; block < 16; block++) {
    const whole = block < 15;
    const base = 15 * block - 1;
    for (let w = 0; w < words; w += 2) {
      // n = not c; r equals c in a bit exactly where r xor n is 1
      const n0 = v128.not(get(c, 4 * block, words, w));
      const n1 = v128.not(get(c, 4 * block + 1, words, w));
      const n2 = v128.not(get(c, 4 * block + 2, words, w));
      const n3 = whole ? v128.not(get(c, 4 * block + 3, words, w)) : ones;
      const r0 = get(products, base + 1, words, w);
      const r1 = get(products, base + 2, words, w);
      const r10 = get(products, base + 3, words, w);
      const r2 = get(products, base + 4, words, w);
      const r20 = get(products, base + 5, words, w);
      const r21 = get(products, base + 6, words, w);
      const r210 = get(products, base + 7, words, w);
      const r3 = whole ? get(products, base + 8, words, w) : zero;
      const r30 = whole ? get(products, base + 9, words, w) : zero;
      const r31 = whole ? get(products, base + 10, words, w) : zero;
      const r310 = whole ? get(products, base + 11, words, w) : zero;
      const r32 = whole ? get(products, base + 12, words, w) : zero;
      const r320 = whole ? get(products, base + 13, words, w) : zero;
      const r321 = whole ? get(products, base + 14, words, w) : zero;
      const r3210 = whole ? get(products, base + 15, words, w) : zero;
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

// The products of masks that a fold consumes, in this order, over the masks of (p3 p2 p1 p0 g2 g1 g0):
//  0 p3g2 | 1 p3p2, 2 p3g1, 3 p2g1, 4 p3p2g1 | 5 p3p1, 6 p2p1, 7 p3p2p1, 8 p3g0, 9 p2g0, 10 p1g0, 11 p3p2g0, 12 p3p1g0,
// 13 p2p1g0, 14 p3p2p1g0 | 15 p3p0, 16 p2p0, 17 p1p0, 18 p3p2p0, 19 p3p1p0, 20 p2p1p0, 21 p3p2p1p0.
// The lowest group has no p0: its masked planes are (p3 p2 p1 g2 g1 g0) and the list ends after 14.

/** Dealer: the products of masks of one fold. */
export function foldDeal(out: usize, masks: usize, lowest: bool, words: i32): void {
  const g = lowest ? 3 : 4;
  for (let w = 0; w < words; w += 2) {
    const p3 = get(masks, 0, words, w);
    const p2 = get(masks, 1, words, w);
    const p1 = get(masks, 2, words, w);
    const g2 = get(masks, g, words, w);
    const g1 = get(masks, g + 1, words, w);
    const g0 = get(masks, g + 2, words, w);
    const p32 = v128.and(p3, p2);
    const p31 = v128.and(p3, p1);
    const p21 = v128.and(p2, p1);
    const p321 = v128.and(p32, p1);
    put(out, 0, words, w, v128.and(p3, g2));
    put(out, 1, words, w, p32);
    put(out, 2, words, w, v128.and(p3, g1));
    put(out, 3, words, w, v128.and(p2, g1));
    put(out, 4, words, w, v128.and(p32, g1));
    put(out, 5, words, w, p31);
    put(out, 6, words, w, p21);
    put(out, 7, words, w, p321);
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
 * Evaluator: shares of G' = G3 + P3·G2 + P3·P2·G1 + P3·P2·P1·G0 and, unless lowest, P' = P3·P2·P1·P0, from the opened (masked)
 * planes, the mask shares in the same order, the dealt products and the share of G3, which is never opened.
 */
export function fold(
  outG: usize, outP: usize, opened: usize, masks: usize, dealt: usize, g3: usize, lowest: bool, words: i32, first: bool,
): void {
  const g = lowest ? 3 : 4;
  const zero = i64x2.splat(0);
  for (let w = 0; w < words; w += 2) {
    const p3 = get(opened, 0, words, w), l3 = get(masks, 0, words, w);
    const p2 = get(opened, 1, words, w), l2 = get(masks, 1, words, w);
    const p1 = get(opened, 2, words, w), l1 = get(masks, 2, words, w);
    const g2 = get(opened, g, words, w), k2 = get(masks, g, words, w);
    const g1 = get(opened, g + 1, words, w), k1 = get(masks, g + 1, words, w);
    const g0 = get(opened, g + 2, words, w), k0 = get(masks, g + 2, words, w);
    const d32 = get(dealt, 1, words, w);
    const d31 = get(dealt, 5, words, w);
    const d21 = get(dealt, 6, words, w);
    const d321 = get(dealt, 7, words, w);
    const t2 = v128.xor(
      v128.xor(v128.and(p3, k2), v128.and(g2, l3)),
      v128.xor(get(dealt, 0, words, w), first ? v128.and(p3, g2) : zero),
    );
    const t1 = v128.xor(
      v128.xor(xor3(and3(p2, g1, l3), and3(p3, g1, l2), and3(p3, p2, k1)), first ? and3(p3, p2, g1) : zero),
      v128.xor(
        xor3(v128.and(g1, d32), v128.and(p2, get(dealt, 2, words, w)), v128.and(p3, get(dealt, 3, words, w))),
        get(dealt, 4, words, w),
      ),
    );
    const t0 = product4(
      p3, p2, p1, g0, l3, l2, l1, k0,
      d32, d31, d21, get(dealt, 8, words, w), get(dealt, 9, words, w), get(dealt, 10, words, w),
      d321, get(dealt, 11, words, w), get(dealt, 12, words, w), get(dealt, 13, words, w), get(dealt, 14, words, w),
      first,
    );
    v128.store(outG + ((<usize>w) << 3), v128.xor(v128.xor(v128.load(g3 + ((<usize>w) << 3)), t2), v128.xor(t1, t0)));
    if (lowest) continue;
    const p0 = get(opened, 3, words, w), l0 = get(masks, 3, words, w);
    const t = product4(
      p3, p2, p1, p0, l3, l2, l1, l0,
      d32, d31, d21, get(dealt, 15, words, w), get(dealt, 16, words, w), get(dealt, 17, words, w),
      d321, get(dealt, 18, words, w), get(dealt, 19, words, w), get(dealt, 20, words, w), get(dealt, 21, words, w),
      first,
    );
    v128.store(outP + ((<usize>w) << 3), t);
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

/** accumulator ^= the xor of weights[i] over the set bits i of (bits xor flip): a linear hash of a bit tensor to 64 bits. */
export function hashBits(accumulator: usize, bits: usize, weights: usize, n: i32, flip: bool): void {
  let sum = load<u64>(accumulator);
  const inversion: u64 = flip ? 1 : 0;
  for (let i = 0; i < n; i++) {
    const bit = ((load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1) ^ inversion;
    sum ^= (0 - bit) & load<u64>(weights + ((<usize>i) << 3));
  }
  store<u64>(accumulator, sum);
}

// A masked bit b = m + λ - 2·m·λ over the integers is linear in the dealt arithmetic shares of λ.

/** Dealer: λ and λ·λy as ring elements, from the plane of λ and the mask of y. */
export function bitTimesDeal(outBit: usize, outProduct: usize, bits: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const bit = (load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1;
    store<u64>(outBit + o, bit);
    store<u64>(outProduct + o, (0 - bit) & load<u64>(y + o));
  }
}

/** Evaluator: additive share of b·y, y = value − mask; dealt are the shares of λ and of λ·λy. */
export function bitTimes(
  out: usize, bits: usize, value: usize, mask: usize, dealtBit: usize, dealtProduct: usize, n: i32, first: bool,
): void {
  for (let i = 0; i < n; i++) {
    const o = (<usize>i) << 3;
    const m = (load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1;
    const y = load<u64>(value + o);
    const t = y * load<u64>(dealtBit + o) - load<u64>(dealtProduct + o);
    store<u64>(out + o, m ? (first ? y : 0) - t - load<u64>(mask + o) : t);
  }
}

/** A plane of ones, or of zeros: the constant 1 as the first evaluator's share and as the others'. */
export function fillBits(out: usize, ones: bool, words: i32): void {
  memory.fill(out, ones ? 0xff : 0, (<usize>words) << 3);
}

/** Bit (r, c) of the result is bit (r, columns[c]) of a tensor of `from` columns, inverted where inverted[c] is 1; flattened by rows. */
export function arrangeBits(
  out: usize, bits: usize, columns: usize, inverted: usize, rows: i32, from: i32, to: i32, words: i32,
): void {
  memory.fill(out, 0, (<usize>words) << 3);
  let at = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < to; c++) {
      const i = r * from + load<i32>(columns + ((<usize>c) << 2));
      const bit = ((load<u64>(bits + ((<usize>(i >> 6)) << 3)) >> (i & 63)) & 1) ^ <u64>load<u32>(inverted + ((<usize>c) << 2));
      const word = out + ((<usize>(at >> 6)) << 3);
      store<u64>(word, load<u64>(word) | (bit << (at & 63)));
      at++;
    }
  }
}

/** out[t·chunks + k] = Σ ±a[i] over the entries of chunk k, the sign of entry i in test t from bit t·n + i of signs. */
export function randomSums(out: usize, a: usize, signs: usize, n: i32, chunk: i32, tests: i32): void {
  const chunks = (n + chunk - 1) / chunk;
  for (let t = 0; t < tests; t++) {
    let bit: u64 = <u64>t * n;
    for (let k = 0; k < chunks; k++) {
      let sum: u64 = 0;
      const end = min(n, (k + 1) * chunk);
      for (let i = k * chunk; i < end; i++) {
        const minus = 0 - ((load<u64>(signs + (<usize>(bit >> 6) << 3)) >> (bit & 63)) & 1);
        sum += (load<u64>(a + ((<usize>i) << 3)) ^ minus) - minus;
        bit++;
      }
      store<u64>(out + ((<usize>(t * chunks + k)) << 3), sum);
    }
  }
}
