/**
 * How a node's run ends: its results kept in a folder of the run, whether it released a model, withheld it or failed.
 * @module
 */

import type { TrefoilError } from '../../errors.ts';
import { programVersion } from '../../version.ts';
import type { AlignedRows } from '../alignment/aligned-job.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import type { Model } from '../model/model-file.ts';
import { type FailedReport, failedReport } from '../report/failed-report.ts';
import { buildReport, type NodeResult, type OwnPart, type Report, type RunFacts } from '../report/report.ts';
import { type KeptRun, keepRun } from './keep-run.ts';
import type { PartyLedger } from './party-ledger.ts';

/** A run that came to its end, with or without a model. */
export interface FinishedRun {
  readonly facts: RunFacts;
  /** The rows of its own files that it trained on, in the order that all parties have in common, where these were aligned. */
  readonly rows?: AlignedRows;
  readonly result: NodeResult;
  /** Absent where this node receives no model, or where the release gate withheld it. */
  readonly model?: Model;
  readonly report: Report;
  readonly kept: KeptRun;
}

export interface FailedRun {
  readonly failure: TrefoilError;
  readonly report: FailedReport;
  readonly kept: KeptRun;
}

export type NodeRun = FinishedRun | FailedRun;

interface Setting {
  readonly self: string;
  readonly places: readonly string[];
  readonly planned: PlannedJob;
  readonly ledger?: PartyLedger;
}

/** What is known of a run while it goes on. */
export class RunRecord {
  readonly started = new Date();
  /** In hexadecimal digits, once the nodes have agreed on it. */
  publicSeed: string | undefined;
  readonly warnings: string[];
  readonly #learnt = new Map<string, number>();
  readonly #setting: Setting;
  /** The job on the rows that it turned out to have. */
  planned: PlannedJob;

  constructor(setting: Setting, warnings: readonly string[]) {
    this.#setting = setting;
    this.planned = setting.planned;
    this.warnings = [...warnings];
  }

  learns(output: string): void {
    this.#learnt.set(output, (this.#learnt.get(output) ?? 0) + 1);
  }

  get facts(): Omit<RunFacts, 'publicSeed'> & Partial<Pick<RunFacts, 'publicSeed'>> {
    return {
      planned: this.planned,
      trefoil: programVersion(),
      ...(this.publicSeed === undefined ? {} : { publicSeed: this.publicSeed }),
    };
  }

  finish(facts: RunFacts, result: NodeResult, model: Model | undefined, rows?: AlignedRows): FinishedRun {
    let finished = result;
    const { kept, report } = keepRun(this.#places, this.#name, {
      ...(model === undefined ? {} : { model }),
      report: (modelFile, warnings) => {
        finished = {
          ...result,
          ...(modelFile === undefined ? {} : { modelFile }),
          warnings: [...this.warnings, ...warnings],
        };
        return { ...this.#own, ...buildReport(facts, [finished]) };
      },
      isGood: ({ outcome }) => outcome !== 'withheld',
    });
    return {
      facts,
      result: finished,
      ...(rows === undefined ? {} : { rows }),
      ...(model === undefined ? {} : { model }),
      report,
      kept,
    };
  }

  fail(failure: TrefoilError): FailedRun {
    const learntBefore = Object.fromEntries(this.#learnt);
    const { kept, report } = keepRun(this.#places, this.#name, {
      report: () => ({
        ...this.#own,
        ...failedReport(this.facts, failure, { learntBefore, warnings: this.warnings }),
      }),
      isGood: () => false,
    });
    return { failure, report, kept };
  }

  /** What this node alone knows. */
  get #own(): OwnPart {
    const { self, ledger } = this.#setting;
    const booked = ledger?.booked;
    return { node: self, ...(booked === undefined ? {} : { ledger: booked }) };
  }

  get #places(): readonly string[] {
    return this.#setting.places;
  }

  get #name() {
    const { job } = this.planned;
    const { started, publicSeed } = this;
    return { job: job.name, started, ...(publicSeed === undefined ? {} : { publicSeed }) };
  }
}
