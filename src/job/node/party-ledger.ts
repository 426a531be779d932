/**
 * A party's ledger for one job: what the job asks for is checked before any peer is contacted, intended before a record is shared, and
 * charged before the first message that an output needs. A run that ends before that makes its intent void.
 * @module
 */
import { invariant, TrefoilError } from '../../errors.ts';
import { epochsThatFit, type Noisier, noiseThatFits } from '../../privacy/accounting/fitting.ts';
import {
  type EpsilonOf,
  type Excess,
  excessOf,
  type LedgerRequest,
  type Limit,
  type Standing,
  spendingsOf,
  standingsOf,
} from '../../privacy/ledger/budget.ts';
import {
  type Chain,
  type Content,
  checkSigner,
  type DataSet,
  type Entry,
  lineAfter,
  type Settlement,
} from '../../privacy/ledger/ledger.ts';
import { loadIdentities } from '../../transport/identity.ts';
import type { NodeConfig } from '../file/job.ts';
import type { PlannedJob } from '../file/planned-job.ts';
import { appendLine, checkRoom, readLedger } from './ledger-folder.ts';
import { dataSetsOf, releasesOf } from './ledger-request.ts';

export interface LedgerOptions {
  readonly party: string;
  readonly folder: string;
  readonly limit?: Limit;
  /** PEM texts. */
  readonly identity: { readonly key: string; readonly certificate: string };
  readonly epsilonOf: EpsilonOf;
  /** The epochs of the job's training: fewer might fit. */
  readonly epochs: number;
}

/**
 * The ledger of this node for this job; none for a node without records. Of jobs without a guarantee one is kept only where the configuration has a
 * section for it, and so in a `rehearsal`, whose node has no identity but a throw-away one.
 */
export async function openLedger(
  config: Pick<NodeConfig, 'node' | 'data' | 'dataSet' | 'table' | 'privacy'>,
  planned: PlannedJob,
  rehearsal: boolean,
  epsilonOf: EpsilonOf,
): Promise<PartyLedger | undefined> {
  const { job } = planned;
  const releases = releasesOf(planned);
  const { isStated, ledger: folder, identity: path, limit } = config.privacy;
  if (!isStated && (rehearsal || releases.events === 'unbounded')) return undefined;
  const dataSets = await dataSetsOf(config, job);
  if (dataSets.length === 0) return undefined;
  const { identity } = await loadIdentities(config.node, path, {});
  const { epochs } = job.training;
  const options = {
    party: config.node,
    folder,
    identity,
    epsilonOf,
    epochs,
    ...(limit === undefined ? {} : { limit }),
  };
  return new PartyLedger(options, { ...releases, dataSets });
}

/** What a run has in the ledger. */
export interface Booking {
  /** Its number. */
  readonly entry: number;
  readonly standing: Standing;
}

export class PartyLedger {
  readonly #options: LedgerOptions;
  readonly #request: LedgerRequest;
  #intent: Booking | undefined;
  /** The chain below whose limit the job was found to fit. */
  #fitsAfter: string | undefined;

  constructor(options: LedgerOptions, request: LedgerRequest) {
    this.#options = options;
    this.#request = request;
  }

  /** Throws `TREFOIL_PRIVACY` when the job would exceed the limit, and `TREFOIL_LEDGER` for a ledger that is broken or can not be written. */
  check(): void {
    this.#checkAfter(this.#read());
    checkRoom(this.#options.folder);
  }

  /**
   * Checks again, since another run may have spent meanwhile, and writes what the run is about to take. Once this returns, records may be
   * shared: whatever happens to the process afterwards, it has spent, unless the entry is made void.
   */
  intend(run: string): void {
    const spending = { run, ...this.#request };
    let chain: Chain;
    do {
      chain = this.#read();
      this.#checkAfter(chain);
    } while (!this.#isAppended(chain, { spending, stage: 'intent' }));
    this.#intent = { entry: chain.entries.length + 1, standing: 'pending' };
  }

  /** Writes that the run spends. Once this returns, outputs may leave. Throws `TREFOIL_LEDGER` where the intent is void. */
  charge(): void {
    const intent = this.#intent;
    invariant(intent !== undefined, 'a run that is charged was intended');
    const { standing } = intent.standing === 'pending' ? this.#settle(intent, 'spent') : intent;
    if (standing === 'spent') return;
    const is = `entry ${intent.entry} of the ledger ${this.#options.folder} is ${standing} already`;
    throw new TrefoilError('TREFOIL_LEDGER', `${is}: the run may release nothing`);
  }

  /** Writes that the run has released nothing and will not. Changes nothing where there is no intent, or where it is settled, by whomever. */
  void(): void {
    if (this.#intent?.standing === 'pending') this.#settle(this.#intent, 'void');
  }

  /** The entry of this run, and what became of it. */
  get booked(): Booking | undefined {
    return this.#intent;
  }

  /** Settles a pending entry. Its owner may have done so meanwhile: what the ledger says then is taken up. */
  #settle({ entry }: Booking, as: Settlement['as']): Booking {
    for (;;) {
      const chain = this.#read();
      const before = standingsOf(chain.entries).get(entry) ?? 'pending';
      const isOpen = before === 'pending';
      if (isOpen && !this.#isAppended(chain, { settles: { entry, as } })) continue;
      this.#intent = { entry, standing: isOpen ? as : before };
      return this.#intent;
    }
  }

  /** Adds an entry to the newest chain. False where another process has added one meanwhile. */
  #isAppended(chain: Chain, content: Omit<Content, 'time' | 'party'>): boolean {
    const { party, folder, identity } = this.#options;
    const line = lineAfter(chain, { time: new Date(), party, ...content }, identity);
    return appendLine(folder, chain.entries.length + 1, line);
  }

  #read(): Chain {
    const { folder, identity } = this.#options;
    const chain = readLedger(folder);
    checkSigner(chain, identity.certificate, `the ledger ${folder}`);
    return chain;
  }

  #checkAfter(chain: Chain): void {
    const { party, limit, epsilonOf, epochs } = this.#options;
    if (limit === undefined || chain.digest === this.#fitsAfter) return;
    const spendings = spendingsOf(chain.entries);
    const excess = excessOf(this.#request, spendings, limit, epsilonOf);
    if (excess.length === 0) {
      this.#fitsAfter = chain.digest;
      return;
    }
    const { job, events } = this.#request;
    const what = `the job '${job.name}' would exceed the limit that ${party} has set, ε ${limit.epsilon} at δ ${limit.delta} for each data set`;
    const remedy =
      events === 'unbounded'
        ? 'it gives no guarantee, so it spends without bound: give it privacy'
        : fittingText(
            noiseThatFits(this.#request, spendings, limit, epsilonOf),
            epochsThatFit(this.#request, epochs, spendings, limit, epsilonOf),
          );
    throw new TrefoilError('TREFOIL_PRIVACY', `${what}; ${remedy}:`, {
      problems: [...excess.map((each) => excessText(each, this.#request)), ...pendingText(chain.entries)],
    });
  }
}

function fittingText(noisier: Noisier | undefined, epochs: number): string {
  if (noisier === undefined) return 'no job on these data fits any more';
  const shorter = epochs === 0 ? '' : `, or with ${epochs} epoch${epochs === 1 ? '' : 's'} at the same noise`;
  return `it would fit with ε ${floor(noisier.epsilon)}, which is ${noisier.factor.toFixed(2)} times the noise${shorter}`;
}

/** Runs that count though they may have released nothing. */
function pendingText(entries: readonly Entry[]): string[] {
  const pending = [...standingsOf(entries)].flatMap(([number, standing]) => (standing === 'pending' ? [number] : []));
  if (pending.length === 0) return [];
  const numbers = `${pending.length === 1 ? 'entry' : 'entries'} ${pending.join(', ')}`;
  return [
    `${numbers} in it: a run under way, or one that was killed before anything could be opened, which trefoil ledger --void makes void`,
  ];
}

const excessText = ({ dataSet, spent, total, kinds }: Excess, request: LedgerRequest) =>
  `${dataSetText(dataSet)}: ${epsilonText(spent)} spent, ${epsilonText(total)} with this job${bothText(kinds, request)}`;

/** Why a job takes more of an account than its own ε, which of a person holds for all records together. */
const bothText = (kinds: number, { guarantee, unit }: LedgerRequest): string =>
  kinds < 2 || guarantee === undefined || unit.records > 1
    ? ''
    : `; the job takes more than its ε ${guarantee.epsilon}, since train and test rows have one dataSet and both count`;

/** `cohort (train, 199 rows, SHA-256 1f2e3d4c5b6a…)` */
function dataSetText({ name, data, rows, commitment }: DataSet): string {
  return `${name ?? 'the data set'} (${data}, ${rows} rows, SHA-256 ${commitment.slice(0, 12)}…)`;
}

const epsilonText = (epsilon: number) => `ε ${ceiling(epsilon)}`;

/** What is spent is rounded up, what is left down: to three decimals, and a small one to three digits. */
export const ceiling = (epsilon: number): string =>
  Number.isFinite(epsilon) ? `${rounded(epsilon, Math.ceil)}` : 'without bound';
export const floor = (epsilon: number): number => rounded(epsilon, Math.floor);

function rounded(epsilon: number, round: (x: number) => number): number {
  const digits = epsilon > 0 ? Math.max(3, 2 - Math.floor(Math.log10(epsilon))) : 3;
  return Number((round(epsilon * 10 ** digits) / 10 ** digits).toPrecision(15));
}
