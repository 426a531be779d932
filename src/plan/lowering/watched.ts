/**
 * How far the range alarm of a run may look.
 * @module
 */

/**
 * What the alarm may be about: anything that no proof covers; weights alone and nothing of a single row; or nothing, where a row that is beyond
 * what is expected may be predicted wrongly.
 */
export type Watched = 'everything' | 'weights' | 'nothing';
