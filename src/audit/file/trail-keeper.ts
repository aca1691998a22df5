import type { AuditConfig } from '../../config/app-config.js';
import type { Log } from '../../observability/log.js';
import type { AuditRecord } from '../../ports/audit-trail.port.js';
import { FileClaim } from './file-claim.js';
import type { ChainHead } from './chain-head.js';
import { printLine } from './record-line.js';
import { TrailFile } from './trail-file.js';

/** A service that is restarted meets its predecessor. */
const CLAIM_PATIENCE_MS = 2_000;

/** The trail in its files: one that is written, and those that were put aside. Its calls must not overlap. */
export class TrailKeeper {
  private claim: FileClaim | undefined;
  private file: TrailFile | undefined;
  private known: { readonly head: ChainHead; readonly sizeBytes: number } | undefined;
  private mustReopen = false;
  private hasTold = false;
  /** Whether another process writes the file. */
  isTaken = false;

  constructor(
    private readonly path: string,
    private readonly settings: Pick<AuditConfig, 'fileMaxBytes' | 'format'>,
    private readonly log: Log,
  ) {}

  /** Of the last line that is on the disk. */
  get head(): ChainHead | undefined {
    return this.known?.head;
  }

  /** @throws Error where another process writes the file, or it cannot be opened */
  async open(): Promise<void> {
    await this.takeClaim();
    const { file, torn } = await TrailFile.open(this.path, this.known);
    this.use(file);
    if (torn !== undefined) {
      this.log.error(
        `The audit file did not end in a whole line: ${torn.bytes} bytes were put aside as "${torn.path}", and the chain goes on from line ${file.head.seq}.`,
      );
    }
  }

  /** Writes the records as the next lines; they are on the disk when it returns. */
  async append(records: readonly AuditRecord[]): Promise<void> {
    if (this.mustReopen) await this.reopen();
    if (this.file === undefined) throw new Error('the file is not open');
    let { head } = this.file;
    const lines: Buffer[] = [];
    for (const record of records) {
      const line = printLine(record, head, this.settings.format);
      lines.push(line.bytes);
      head = line.head;
    }
    await this.file.append(Buffer.concat(lines), head);
    this.use(this.file);
    if (this.settings.fileMaxBytes > 0 && this.file.bytes >= this.settings.fileMaxBytes)
      await this.rotate(this.file);
  }

  /** Before the next record: the file may have been moved. */
  askToReopen(): void {
    this.mustReopen = true;
  }

  /** After a failure; where the chain stands is remembered. */
  async closeFile(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.closeFile();
    this.claim?.release();
    this.claim = undefined;
  }

  private async reopen(): Promise<void> {
    this.mustReopen = false;
    await this.closeFile();
    await this.open();
    this.log.info({ audit_seq: this.head?.seq }, 'audit file opened anew');
  }

  /** What was written stands; a rotation that fails is told once and tried again with the next record. */
  private async rotate(file: TrailFile): Promise<void> {
    try {
      const aside = await file.putAsideWhole();
      this.mustReopen = true;
      this.hasTold = false;
      if (aside !== undefined)
        this.log.info({ audit_seq: file.head.seq }, `audit file put aside as "${aside}"`);
    } catch (error) {
      if (!this.hasTold) this.log.fault(error, {}, 'the audit file could not be put aside and is written on');
      this.hasTold = true;
    }
  }

  /** Taken anew each time: where the folder was replaced, the old lock is on a file that nobody else sees. */
  private async takeClaim(): Promise<void> {
    this.claim?.release();
    // Where no new one can be had, the next try must not release this one again.
    this.claim = undefined;
    this.claim = await FileClaim.take(`${this.path}.lock`, CLAIM_PATIENCE_MS);
    this.isTaken = this.claim === undefined;
    if (this.isTaken) throw new Error('another process writes it');
  }

  private use(file: TrailFile): void {
    this.file = file;
    this.known = { head: file.head, sizeBytes: file.bytes };
  }
}
