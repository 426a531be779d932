/** The report as a text. */
export function apiReport(): string;
