/**
 * What reading a cell gives.
 * @module
 */

/** What a cell holds: a value, or what is wrong with it, without showing it. */
export type Reading = { readonly value: number } | { readonly fault: string };
