import { describeOperation, isUnknown, isWrite, madeVersion } from './operation.js';
import type { Operation, StoredVersion, Values } from './operation.js';
import type { Rule, Violation } from './violation.js';

const EMPTY: Values = {};

/** Which operation made which version: by the acknowledgement, else by the value that it brought. */
export class VersionOwners {
  readonly violations: Violation[] = [];
  private readonly owners = new Map<number, Operation>();
  private readonly writers = new Map<string, Operation>();
  private readonly versionOf = new Map<Operation, number>();

  constructor(
    private readonly operations: readonly Operation[],
    private readonly versions: readonly StoredVersion[],
  ) {
    for (const operation of operations.filter(isWrite))
      for (const value of Object.values(operation.values ?? EMPTY)) this.writers.set(value, operation);
    for (const operation of operations) this.takeAcknowledgement(operation);
    for (const version of versions) if (!this.owners.has(version.version)) this.findOwner(version);
  }

  of(version: number): Operation | undefined {
    return this.owners.get(version);
  }

  private takeAcknowledgement(operation: Operation): void {
    const version = madeVersion(operation);
    if (version === undefined) return;
    const other = this.owners.get(version);
    if (other !== undefined)
      this.report(
        'version-owned-twice',
        `version ${version}: ${describeOperation(other)}, ${describeOperation(operation)}`,
      );
    else if (version > this.versions.length || version < 1)
      this.report('lost-write', describeOperation(operation));
    else this.own(version, operation);
  }

  /** Of a version whose acknowledgement never came: an operation of unknown outcome, or something is wrong. */
  private findOwner({ version, values }: StoredVersion): void {
    const before = this.versions[version - 2]?.values ?? EMPTY;
    const brought = Object.entries(values).filter(([key, value]) => before[key] !== value);
    const writers = new Set(brought.map(([, value]) => this.writers.get(value)));
    const [writer] = writers;
    if (writers.has(undefined)) this.report('phantom-value', `version ${version}`);
    else if (writers.size > 1)
      this.report('wrong-effect', `version ${version} has values of several operations`);
    else if (writer === undefined) this.findRemoval(version, before, values);
    else this.takeWriter(version, writer);
  }

  private takeWriter(version: number, writer: Operation): void {
    const text = `version ${version}: ${describeOperation(writer)}`;
    if (writer.outcome.kind === 'refused') this.report('refused-write-applied', text);
    else if (this.versionOf.has(writer) || !isUnknown(writer)) this.report('applied-twice', text);
    else this.own(version, writer);
  }

  /** Removals bring no value of their own: any of unknown outcome that is still free may be it, the earliest first. */
  private findRemoval(version: number, before: Values, values: Values): void {
    const gone = Object.keys(before).filter((key) => !Object.hasOwn(values, key));
    const candidates = this.operations.filter(({ kind, key }) => kind === 'remove-key' && key === gone[0]);
    const free = candidates
      .filter((operation) => isUnknown(operation) && !this.versionOf.has(operation))
      .sort((a, b) => a.startedAtMs - b.startedAtMs);
    const refused = candidates.find(({ outcome }) => outcome.kind === 'refused');
    if (gone.length === 0) this.report('applied-twice', `version ${version} is the one before it again`);
    else if (gone.length === 1 && free[0] !== undefined) this.own(version, free[0]);
    else if (gone.length === 1 && refused !== undefined)
      this.report('refused-write-applied', `version ${version}: ${describeOperation(refused)}`);
    else this.report('unexplained-version', `version ${version} lacks ${gone.join(', ')}`);
  }

  private own(version: number, operation: Operation): void {
    this.owners.set(version, operation);
    this.versionOf.set(operation, version);
  }

  private report(rule: Rule, text: string): void {
    this.violations.push({ rule, text });
  }
}
