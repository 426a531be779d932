/**
 * Where a run's results are, and the results themselves where no folder took them.
 * @module
 */
import { basename, relative } from 'node:path';
import { TrefoilError } from '../../errors.ts';
import type { KeptRun, Unsaved } from '../../job/node/keep-run.ts';
import { jsonFile, writeKeeping } from '../../job/node/output-file.ts';
import type { Booking } from '../../job/node/party-ledger.ts';
import type { Standing } from '../../privacy/ledger/budget.ts';

/** `of`: the node, where several are told of. */
export function printKept({ modelFile, modelLink, reportFile }: KeptRun, of = ''): void {
  const whose = of === '' ? '' : ` of ${of}`;
  if (modelFile !== undefined) {
    const link = modelLink === undefined ? '' : `, linked from ${basename(modelLink)}`;
    console.log(`model${whose}: ${relative('', modelFile)}${link}`);
  }
  if (reportFile !== undefined) console.log(`report${whose}: ${relative('', reportFile)}`);
}

const STANDING: Readonly<Record<Standing, string>> = {
  spent: 'an output could have left, so the run has spent',
  pending: 'it counts as spent',
  void: 'nothing of the records could have been opened, so nothing was spent',
};

/** What a run has in the ledger. */
export const bookingLine = ({ entry, standing }: Booking): string =>
  `ledger entry ${entry} is ${standing}: ${STANDING[standing]}`;

/** Prints what was not saved as JSON on standard output, each after a line on standard error that says what it is. */
export async function printUnsaved({ what, content }: Unsaved, of = ''): Promise<void> {
  console.error(
    `the ${what}${of === '' ? '' : ` of ${of}`} could not be written; it follows here, so that it is not lost`,
  );
  for (const piece of jsonFile(content)) {
    // A process that ends earlier takes the rest with it. What can not be printed either is said by whoever watches the output.
    await new Promise<void>((done) => process.stdout.write(piece, () => done()));
  }
}

/** What could not be written, in the end. */
export class Losses {
  readonly #problems: string[] = [];
  #isPrinted = false;

  /** Takes down what a run could not keep, and prints it. */
  async add({ unsaved, warnings }: KeptRun, of = ''): Promise<void> {
    if (unsaved.length > 0) this.#problems.push(...warnings);
    for (const each of unsaved) await printUnsaved(each, of);
    this.#isPrinted ||= unsaved.length > 0;
  }

  /** Writes the report to the file that the user has named, if any. `elsewhere`: where it is too. */
  async writeReport(file: string | undefined, report: object, elsewhere?: string): Promise<void> {
    if (file === undefined) return;
    try {
      const earlier = writeKeeping('report', file, jsonFile(report));
      const was = earlier === undefined ? '' : `; the one that was there is now ${relative('', earlier)}`;
      console.log(`report written to ${file}${was}`);
    } catch (error) {
      if (!(error instanceof TrefoilError)) throw error;
      this.#problems.push(`${error.message}${elsewhere === undefined ? '' : `; the same report is ${elsewhere}`}`);
      if (elsewhere !== undefined) return;
      await printUnsaved({ what: 'report', content: report });
      this.#isPrinted = true;
    }
  }

  /** Says what could not be written, where the command fails for another reason. */
  say(): void {
    for (const problem of this.#problems) console.error(`warning: ${problem}`);
  }

  /** Throws `TREFOIL_OUTPUT` where something could not be written. */
  throw(): void {
    if (this.#problems.length === 0) return;
    const then = this.#isPrinted ? '; what no file took is printed above' : '';
    throw new TrefoilError('TREFOIL_OUTPUT', `the run is over, and not all of its results could be written${then}:`, {
      problems: [...new Set(this.#problems)],
    });
  }
}
