/**
 * The words that collect the alarm: one for each place that it watches and each part of the training.
 * @module
 */

/** The layer of what serves the alarm alone. */
export const ALARM_LAYER = 'alarm';

/** Parts of the training that the alarm tells apart. */
export const ALARM_PARTS = 8;

/** Words that collect the alarm of so many places. */
export const alarmWordsOf = (sites: number): number => Math.max(1, sites) * ALARM_PARTS;
